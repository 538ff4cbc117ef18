import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest';
import { readFingerprints, readSecretKey } from '../../src/cli/fingerprints-file.ts';
import { accountPart, residuePart } from '../../src/cli/plan-parts.ts';
import { accountLines } from '../../src/cli/text/account-text.ts';
import { residueLines } from '../../src/cli/text/residue-text.ts';
import { accountCategories } from '../../src/erasure/account/categories.ts';
import type { AccountErasure } from '../../src/erasure/account/plan-account.ts';
import { OtherAccountError, planAccounts } from '../../src/erasure/account/plan-accounts.ts';
import type { AccountFile } from '../../src/erasure/account/schema.ts';
import { takeFingerprints } from '../../src/erasure/fingerprints/fingerprints.ts';
import { residueRules } from '../../src/erasure/residue/kinds.ts';
import type { ResidueReport } from '../../src/erasure/residue/report.ts';
import { residueOf } from '../../src/erasure/residue/residue.ts';
import { readRoom, RECORDED_ALICE } from '../erasure/rooms.ts';

const requestedAt = Date.UTC(2026, 0, 31, 12);
const request = { subjects: ['@alice:example.org', '@irc_alice:example.org'] as const, requestedAt, effectiveAt: requestedAt };
const file: AccountFile = {
  format: 'matrix-erasure/account', formatVersion: 1,
  accounts: [{ user: '@alice:example.org', data: { email: ['alice@private.example'], pushers: [], username: ['@alice:example.org'], logs: [{ at: 5 }] } }],
};

const folder = mkdtempSync(join(tmpdir(), 'parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the account part of a plan', () => {
  const accounts = planAccounts(file, request);

  it('is of the subjects alone', () => {
    expect(accounts.map(({ user }) => user)).toEqual(['@alice:example.org']);
    expect(() => planAccounts({ ...file, accounts: [{ user: '@bob:example.org', data: {} }] }, request)).toThrow(OtherAccountError);
  });

  it('is read as it was written', () => {
    expectTypeOf<v.InferOutput<typeof accountPart>>().toExtend<AccountErasure>();
    for (const account of accounts) expect(v.parse(accountPart, JSON.parse(JSON.stringify(account)))).toEqual(account);
    expect(v.is(accountPart, { ...accounts[0], value: 'alice@private.example' })).toBe(false);
  });

  it('is printed without a value', () => {
    const lines = accountLines(accounts);
    expect(lines[0]).toBe('@alice:example.org:');
    expect(lines).toContain('- email (1 item, notice 2.2): delete by Sat 2026-02-28 12:00 UTC. The address is deleted once the last notice to the person has been sent.');
    expect(lines.at(-1)).toMatch(/^Not looked at: password-hash, .* and backups\.$/);
    expect(lines).toHaveLength(5);
    expect(lines.join('\n')).not.toContain('private');
    expect(accountCategories).toHaveLength(32);
  });
});

describe('the residue part of a plan', () => {
  const events = readRoom('v12-shared.ndjson.gz').map(({ event }) => event);
  const report = residueOf(events, [RECORDED_ALICE]);

  it('is read as it was written', () => {
    expectTypeOf<v.InferOutput<typeof residuePart>>().toExtend<ResidueReport>();
    expect(v.parse(residuePart, JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(v.is(residuePart, { ...report, counts: { nonsense: 1 } })).toBe(false);
  });

  it('is printed by kind, and each text by its place', () => {
    const lines = residueLines(report);
    expect(lines[0]).toMatch(/^- \d+ events: The user ID as the sender/);
    expect(lines.filter((line) => residueRules.some(({ sentence }) => line.endsWith(sentence)))).toHaveLength(Object.keys(report.counts).length);
    expect(lines.at(-1)).toMatch(/^- m\.room\.member content\.third_party_invite\.signed\.token, \d+, as redactions keep it$/);
    expect(lines.join('\n')).not.toMatch(/pii_/);
    expect(residueLines({ rooms: [], counts: {}, texts: 0 })).toEqual([]);
  });

  it('is cut where it is long', () => {
    const texts = Array.from({ length: 60 }, (_, index) => ({ event_id: '$e', type: 'x', path: `content.key_${index}`, because: 'event-kept' as const }));
    expect(residueLines({ rooms: [{ room_id: '!r', counts: {}, servers: 0, examples: [], texts }], counts: {}, texts: 60 }).at(-1)).toBe('- and 40 more places, in the plan file');
  });
});

describe('fingerprints and keys as files', () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('are read as they were written', async () => {
    const key = new Uint8Array(randomBytes(32));
    const prints = takeFingerprints(readRoom('v6-shared.ndjson.gz').map(({ event }) => event), [RECORDED_ALICE], key);
    expect(prints.texts.length).toBeGreaterThan(10);
    expect(await readFingerprints(write('prints.json', JSON.stringify(prints)))).toEqual(prints);
    expect(await readSecretKey(write('key', `${Buffer.from(key).toString('base64')}\n`))).toEqual(key);
  });

  it.each(['', 'no base64!', Buffer.from('short').toString('base64')])('a key that is none is refused: %j', async (text) => {
    await expect(readSecretKey(write('key', text))).rejects.toMatchObject({ name: 'FileShapeError' });
  });

  it.each(['{}', '[]', '{"format":"matrix-erasure/fingerprints","formatVersion":1,"keyCheck":"x","texts":[{"kind":"message","grams":["hello"]}]}'])('other files are refused: %s', async (text) => {
    await expect(readFingerprints(write('prints.json', text))).rejects.toMatchObject({ name: 'FileShapeError' });
  });
});
