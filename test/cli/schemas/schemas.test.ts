import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { formatSigningKey, generateSigningKey } from '../../../src/crypto/signing-key.ts';
import { outputSchemas } from '../../../src/cli/output-schemas.ts';
import { root } from '../../architecture/source.ts';
import { folder, runCli } from '../run.ts';
import { jsonSchemaOf, schemaFile } from './json-schema.ts';

const published = (command: string): object => JSON.parse(readFileSync(join(root, schemaFile(command)), 'utf8'));

test.each(outputSchemas)('the published schema of $command is the one that is meant', (output) => {
  expect(published(output.command)).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(output))));
});

/** What is wrong with what a command printed. */
function faultsIn(command: string, printed: string): unknown {
  const { per } = outputSchemas.find((output) => output.command === command) ?? { per: 'document' };
  const validate = new Ajv({ allErrors: true, strict: false }).compile(published(command));
  const documents = per === 'line' ? printed.trim().split('\n') : [printed];
  return documents.flatMap((document) => (validate(JSON.parse(document)) ? [] : (validate.errors ?? [])).slice(0, 3));
}

describe('what is printed with --json', () => {
  const room = join(root, 'examples/rooms/v11-shared.ndjson.gz');
  const alone = join(root, 'examples/rooms/alone-v10.ndjson.gz');
  const subject = ['--subject', '@alice:hs1.test:18441', '--requested-at', '1795600000000', '--effective-at', '1795600000000'];

  async function printed(args: readonly string[], cwd: string): Promise<string> {
    const { stdout, stderr } = await runCli(args, { cwd });
    expect(stderr).toBe('');
    return stdout;
  }

  test('fits its schema', async () => {
    const cwd = await folder();
    const faults = async (command: string, args: readonly string[]): Promise<void> => {
      expect([command, faultsIn(command, await printed([...args, '--json'], cwd))]).toEqual([command, []]);
    };
    await faults('plan', ['plan', room, alone, ...subject, '--out', 'plan.json']);
    await faults('plan', ['show', 'plan.json']);
    await faults('apply', ['apply', 'plan.json', room, alone, '--out', 'erased.ndjson']);
    await faults('verify', ['verify', 'plan.json', '--original', room, alone, '--result', 'erased.ndjson']);
    await faults('view', ['view', room, '--as', 'anonymous', ...subject.slice(0, 2), ...subject.slice(4)]);
    await faults('explain', ['explain', room]);
    await faults('compare-rules', ['compare-rules', '10', '11', room]);
    await faults('graph', ['graph', room]);
    await faults('notify-plan', ['notify', 'plan', 'plan.json', room, alone, '--ledger', 'notices.db', '--server', 'hs1.test:18441', '--operator', 'A', '--contact', 'a@b.c']);
    await faults('notify-status', ['notify', 'status', '--ledger', 'notices.db']);
  });

  test('of stores and copies fits as well', async () => {
    const cwd = await folder();
    const faults = async (command: string, args: readonly string[]): Promise<void> => {
      expect([command, faultsIn(command, await printed([...args, '--json'], cwd))]).toEqual([command, []]);
    };
    await faults('import', ['import', room, alone, '--store', 's.db']);
    await faults('export', ['export', '--store', 's.db', ...subject.slice(0, 2), '--out', 'copy']);
    await faults('plan', ['plan', '--store', 's.db', ...subject, '--out', 'plan.json']);
    await faults('apply', ['apply', 'plan.json', '--store', 's.db']);
    await faults('status', ['status', '--store', 's.db']);
    await faults('replay', ['replay', '--store', 's.db']);
    writeFileSync(join(cwd, 'key'), formatSigningKey(generateSigningKey(new Uint8Array(32).fill(1), '1')));
    await printed(['notify', 'plan', 'plan.json', alone, room, '--ledger', 'notices.db', '--server', 'hs1.test:18441', '--operator', 'A', '--contact', 'a@b.c'], cwd);
    // The name does not exist: the try fails, and is told of all the same.
    expect(faultsIn('notify-send', (await runCli(['notify', 'send', '--ledger', 'notices.db', '--server', 'hs1.test:18441', '--key', 'key', '--timeout', '500', '--json'], { cwd })).stdout)).toEqual([]);
  });

  test('of a plan to revoke, of drift and of a ledger fits too', async () => {
    const cwd = await folder();
    await printed(['plan', room, ...subject, '--out', 'plan.json'], cwd);
    await printed(['plan', alone, ...subject, '--out', 'other.json'], cwd);
    await printed(['apply', 'plan.json', room, '--out', 'erased.ndjson'], cwd);
    expect(faultsIn('plan', await printed(['plan', 'erased.ndjson', '--revoke', 'plan.json', '--revoked-at', '1795700000000', '--json'], cwd))).toEqual([]);
    const refused = await runCli(['verify-ledger', '-', '--json'], { stdin: '{}\n' });
    expect([refused.code, faultsIn('verify-ledger', refused.stdout)]).toEqual([4, []]);
  });

  test('and what does not fit is noticed', () => {
    expect(faultsIn('apply', '{"counts":{"redacted":-1},"rooms":{},"files":[]}')).not.toEqual([]);
    expect(faultsIn('view', '{"room_id":"!r","event_id":"$e","seen":"maybe","reason":"x"}')).not.toEqual([]);
  });
});
