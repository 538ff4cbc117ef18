import type { RoomGraph } from '../../room/graph.ts';
import { returnTest } from '../return.ts';
import { createTimeline, roomScope, timesIn, type EventClock } from '../scope.ts';
import { timeOf, type ViewedEvent } from './places.ts';
import type { RoomErasure, ViewedRoom } from './room-facts.ts';

/** Which of a room's events, by their index, an erasure covers if they are the subject's: those in its scope that came before the subject did again. */
export function coverageOf({ roomId, graph, events }: ViewedRoom, { scope = {}, subjects, revokedAt }: RoomErasure): (index: number) => boolean {
  const inScope = scopeOf(roomId, events, scope);
  const own = revokedAt === undefined ? [] : events.filter(({ pdu }) => subjects.includes(pdu.sender ?? ''));
  const isBack = returnTest(own.map((event) => ({ eventId: event.eventId, pdu: event.pdu, time: timeOf(event) })), { revokedAt, memberBefore: (eventId, user) => memberBefore(eventId, user, graph) });
  return (index) => {
    const event = events[index];
    return event !== undefined && inScope(event, index) && !isBack(event);
  };
}

function memberBefore(eventId: string, user: string, graph: RoomGraph): string | undefined {
  const before = graph.stateBefore(eventId);
  return before.state === 'known' ? before.get('m.room.member', user) : undefined;
}

type InScope = (event: ViewedEvent, index: number) => boolean;

function scopeOf(roomId: string, events: readonly ViewedEvent[], scope: NonNullable<RoomErasure['scope']>): InScope {
  if (Object.keys(scope).length === 0) return () => true;
  const reader = createTimeline(timesIn(scope));
  for (const [index, event] of events.entries()) reader.pass(clockOf(event, index));
  const test = roomScope(scope, roomId, reader.timeline());
  return (event, index) => test({ pdu: event.pdu, clock: clockOf(event, index) });
}

function clockOf(event: ViewedEvent, place: number): EventClock {
  return { stream: event.streamOrdering, place, outlier: event.outlier, time: timeOf(event), bySender: event.receivedTs === undefined };
}
