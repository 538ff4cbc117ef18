import type { Pdu } from '../src/index.ts';
import { stateKeyOf, type RoomEventRecord, type StateKey, type StateMap } from '../src/room.ts';
import { growingRoom, memberOf } from './room-events.ts';

/** A room that two sides saw differently for a while. */
export type ForkedRoom = { readonly states: readonly StateMap[]; readonly events: ReadonlyMap<string, Pdu> };

const ADMIN = '@admin:a.org';

/** So many members, a tenth of whom took another name on each side; one side removed a hundredth of them, the other changed the power levels. */
export function forkedRoom(members: number): ForkedRoom {
  const events = new Map<string, Pdu>();
  const before = new Map<StateKey, string>();
  const apply = (state: Map<StateKey, string>, { event_id: id = '', pdu }: RoomEventRecord): void => {
    events.set(id, pdu);
    if (pdu.state_key !== undefined) state.set(stateKeyOf(pdu.type, pdu.state_key), id);
  };
  for (const record of growingRoom(members)) if (record.pdu.state_key !== undefined) apply(before, record);
  const sides = [removals(members), [levels(), ...names(members, 'b', '$levels.b')]];
  return { events, states: sides.map((side) => {
    const state = new Map(before);
    for (const record of side) apply(state, record);
    return state;
  }) };
}

function removals(members: number): readonly RoomEventRecord[] {
  const removed = Array.from({ length: members / 100 }, (_, index): RoomEventRecord => {
    const { userId, joinId } = memberOf(index * 100 + 1);
    return event(`$remove${index}`, { sender: ADMIN, state_key: userId, content: { membership: 'leave' }, auth_events: ['$create', '$levels', '$admin', joinId] });
  });
  return [...names(members, 'a', '$levels'), ...removed];
}

function levels(): RoomEventRecord {
  return event('$levels.b', {
    type: 'm.room.power_levels', sender: ADMIN, state_key: '', auth_events: ['$create', '$levels', '$admin'],
    content: { users: { [ADMIN]: 100, [memberOf(0).userId]: 50 }, events: { 'm.room.topic': 0 } },
  });
}

function names(members: number, side: string, levelsId: string): readonly RoomEventRecord[] {
  return Array.from({ length: members / 10 }, (_, index) => {
    const { userId, joinId } = memberOf(index * 10);
    return event(`$name${index}.${side}`, {
      sender: userId, state_key: userId, content: { membership: 'join', displayname: `Called ${side}` }, auth_events: ['$create', levelsId, '$rules', joinId], origin_server_ts: 1_700_000_001_000 + index,
    });
  });
}

function event(id: string, pdu: Partial<Pdu>): RoomEventRecord {
  return { event_id: id, pdu: { type: 'm.room.member', sender: ADMIN, room_id: '!r:a.org', content: {}, origin_server_ts: 1_700_000_000_500, depth: 1000, prev_events: [], auth_events: [], ...pdu } };
}
