import type { RoomGraph } from '../../room/graph.ts';
import { createRoomScope, type EventClock } from '../scope.ts';
import { timeOf, type ViewedEvent } from './places.ts';
import type { RoomErasure, ViewedRoom } from './room-facts.ts';

/** Which of a room's events, by their index, an erasure covers if they are the subject's: those in its scope that came before the subject did again. */
export function coverageOf({ roomId, graph, events }: ViewedRoom, { scope = {}, subjects, revokedAt }: RoomErasure): (index: number) => boolean {
  const inScope = scopeOf(roomId, events, scope);
  const isBack = revokedAt === undefined ? () => false : returnTest(events, graph, { subjects, revokedAt });
  return (index) => {
    const event = events[index];
    return event !== undefined && inScope(event, index) && !isBack(event);
  };
}

type InScope = (event: ViewedEvent, index: number) => boolean;

function scopeOf(roomId: string, events: readonly ViewedEvent[], scope: NonNullable<RoomErasure['scope']>): InScope {
  if (Object.keys(scope).length === 0) return () => true;
  const roomScope = createRoomScope(scope, roomId);
  for (const [index, event] of events.entries()) roomScope.pass(clockOf(event, index));
  const test = roomScope.test();
  return (event, index) => test({ pdu: event.pdu, clock: clockOf(event, index) });
}

function clockOf(event: ViewedEvent, place: number): EventClock {
  return { stream: event.streamOrdering, place, outlier: event.outlier, time: timeOf(event), bySender: event.receivedTs === undefined };
}

type Return = { readonly subjects: readonly string[]; readonly revokedAt: number };

/** Whether an event descends from a join that its sender sent after the erasure was revoked. */
function returnTest(events: readonly ViewedEvent[], graph: RoomGraph, { subjects, revokedAt }: Return): (event: ViewedEvent) => boolean {
  const returns = new Set(events.filter((event) => isMembershipOf(event, subjects) && (timeOf(event) ?? 0) > revokedAt).map(({ eventId }) => eventId));
  return ({ eventId, pdu }) => {
    const before = graph.stateBefore(eventId);
    const joined = before.state === 'known' ? before.get('m.room.member', pdu.sender ?? '') : undefined;
    return returns.has(eventId) || (joined !== undefined && returns.has(joined));
  };
}

function isMembershipOf({ pdu }: ViewedEvent, subjects: readonly string[]): boolean {
  return pdu.type === 'm.room.member' && pdu.sender === pdu.state_key && subjects.includes(pdu.sender ?? '')
    && Object.hasOwn(pdu.content, 'membership') && pdu.content['membership'] === 'join';
}
