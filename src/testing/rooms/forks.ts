import { referencedIds } from '../../event/pdu.ts';
import type { StateMap } from '../../room/state-map.ts';
import { roomImplementation, type ResolutionFacts } from './judge.ts';
import type { Room } from './room.ts';
import { runRoom } from './run-room.ts';

/** Tries what should hold on the states that meet in each event with several parents; the states are those that this library works out. */
export function objectionToForks({ rules, events }: Room, holds: (states: readonly StateMap[], facts: ResolutionFacts) => boolean): string | undefined {
  const run = runRoom(events, rules, roomImplementation);
  const byId = new Map(events.map(({ event_id: id, pdu }) => [id, pdu]));
  const facts: ResolutionFacts = {
    rules, createEventId: events[0]?.event_id ?? '', fetchEvent: (id) => byId.get(id), rejected: (id) => run.authorized.get(id) === false,
  };
  const wrong = events.findIndex(({ pdu }) => {
    const states = referencedIds(pdu.prev_events).flatMap((parent) => run.after.get(parent) ?? []);
    return states.length > 1 && !holds(states, facts);
  });
  return wrong < 0 ? undefined : `it does not hold for the states that meet in event ${wrong + 1}`;
}
