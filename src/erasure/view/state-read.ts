import type { Pdu } from '../../event/pdu.ts';
import type { RoomState } from '../../room/graph.ts';
import { membershipIn } from '../../room/auth-context.ts';
import type { ErasureProfile } from '../profiles.ts';
import { isRefused } from './attendance.ts';
import type { RoomNotes, ViewedRoom } from './room-facts.ts';

/**
 * The events of the state that a viewer reads: the current one, or that at which they left; `undefined` if it is not known. To Synapse, whoever
 * was banned is a stranger, who reads the current state where the world may.
 */
export function stateReadBy({ graph, events }: ViewedRoom, notes: RoomNotes, law: ErasureProfile['law']): ReadonlySet<string> | undefined {
  const { attendance, current, includes, now } = notes;
  if (now.membership === 'join' || !attendance.everJoined || (law === 'synapse' && now.membership === 'ban')) return current;
  const left = events.findLast(({ pdu, eventId }) => isLeaveOf(pdu, includes) && !isRefused(graph, eventId));
  return left === undefined ? current : idsOf(graph.stateAfter(left.eventId));
}

function isLeaveOf(pdu: Pdu, includes: RoomNotes['includes']): boolean {
  const membership = pdu.type === 'm.room.member' && includes(pdu.state_key ?? '') ? membershipIn(pdu) : undefined;
  return membership === 'leave' || membership === 'ban';
}

function idsOf(state: RoomState): ReadonlySet<string> | undefined {
  return state.state === 'known' ? new Set(state.map().values()) : undefined;
}
