import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { signJson } from '../../src/crypto/sign.ts';
import { encodeCanonicalJson } from '../../src/json/canonical-json.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { keyedHash } from '../../src/notices/keyed-hash.ts';
import { appendKeyDestruction, appendToLedger, emptyLedger, LedgerEntryError, type LedgerEntry, type LedgerHead } from '../../src/notices/ledger.ts';
import { ledgerKinds, type LedgerKind } from '../../src/notices/ledger-record.ts';
import { signReceipt, verifyReceipt, type ReceiptFacts } from '../../src/notices/receipt.ts';
import { verifyLedger } from '../../src/notices/verify-ledger.ts';
import { A, ALICE, NOW, ringOf, signAs } from './keys.ts';

const KEY = new Uint8Array(32).fill(9);
const entry: LedgerEntry = {
  at: NOW, kind: 'planned', case: '2026-0017', subjects: [ALICE], events: ['$event'], rooms: ['!room:a.example'], recipients: ['b.example'],
  counts: { redact: 3 }, times: { due: NOW + 1 }, codes: { profile: 'notice' }, digests: { plan: 'A'.repeat(43) },
};

/** A ledger with its heads, the empty one first. */
function ledgerOf(entries: readonly LedgerEntry[]): { readonly lines: readonly string[]; readonly heads: readonly LedgerHead[] } {
  const [lines, heads]: [string[], LedgerHead[]] = [[], [emptyLedger]];
  for (const one of entries) {
    const { line, head } = appendToLedger(heads.at(-1) ?? emptyLedger, one, KEY);
    lines.push(line);
    heads.push(head);
  }
  return { lines, heads };
}

const code = fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/);
const table = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Readonly<Record<string, T>>> => fc.dictionary(fc.oneof(code, fc.constant('constructor')), value, { maxKeys: 3, noNullPrototype: true });
const ids = fc.array(fc.string(), { maxLength: 3 });
const arbitraryEntry: fc.Arbitrary<LedgerEntry> = fc.record({
  at: fc.nat(), kind: fc.constantFrom(...ledgerKinds.filter((kind): kind is Exclude<LedgerKind, 'key-destroyed'> => kind !== 'key-destroyed')), case: fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/),
  subjects: ids, events: ids, rooms: ids, recipients: ids, counts: table(fc.nat()), times: table(fc.nat()), codes: table(code),
}, { requiredKeys: ['at', 'kind', 'case'] });
const arbitraryLedger = fc.array(arbitraryEntry, { minLength: 2, maxLength: 8 }).map(ledgerOf);

describe('a ledger', () => {
  test('is a chain of lines, hashed as anybody can', () => {
    const { lines, heads } = ledgerOf([entry, { ...entry, kind: 'applied' }]);
    const records = lines.map((line) => JSON.parse(line));
    for (const [index, { hash, ...rest }] of records.entries()) {
      expect(createHash('sha256').update(encodeCanonicalJson(rest)).digest('base64url')).toBe(hash);
      expect([rest.seq, rest.prev]).toEqual([index + 1, index === 0 ? '' : records[index - 1].hash]);
    }
    expect(verifyLedger(lines)).toEqual({ verdict: 'intact', head: heads[2] });
  });

  test('names nobody and nothing, but can be searched by who has the key', () => {
    const [line = ''] = ledgerOf([entry]).lines;
    expect(line).not.toMatch(/alice|a\.example|b\.example|\$event|room:/);
    expect(JSON.parse(line).subjects).toEqual([keyedHash(KEY, 'user', ALICE)]);
  });

  test.each<readonly [string, object]>([
    ['a sentence for a code', { codes: { reason: 'Alice was here' } }], ['a sentence for the name of a code', { codes: { 'Alice was here': 'x' } }],
    ['a text for a count', { counts: { redact: 'three' } }], ['a fraction', { counts: { redact: 1.5 } }], ['a negative count', { counts: { redact: -1 } }],
    ['a text for a digest', { digests: { plan: 'Alice' } }], ['a long case', { case: 'x'.repeat(65) }], ['a case with spaces', { case: 'Alice Smith' }], ['no case', { case: undefined }],
    ['another kind', { kind: 'gossip' }], ['a key that it does not have', { content: { body: 'hello' } }], ['a time that is none', { at: Number.NaN }],
    ['content where nobody looks', { codes: { constructor: 'Alice was here' } }], ['a list of codes', { codes: ['Alice'] }],
  ])('has no room for %s', (_, changes) => {
    const append = (): unknown => appendToLedger(emptyLedger, { ...entry, ...changes } as LedgerEntry, KEY);
    expect(append).toThrow(LedgerEntryError);
    expect(append).not.toThrow(/Alice|hello/);
  });

  test('does not let an entry set what the chain sets', () => {
    for (const changes of [{ seq: 9 }, { prev: 'x' }, { hash: 'x' }]) {
      const { line, head } = appendToLedger(emptyLedger, { ...entry, ...changes } as LedgerEntry, KEY);
      expect([head.seq, JSON.parse(line).prev]).toEqual([1, '']);
      expect(verifyLedger([line]).verdict).toBe('intact');
    }
  });
});

describe('a change is found', () => {
  const { lines, heads } = ledgerOf([entry, { ...entry, case: 'b' }, { ...entry, case: 'c' }, { ...entry, case: 'd' }]);
  const rehashed = (line: string, changes: object): string => {
    const { hash: _, ...rest } = { ...JSON.parse(line), ...changes };
    return encodeCanonicalJson({ ...rest, hash: createHash('sha256').update(encodeCanonicalJson(rest)).digest('base64url') });
  };
  const at = (index: number): string => lines[index] ?? '';

  test.each<readonly [string, readonly string[], string, number]>([
    ['a number', lines.with(1, at(1).replace('"redact":3', '"redact":2')), 'hash', 2],
    ['a number, and its hash with it', lines.with(1, rehashed(at(1), { counts: { redact: 2 } })), 'chain', 3],
    ['a space', lines.with(1, at(1).replace(',"', ', "')), 'form', 2],
    ['a record left out', lines.toSpliced(1, 1), 'chain', 2],
    ['the first left out', lines.slice(1), 'chain', 1],
    ['a record twice', lines.toSpliced(1, 0, at(0)), 'chain', 2],
    ['two records swapped', lines.with(1, at(2)).with(2, at(1)), 'chain', 2],
    ['a line that is not whole', lines.with(3, at(3).slice(0, 50)), 'unreadable', 4],
    ['an empty line', lines.toSpliced(2, 0, ''), 'unreadable', 3],
    ['another key', lines.with(0, at(0).replace('{', '{"body":"hello",')), 'form', 1],
    ['a record of another ledger', lines.with(3, ledgerOf([entry, entry, entry, entry]).lines[3] ?? ''), 'chain', 4],
    ['a key twice', lines.with(1, at(1).replace('{', '{"at":1,')), 'form', 2],
  ])('%s', (_, changed, fault, line) => {
    expect(verifyLedger(changed)).toEqual({ verdict: 'broken', fault, line });
  });

  test('a missing end, by a head that was kept', () => {
    expect(verifyLedger(lines.slice(0, 3)).verdict).toBe('intact');
    expect(verifyLedger(lines.slice(0, 3), { heads: heads.slice(4) })).toEqual({ verdict: 'broken', fault: 'head', line: 4 });
  });

  test('a ledger that was written anew, by a head that was kept', () => {
    const other = ledgerOf([entry, { ...entry, case: 'x' }, { ...entry, case: 'c' }, { ...entry, case: 'd' }]).lines;
    expect(verifyLedger(other).verdict).toBe('intact');
    expect(verifyLedger(other, { heads })).toEqual({ verdict: 'broken', fault: 'head', line: 2 });
    expect(verifyLedger(lines, { heads }).verdict).toBe('intact');
  });

  test('two heads of one place that cannot both be right', () => {
    expect(verifyLedger(lines, { heads: [...heads, { seq: 2, hash: 'x' }] })).toMatchObject({ verdict: 'broken', fault: 'head' });
  });

  test('any byte, in any ledger', () => {
    fc.assert(fc.property(arbitraryLedger, fc.nat(), fc.nat(), fc.string({ maxLength: 2 }), (ledger, whichLine, whichByte, text) => {
      const index = whichLine % ledger.lines.length;
      const line = ledger.lines[index] ?? '';
      const changed = line.slice(0, whichByte % line.length) + text + line.slice((whichByte % line.length) + 1);
      const verdict = verifyLedger(ledger.lines.with(index, changed), { heads: ledger.heads });
      expect(verdict.verdict).toBe(changed === line ? 'intact' : 'broken');
    }));
  });

  test('any record left out, doubled or moved, in any ledger', () => {
    fc.assert(fc.property(arbitraryLedger, fc.nat(), fc.nat(), fc.constantFrom('remove', 'double', 'move'), (ledger, from, to, change) => {
      const { lines: written, heads: kept } = ledger;
      const line = written[from % written.length] ?? '';
      const without = change === 'double' ? written : written.toSpliced(from % written.length, 1);
      const changed = change === 'remove' ? without : without.toSpliced(to % (without.length + 1), 0, line);
      expect(verifyLedger(changed, { heads: kept }).verdict).toBe(changed.join('\n') === written.join('\n') ? 'intact' : 'broken');
    }));
  });

  test('and what was not changed is intact', () => {
    fc.assert(fc.property(arbitraryLedger, ({ lines: written, heads: kept }) => {
      expect(verifyLedger(written, { heads: kept })).toEqual({ verdict: 'intact', head: kept.at(-1) });
    }));
  });
});

describe('with the key destroyed', () => {
  const first = appendToLedger(emptyLedger, entry, KEY);
  const gone = appendKeyDestruction(first.head, { at: NOW, case: '2026-0017' }, KEY);

  test('the chain still holds, and goes on with another key', () => {
    const next = appendToLedger(gone.head, entry, new Uint8Array(32).fill(1));
    expect(verifyLedger([first.line, gone.line, next.line])).toEqual({ verdict: 'intact', head: next.head });
    expect(JSON.parse(next.line).subjects).not.toEqual(JSON.parse(first.line).subjects);
  });

  test('a record by the destroyed key is found', () => {
    const next = appendToLedger(gone.head, entry, KEY);
    expect(verifyLedger([first.line, gone.line, next.line])).toEqual({ verdict: 'broken', fault: 'key', line: 3 });
  });
});

describe('a receipt', () => {
  const facts: ReceiptFacts = {
    case: '2026-0017', subjects: [ALICE], requestedAt: NOW - 5, completedAt: NOW, profile: 'notice', treatments: { redact: 3, hide: 2 }, verification: 'clean',
    recipients: { acknowledged: 2, unsupported: 1 }, ledger: ledgerOf([entry]).heads[1] ?? emptyLedger,
  };
  const receipt = signReceipt(facts, signAs(A));
  const keys = ringOf({ [A]: 1 });

  test('is what the server said', () => {
    expect(verifyReceipt(receipt, keys)).toEqual({ valid: true, receipt: { server: A, ...facts } });
    expect(verifyReceipt(JSON.parse(JSON.stringify(receipt)), keys).valid).toBe(true);
  });

  test('shows that a ledger was cut off', () => {
    const verdict = verifyReceipt(receipt, keys);
    const heads = verdict.valid ? [verdict.receipt.ledger] : [];
    expect(verifyLedger(ledgerOf([entry, entry]).lines, { heads }).verdict).toBe('intact');
    expect(verifyLedger([], { heads })).toEqual({ verdict: 'broken', fault: 'head', line: 1 });
  });

  test.each<readonly [string, JsonObject, string]>([
    ['that was changed', { ...receipt, verification: 'unknown' }, 'bad-signature'], ['with more in it', { ...receipt, x: 1 }, 'bad-signature'],
    ['without a signature', { ...receipt, signatures: {} }, 'unsigned'], ['of another server', { ...receipt, server: 'b.example' }, 'unsigned'],
    ['by another key', signReceipt(facts, signAs(A, 2)), 'bad-signature'], ['by a key that nobody knows', signReceipt(facts, signAs('c.example')), 'unknown-key'],
    ['with one good and one bad signature', { ...signJson(receipt, { ...signAs(A), keyId: 'ed25519:other' }), x: 1 }, 'bad-signature'],
    ['that is none', {}, 'form'], ['of another kind', { ...receipt, type: 'x' }, 'form'],
  ])('%s is not valid', (_, value, reason) => {
    expect(verifyReceipt(value, keys)).toEqual({ valid: false, reason });
  });

  test('counts by the key of its time', () => {
    expect(verifyReceipt(receipt, ringOf({ [A]: [1, NOW] })).valid).toBe(true);
    expect(verifyReceipt(receipt, ringOf({ [A]: [1, NOW - 1] }))).toEqual({ valid: false, reason: 'expired-key' });
  });

  test('is not valid with any other value', () => {
    fc.assert(fc.property(fc.constantFrom(...Object.keys(receipt).filter((key) => key !== 'signatures')), fc.jsonValue(), (key, value) => {
      const changed = { ...receipt, [key]: value } as JsonObject;
      expect(verifyReceipt(changed, keys).valid).toBe(JSON.stringify(changed[key]) === JSON.stringify(receipt[key]));
    }));
  });
});
