import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { confirmTyped, NotConfirmedError, type Asking } from '../../src/cli/confirm.ts';

/** A terminal as a person sees it: what is shown, and what they type. */
function terminal(typed: string | undefined, isTTY = true): { readonly asking: Asking; readonly shown: () => string } {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY }), Object.assign(new PassThrough(), { isTTY })];
  let shown = '';
  output.on('data', (chunk: Buffer) => { shown += chunk.toString(); });
  if (typed === undefined) input.end();
  else input.write(typed);
  return { asking: { input, output } as unknown as Asking, shown: () => shown };
}

const question = { what: '12 events will be gone.', typed: '@alice:example.org', yes: false };

describe('what cannot be undone', () => {
  test('is done when its name was typed', async () => {
    const { asking, shown } = terminal('@alice:example.org\n');
    await confirmTyped(question, asking);
    expect(shown()).toContain('12 events will be gone.\nThis cannot be undone. Type @alice:example.org to go on, anything else to stop.\n');
  });

  test.each(['y\n', 'yes\n', '\n', '@alice:example.or\n', undefined])('is not done for %j', async (typed) => {
    await expect(confirmTyped(question, terminal(typed).asking)).rejects.toThrow(NotConfirmedError);
  });

  test('is not asked about where there is no terminal, or with --yes', async () => {
    const { asking, shown } = terminal(undefined, false);
    await confirmTyped(question, asking);
    await confirmTyped({ ...question, yes: true }, terminal(undefined).asking);
    expect(shown()).toBe('');
  });
});

test('a person who cannot be shown the question is not taken to have said yes', async () => {
  const { asking } = terminal('@alice:example.org\n');
  const unseen = { input: asking.input, output: Object.assign(new PassThrough(), { isTTY: false }) } as unknown as Asking;
  await expect(confirmTyped(question, unseen)).rejects.toThrow(NotConfirmedError);
});
