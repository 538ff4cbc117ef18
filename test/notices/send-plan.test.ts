import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planErasure } from '../../src/erasure/planner.ts';
import type { ErasurePlan } from '../../src/erasure/plan.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { redactionTarget } from '../../src/event/redaction-target.ts';
import { buildRedaction } from '../../src/notices/redaction-event.ts';
import { sendTime } from '../../src/notices/send-limits.ts';
import { planSends, type Send, type SendOptions } from '../../src/notices/send-plan.ts';
import { redactionVerdict } from '../../src/room/redaction-verdict.ts';
import { roomVersion, roomVersionIds, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, buildRoom, CAROL, type RoomBuilder } from '../erasure/build-room.ts';

const NEIGHBOUR = '@neighbour:a.example';
const FAST = { perSecond: 10, burst: 3 };

const planFor = (rooms: readonly RoomBuilder[], changes: Partial<ErasureRequest> = {}): ErasurePlan =>
  planErasure(rooms.flatMap((room) => room.stored().map(({ event }) => event)), {
    subjects: [ALICE], requestedAt: 5, effectiveAt: 5000, profile: 'notice', scope: {}, ...changes,
  });
const redacted = ({ sends }: { readonly sends: readonly Send[] }): readonly string[] => sends.flatMap((send) => (send.kind === 'redact' ? [send.event_id] : []));

/** A room of Bob's with texts of Alice's, an edit, a redaction and a topic. */
function sampleRoom(version = '11', name = 'room') {
  const room = buildRoom({ version, creator: BOB, name });
  room.join(ALICE, { displayname: 'Alice' });
  const first = room.text(ALICE, 'first');
  const second = room.text(ALICE, 'second');
  const edit = room.send(ALICE, 'm.room.message', { body: '* 1', 'm.relates_to': { rel_type: 'm.replace', event_id: first } });
  const topic = room.state(ALICE, 'm.room.topic', '', { topic: 'mine' });
  return { room, first, second, edit, topic };
}

describe('a redaction event', () => {
  test.each(roomVersionIds)('of version %s names its target where it is looked for, and applies', (version) => {
    const rules = roomVersion(version);
    const redaction = { ...buildRedaction('$a:a.example', rules.redacts), sender: ALICE, event_id: '$b:a.example', room_id: '!r:a.example' };
    expect(redactionTarget(redaction, rules.redacts)).toEqual({ eventIds: ['$a:a.example'], conflicting: false });
    const target = { type: 'm.room.message', sender: ALICE, event_id: '$a:a.example', room_id: '!r:a.example', content: {} };
    expect(redactionVerdict(redaction, target, { rules, state: () => undefined })).toEqual({ verdict: 'applies' });
  });

  test('is not made for what is no event ID', () => {
    expect(() => buildRedaction('a', roomVersion('11').redacts)).toThrow(expect.objectContaining({ name: 'InvalidIdentifierError' }));
  });
});

describe('the time of a send', () => {
  test('never has more than the limits allow in any span', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 200 }), (burst, tenths, position) => {
      const limits = { burst, perSecond: tenths / 10 };
      const times = Array.from({ length: position + 1 }, (_, index) => sendTime(index, limits));
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      for (const [from, start] of times.entries()) {
        const allowed = burst + (((times.at(-1) ?? 0) - start) / 1000) * limits.perSecond;
        // Times are whole milliseconds.
        expect(times.length - from).toBeLessThanOrEqual(allowed + limits.perSecond / 1000 + 1e-6);
      }
    }));
  });

  test.each([[{ perSecond: 0, burst: 1 }, 'perSecond'], [{ perSecond: Number.NaN, burst: 1 }, 'perSecond'], [{ perSecond: 1, burst: 0 }, 'burst'], [{ perSecond: 1, burst: 1.5 }, 'burst']])(
    '%j lets nothing through', (limits, field) => {
      expect(() => planSends(planFor([]), { limits })).toThrow(expect.objectContaining({ name: 'SendLimitsError', field }));
    },
  );
});

describe('sends', () => {
  test('are redactions in the order of the plan, then departures, then the end of the account', () => {
    const [one, two] = [sampleRoom('10', 'one'), sampleRoom('12', 'two')];
    const invited = buildRoom({ version: '11', creator: BOB, name: 'invited' });
    invited.state(BOB, 'm.room.member', ALICE, { membership: 'invite' });
    const plan = planFor([one.room, two.room, invited], { redactEvents: true });
    const { sends, unsent, duration } = planSends(plan, { limits: FAST });
    expect(redacted({ sends })).toEqual(plan.rooms.flatMap(({ redactions }) => redactions));
    const ids = redacted({ sends });
    expect(ids.indexOf(one.edit)).toBe(ids.indexOf(one.first) + 1);
    expect(sends.map(({ kind }) => kind)).toEqual([...ids.map(() => 'redact'), 'leave', 'leave', 'leave', 'deactivate']);
    expect(sends.flatMap((send) => (send.kind === 'leave' ? [send.how] : []))).toEqual(plan.rooms.flatMap(({ departures }) => departures.map(({ how }) => how)));
    expect(sends.some((send) => send.kind === 'leave' && send.how === 'reject-invite')).toBe(true);
    expect(unsent).toEqual([]);
    expect(sends.map(({ at }) => at)).toEqual(sends.map((_, position) => sendTime(position, FAST)));
    expect(duration).toBe(sends.at(-1)?.at);
  });

  test('redact no message under the notice, and every one under strict', () => {
    const { room, first, topic } = sampleRoom();
    expect(redacted(planSends(planFor([room])))).toContain(topic);
    expect(redacted(planSends(planFor([room])))).not.toContain(first);
    expect(redacted(planSends(planFor([room], { profile: 'strict' })))).toContain(first);
  });

  test('have transaction IDs that stay the same for a plan, and differ between events and plans', () => {
    const { room } = sampleRoom();
    const ids = (changes?: Partial<ErasureRequest>) => planSends(planFor([room], changes)).sends.flatMap((send) => (send.kind === 'redact' ? [send.txn_id] : []));
    expect(ids()).toEqual(ids());
    expect(new Set([...ids(), ...ids({ requestedAt: 6 })]).size).toBe(2 * ids().length);
    expect(ids().join('')).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('close no account for a part of the events', () => {
    const { room } = sampleRoom();
    const kinds = planSends(planFor([room], { scope: { types: ['m.room.topic'] } })).sends.map(({ kind }) => kind);
    expect(kinds).toEqual(['redact']);
  });

  test('name what is not sent', () => {
    const { room, topic } = sampleRoom();
    const plan = planFor([room]);
    const doubled = { ...plan, rooms: plan.rooms.map((one) => ({ ...one, redactions: [...one.redactions, topic] })) };
    const { sends, unsent } = planSends(doubled, { isRedacted: (eventId) => eventId !== topic });
    expect(redacted({ sends })).toEqual([topic]);
    expect(unsent.filter(({ event_id }) => event_id === topic)).toEqual([{ room_id: room.roomId, event_id: topic, reason: 'duplicate' }]);
    expect(new Set(unsent.map(({ reason }) => reason))).toEqual(new Set(['duplicate', 'already-redacted']));
  });

  test('never undo a redaction', () => {
    const reasons = (version: string) => {
      const { room, first } = sampleRoom(version);
      const own = room.redaction(ALICE, first, 'oops');
      const plan = planFor([room]);
      const added = { ...plan, rooms: plan.rooms.map((one) => ({
        ...one, redactions: [own], entries: one.entries.map((entry) => (entry.event_id === own ? { ...entry, treatment: 'redact' as const } : entry)),
      })) };
      const { sends, unsent } = planSends(added);
      return [redacted({ sends }).includes(own), unsent.map(({ reason }) => reason)];
    };
    expect(Object.fromEntries(stableRoomVersionIds.map((version) => [version, reasons(version)]))).toEqual(Object.fromEntries(
      stableRoomVersionIds.map((version) => [version, Number(version) < 11 ? [false, ['undoes-redaction']] : [true, []]]),
    ));
  });

  test('are refused where the plan does not redact what it lists', () => {
    const { room, first } = sampleRoom();
    const plan = planFor([room]);
    const wrong = (redactions: readonly string[]) => () => planSends({ ...plan, rooms: plan.rooms.map((one) => ({ ...one, redactions })) });
    const error = expect.objectContaining({ name: 'SendPlanError', reason: 'not-to-redact' });
    expect(wrong([first])).toThrow(error);
    expect(wrong(['$other'])).toThrow(error);
    const held = planFor([room], { holds: [{ id: 'h', ground: 'legal-hold', basis: 'b', reviewAt: 9, scope: {} }] });
    expect(redacted(planSends(held))).toEqual([]);
  });

  test('of several subjects need to know who sent what', () => {
    const { room, topic } = sampleRoom();
    const plan = planFor([room], { subjects: [ALICE, CAROL] });
    expect(() => planSends(plan)).toThrow(expect.objectContaining({ name: 'SendPlanError', reason: 'sender-unknown' }));
    expect(() => planSends(plan, { senderOf: () => BOB })).toThrow(expect.objectContaining({ reason: 'sender-unknown' }));
    const { sends } = planSends(plan, { senderOf: () => ALICE });
    expect(sends.find((send) => send.kind === 'redact' && send.event_id === topic)?.sender).toBe(ALICE);
    expect(sends.filter(({ kind }) => kind === 'deactivate').map(({ sender }) => sender)).toEqual([ALICE, CAROL]);
  });
});

describe('in a room that the subject has left', () => {
  const leftRoom = (version: string) => {
    const { room, first, topic } = sampleRoom(version);
    room.join(NEIGHBOUR);
    room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    return { room, first, topic };
  };
  const sendsOf = (version: string, substitute?: NonNullable<SendOptions['substitutes']>[string], changes?: Partial<ErasureRequest>) => {
    const { room, topic } = leftRoom(version);
    const { sends, unsent } = planSends(planFor([room], changes), substitute === undefined ? {} : { substitutes: { [room.roomId]: substitute } });
    const send = sends.find((one) => one.kind === 'redact' && one.event_id === topic);
    return send?.sender ?? unsent.find(({ event_id }) => event_id === topic)?.reason;
  };

  test.each(stableRoomVersionIds)('of version %s somebody of the same server redacts, or somebody with the power', (version) => {
    expect(sendsOf(version)).toBe('no-sender');
    expect(sendsOf(version, { user: BOB })).toBe('no-power');
    expect(sendsOf(version, { user: BOB, hasPower: true })).toBe(BOB);
    expect(sendsOf(version, { user: NEIGHBOUR })).toBe(NEIGHBOUR);
    expect(() => sendsOf(version, { user: ALICE })).toThrow(expect.objectContaining({ reason: 'subject-as-substitute' }));
  });

  test('messages stay under the notice, and nothing is sent twice', () => {
    const { room, first } = leftRoom('11');
    const substitutes = { [room.roomId]: { user: NEIGHBOUR } } as const;
    expect(redacted(planSends(planFor([room]), { substitutes }))).not.toContain(first);
    const ids = redacted(planSends(planFor([room], { redactEvents: true }), { substitutes }));
    expect(ids).toContain(first);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
