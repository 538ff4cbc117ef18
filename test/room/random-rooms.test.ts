import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { authEventsFor } from '../../src/room/auth-events.ts';
import { openRoom, type RoomEventRecord, type RoomGraph } from '../../src/room/graph.ts';
import { resolveState } from '../../src/room/state-resolution.ts';
import type { StateMap } from '../../src/room/state-map.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';

const USERS = ['@ann:a.org', '@ben:b.org', '@cat:c.org'] as const;
const [ANN] = USERS;

type Action = (sender: string, target: string, level: number) => Partial<Pdu>;

const ACTIONS: readonly Action[] = [
  (sender) => ({ type: 'm.room.member', state_key: sender, content: { membership: 'join' } }),
  (sender) => ({ type: 'm.room.member', state_key: sender, content: { membership: 'leave' } }),
  (_sender, target) => ({ type: 'm.room.member', state_key: target, content: { membership: 'ban' } }),
  (_sender, target) => ({ type: 'm.room.member', state_key: target, content: { membership: 'leave' } }),
  (_sender, target) => ({ type: 'm.room.member', state_key: target, content: { membership: 'invite' } }),
  (_sender, target, level) => ({ type: 'm.room.power_levels', state_key: '', content: { users: { [target]: level }, state_default: 25 } }),
  (_sender, _target, level) => ({ type: 'm.room.join_rules', state_key: '', content: { join_rule: level > 50 ? 'invite' : 'public' } }),
  () => ({ type: 'm.room.topic', state_key: '', content: {} }),
  () => ({ type: 'm.room.message', content: {} }),
];

type Step = { readonly action: number; readonly sender: number; readonly target: number; readonly level: number; readonly parents: readonly number[]; readonly sent: number };

const step: fc.Arbitrary<Step> = fc.record({
  action: fc.nat(ACTIONS.length - 1), sender: fc.nat(2), target: fc.nat(2), level: fc.constantFrom(0, 25, 50, 100),
  parents: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }), sent: fc.nat(4),
});

const known = (state: ReturnType<RoomGraph['stateAfter']>): StateMap => (state.state === 'known' ? state.map() : new Map());

/** A room in which every step sends an event after some of the last events, citing what an honest server would. */
function build(steps: readonly Step[], rules: RoomVersionRules): readonly RoomEventRecord[] {
  const room = rules.authorization.createFromRoomId ? '!create' : '!room:a.org';
  const create: Pdu = {
    type: 'm.room.create', state_key: '', sender: ANN, content: { creator: ANN }, prev_events: [], auth_events: [], origin_server_ts: 0, depth: 0,
    ...(rules.authorization.createFromRoomId ? {} : { room_id: room }),
  };
  const records: RoomEventRecord[] = [{ event_id: '$create', pdu: create }];
  const send = (pdu: Partial<Pdu>, parents: readonly string[]): void => {
    const graph = openRoom(records, { rules });
    const events = { type: '', content: {}, room_id: room, depth: records.length, prev_events: parents, ...pdu };
    const state = resolveState(parents.map((parent) => known(graph.stateAfter(parent))), { rules, fetchEvent: graph.stateEvent });
    records.push({ event_id: `$${records.length}`, pdu: { ...events, auth_events: authEventsFor(events, state, rules) } });
  };
  send({ type: 'm.room.member', state_key: ANN, sender: ANN, content: { membership: 'join' } }, ['$create']);
  send({ type: 'm.room.join_rules', state_key: '', sender: ANN, content: { join_rule: 'public' } }, ['$1']);
  for (const { action, sender, target, level, parents, sent } of steps) {
    const who = USERS[sender] ?? ANN;
    const ids = parents.map((back) => records[Math.max(2, records.length - 1 - back)]?.event_id ?? '$2');
    send({ sender: who, origin_server_ts: sent, ...ACTIONS[action]?.(who, USERS[target] ?? ANN, level) }, [...new Set(ids)]);
  }
  return records;
}

describe.each(['1', '2', '6', '11', '12'])('rooms of version %s', (version) => {
  const rules = roomVersion(version);
  const rooms = fc.array(step, { minLength: 4, maxLength: 18 }).map((steps) => build(steps, rules));

  test('the state before an event is what the states after its parents resolve to, and the state after it follows from the verdict', () => {
    fc.assert(fc.property(rooms, (records) => {
      const room = openRoom(records, { rules });
      const rejected = (id: string): boolean => room.verdict(id)?.verdict === 'rejected';
      for (const { event_id: id, pdu } of records) {
        const before = resolveState(room.parents(id).map((parent) => known(room.stateAfter(parent))), { rules, fetchEvent: room.stateEvent, rejected });
        expect(known(room.stateBefore(id))).toEqual(before);
        const changes = pdu.state_key !== undefined && !rejected(id);
        expect(known(room.stateAfter(id)).size).toBe(changes ? new Map([...before, [`${pdu.type}\u0000${pdu.state_key}`, id]]).size : before.size);
        const after = room.stateAfter(id);
        expect(pdu.state_key !== undefined && after.state === 'known' && after.get(pdu.type, pdu.state_key) === id).toBe(changes);
      }
    }), { numRuns: 30 });
  });

  test('the order in which a server has the events changes neither states nor verdicts', () => {
    fc.assert(fc.property(rooms, fc.infiniteStream(fc.nat()), (records, chance) => {
      const shuffled = records.map((record) => ({ record, key: chance.next().value ?? 0 })).sort((one, other) => one.key - other.key).map(({ record }) => record);
      const [one, other] = [openRoom(records, { rules }), openRoom(shuffled, { rules })];
      for (const { event_id: id } of records) {
        expect(other.verdict(id)).toEqual(one.verdict(id));
        expect(known(other.stateAfter(id))).toEqual(known(one.stateAfter(id)));
      }
      expect(known(other.currentState())).toEqual(known(one.currentState()));
    }), { numRuns: 30 });
  });
});
