import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../src/erasure/digest.ts';
import type { ErasurePlan } from '../../../src/erasure/plan.ts';
import type { Verification } from '../../../src/erasure/verification.ts';
import { ALICE, BOB, buildRoom, type RoomBuilder } from '../../erasure/build-room.ts';
import { folder, runCli } from '../run.ts';

const PERSON = ['--subject', ALICE, '--effective-at', '1000000'];
const ACCOUNT = {
  format: 'matrix-erasure/account', formatVersion: 1,
  accounts: [{ user: ALICE, data: { email: ['alice@private.example'], pushers: [], devices: [{ name: 'private phone' }, { name: 'private laptop' }] } }],
};

/** Alice's room: a power level event that stays, and a text in it. */
function shared(): RoomBuilder {
  const room = buildRoom({ powerLevels: { users: { [ALICE]: 100, [BOB]: 100 } } });
  room.join(BOB);
  room.text(ALICE, 'a secret');
  room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'], note: 'a secret note' });
  return room;
}

type Site = { readonly at: (name: string) => string; readonly json: <T>(name: string) => Promise<T> };

async function site(room: RoomBuilder = shared()): Promise<Site> {
  const path = await folder();
  const at = (name: string): string => join(path, name);
  await writeFile(at('room'), room.records().map((record) => `${JSON.stringify(record)}\n`).join(''));
  await writeFile(at('account.json'), JSON.stringify(ACCOUNT));
  return { at, json: async <T>(name: string) => JSON.parse(await readFile(at(name), 'utf8')) as T };
}

describe('plan --account', () => {
  test('says what happens to each category, without a value, and is shown', async () => {
    const { at, json } = await site();
    const { code, stdout } = await runCli(['plan', at('room'), ...PERSON, '--account', at('account.json'), '--out', at('plan.json')]);
    expect(code).toBe(0);
    const { account = [] } = await json<ErasurePlan>('plan.json');
    expect(account.map(({ user }) => user)).toEqual([ALICE]);
    expect(account[0]?.answers.filter(({ held }) => typeof held === 'number').map(({ category, held }) => [category, held])).toEqual([['email', 1], ['devices', 2], ['pushers', 0]]);
    await runCli(['show', at('plan.json'), '--html', at('plan.html')]);
    const { stdout: shown } = await runCli(['show', at('plan.json')]);
    const page = await readFile(at('plan.html'), 'utf8');
    expect(shown).toContain('Account data\n');
    expect(shown).toContain('- devices (2 items, notice ');
    expect(page).toContain('<h2 id="account-h">What happens to the account</h2>');
    expect(page).toMatch(/<th scope="row"><strong>devices<\/strong>/);
    expect(`${stdout}${shown}${page}${await readFile(at('plan.json'), 'utf8')}`).not.toContain('private');
  });

  test('a plan with an account is carried out, verified, and kept by a supplement', async () => {
    const room = shared();
    const { at, json } = await site(room);
    await runCli(['plan', at('room'), ...PERSON, '--account', at('account.json'), '--out', at('plan.json')]);
    expect(await runCli(['apply', at('plan.json'), at('room'), '--out', at('erased')])).toMatchObject({ code: 0, stderr: '' });
    const verified = await runCli(['verify', at('plan.json'), '--original', at('room'), '--result', at('erased'), '--json']);
    const { checks }: Verification = JSON.parse(verified.stdout);
    expect([verified.code, checks.filter(({ status }) => status === 'failed')]).toEqual([0, []]);
    expect(checks.find(({ check }) => check === 'plan-complete')).toMatchObject({ status: 'passed' });
    room.text(ALICE, 'more of it');
    await writeFile(at('room'), room.records().map((record) => `${JSON.stringify(record)}\n`).join(''));
    expect(await runCli(['plan', at('room'), '--supplement', at('plan.json'), '--out', at('more.json')])).toMatchObject({ code: 0 });
    const [before, after] = [await json<ErasurePlan>('plan.json'), await json<ErasurePlan>('more.json')];
    expect(after.account).toEqual(before.account);
    expect(after.residue.counts.confirmable).toBe((before.residue.counts.confirmable ?? 0) + 1);
  });

  test.each([
    ['somebody else', { ...ACCOUNT, accounts: [{ user: BOB, data: {} }] }, 'OtherAccountError'],
    ['a category that nobody has decided about', { ...ACCOUNT, accounts: [{ user: ALICE, data: { horoscopes: [] } }] }, 'UnknownAccountCategoryError'],
    ['another file', { format: 'matrix-erasure/plan' }, 'FileShapeError'],
  ])('account data of %s end with an error that has a name', async (_, file, name) => {
    const { at } = await site();
    await writeFile(at('account.json'), JSON.stringify(file));
    const { code, stderr } = await runCli(['plan', at('room'), ...PERSON, '--account', at('account.json')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`(${name})`)]);
  });

  test('the plan does not replace the account data', async () => {
    const { at } = await site();
    const { code, stderr } = await runCli(['plan', at('room'), ...PERSON, '--account', at('account.json'), '--out', at('account.json')]);
    expect([code, stderr]).toEqual([64, expect.stringContaining('is read by this command')]);
  });
});

describe('what stays', () => {
  test('is in the plan by kind and by place, and never the text', async () => {
    const { at, json } = await site();
    await runCli(['plan', at('room'), ...PERSON, '--out', at('plan.json'), '--html', at('plan.html')]);
    const { residue, rooms } = await json<ErasurePlan>('plan.json');
    const kept = rooms[0]?.entries.find(({ type }) => type === 'm.room.server_acl');
    expect(kept?.treatment).toBe('keep');
    expect(residue.rooms[0]?.texts).toContainEqual({ event_id: kept?.event_id, type: 'm.room.server_acl', path: 'content.*', because: 'event-kept' });
    const { stdout } = await runCli(['show', at('plan.json')], { env: { COLUMNS: '200' } });
    expect(stdout).toMatch(/^What redaction cannot remove\n- \d+ events: The user ID as the sender/m);
    expect(stdout).toContain('- m.room.server_acl content.*, 1, as the event is kept');
    expect(await readFile(at('plan.html'), 'utf8')).toContain('A SHA-256 over the erased content.');
    expect(await readFile(at('plan.json'), 'utf8')).not.toContain('secret');
  });

  test('a plan that says less than stays does not verify', async () => {
    const { at, json } = await site();
    await runCli(['plan', at('room'), ...PERSON, '--out', at('plan.json')]);
    await runCli(['apply', at('plan.json'), at('room'), '--out', at('erased')]);
    const { digest: _, ...plan } = await json<ErasurePlan>('plan.json');
    const less = { ...plan, residue: { ...plan.residue, texts: 0, rooms: [] } };
    await writeFile(at('less.json'), JSON.stringify({ ...less, digest: digestOf(less) }));
    const { code, stdout } = await runCli(['verify', at('less.json'), '--original', at('room'), '--result', at('erased'), '--json']);
    const { checks }: Verification = JSON.parse(stdout);
    expect([code, checks.find(({ status }) => status === 'failed')]).toMatchObject([4, { check: 'plan-complete', examples: ['its residue'] }]);
  });

  test('of rooms that the request does not cover the plan says nothing', async () => {
    const { at, json } = await site();
    await runCli(['plan', at('room'), ...PERSON, '--rooms', '!other:a.example', '--out', at('plan.json')]);
    expect((await json<ErasurePlan>('plan.json')).residue).toEqual({ rooms: [], counts: {}, texts: 0 });
  });
});
