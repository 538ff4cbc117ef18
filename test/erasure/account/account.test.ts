import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readAccountFile } from '../../../src/cli/account-file.ts';
import { accountCategories, type AccountCategoryId } from '../../../src/erasure/account/categories.ts';
import { planAccountErasure, UnknownAccountCategoryError, type AccountAnswer, type AccountInventory } from '../../../src/erasure/account/plan-account.ts';
import { accountSchema } from '../../../src/erasure/account/schema.ts';
import { UncountableTimeError } from '../../../src/erasure/calendar.ts';
import { purgeDeadline } from '../../../src/erasure/deadlines.ts';
import { isValid } from './json-schema.ts';

const DAY = 24 * 60 * 60 * 1000;
const requestedAt = Date.UTC(2026, 0, 31, 12);
const effectiveAt = requestedAt + DAY;
const times = { requestedAt, effectiveAt };
const ids = accountCategories.map(({ id }) => id);

const answer = (category: AccountCategoryId, present: AccountInventory, more: object = {}): AccountAnswer | undefined =>
  planAccountErasure(present, { ...times, ...more }).answers.find((each) => each.category === category);

describe('the table', () => {
  it('has what a homeserver holds, each once', () => {
    // The list of the privacy notice (2.2), and what Synapse was seen to hold and to leave behind.
    const wanted = [
      'username', 'password-hash', 'display-name', 'avatar', 'email', 'telephone', 'devices', 'ip-addresses', 'user-agents', 'last-seen', 'access-tokens', 'pushers',
      'push-rules', 'account-data', 'filters', 'key-backups', 'cross-signing-keys', 'to-device-messages', 'receipts', 'presence', 'user-directory', 'search-index',
      'membership-names', 'media', 'upload-names', 'url-previews', 'sso-mappings', 'identity-bindings', 'consent-records', 'reports', 'logs', 'backups',
    ];
    expect(ids).toEqual(wanted);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says of each why, how long, what and under which section', () => {
    for (const { section, purpose, retention, erasure } of accountCategories) {
      expect(section).toMatch(/^2\.\d(?:\.\d)?$/);
      for (const text of [purpose, retention, erasure]) expect(text).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it('keeps the name, whatever else goes, and little more', () => {
    expect(accountCategories.filter(({ treatment }) => treatment === 'keep').map(({ id }) => id)).toEqual(['username', 'consent-records', 'reports']);
    expect(accountCategories.filter(({ deadline, treatment }) => deadline === 'none' && treatment !== 'keep')).toEqual([]);
  });
});

describe('an inventory', () => {
  it('gets an answer for every category, stated or not', () => {
    fc.assert(fc.property(fc.subarray([...ids]), fc.nat(3), (stated, count) => {
      const present = Object.fromEntries(stated.map((id) => [id, Array.from({ length: count }, () => 'a value')]));
      const { answers, notStated } = planAccountErasure(present, times);
      expect(answers.map(({ category }) => category)).toEqual(ids);
      expect(answers.filter(({ held }) => held === count).map(({ category }) => category)).toEqual(stated);
      expect([...stated, ...notStated].toSorted()).toEqual(ids.toSorted());
      expect(JSON.stringify(answers)).not.toContain('a value');
    }));
  });

  it('with a store that nobody has decided about is an error', () => {
    expect(() => planAccountErasure({ horoscopes: [] } as AccountInventory, times)).toThrow(UnknownAccountCategoryError);
    expect(() => planAccountErasure({ horoscopes: [] } as AccountInventory, times)).toThrow('"horoscopes"');
    expect(() => planAccountErasure({ 'alice lives here': [] } as AccountInventory, times)).toThrow(/^(?!.*alice)/);
    for (const name of ['__proto__', 'constructor', 'Email', 'email ']) {
      expect(() => planAccountErasure(JSON.parse(`{${JSON.stringify(name)}:[]}`) as AccountInventory, times)).toThrow(UnknownAccountCategoryError);
    }
  });

  it('has deadlines: at once, the earlier of 30 days and one month, 180 days, the rotation of backups, or none', () => {
    expect(answer('access-tokens', {})?.due).toBe(effectiveAt);
    expect(answer('email', {})?.due).toBe(Date.UTC(2026, 1, 28, 12));
    expect(answer('logs', {})?.due).toBe(effectiveAt + 180 * DAY);
    expect(answer('backups', {})).not.toHaveProperty('due');
    expect(answer('backups', {}, { backupsUntil: 5 })?.due).toBe(5);
    expect(answer('username', { username: ['@alice:example.org'] })).toEqual({ category: 'username', section: '2.1.2', held: 1, treatment: 'keep' });
  });

  it('has no deadline for what is not there', () => {
    expect(answer('email', { email: [] })).toEqual({ category: 'email', section: '2.2', held: 0, treatment: 'delete' });
  });

  it('counts logs from when they were recorded', () => {
    expect(answer('logs', { logs: [{ at: 10 }, { at: 40 }, { at: 20 }] })?.due).toBe(40 + 180 * DAY);
    expect(answer('logs', { logs: [{ at: 10 }, 'a line'] })?.due).toBe(effectiveAt + 180 * DAY);
    expect(() => planAccountErasure({ logs: [{ at: Number.NaN }] }, times)).toThrow(UncountableTimeError);
  });

  it('dated ahead does not keep sessions open past the deadline', () => {
    expect(answer('devices', {}, { effectiveAt: requestedAt + 365 * DAY })?.due).toBe(purgeDeadline(requestedAt));
  });

  it('at a time that no calendar has is an error', () => {
    expect(() => planAccountErasure({}, { requestedAt: 8.64e15, effectiveAt: 0 })).toThrow(UncountableTimeError);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'account-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What reading a file of this content comes to: an error's name, or nothing. */
async function read(content: unknown): Promise<string | undefined> {
  const path = join(folder, 'account.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readAccountFile(path).then(() => undefined, (error: unknown) => (error as Error).name);
}

const fileOf = (data: unknown, user: unknown = '@alice:example.org'): object => ({ format: 'matrix-erasure/account', formatVersion: 1, accounts: [{ user, data }] });

describe('the file', () => {
  it('is read as it is', async () => {
    const file = fileOf({ email: ['a@example.org'], devices: [{ device_id: 'ABC', at: 5 }], logs: [], receipts: [1, true, { deep: { a: [1.5, null] } }] });
    expect(await read(file)).toBeUndefined();
    expect(isValid(file, accountSchema())).toBe(true);
    expect(JSON.parse(JSON.stringify(await readAccountFile(join(folder, 'account.json'))))).toMatchObject({ accounts: [{ data: { email: ['a@example.org'], devices: [{ at: 5 }] } }] });
  });

  it.each<readonly [string, unknown, string]>([
    ['an unknown category', fileOf({ horoscopes: [] }), 'UnknownAccountCategoryError'],
    ['__proto__ as a category', JSON.stringify(fileOf({ x: [] })).replace('"x"', '"__proto__"'), 'UnknownAccountCategoryError'],
    ['a category that is no list', fileOf({ email: 'a@example.org' }), 'FileShapeError'],
    ['a list in a list', fileOf({ email: [[]] }), 'FileShapeError'],
    ['null', fileOf({ email: [null] }), 'FileShapeError'],
    ['a time that is none', fileOf({ logs: [{ at: 'yesterday' }] }), 'FileShapeError'],
    ['a time before 1970', fileOf({ logs: [{ at: -1 }] }), 'FileShapeError'],
    ['a user that is none', fileOf({}, 'alice'), 'FileShapeError'],
    ['no accounts', { format: 'matrix-erasure/account', formatVersion: 1, accounts: [] }, 'FileShapeError'],
    ['another version', { ...fileOf({}), formatVersion: 2 }, 'FileShapeError'],
    ['another key', { ...fileOf({}), more: 1 }, 'FileShapeError'],
    ['no JSON', '{', 'FileShapeError'],
  ])('with %s is refused, by the schema as well', async (_, content, name) => {
    expect(await read(content)).toBe(name);
    if (typeof content !== 'string') expectInvalid(content);
  });

  it('with an account twice is refused', async () => {
    const account = { user: '@alice:example.org', data: {} };
    expect(await read({ ...fileOf({}), accounts: [account, account] })).toBe('FileShapeError');
  });

  it('is judged alike by the schema and by what reads it', async () => {
    const item = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant([]), fc.record({ at: fc.oneof(fc.integer({ min: -5 }), fc.string(), fc.constant(null)) }, { requiredKeys: [] }));
    const data = fc.dictionary(fc.constantFrom<string>(...ids, 'horoscopes', 'Email', 'toString'), fc.oneof({ arbitrary: fc.array(item, { maxLength: 3 }), weight: 9 }, { arbitrary: item, weight: 1 }), { maxKeys: 4 });
    const user = fc.constantFrom('@alice:example.org', '@alice:[::1]:8448', '@A b:c', '@:b', 'alice', '@alice', '@a:b:c', '@a:b c', '@a\u0000:b', '@a:b\n', 5, null);
    const file = fc.record({
      format: fc.constantFrom('matrix-erasure/account', 'matrix-erasure/account', 'x'), formatVersion: fc.constantFrom(1, 1, 2),
      accounts: fc.array(fc.record({ user, data }, { requiredKeys: ['user'] }), { maxLength: 1 }),
    });
    await fc.assert(fc.asyncProperty(file, async (content) => {
      expect((await read(content)) === undefined).toBe(isValid(content, accountSchema()));
    }), { numRuns: 400 });
  });
});

function expectInvalid(content: unknown): void {
  expect(isValid(content, accountSchema())).toBe(false);
}

describe('the published schema', () => {
  it('is that of the table; if it is not, run write-account-schema.ts', () => {
    const published: unknown = JSON.parse(readFileSync(new URL('../../../docs/schema/account.schema.json', import.meta.url), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(accountSchema())));
  });

  it('is packed', () => {
    const { files } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { readonly files: readonly string[] };
    expect(files).toContain('docs/schema');
  });
});
