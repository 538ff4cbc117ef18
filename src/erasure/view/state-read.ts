import type { Pdu } from '../../event/pdu.ts';
import type { RoomGraph, RoomState } from '../../room/graph.ts';
import { membershipIn } from '../../room/auth-context.ts';
import type { ErasureProfile } from '../profiles.ts';
import { isRefused } from './attendance.ts';
import type { ViewedEvent } from './places.ts';
import type { RoomNotes, ViewedRoom } from './room-facts.ts';

/**
 * The events of the state that a viewer reads: the current one, or that at which they left; `undefined` if it is not known. To Synapse, whoever
 * was banned is a stranger, who reads the current state where the world may, and whoever refused an invite has left.
 */
export function stateReadBy(room: ViewedRoom, notes: RoomNotes, law: ErasureProfile['law']): ReadonlySet<string> | undefined {
  const { attendance, current, now } = notes;
  const hasLeft = law === 'synapse' ? now.membership === 'leave' : now.membership !== 'join' && attendance.everJoined;
  const left = hasLeft ? lastLeaveIn(room, notes) : undefined;
  return left === undefined ? current : idsOf(room.graph.stateAfter(room.events[left]?.eventId ?? ''));
}

/** The last event, by its index, that says of the viewer that they are not in the room. */
export function lastLeaveIn({ graph, events }: ViewedRoom, { includes, places }: Pick<RoomNotes, 'includes' | 'places'>): number | undefined {
  let last: number | undefined;
  for (const [index, { pdu, eventId, outlier }] of events.entries()) {
    if (outlier || !isLeaveOf(pdu, includes) || isRefused(graph, eventId)) continue;
    if (last === undefined || places.at(index) > places.at(last)) last = index;
  }
  return last;
}

function isLeaveOf(pdu: Pdu, includes: RoomNotes['includes']): boolean {
  const membership = pdu.type === 'm.room.member' && includes(pdu.state_key ?? '') ? membershipIn(pdu) : undefined;
  return membership === 'leave' || membership === 'ban';
}

function idsOf(state: RoomState): ReadonlySet<string> | undefined {
  return state.state === 'known' ? new Set(state.map().values()) : undefined;
}

/** What states of the past are read from. */
export type PastStates = {
  readonly graph: RoomGraph;
  /** Whether a viewer is shown an event, by its index: to whom an event is shown the state at it is, too. */
  readonly isShown: (index: number) => boolean;
};

/** The state events that were in force at any event that a viewer is shown, as `/context` and `/members?at=` tell them. */
export function pastStateRead(events: readonly ViewedEvent[], { graph, isShown }: PastStates): ReadonlySet<string> {
  const positions = events.map(({ eventId }) => graph.position(eventId) ?? 0);
  const order = events.map((_, index) => index).filter((index) => isAccepted(events[index], graph)).sort((one, other) => (positions[one] ?? 0) - (positions[other] ?? 0));
  const read = new Set<string>();
  const inForce = new Map<string, { readonly eventId: string; shown: number }>();
  let shown = 0;
  for (const index of order) {
    const { pdu, eventId } = events[index] as ViewedEvent;
    if (pdu.state_key !== undefined) {
      const place = `${pdu.type}\u0000${pdu.state_key}`;
      const replaced = inForce.get(place);
      if (replaced !== undefined && replaced.shown < shown) read.add(replaced.eventId);
      inForce.set(place, { eventId, shown });
    }
    if (isShown(index)) shown += 1;
  }
  for (const { eventId, shown: before } of inForce.values()) if (before < shown) read.add(eventId);
  return read;
}

function isAccepted(event: ViewedEvent | undefined, graph: RoomGraph): boolean {
  return event !== undefined && !event.outlier && !isRefused(graph, event.eventId);
}
