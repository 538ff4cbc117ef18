import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { checkAuthEvents } from '../../room/auth-events.ts';
import { authorize } from '../../room/authorize.ts';
import { resolveState } from '../../room/state-resolution.ts';
import { stateKeyOf, type StateKey, type StateMap } from '../../room/state-map.ts';
import { redact } from '../../event/redact.ts';
import type { RoomVersionRules } from '../../rules/types.ts';

/** A room as far as its rules have to know it. */
export type RoomFacts = { readonly rules: RoomVersionRules; readonly createEventId: string };

/** What resolution needs to know beside the states. */
export type ResolutionFacts = RoomFacts & {
  readonly fetchEvent: (eventId: string) => Pdu | undefined;
  readonly rejected: (eventId: string) => boolean;
};

/** Events by the place of the state that they hold. */
export type StateEvents = ReadonlyMap<StateKey, Pdu>;

/** The rules of rooms as somebody implements them: what the laws of rooms are tried on. */
export type RoomImplementation = {
  readonly redact: (event: Pdu, rules: RoomVersionRules) => Pdu;
  /** Whether the authorization rules allow an event in a state; the create event is in that state even where no event cites it. */
  readonly authorize: (event: Pdu, state: StateEvents, room: RoomFacts) => boolean;
  /** Whether the rules about the list of auth events allow it; without this, the list is taken as it is. */
  readonly checkAuthEvents?: (event: Pdu, authEvents: readonly Pdu[], room: RoomFacts) => boolean;
  readonly resolveState: (states: readonly StateMap[], facts: ResolutionFacts) => StateMap;
};

/** This library's own rules: the example of what the laws are tried on. */
export const roomImplementation: RoomImplementation = Object.freeze({
  redact: (event, rules) => redact(event, rules.redaction),
  authorize: (event, state, { rules, createEventId }) =>
    authorize(event, { rules, createEventId, state: (type, stateKey) => state.get(stateKeyOf(type, stateKey)) }).allowed,
  checkAuthEvents: (event, authEvents, room) => checkAuthEvents(event, authEvents, room).allowed,
  resolveState: (states, { rules, fetchEvent, rejected }) => resolveState(states, { rules, fetchEvent, rejected }),
} satisfies RoomImplementation);

/** What an event is judged in: what it cites, and the state before it. */
export type Judged = {
  readonly event: Pdu;
  readonly before: StateMap;
  readonly fetchEvent: (eventId: string) => Pdu | undefined;
  readonly rejected: (eventId: string) => boolean;
};

/** The checks on receipt that the rules of the room make: the list of auth events, the state that they are, the state before. */
export function isAuthorized({ event, before, fetchEvent, rejected }: Judged, room: RoomFacts, implementation: RoomImplementation): boolean {
  if (event.type === 'm.room.create') return implementation.authorize(event, new Map(), room);
  const ids = referencedIds(event.auth_events);
  if (ids.some(rejected)) return false;
  const authEvents = ids.flatMap((id) => fetchEvent(id) ?? []);
  if (authEvents.length < ids.length) return false;
  if (implementation.checkAuthEvents?.(event, authEvents, room) === false) return false;
  const create = fetchEvent(room.createEventId);
  const cited = stateOf(create === undefined ? authEvents : [create, ...authEvents]);
  return implementation.authorize(event, cited, room) && implementation.authorize(event, eventsOf(before, fetchEvent), room);
}

function stateOf(events: readonly Pdu[]): StateEvents {
  return new Map(events.map((event) => [stateKeyOf(event.type, event.state_key ?? ''), event]));
}

function eventsOf(state: StateMap, fetchEvent: Judged['fetchEvent']): StateEvents {
  return new Map([...state].flatMap(([place, id]) => {
    const event = fetchEvent(id);
    return event === undefined ? [] : [[place, event] as const];
  }));
}
