import { describe, expect, it } from 'vitest';
import { assertPlanIntact, assertSameInput, detectDrift, OtherInputError } from '../../src/erasure/drift.ts';
import { PlanDriftedError, supplementPlan } from '../../src/erasure/supplement.ts';
import { verifyErasure } from '../../src/erasure/verify.ts';
import { ALICE, BOB, CAROL, buildRoom, type RoomBuilder } from './build-room.ts';
import { applied, entryOf, failures, planFor } from './erase.ts';

function shared(name = 'room'): RoomBuilder {
  const room = buildRoom({ name });
  room.join(BOB);
  room.text(ALICE, 'mine');
  room.state(ALICE, 'm.room.topic', '', { topic: 'mine' });
  return room;
}

describe('no drift', () => {
  it.each(['10', '11'])('is what the plan asks to be sent into rooms, in version %s', (version) => {
    const room = buildRoom({ version });
    room.join(BOB);
    const topic = room.state(ALICE, 'm.room.topic', '', { topic: 'mine' });
    const plan = planFor(room.stored());
    expect(plan.rooms[0]?.redactions).toEqual([topic]);
    expect(plan.rooms[0]?.departures).toEqual([{ user_id: ALICE, how: 'leave' }]);
    room.redaction(ALICE, topic);
    expect(detectDrift(plan, planFor(room.stored()))).toEqual([]);
    room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    expect(detectDrift(plan, planFor(room.stored()))).toEqual([]);
  });

  it('is a hazard whose remedy has been sent', () => {
    const room = buildRoom({ powerLevels: { users: { [ALICE]: 100, [BOB]: 100 } } });
    room.join(BOB);
    const acl = room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
    const plan = planFor(room.stored(), { remedySender: BOB });
    room.state(BOB, 'm.room.server_acl', '', { allow: ['*'] });
    const now = planFor(room.stored(), { remedySender: BOB });
    expect(detectDrift(plan, now)).toEqual([]);
    const more = supplementPlan(plan, now);
    expect(entryOf(more, acl)).toMatchObject({ treatment: 'redact', reason: 'own-state', added: true });
  });

  it('is not a redaction of something else, or a leave that nobody asked for', () => {
    const room = shared();
    const plan = planFor(room.stored(), { scope: { types: ['m.room.topic', 'm.room.redaction', 'm.room.member'] } });
    expect(plan.rooms[0]?.departures).toEqual([]);
    room.redaction(ALICE, room.records()[6]?.event_id ?? '');
    room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    expect(detectDrift(plan, planFor(room.stored(), { scope: plan.request.scope })).map(({ kind }) => kind)).toEqual(['new-event', 'new-event']);
  });
});

describe('a supplement', () => {
  it('adds what is new, and leaves the rest as it was approved', () => {
    const room = shared();
    const plan = planFor(room.stored());
    const id = room.text(ALICE, 'one more thing');
    const other = shared('other');
    const now = planFor([...room.stored(), ...other.stored()]);
    const more = supplementPlan(plan, now);
    expect(more.supplements).toBe(plan.digest);
    expect(() => assertPlanIntact(more)).not.toThrow();
    expect(detectDrift(more, now)).toEqual([]);
    expect(entryOf(more, id)).toMatchObject({ treatment: 'hide', added: true });
    const addedIn = (roomId: string): number | undefined => more.rooms.find(({ room_id: each }) => each === roomId)?.entries.filter(({ added }) => added === true).length;
    expect([addedIn(room.roomId), addedIn(other.roomId)]).toEqual([1, other.records().length - 1]);
    expect(more.totals).toEqual(now.totals);
    expect(more.rooms.map((each) => each.entries.map(({ added: _, ...entry }) => entry))).toEqual(now.rooms.map(({ entries }) => entries));
  });

  it('can be made and applied after the plan itself was, and added to again', () => {
    const [room, diary] = [shared(), buildRoom({ name: 'diary' })];
    diary.send(ALICE, 'm.room.message', { msgtype: 'm.image', url: 'mxc://a.example/gone' });
    const original = [...room.stored(), ...diary.stored()];
    const plan = planFor(original);
    const id = room.text(ALICE, 'later');
    const stored = [...applied(plan, original), ...room.stored().filter(({ event }) => event.eventId === id)];
    const more = supplementPlan(plan, planFor(stored));
    expect(more.totals.purge).toBe(plan.totals.purge);
    expect(more.media.purge).toEqual(['mxc://a.example/gone']);
    const result = applied(more, stored);
    expect(failures(verifyErasure(more, { original: stored, result }))).toEqual([]);
    expect(result.find(({ event }) => event.eventId === id)?.record['erasure']).toBeDefined();
    const again = supplementPlan(more, planFor(result));
    expect(again.rooms.flatMap(({ entries }) => entries).some(({ added }) => added === true)).toBe(false);
    expect(again.supplements).toBe(more.digest);
  });

  it('is refused where anything else has changed', () => {
    const room = shared();
    const acl = room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
    const plan = planFor(room.stored());
    // Not the plan's remedy: it had none to offer for a change that the subject made.
    const without = { ...plan, rooms: plan.rooms.map((each) => ({ ...each, remedies: [] })) };
    room.state(BOB, 'm.room.server_acl', '', { allow: ['*'] });
    let error: unknown;
    try {
      supplementPlan(without, planFor(room.stored()));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(PlanDriftedError);
    expect(error).toMatchObject({ drift: [{ kind: 'changed-event', event_id: acl }] });
  });
});

describe('a plan for other events', () => {
  it('is told from one that has drifted', () => {
    const [room, other] = [shared(), shared('other')];
    const plan = planFor(room.stored());
    expect(() => assertSameInput(plan, planFor(other.stored()))).toThrow(OtherInputError);
    expect(() => assertSameInput(plan, planFor([]))).toThrow(OtherInputError);
    expect(() => assertSameInput(plan, planFor(room.stored().slice(0, 7)))).not.toThrow();
    const diary = buildRoom();
    // What was purged is rightly not there.
    expect(() => assertSameInput(planFor(diary.stored()), planFor([]))).not.toThrow();
  });

  it('is not one whose rooms went on', () => {
    const room = shared();
    const plan = planFor(room.stored());
    room.join(CAROL);
    expect(() => assertSameInput(plan, planFor(room.stored()))).not.toThrow();
  });
});
