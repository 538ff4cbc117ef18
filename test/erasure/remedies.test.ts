import { describe, expect, it } from 'vitest';
import { checkContentHash, eventId } from '../../src/crypto/event-hashes.ts';
import { checkFormat } from '../../src/event/format.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { hazards } from '../../src/erasure/hazards.ts';
import type { PlanRemedy } from '../../src/erasure/plan.ts';
import { isReplaceable } from '../../src/erasure/remedy-content.ts';
import { createRemedyBuilder, type RemedyEvent } from '../../src/erasure/remedy-events.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { openRoom } from '../../src/room/graph.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, CAROL, buildRoom, type RoomBuilder } from './build-room.ts';
import { planFor } from './erase.ts';

/** Hazards that end with their event no longer being current, with an event of each. */
const CASES: readonly (readonly [type: string, key: string, content: JsonObject, expected: JsonObject])[] = [
  ['m.room.server_acl', '', { allow: ['*'], deny: ['evil.example'], note: 'mine' }, { allow: ['*'], deny: ['evil.example'] }],
  ['m.room.encryption', '', { algorithm: 'm.megolm.v1.aes-sha2', note: 'mine' }, { algorithm: 'm.megolm.v1.aes-sha2' }],
  ['m.room.tombstone', '', { replacement_room: '!new:a.example', body: 'mine' }, { replacement_room: '!new:a.example', body: '' }],
  ['m.room.policy', '', { via: 'policy.example', public_key: 'abc', note: 'mine' }, { via: 'policy.example', public_key: 'abc' }],
  ['m.policy.rule.user', 'rule', { entity: '@spam:evil.example', recommendation: 'm.ban', reason: 'mine' }, { entity: '@spam:evil.example', recommendation: 'm.ban', reason: '' }],
  ['m.space.child', '!child:a.example', { via: ['a.example'], order: 'a', note: 'mine' }, { via: ['a.example'], order: 'a' }],
  ['m.room.retention', '', { max_lifetime: 1000, note: 'mine' }, { max_lifetime: 1000 }],
];

function roomWith(version: string): RoomBuilder {
  const users = version === '12' ? { [BOB]: 100 } : { [ALICE]: 100, [BOB]: 100 };
  const room = buildRoom({ version, powerLevels: { users, state_default: 50 } });
  room.join(BOB);
  room.join(CAROL);
  return room;
}

function build(room: RoomBuilder, remedySender?: typeof BOB): { readonly remedies: readonly PlanRemedy[]; readonly events: readonly RemedyEvent[]; readonly plan: string } {
  const plan = planFor(room.stored(), remedySender === undefined ? {} : { remedySender });
  const builder = createRemedyBuilder(plan);
  for (const { event } of room.stored()) builder.add(event);
  return { remedies: plan.rooms.flatMap((each) => each.remedies), events: builder.finish(5_000_000), plan: JSON.stringify(plan) };
}

describe.each(stableRoomVersionIds)('in version %s', (version) => {
  it.each(CASES)('%s can be replaced by another member, with what the room needs and none of the text', (type, key, content, expected) => {
    const room = roomWith(version);
    const source = room.state(ALICE, type, key, content);
    const { remedies, events, plan } = build(room, BOB);
    const hazard = hazards.find((row) => (row.type.endsWith('*') ? type.startsWith(row.type.slice(0, -1)) : row.type === type))?.id;
    expect(remedies).toEqual([{ source, type, state_key: key, hazard, sender: BOB }]);
    expect(plan).not.toContain('mine');
    expect(events).toMatchObject([{ room_id: room.roomId, room_version: version, source, event: { type, state_key: key, sender: BOB, content: expected } }]);
    expect(JSON.stringify(events)).not.toContain('mine');

    const event = complete(events[0]?.event, version);
    const rules = roomVersion(version);
    expect(checkFormat(event, rules.format)).toEqual([]);
    expect(rules.format.eventId === 'opaque' || checkContentHash(event, rules) === 'match').toBe(true);
    const id = eventId(event, rules);
    const graph = openRoom([...room.stored().map(({ event: { eventId: each, pdu } }) => ({ event_id: each, pdu })), { event_id: id, pdu: event }], { rules });
    expect(graph.verdict(id)).toEqual({ verdict: 'authorized' });
    const current = graph.currentState();
    expect(current.state === 'known' && current.get(type, key)).toBe(id);
    expect(graph.forwardExtremities).toEqual([id]);
  });
});

/** What the sender's server adds: a signature, and in versions 1 and 2 an ID. */
function complete(event: Pdu | undefined, version: string): Pdu {
  if (event === undefined) throw new Error('there is no event');
  const signed = { ...event, hashes: event.hashes ?? { sha256: '' }, signatures: { 'b.example': { 'ed25519:1': 'c2ln' } } };
  return Number(version) < 3 ? { ...signed, event_id: '$new:b.example' } : signed;
}

describe('a remedy', () => {
  it('without a sender is offered, with what a client would send', () => {
    const room = roomWith('10');
    room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
    const { remedies, events } = build(room);
    expect(remedies[0]).not.toHaveProperty('sender');
    expect(events[0]?.event).toEqual({ type: 'm.room.server_acl', state_key: '', content: { allow: ['*'] } });
  });

  it('says why its sender cannot send it, and is not built then', () => {
    const acl = (room: RoomBuilder): string => room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
    const obstacle = (make: (room: RoomBuilder) => void, sender = BOB as typeof BOB): unknown => {
      const room = roomWith('10');
      acl(room);
      make(room);
      const { remedies, events } = build(room, sender);
      expect(events.length).toBe(remedies[0]?.obstacle === undefined ? 1 : 0);
      return remedies[0]?.obstacle;
    };
    expect(obstacle(() => undefined)).toBeUndefined();
    expect(obstacle((room) => room.state(BOB, 'm.room.member', BOB, { membership: 'leave' }))).toBe('not-joined');
    expect(obstacle(() => undefined, CAROL as typeof BOB)).toBe('no-power');
    const levels = (needed: number): JsonObject => ({ users: { [ALICE]: 100, [BOB]: 100, [CAROL]: 50 }, events: { 'm.room.server_acl': needed } });
    expect(obstacle((room) => room.state(ALICE, 'm.room.power_levels', '', levels(51)), CAROL as typeof BOB)).toBe('no-power');
    expect(obstacle((room) => room.state(ALICE, 'm.room.power_levels', '', levels(50)), CAROL as typeof BOB)).toBeUndefined();
  });

  it('is offered for labels that would be lost, without their text', () => {
    const room = roomWith('10');
    const name = room.state(ALICE, 'm.room.name', '', { name: 'mine' });
    const topic = room.state(ALICE, 'm.room.topic', '', { topic: 'mine' });
    const pins = room.state(ALICE, 'm.room.pinned_events', '', { pinned: ['$a', '$b'] });
    room.state(ALICE, 'm.room.topic', '', { topic: 'mine again' });
    const { remedies, events } = build(room, BOB);
    expect(remedies.map(({ source, hazard }) => [source, hazard])).toEqual([[name, 'label'], [pins, 'label'], [room.records().at(-1)?.event_id, 'label']]);
    expect(remedies.map(({ source }) => source)).not.toContain(topic);
    expect(events.map(({ event, write }) => [event.content, write])).toEqual([[{ name: '' }, ['name']], [{ pinned: ['$a', '$b'] }, []], [{ topic: '' }, ['topic']]]);
    expect(planFor(room.stored(), { keepLabels: true }).rooms[0]?.remedies).toEqual([]);
  });

  it('is not offered for what stays a hazard however often it is replaced', () => {
    const room = roomWith('10');
    room.state(ALICE, 'm.room.power_levels', '', { users: { [ALICE]: 100, [BOB]: 100 }, invite: 50 });
    room.text(BOB, 'this rests on it');
    expect(build(room, BOB).remedies).toEqual([]);
    for (const type of ['m.room.create', 'm.room.member']) expect(isReplaceable(type)).toBe(false);
  });

  it('is not built of events that are no longer there', () => {
    const room = roomWith('10');
    room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
    const builder = createRemedyBuilder(planFor(room.stored(), { remedySender: BOB }));
    expect(builder.finish(0)).toEqual([]);
    for (const { event } of buildRoom({ name: 'other' }).stored()) builder.add(event);
    expect(builder.finish(0)).toEqual([]);
  });
});
