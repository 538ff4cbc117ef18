import { describe, expect, test } from 'vitest';
import { renderRevocationPage } from '../../../src/cli/page/revocation-page.ts';
import { renderRevocationText, revocationLine } from '../../../src/cli/text/revocation-text.ts';
import { columnsOf } from '../../../src/cli/text/visible.ts';
import { sampleRevocation } from '../sample-revocation.ts';

describe('a printed plan to revoke', () => {
  test('says what comes back, what is gone and why', () => {
    const text = renderRevocationText(sampleRevocation, { width: 10_000 });
    expect(text).toContain('!family:hs1.test: 40 to come back, 3 gone and 1 as they were');
    expect(text).toContain('- 2 events. Redacted: what they said is gone');
    expect(text).toContain('- 1 event. Purged: they are gone.');
    expect(text.trimEnd().split('\n').at(-1)).toBe('Revocation: 40 to come back, 4 gone, 1 as they always were. Nothing changed.');
    expect(revocationLine({ returns: 1949, gone: 0, unchanged: 0 })).toBe('Revocation: 1,949 to come back, 0 gone, 0 as they always were. Nothing changed.');
  });

  test.each([24, 60, 100])('fits into %i columns, but for its last line', (width) => {
    const lines = renderRevocationText(sampleRevocation, { width }).trimEnd().split('\n').slice(0, -1);
    expect(lines.filter((line) => columnsOf(line) > width && line.trim().includes(' '))).toEqual([]);
  });

  test('acts on no terminal', () => {
    for (const character of ['\u001b', '\u202e']) expect(renderRevocationText(sampleRevocation)).not.toContain(character);
  });
});

describe('the page of a plan to revoke', () => {
  const page = renderRevocationPage(sampleRevocation);

  test('escapes what strangers wrote', () => {
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;');
  });

  test('lists the events with what becomes of them', () => {
    expect(page).toContain('returns: hidden');
    expect(page).toContain('gone: purged');
    expect(page).toContain('40 events to come back, 4 gone, 1 as they always were.');
  });
});
