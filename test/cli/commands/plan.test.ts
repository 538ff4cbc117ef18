import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hold } from '../../../src/cli/hold-file.ts';
import { holdGrounds } from '../../../src/erasure/holds.ts';
import type { ErasurePlan } from '../../../src/erasure/plan.ts';
import type { RevocationPlan } from '../../../src/erasure/revocation.ts';
import { ALICE, BOB, buildRoom, type RoomBuilder } from '../../erasure/build-room.ts';
import { folder, lines, runCli, type Result } from '../run.ts';

const PERSON = ['--subject', ALICE, '--effective-at', '1000000'];

/** A room with Bob, who may set everything, and texts that must not get into any plan. */
function shared(): RoomBuilder {
  const room = buildRoom({ powerLevels: { users: { [ALICE]: 100, [BOB]: 100 } } });
  room.join(BOB);
  room.text(ALICE, 'a secret');
  room.state(ALICE, 'm.room.topic', '', { topic: 'a secret topic' });
  room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'], note: 'a secret note' });
  return room;
}

type Site = { readonly at: (name: string) => string; readonly write: (name: string, ...rooms: readonly RoomBuilder[]) => Promise<string>; readonly json: <T>(name: string) => Promise<T> };

async function site(): Promise<Site> {
  const path = await folder();
  const at = (name: string): string => join(path, name);
  return {
    at,
    write: async (name, ...rooms) => {
      await writeFile(at(name), rooms.flatMap((room) => room.records().map((record) => `${JSON.stringify(record)}\n`)).join(''));
      return at(name);
    },
    json: async <T>(name: string) => JSON.parse(await readFile(at(name), 'utf8')) as T,
  };
}

const lastLine = ({ stdout }: Result): string | undefined => lines(stdout).at(-1);

describe('plan --hold', () => {
  test('takes a file or JSON, and leaves with 3 where nothing can be done', async () => {
    const { at, write, json } = await site();
    const diary = buildRoom();
    diary.text(ALICE, 'a secret');
    const file = await write('room.ndjson', diary);
    const given = { id: 'case', ground: 'legal-hold', basis: 'file 1', reviewAt: '2027-01-01' };
    await writeFile(at('hold.json'), JSON.stringify([given]));
    const all = await runCli(['plan', file, ...PERSON, '--hold', at('hold.json'), '--out', at('plan.json')]);
    expect(all.code).toBe(3);
    expect(lastLine(all)).toBe('Plan: 0 to redact, 0 to hide, 5 to purge, 1 to keep (6 held, 0 out of reach, 0 about others). Nothing changed.');
    expect((await json<ErasurePlan>('plan.json')).request.holds).toEqual([{ ...given, reviewAt: Date.UTC(2027, 0, 1), scope: {} }]);
    const applied = await runCli(['apply', at('plan.json'), file, '--out', at('held.ndjson')]);
    expect(applied.code).toBe(3);
    expect(await readFile(at('held.ndjson'), 'utf8')).toContain('a secret');

    const some = await runCli(['plan', file, ...PERSON, '--hold', JSON.stringify({ ...given, scope: { types: ['m.room.message'] } })]);
    expect([some.code, lastLine(some)]).toEqual([0, 'Plan: 0 to redact, 0 to hide, 5 to purge, 1 to keep (1 held, 0 out of reach, 0 about others). Nothing changed.']);
  });

  test.each([
    ['no JSON', '{', 'FileShapeError'],
    ['another form', '{"id":"x"}', 'FileShapeError'],
    ['an unknown ground', '{"id":"x","ground":"mine","basis":"x","reviewAt":9000000}', 'FileShapeError'],
    ['a hold that has run out', '{"id":"x","ground":"legal-hold","basis":"x","reviewAt":5}', 'InvalidHoldError'],
    ['holds that contradict', '[{"id":"x","ground":"legal-hold","basis":"a","reviewAt":9000000},{"id":"x","ground":"legal-hold","basis":"b","reviewAt":9000000}]', 'ContradictoryHoldsError'],
  ])('refuses %s', async (_, given, name) => {
    const { write } = await site();
    const { code, stderr } = await runCli(['plan', await write('room.ndjson', buildRoom()), ...PERSON, '--hold', given]);
    expect([code, stderr.includes(name)]).toEqual([1, true]);
  });

  test('knows every ground', () => {
    expect(hold.entries.ground.options).toEqual(holdGrounds);
  });
});

describe('bad requests', () => {
  test.each([
    [['--subject', 'alice'], 64, 'Give a user ID'],
    [['--profile', 'none'], 1, 'UnknownProfileError'],
    [['--requested-at', '2', '--effective-at', '1'], 1, 'BackwardClockError'],
    [['--after', '2', '--before', '1'], 1, 'BackwardClockError'],
    [['--remedy-sender', ALICE], 1, 'RemedySenderError'],
  ])('%j are named', async (flags, code, message) => {
    const { write } = await site();
    const subject = flags[0] === '--subject' ? [] : ['--subject', ALICE];
    const result = await runCli(['plan', await write('room.ndjson', buildRoom()), ...subject, ...flags]);
    expect([result.code, result.stderr.includes(message)]).toEqual([code, true]);
  });

  test('without a subject are wrong usage', async () => {
    const { write } = await site();
    const result = await runCli(['plan', await write('room.ndjson', buildRoom())]);
    expect([result.code, result.stderr]).toEqual([64, expect.stringContaining('--subject')]);
  });
});

describe('apply --remedies', () => {
  test('writes what another member sends first, without the person\'s text; then the rest can be added', async () => {
    const { at, write, json } = await site();
    const room = shared();
    const file = await write('room.ndjson', room);
    await runCli(['plan', file, ...PERSON, '--remedy-sender', BOB, '--out', at('plan.json')]);
    expect(await readFile(at('plan.json'), 'utf8')).not.toContain('secret');
    const { code } = await runCli(['apply', at('plan.json'), file, '--out', at('erased.ndjson'), '--remedies', at('remedies.json')]);
    expect(code).toBe(0);
    expect(await readFile(at('remedies.json'), 'utf8')).not.toContain('secret');
    const { events } = await json<{ readonly events: readonly { readonly hazard: string; readonly event: object }[] }>('remedies.json');
    expect(events.find(({ hazard }) => hazard === 'server-acl')).toMatchObject({ event: { sender: BOB, type: 'm.room.server_acl', content: { allow: ['*'] } } });

    room.state(BOB, 'm.room.server_acl', '', { allow: ['*'] });
    room.text(ALICE, 'a secret too');
    const later = await write('later.ndjson', room);
    expect((await runCli(['apply', at('plan.json'), later, '--out', at('x.ndjson')])).code).toBe(3);
    const added = await runCli(['plan', later, '--supplement', at('plan.json'), '--out', at('more.json')]);
    expect(added.code).toBe(0);
    expect(added.stdout).toContain('A supplement: 2 events new');
    expect((await runCli(['apply', at('more.json'), later, '--out', at('all.ndjson')])).code).toBe(0);
    expect(lines(await readFile(at('all.ndjson'), 'utf8')).filter((line) => line.includes('a secret note'))).toEqual([]);
    expect((await runCli(['show', at('more.json')])).stdout).toContain('A supplement: 2 events new');
  });
});

describe('plan --revoke', () => {
  test('shows what comes back; applied, it does', async () => {
    const { at, write, json } = await site();
    const file = await write('room.ndjson', shared());
    await runCli(['plan', file, ...PERSON, '--out', at('plan.json')]);
    await runCli(['apply', at('plan.json'), file, '--out', at('erased.ndjson')]);
    const revoked = await runCli(['plan', at('erased.ndjson'), '--revoke', at('plan.json'), '--revoked-at', '2000000', '--out', at('revocation.json'), '--html', at('revocation.html')]);
    expect([revoked.code, lastLine(revoked)]).toEqual([0, expect.stringMatching(/^Revocation: \d+ to come back, 1 gone, \d+ as they always were\. Nothing changed\.$/)]);
    expect((await json<RevocationPlan>('revocation.json')).request.revokedAt).toBe(2_000_000);
    const shown = await runCli(['show', at('revocation.json')]);
    expect(shown.stdout).toBe(revoked.stdout);
    expect(await readFile(at('revocation.html'), 'utf8')).toContain('What comes back of');
    const applied = await runCli(['apply', at('revocation.json'), at('erased.ndjson'), '--out', at('back.ndjson')]);
    expect(applied.stdout).toContain('Revoked: 1 restored;');
    const back = lines(await readFile(at('back.ndjson'), 'utf8'));
    expect(back.filter((line) => line.includes('"erasure"'))).toEqual([]);
    expect(back.some((line) => line.includes('a secret"'))).toBe(true);
    expect(back.some((line) => line.includes('a secret topic'))).toBe(false);
    // Changed by hand, it is refused.
    await writeFile(at('bad.json'), JSON.stringify({ ...(await json<RevocationPlan>('revocation.json')), revokes: 'x' }));
    expect((await runCli(['show', at('bad.json')])).stderr).toContain('PlanDigestError');
  });

  test('and --supplement take their request from the plan', async () => {
    const { at, write } = await site();
    const file = await write('room.ndjson', shared());
    await runCli(['plan', file, ...PERSON, '--out', at('plan.json')]);
    for (const flags of [['--revoke', at('plan.json'), '--subject', ALICE], ['--supplement', at('plan.json'), '--types', 'x'], ['--supplement', at('plan.json'), '--revoke', at('plan.json')]]) {
      expect((await runCli(['plan', file, ...flags])).code).toBe(64);
    }
  });
});

describe('plan --registration', () => {
  test('tells which application services are sent what', async () => {
    const { at, write, json } = await site();
    const diary = buildRoom({ name: 'diary' });
    await writeFile(at('irc.yaml'), "id: irc\nas_token: a secret\nsender_localpart: ircbot\nnamespaces: {users: [], aliases: [], rooms: [{exclusive: false, regex: '!diary:.*'}]}\n");
    const file = await write('room.ndjson', diary);
    expect(lastLine(await runCli(['plan', file, ...PERSON]))).toContain('5 to purge');
    expect(lastLine(await runCli(['plan', file, ...PERSON, '--registration', at('irc.yaml'), '--out', at('plan.json')]))).toContain('0 to purge');
    expect(await readFile(at('plan.json'), 'utf8')).not.toContain('a secret');
    expect((await json<ErasurePlan>('plan.json')).request.services?.map(({ id }) => id)).toEqual(['irc']);
    expect((await runCli(['apply', at('plan.json'), file, '--out', at('x.ndjson')])).code).toBe(0);
  });
});

describe('plan --uploads', () => {
  test('lists every file as purged, kept or unknown', async () => {
    const { at, write, json } = await site();
    const room = shared();
    room.send(ALICE, 'm.room.message', { msgtype: 'm.image', url: 'mxc://a.example/shown' });
    await writeFile(at('uploads.txt'), 'mxc://a.example/shown\n\nmxc://a.example/never\r\n');
    const { stdout } = await runCli(['plan', await write('room.ndjson', room), ...PERSON, '--uploads', at('uploads.txt'), '--out', at('plan.json')]);
    expect(stdout).toContain('- 1 file to purge by');
    expect((await json<ErasurePlan>('plan.json')).media).toMatchObject({ basis: 'listed', purge: ['mxc://a.example/never'], kept: [{ uri: 'mxc://a.example/shown' }] });
    await writeFile(at('uploads.txt'), 'mxc://a.example/shown\nno URI\n');
    const bad = await runCli(['plan', at('room.ndjson'), ...PERSON, '--uploads', at('uploads.txt')]);
    expect(bad.stderr).toContain('line 2 is none');
  });
});

describe('a plan for other files', () => {
  test('is refused by name, with 3', async () => {
    const { at, write } = await site();
    await runCli(['plan', await write('room.ndjson', shared()), ...PERSON, '--out', at('plan.json')]);
    const other = buildRoom({ name: 'other' });
    other.join(BOB);
    const result = await runCli(['apply', at('plan.json'), await write('other.ndjson', other), '--out', at('x.ndjson')]);
    expect([result.code, result.stderr.includes('OtherInputError')]).toEqual([3, true]);
  });
});
