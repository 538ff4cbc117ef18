import { describe, expect, it } from 'vitest';
import { assertPlanIntact, detectDrift, PlanDigestError, type Drift } from '../../src/erasure/drift.ts';
import type { ErasurePlan } from '../../src/erasure/plan.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { ALICE, BOB, CAROL, buildRoom, storedEvents, type RoomBuilder } from './build-room.ts';
import { applied, planFor } from './erase.ts';

function sharedRoom(): RoomBuilder {
  const room = buildRoom();
  room.join(BOB);
  room.text(ALICE, 'mine');
  room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
  return room;
}

function kinds(drift: readonly Drift[]): readonly string[] {
  return drift.map(({ kind }) => kind);
}

describe('no drift', () => {
  it('is a room that simply went on', () => {
    const room = sharedRoom();
    const plan = planFor(room.stored());
    room.text(BOB, 'and then');
    room.join(CAROL);
    room.state(BOB, 'm.room.topic', '', { topic: 'his' });
    room.text(BOB, `what did ${ALICE} say?`);
    expect(detectDrift(plan, planFor(room.stored()))).toEqual([]);
  });

  it('is what the plan itself did, whole or in part', () => {
    const [room, diary] = [sharedRoom(), buildRoom({ name: 'diary' })];
    diary.text(ALICE, 'mine');
    const stored = [...room.stored(), ...diary.stored()];
    const plan = planFor(stored);
    expect(plan.totals.purge).toBe(6);
    for (let done = 0; done <= stored.length; done++) {
      const halfway = [...applied(plan, stored.slice(0, done)), ...stored.slice(done)];
      expect(detectDrift(plan, planFor(halfway))).toEqual([]);
    }
    // Events may go in any order.
    const left = [...diary.stored()].filter((_, place) => place % 2 === 1);
    expect(detectDrift(plan, planFor([...room.stored(), ...left]))).toEqual([]);
  });

  it('is another room in which the subject only is mentioned', () => {
    const room = sharedRoom();
    const plan = planFor(room.stored());
    const other = buildRoom({ creator: BOB, name: 'other' });
    other.text(BOB, `where is ${ALICE}?`);
    expect(detectDrift(plan, planFor([...room.stored(), ...other.stored()]))).toEqual([]);
  });
});

describe('drift', () => {
  it('is a new event of the subject, in a room that is known or not', () => {
    const room = sharedRoom();
    const plan = planFor(room.stored());
    const other = buildRoom({ creator: BOB, name: 'other' });
    const elsewhere = other.join(ALICE);
    const id = room.text(ALICE, 'one more thing');
    expect(detectDrift(plan, planFor([...room.stored(), ...other.stored()]))).toEqual([
      { kind: 'new-event', room_id: room.roomId, event_id: id },
      { kind: 'new-event', room_id: other.roomId, event_id: elsewhere },
    ]);
  });

  it('is an event that is gone, unless it was to be purged', () => {
    const room = sharedRoom();
    const plan = planFor(room.stored());
    const gone = room.records()[6]?.event_id;
    const less = room.stored().filter(({ event }) => event.eventId !== gone);
    expect(detectDrift(plan, planFor(less))).toContainEqual({ kind: 'missing-event', room_id: room.roomId, event_id: gone });
    expect(kinds(detectDrift(plan, planFor([])))).toEqual(plan.rooms[0]?.entries.map(() => 'missing-event'));
  });

  it('is a hazard that came or went', () => {
    const room = sharedRoom();
    const acl = room.records().at(-1)?.event_id;
    const plan = planFor(room.stored());
    room.state(BOB, 'm.room.server_acl', '', { allow: ['*'] });
    expect(detectDrift(plan, planFor(room.stored()))).toEqual([{ kind: 'changed-event', room_id: room.roomId, event_id: acl }]);
    expect(detectDrift(planFor(room.stored()), plan)).toEqual([{ kind: 'changed-event', room_id: room.roomId, event_id: acl }]);
  });

  it('is somebody who joined a room that was to be purged', () => {
    const diary = buildRoom();
    diary.text(ALICE, 'mine');
    const plan = planFor(diary.stored());
    diary.join(BOB);
    expect(new Set(kinds(detectDrift(plan, planFor(diary.stored()))))).toEqual(new Set(['changed-event']));
  });

  it('is an invitation into a room that was to be purged', () => {
    const diary = buildRoom();
    const plan = planFor(diary.stored());
    diary.state(ALICE, 'm.room.member', BOB, { membership: 'invite' });
    expect(kinds(detectDrift(plan, planFor(diary.stored())))).toContain('new-event');
  });

  it('is another table', () => {
    const plan = planFor(sharedRoom().stored());
    for (const tables of [{ ...plan.tables, profile: 'x' }, { ...plan.tables, hazards: 'x' }, { ...plan.tables, roomVersions: { 10: 'x' } }]) {
      expect(detectDrift(plan, { ...plan, tables })).toEqual([{ kind: 'changed-tables' }]);
    }
    expect(detectDrift(plan, { ...plan, tables: { ...plan.tables, roomVersions: {} } })).toEqual([]);
  });
});

describe('the digest', () => {
  const plan = planFor(sharedRoom().stored());
  const [room] = plan.rooms;

  it('holds over a plan that was written and read', () => {
    expect(() => assertPlanIntact(JSON.parse(JSON.stringify(plan)) as ErasurePlan)).not.toThrow();
    expect(() => assertPlanIntact(Object.fromEntries(Object.entries(plan).reverse()) as ErasurePlan)).not.toThrow();
  });

  it.each([
    ['a treatment', { ...plan, rooms: plan.rooms.map((each) => ({ ...each, entries: each.entries.map((entry, at) => (at === 0 ? { ...entry, treatment: 'hide' as const } : entry)) })) }],
    ['an entry that is gone', { ...plan, rooms: plan.rooms.map((each) => ({ ...each, entries: each.entries.slice(1) })) }],
    ['a room that is gone', { ...plan, rooms: [] }],
    ['a subject', { ...plan, request: { ...plan.request, subjects: [BOB] } }],
    ['a time', { ...plan, request: { ...plan.request, effectiveAt: 1 } }],
    ['a key that is new', { ...plan, note: 1 }],
    ['the digest', { ...plan, digest: '' }],
    ['a deadline', { ...plan, deadlines: { ...plan.deadlines, purge: 0 } }],
  ])('tells %s', (_, changed) => {
    expect(room).toBeDefined();
    expect(() => assertPlanIntact(changed as ErasurePlan)).toThrow(PlanDigestError);
  });

  it('is the same whatever the order of the input', () => {
    const stored = sharedRoom().stored();
    expect(planFor([...stored].reverse()).digest).toBe(planFor(stored).digest);
  });

  it('can be made of types and state keys that no UTF-8 can express', () => {
    const record = { pdu: { type: 'x\ud800', content: {}, sender: ALICE, state_key: '\udfff' }, room_id: '!r:a.example', room_version: '10', event_id: '$x' };
    const hostile = planFor(storedEvents([record]));
    expect(() => assertPlanIntact(parseJson(JSON.stringify(hostile)) as unknown as ErasurePlan)).not.toThrow();
  });
});
