import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventRecord } from '../../src/event/record.ts';
import type { ErasurePlan, PlanEntry } from '../../src/erasure/plan.ts';
import type { SendOutcome } from '../../src/notices/carry-out-sends.ts';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import { planSends, type SendPlan } from '../../src/notices/send-plan.ts';
import { act, must, paths, sendEvent, type Actor, type Loose } from './client.ts';
import { readRecords, readRedactions } from './database.ts';
import { carryOut, carryOutOptions, losingAnswers, planWith } from './erase.ts';
import { PACKAGE, prepared, startHomeserver, type Homeserver } from './homeserver.ts';
import { buildDoors, buildHall, buildLeft, buildSquare, createMarks, makeCast, type BuiltRoom, type Cast } from './rooms.ts';
import { seenBy, servedText, type Seen } from './views.ts';

const VERSIONS = ['1', '10', '11', '12'];

/** How many outcomes there are of the run that is stopped. */
const STOPPED_AFTER = 9;

const isThere = prepared();
if (!isThere && Boolean(process.env['CI'])) throw new Error(`${PACKAGE} cannot be installed: Python 3 with venv and a package index are needed`);
if (!isThere) console.log(`skipped: ${PACKAGE} needs Python 3 with venv and a package index`);

type Run = {
  readonly cast: Cast;
  readonly rooms: readonly BuiltRoom[];
  readonly before: readonly EventRecord[];
  readonly plan: ErasurePlan;
  readonly sends: SendPlan;
  readonly states: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly runs: readonly (readonly SendOutcome[])[];
  readonly faults: { readonly lost: () => number; readonly limited: () => number };
};

async function build(homeserver: Homeserver, subject: string, versions: readonly string[]): Promise<Pick<Run, 'cast' | 'rooms'>> {
  const cast = await makeCast(homeserver, subject);
  const { mark } = createMarks(subject);
  const rooms: BuiltRoom[] = [];
  for (const version of versions) {
    rooms.push(await buildHall({ cast, version, mark }), await buildSquare({ cast, version, mark }), await buildLeft({ cast, version, mark }));
  }
  rooms.push(...await buildDoors({ cast, version: '11', mark }));
  return { cast, rooms };
}

const stateOf = async (viewer: Actor, roomId: string): Promise<ReadonlyMap<string, string>> =>
  new Map((await must(viewer.ask('GET', `${paths.room(roomId)}/state`))).map((event: Loose) => [`${event.type} ${event.state_key}`, event.event_id]));

/** Builds rooms, plans, and carries the plan out: stopped once, with answers lost, limited, and once more when all is done. */
async function erase(homeserver: Homeserver, subject: string, { versions, flags }: { readonly versions: readonly string[]; readonly flags: readonly string[] }): Promise<Run> {
  const { cast, rooms } = await build(homeserver, subject, versions);
  const { alice, admin, bob } = cast;
  const ids = new Set(rooms.map(({ roomId }) => roomId));
  const before = readRecords(homeserver.database).filter(({ room_id }) => ids.has(room_id ?? ''));
  const states = new Map(await Promise.all(rooms.map(async ({ roomId }) => [roomId, await stateOf(bob, roomId)] as const)));
  const plan = await planWith(before, ['--subject', alice.userId, ...flags]);
  const substitutes = Object.fromEntries(rooms.map(({ roomId }) => [roomId, { user: bob.userId as UserId, hasPower: true }]));
  // Faster than the server lets her, so that it says so.
  const sends = planSends(plan, { limits: { perSecond: 500, burst: 50 }, substitutes });
  const limit = `/_synapse/admin/v1/users/${encodeURIComponent(alice.userId)}/override_ratelimit`;
  const faults = losingAnswers(12);
  const options = carryOutOptions(homeserver, cast, faults.fetch);
  await must(admin.ask('POST', limit, { messages_per_second: 1, burst_count: 1 }));
  const stopped = await carryOut(sends, options, STOPPED_AFTER);
  await must(admin.ask('DELETE', limit));
  const runs = [stopped, await carryOut(sends, options), await carryOut(sends, options)];
  return { cast, rooms, before, plan, sends, states, runs, faults };
}

/** Alice's texts in an event. */
const marksIn = ({ pdu }: EventRecord): readonly string[] => marksOf(JSON.stringify(pdu));
const marksOf = (text: string): readonly string[] => [...new Set(text.match(/(?:alice|zoe)mark\d{4}z/g) ?? [])];

/**
 * What this version of Synapse serves all the same. Room summaries are kept beside the events, and a redaction does not reach them: only a new label
 * does, as the plan's remedies set one. To newcomers it bundles the latest answer of a thread without looking at who sent it.
 */
function knownLeaks(versions: readonly string[], hides: boolean): Readonly<Record<string, number>> {
  const viewers = ['bob', 'carol', 'erin', 'frank', 'guest'];
  const summaries = versions.flatMap((version) => viewers.flatMap((name) => [[`hall ${version} ${name} hierarchy`, 1], [`square ${version} ${name} hierarchy`, 2]] as const));
  const threads = versions.flatMap((version) => ['messages', 'search', 'threads'].map((surface) => [`hall ${version} erin ${surface}`, 1] as const));
  return Object.fromEntries([...summaries, ...(hides ? threads : [])]);
}

let homeserver: Homeserver;
beforeAll(async () => {
  if (isThere) homeserver = await startHomeserver();
});
afterAll(async () => {
  await homeserver?.stop();
});

describe.skipIf(!isThere).each([
  { subject: 'alice', title: 'under the notice', versions: VERSIONS, flags: [] },
  { subject: 'zoe', title: 'with --redact-events', versions: ['10', '12'], flags: ['--redact-events'] },
])('erased $title', ({ subject, ...settings }) => {
  let run: Run;
  beforeAll(async () => {
    run = await erase(homeserver, subject, settings);
    for (const { roomId } of roomsOf('hall', 'square')) await act(run.cast.erin, roomId, 'join');
  });
  const roomsOf = (...kinds: readonly BuiltRoom['kind'][]): readonly BuiltRoom[] => run.rooms.filter(({ kind }) => kinds.includes(kind));
  const sentIds = (): ReadonlySet<string> => new Set(run.sends.sends.flatMap((send) => (send.kind === 'redact' ? [send.event_id] : [])));
  const entriesOf = (): readonly (readonly [PlanEntry, EventRecord])[] => {
    const records = new Map(run.before.map((record) => [record.event_id, record]));
    return run.plan.rooms.flatMap(({ entries }) => entries.flatMap((entry) => {
      const record = records.get(entry.event_id);
      return record === undefined ? [] : [[entry, record] as const];
    }));
  };

  /** Alice's words in events that were redacted, and in those that are hidden. What a kept event holds as well is neither. */
  const goneMarks = (): { readonly redacted: ReadonlySet<string>; readonly hidden: ReadonlySet<string> } => {
    const sent = sentIds();
    const kept = new Set(run.before.filter(({ event_id }) => !sent.has(event_id ?? '')).flatMap(marksIn));
    const redacted = run.before.filter(({ event_id }) => sent.has(event_id ?? '')).flatMap(marksIn).filter((mark) => !kept.has(mark));
    return { redacted: new Set(redacted), hidden: new Set(entriesOf().flatMap(([{ treatment }, record]) => (treatment === 'hide' ? marksIn(record) : []))) };
  };

  /** Where words are served that should be gone: how many, by kind of room, version, viewer and surface. */
  const leaksIn = async (rooms: readonly BuiltRoom[], isGone: (mark: string, isNew: boolean) => boolean): Promise<Readonly<Record<string, number>>> => {
    const leaks: Record<string, number> = {};
    for (const { roomId, kind, version } of rooms) {
      const words = [...new Set(run.before.filter(({ room_id }) => room_id === roomId).flatMap(marksIn))];
      for (const name of ['bob', 'carol', 'erin', 'frank', 'guest'] as const) {
        for (const [surface, text] of Object.entries(await servedText(run.cast[name], roomId, words))) {
          const count = marksOf(text).filter((mark) => isGone(mark, !['bob', 'carol'].includes(name))).length;
          if (count > 0) leaks[`${kind} ${version} ${name} ${surface}`] = count;
        }
      }
    }
    return leaks;
  };

  test('every send is made, though the run was stopped, answers were lost and the server asked to wait', () => {
    const [first, second, third] = run.runs.map((outcomes) => outcomes.map(({ status }) => status));
    // What Alice had redacted herself is found redacted.
    expect([first?.length, first?.filter((status) => status !== 'done' && status !== 'already')]).toEqual([STOPPED_AFTER, []]);
    expect(first?.filter((status) => status === 'done').length).toBeGreaterThan(STOPPED_AFTER / 2);
    expect(second?.slice(0, STOPPED_AFTER)).toEqual(Array.from({ length: STOPPED_AFTER }, () => 'already'));
    expect(new Set(second)).toEqual(new Set(['done', 'already']));
    expect(new Set(third)).toEqual(new Set(['already']));
    expect([second?.length, third?.length]).toEqual([run.sends.sends.length, run.sends.sends.length]);
    expect(run.sends.unsent).toEqual([]);
    expect([run.faults.lost() > 2, run.faults.limited() > 0]).toEqual([true, true]);
  });

  test('nothing happens twice: one redaction for each event, one departure from each room', () => {
    const redactions = readRedactions(homeserver.database);
    expect([...sentIds()].filter((eventId) => redactions.get(eventId)?.length !== 1)).toEqual([]);
    const [alice] = run.plan.request.subjects;
    const last = Math.max(...run.before.map(({ stream_ordering }) => stream_ordering ?? 0));
    const departures = readRecords(homeserver.database)
      .filter(({ pdu, stream_ordering }) => (stream_ordering ?? 0) > last && pdu.type === 'm.room.member' && pdu.state_key === alice)
      .map(({ room_id, pdu }) => `${room_id} ${String(pdu.content['membership'])} ${String(pdu.sender)}`);
    const expected = run.sends.sends.flatMap((send) => (send.kind === 'leave' ? [`${send.room_id} leave ${alice}`] : []));
    expect(departures.toSorted()).toEqual(expected.toSorted());
    expect(expected.length).toBe(2 * settings.versions.length + 3);
  });

  test('the account is closed and erased', async () => {
    const { alice, admin } = run.cast;
    expect((await alice.ask('GET', '/account/whoami')).body.errcode).toBe('M_UNKNOWN_TOKEN');
    expect(await must(admin.ask('GET', `/_synapse/admin/v2/users/${encodeURIComponent(alice.userId)}`))).toMatchObject({ deactivated: true, erased: true });
  });

  test('each viewer is served what the plan and the server\'s own rule say', async () => {
    const [sent, found, wrong] = [sentIds(), new Map<string, number>(), new Set<string>()];
    const kinds = new Map(run.rooms.map(({ roomId, kind }) => [roomId, kind]));
    const viewers = (['bob', 'carol', 'erin', 'frank', 'guest'] as const).map((name) => [name, run.cast[name]] as const);
    for (const [entry, record] of entriesOf()) {
      const kind = kinds.get(record.room_id ?? '') ?? 'hall';
      for (const [name, viewer] of viewers) {
        const isIn = name === 'bob' || (name === 'carol' && (kind === 'hall' || kind === 'square' || kind === 'left')) || (name === 'erin' && (kind === 'hall' || kind === 'square'));
        const expected = expectedView({ isIn, isRedacted: sent.has(entry.event_id) || record.redacted_by !== null, wasIn: wasJoined(viewer, record, run.before), isOpen: isWorldReadable(record, run.before) });
        const seen = await seenBy(viewer, record);
        const isRight = seen === expected || (seen === 'same' && expected !== 'absent');
        if (!isRight) wrong.add(`${kind} ${entry.type} ${entry.treatment} ${name}: ${seen}, expected ${expected}`);
        const key = `${entry.treatment} ${name} ${seen}`;
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    }
    expect([...wrong]).toEqual([]);
    const key = subject === 'alice' ? ['hide carol full', 'hide erin redacted', 'hide guest redacted', 'redact carol redacted', 'keep carol full'] : ['redact carol redacted', 'redact erin redacted'];
    expect(key.filter((one) => !found.has(one))).toEqual([]);
    expect([...found.keys()].filter((one) => subject === 'zoe' && one.startsWith('redact') && one.endsWith('full'))).toEqual([]);
  });

  test('no text of a redacted event is served to anybody, nor one of a hidden event to newcomers, but where this server is known to', async () => {
    const { redacted, hidden } = goneMarks();
    expect([redacted.size > 10, hidden.size > 10]).toEqual([true, subject === 'alice']);
    const leaks = await leaksIn(roomsOf('hall', 'square'), (mark, isNew) => redacted.has(mark) || (isNew && hidden.has(mark)));
    expect(leaks).toEqual(knownLeaks(settings.versions, subject === 'alice'));
  });

  test('every room has the state that it had, but for the departure', async () => {
    const [alice] = run.plan.request.subjects;
    for (const { roomId, kind } of roomsOf('hall', 'square', 'left')) {
      const [before, after] = [run.states.get(roomId), await stateOf(run.cast.bob, roomId)];
      const own = new Set([`m.room.member ${alice}`, `m.room.member ${run.cast.erin.userId}`]);
      const rest = (state: ReadonlyMap<string, string> | undefined) => [...state ?? []].filter(([key]) => !own.has(key)).toSorted();
      expect([kind, rest(after)]).toEqual([kind, rest(before)]);
      expect(rest(after).length).toBeGreaterThan(4);
    }
  });

  test('a new label takes the old one out of the room summary', async () => {
    const { redacted } = goneMarks();
    for (const { roomId } of roomsOf('hall', 'square')) {
      for (const [type, key] of [['m.room.name', 'name'], ['m.room.topic', 'topic']] as const) await must(run.cast.bob.ask('PUT', paths.state(roomId, type), { [key]: 'new' }));
      const summary = (await run.cast.frank.ask('GET', `/_matrix/client/v1${paths.room(roomId)}/hierarchy`)).text;
      expect([marksOf(summary).filter((mark) => redacted.has(mark)), summary.includes('"topic":"new"')]).toEqual([[], true]);
    }
  });

  test('members talk, and power levels stand', async () => {
    const { bob, carol, erin } = run.cast;
    for (const { roomId, kind, version } of roomsOf('hall', 'square')) {
      for (const actor of [bob, carol, erin]) expect(await sendEvent(actor, roomId, 'm.room.message', { msgtype: 'm.text', body: 'still here' })).toMatch(/^\$/);
      const set = (actor: Actor) => actor.ask('PUT', paths.state(roomId, 'm.room.topic'), { topic: 'new' });
      const kick = (actor: Actor) => actor.ask('POST', `${paths.room(roomId)}/kick`, { user_id: erin.userId });
      expect([(await set(erin)).status, (await set(carol)).status, (await set(bob)).status]).toEqual([403, 403, 200]);
      expect([(await kick(carol)).status, (await kick(bob)).status]).toEqual([403, 200]);
      const { users } = await must(carol.ask('GET', paths.state(roomId, 'm.room.power_levels')));
      // From version 12 on, a creator is above all levels and not among them.
      expect(users[bob.userId]).toBe(version === '12' && kind === 'hall' ? undefined : 100);
    }
  });

  test('bans hold, and what Alice set goes on to count', async () => {
    const { bob, carol, dan, mallory, kim } = run.cast;
    for (const { roomId } of roomsOf('hall')) {
      expect((await must(carol.ask('GET', paths.state(roomId, 'm.room.power_levels')))).users[carol.userId]).toBe(25);
      expect((await mallory.ask('POST', `${paths.room(roomId)}/join`, {})).status).toBe(403);
      expect((await must(carol.ask('GET', paths.state(roomId, 'm.room.member', mallory.userId)))).membership).toBe('ban');
      expect(await sendEvent(dan, roomId, 'm.room.message', { msgtype: 'm.text', body: 'invited by Alice' })).toMatch(/^\$/);
      await act(kim, roomId, 'join');
      await act(bob, roomId, 'ban', { user_id: kim.userId });
      expect((await kim.ask('POST', `${paths.room(roomId)}/join`, {})).status).toBe(403);
    }
  });
});

type Viewing = { readonly isIn: boolean; readonly wasIn: boolean; readonly isRedacted: boolean; readonly isOpen: boolean };

/** Who may read an event at all, and, once its sender is erased, whether whole: on Synapse, whoever was joined when it was sent. */
function expectedView({ isIn, wasIn, isRedacted, isOpen }: Viewing): Seen {
  if (!isIn && !wasIn && !isOpen) return 'absent';
  return wasIn && !isRedacted ? 'full' : 'redacted';
}

const upTo = ({ room_id, stream_ordering = 0 }: EventRecord, records: readonly EventRecord[]): readonly EventRecord[] =>
  records.filter((other) => other.room_id === room_id && (other.stream_ordering ?? 0) <= stream_ordering);

function wasJoined({ userId }: Actor, record: EventRecord, records: readonly EventRecord[]): boolean {
  return upTo(record, records).findLast(({ pdu }) => pdu.type === 'm.room.member' && pdu.state_key === userId)?.pdu.content['membership'] === 'join';
}

function isWorldReadable(record: EventRecord, records: readonly EventRecord[]): boolean {
  return upTo(record, records).findLast(({ pdu }) => pdu.type === 'm.room.history_visibility')?.pdu.content['history_visibility'] === 'world_readable';
}
