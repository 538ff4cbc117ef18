import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isState } from '../../src/event/pdu.ts';
import { findHazard, hazards } from '../../src/erasure/hazards.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { openRoom } from '../../src/room/graph.ts';
import { redact } from '../../src/event/redact.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, CAROL, buildRoom, type RoomBuilder } from './build-room.ts';
import { erase, planFor, treatmentOf } from './erase.ts';

const upTo = (last: number): readonly string[] => stableRoomVersionIds.filter((id) => Number(id) <= last);
const from = (first: number): readonly string[] => stableRoomVersionIds.filter((id) => Number(id) >= first);

/** Sends a state event of Alice's and says what the plan does with it, after what the room did then. */
function planState(version: string, event: readonly [type: string, key: string, content: JsonObject], then: (room: RoomBuilder) => void = () => undefined): string | undefined {
  const room = buildRoom({ version });
  room.join(BOB);
  const id = room.state(ALICE, ...event);
  then(room);
  return treatmentOf(planFor(room.stored()), id);
}

describe('the create event', () => {
  it.each(upTo(10))('stays as it is in version %s', (version) => {
    const room = buildRoom({ version });
    room.join(BOB);
    expect(treatmentOf(planFor(room.stored()), room.stored()[0]?.event.eventId ?? '')).toBe('keep hazard create');
  });

  it.each(from(11))('survives its redaction in version %s', (version) => {
    const room = buildRoom({ version, createContent: { 'org.example.note': 'mine' } });
    room.join(BOB);
    expect(treatmentOf(planFor(room.stored()), room.stored()[0]?.event.eventId ?? '')).toBe('redact own-state');
  });

  it('with nothing to lose is redacted', () => {
    expect(findHazard({ type: 'm.room.create', state_key: '', content: { creator: ALICE } }, { current: true, inAuthChain: true }, roomVersion('1'))).toBeUndefined();
  });
});

describe('power levels', () => {
  const levels = { users: { [ALICE]: 100 }, users_default: 0, events_default: 0, state_default: 0 };

  it.each(upTo(10))('with an invite level stay in version %s', (version) => {
    expect(planState(version, ['m.room.power_levels', '', { ...levels, invite: 50 }])).toBe('keep hazard power-levels');
  });

  it.each(from(11))('with an invite level are redacted in version %s', (version) => {
    const users = version === '12' ? {} : levels.users;
    expect(planState(version, ['m.room.power_levels', '', { ...levels, users, invite: 50 }])).toBe('redact own-state');
    expect(planState(version, ['m.room.power_levels', '', { ...levels, users, notifications: { room: 20 } }])).toBe('keep hazard notification-levels');
  });

  it('without either are redacted', () => {
    expect(planState('10', ['m.room.power_levels', '', { ...levels, 'org.example.note': 'mine' }])).toBe('redact own-state');
  });

  it.each(upTo(5))('with a level for notifying the room stay while they are current, in version %s', (version) => {
    const notifying = ['m.room.power_levels', '', { ...levels, notifications: { room: 20 } }] as const;
    expect(planState(version, notifying)).toBe('keep hazard room-mentions');
    expect(planState(version, notifying, (room) => room.state(ALICE, 'm.room.power_levels', '', levels))).toBe('redact own-state');
  });

  it('that are current no more stay, whether or not an event rests on them', () => {
    const replace = (room: RoomBuilder): string => room.state(ALICE, 'm.room.power_levels', '', levels);
    expect(planState('10', ['m.room.power_levels', '', { ...levels, invite: 50 }], (room) => {
      room.text(BOB, 'hello');
      replace(room);
    })).toBe('keep hazard power-levels');
    // Nothing rests on these: the replacement names the ones before as what allows it. The rules judge them all the same.
    const room = buildRoom({ version: '10' });
    room.join(BOB);
    const old = room.stored()[2]?.event.eventId ?? '';
    const create = room.stored()[0]?.event.eventId ?? '';
    const join = room.stored()[1]?.event.eventId ?? '';
    const id = room.state(ALICE, 'm.room.power_levels', '', { ...levels, invite: 50 });
    room.state(ALICE, 'm.room.power_levels', '', levels, { auth: [create, join, old] });
    expect(treatmentOf(planFor(room.stored()), id)).toBe('keep hazard power-levels');
  });
});

describe('a restricted join', () => {
  const join = (version: string): string | undefined => {
    const room = buildRoom({ version, creator: BOB, joinRule: 'restricted' });
    return treatmentOf(planFor(room.join(ALICE, { join_authorised_via_users_server: BOB }) === '' ? [] : room.stored()), room.records().at(-1)?.event_id ?? '');
  };

  it('stays in version 8 alone', () => {
    expect(join('8')).toBe('keep hazard restricted-join');
    for (const version of from(9)) expect(join(version)).toBe('redact own-state');
    // Before version 8 the key means nothing.
    for (const version of upTo(7)) expect(join(version)).toBe('redact own-state');
  });

  it('without a member who vouched is redacted', () => {
    const room = buildRoom({ version: '8', creator: BOB });
    const id = room.join(ALICE, { displayname: 'Alice' });
    expect(treatmentOf(planFor(room.stored()), id)).toBe('redact own-state');
  });

  it('that is current no more stays as long as the next membership rests on it', () => {
    const room = buildRoom({ version: '8', creator: BOB, joinRule: 'restricted' });
    const id = room.join(ALICE, { join_authorised_via_users_server: BOB });
    room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    expect(treatmentOf(planFor(room.stored()), id)).toBe('keep hazard restricted-join');
  });
});

describe('third-party invites', () => {
  const invitation = { display_name: 'c...@c...', key_validity_url: 'https://id.example/valid', public_key: 'abc' };
  const signed = { mxid: CAROL, token: 'token', signatures: {} };

  it.each(stableRoomVersionIds)('keep their public keys while they stand, in version %s', (version) => {
    expect(planState(version, ['m.room.third_party_invite', 'token', invitation])).toBe('keep hazard third-party-invite');
  });

  it('go once revoked, when no membership rests on them', () => {
    const revoke = (room: RoomBuilder): string => room.state(BOB, 'm.room.third_party_invite', 'token', {});
    expect(planState('10', ['m.room.third_party_invite', 'token', invitation], revoke)).toBe('redact own-state');
    expect(planState('10', ['m.room.third_party_invite', 'token', invitation], (room) => {
      room.state(ALICE, 'm.room.member', CAROL, { membership: 'invite', third_party_invite: { display_name: 'c', signed } });
      revoke(room);
    })).toBe('keep hazard third-party-invite');
  });

  it('that were revoked with nothing in them have nothing to lose', () => {
    expect(planState('10', ['m.room.third_party_invite', 'token', {}])).toBe('redact own-state');
  });

  it.each(stableRoomVersionIds)('keep the signed part of the membership, in version %s', (version) => {
    const invite: JsonObject = { membership: 'invite', third_party_invite: { display_name: 'c', signed } };
    // This one's signature is none, so that it is rejected; redacted, it would be an invite like any other, which Alice may send.
    const expected = Number(version) >= 11 ? 'redact own-state' : 'keep hazard third-party-invite-member';
    expect(planState(version, ['m.room.member', CAROL, invite])).toBe(expected);
    expect(planState(version, ['m.room.member', CAROL, invite], (room) => room.join(CAROL))).toBe(expected);
  });

  it('are a matter of invites alone', () => {
    expect(planState('10', ['m.room.member', CAROL, { membership: 'leave', third_party_invite: { signed } }])).toBe('redact own-state');
    expect(planState('10', ['m.room.member', CAROL, { membership: 'invite', reason: 'come' }])).toBe('redact own-state');
  });
});

describe.each([
  ['m.room.server_acl', 'server-acl', { allow: ['*'] }],
  ['m.room.encryption', 'encryption', { algorithm: 'm.megolm.v1.aes-sha2' }],
  ['m.room.tombstone', 'tombstone', { replacement_room: '!other:a.example', body: 'moved' }],
  ['m.room.policy', 'policy-server', { via: 'policy.example' }],
  ['m.policy.rule.user', 'policy-rule', { entity: '@spam:x.example', recommendation: 'm.ban', reason: 'spam' }],
  ['m.policy.rule.room', 'policy-rule', { entity: '!spam:x.example', recommendation: 'm.ban', reason: 'spam' }],
  ['m.space.child', 'space-child', { via: ['a.example'] }],
  ['m.room.retention', 'retention', { max_lifetime: 1 }],
] as const)('%s', (type, hazard, content) => {
  it.each(stableRoomVersionIds)('stays while it is current, in version %s', (version) => {
    expect(planState(version, [type, '', content])).toBe(`keep hazard ${hazard}`);
  });

  it('is redacted once replaced, and is no longer one when empty', () => {
    expect(planState('10', [type, '', content], (room) => room.state(BOB, type, '', {}))).toBe('redact own-state');
    // Another state key is another place.
    expect(planState('10', [type, '', content], (room) => room.state(BOB, type, 'other', {}))).toBe(`keep hazard ${hazard}`);
    expect(planState('10', [type, '', {}])).toBe('redact own-state');
  });

  it('without a state key is a message', () => {
    const room = buildRoom();
    room.join(BOB);
    expect(treatmentOf(planFor(room.stored()), room.send(ALICE, type, content))).toBeUndefined();
    expect(treatmentOf(planFor(room.stored()), room.records().at(-1)?.event_id ?? '')).toBe('hide others-had-access');
  });
});

describe('what only looks like a hazard', () => {
  it.each(['m.room.server_acl.x', 'm.policy.rulebook', 'm.policy.rule', 'm.space.parent', 'm.room.guest_access', 'constructor', '__proto__'])('%s is redacted', (type) => {
    expect(planState('10', [type, '', { allow: ['*'] }])).toBe('redact own-state');
  });

  it('a state event that the server rejected is not current', () => {
    const room = buildRoom();
    room.join(BOB);
    const id = room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] }, { record: { rejected: 'auth_error' } });
    room.text(BOB, 'x');
    expect(treatmentOf(planFor(room.stored()), id)).toBe('redact own-state');
  });

  it('a hazard of one branch of a fork counts if the branches resolve to it', () => {
    const room = buildRoom();
    room.join(BOB);
    const parent = room.records().at(-1)?.event_id ?? '';
    const acl = room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] }, { prev: [parent] });
    const other = room.text(BOB, 'meanwhile', { prev: [parent] });
    const plan = planFor(room.stored());
    expect(treatmentOf(plan, acl)).toBe('keep hazard server-acl');
    room.text(BOB, 'together', { prev: [acl, other] });
    expect(treatmentOf(planFor(room.stored()), acl)).toBe('keep hazard server-acl');
  });
});

describe('where history is missing', () => {
  it('whatever might be current counts as current', () => {
    const room = buildRoom();
    room.join(BOB);
    const acl = room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
    room.state(BOB, 'm.room.server_acl', '', { allow: ['b.example'] });
    const without = room.stored().filter((_, place) => place !== 3);
    const plan = planFor(without);
    expect(plan.rooms[0]?.state).toBe('unknown');
    expect(plan.warnings.map(({ code }) => code)).toContain('state-unknown');
    expect(treatmentOf(plan, acl)).toBe('keep hazard server-acl');
    expect(treatmentOf(planFor(room.stored()), acl)).toBe('redact own-state');
  });
});

/** The table is not trusted: a room in which each state event is redacted is run again. */
describe.each(stableRoomVersionIds)('in version %s', (version) => {
  const room = buildRoom({ version, powerLevels: { invite: 50, ...(version === '12' ? {} : { users: { [ALICE]: 100, [BOB]: 50 } }) } });
  room.join(BOB, { displayname: 'Bob' });
  room.state(ALICE, 'm.room.name', '', { name: 'mine' });
  room.state(ALICE, 'm.room.guest_access', '', { guest_access: 'can_join' });
  room.state(ALICE, 'm.room.aliases', 'a.example', { aliases: ['#mine:a.example'] });
  room.state(ALICE, 'm.room.member', CAROL, { membership: 'invite', reason: 'come' });
  room.join(CAROL);
  room.state(ALICE, 'm.room.member', CAROL, { membership: 'ban', reason: 'out' });
  room.state(BOB, 'm.room.member', '@dan:d.example', { membership: 'invite' });
  room.text(ALICE, 'bye');
  const stored = room.stored();
  const rules = roomVersion(version);
  const verdictsOf = (events: typeof stored): readonly unknown[] => {
    const graph = openRoom(events.map(({ event }) => ({ event_id: event.eventId, pdu: event.pdu, stream_ordering: event.streamOrdering ?? 0 })), { rules });
    return graph.order.map((id) => {
      const state = graph.stateAfter(id);
      return [id, graph.verdict(id), state.state === 'known' ? Object.fromEntries(state.map()) : state.reason];
    });
  };

  it('redacting what the plan redacts changes no verdict and no state', () => {
    const plan = planFor(stored);
    const redacted = plan.rooms.flatMap(({ entries }) => entries).filter(({ treatment, state_key: key }) => treatment === 'redact' && key !== undefined);
    expect(redacted.length).toBeGreaterThan(6);
    const before = verdictsOf(stored);
    for (const { event_id: id } of redacted) {
      const after = stored.map(({ event, record }) => ({ record, event: event.eventId === id ? { ...event, pdu: redact(event.pdu, rules.redaction) } : event }));
      expect(verdictsOf(after)).toEqual(before);
    }
  });

  it('redacting the power levels in spite of the plan would change the room before version 11', () => {
    // Bob is below the invite level; where it is lost, everybody may invite.
    const low = buildRoom({ version, powerLevels: { invite: 50 } });
    low.join(BOB);
    low.state(BOB, 'm.room.member', CAROL, { membership: 'invite' });
    const lowAfter = low.stored().map(({ event, record }) => ({ record, event: { ...event, pdu: isState(event.pdu) ? redact(event.pdu, rules.redaction) : event.pdu } }));
    const unchanged = isDeepStrictEqual(verdictsOf(lowAfter), verdictsOf(low.stored()));
    expect(unchanged).toBe(Number(version) >= 11);
  });

  it('the whole erasure is clean but for the signatures that nobody made', () => {
    expect(erase(stored).verification.checks.filter(({ status }) => status !== 'passed').map(({ check }) => check)).toEqual(['signatures']);
  });
});

it('every hazard has an example above', () => {
  expect(hazards.map(({ id }) => id)).toEqual([
    'create', 'power-levels', 'notification-levels', 'room-mentions', 'restricted-join', 'third-party-invite-member', 'third-party-invite', 'server-acl', 'encryption', 'tombstone',
    'policy-server', 'policy-rule', 'space-child', 'retention',
  ]);
});
