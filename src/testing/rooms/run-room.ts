import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { equalStateMaps, stateKeyOf, type StateMap } from '../../room/state-map.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { isAuthorized, type Judged, type RoomFacts, type RoomImplementation } from './judge.ts';
import type { GeneratedEvent } from './room.ts';

/** What became of each event of a room, by event ID. */
export type RoomRun = {
  readonly authorized: ReadonlyMap<string, boolean>;
  readonly before: ReadonlyMap<string, StateMap>;
  readonly after: ReadonlyMap<string, StateMap>;
};

/** A run that goes on as events come. */
export type RoomRunner = {
  /** The state that an event with these parents is sent in. */
  readonly stateAfter: (parents: readonly string[]) => StateMap;
  readonly fetchEvent: (eventId: string) => Pdu | undefined;
  readonly judge: (event: Pdu, before: StateMap) => boolean;
  /** Takes an event in, and says whether the rules allow it. */
  readonly receive: (event: GeneratedEvent) => boolean;
  readonly run: RoomRun;
};

const NOTHING: StateMap = new Map();

/** A room at its beginning: the first event that it receives is to be its create event. */
export function createRoomRunner(rules: RoomVersionRules, implementation: RoomImplementation): RoomRunner {
  const events = new Map<string, Pdu>();
  const [authorized, before, after] = [new Map<string, boolean>(), new Map<string, StateMap>(), new Map<string, StateMap>()];
  const create: { id?: string } = {};

  const facts = (): RoomFacts => ({ rules, createEventId: create.id ?? '' });
  const fetchEvent = (id: string): Pdu | undefined => events.get(id);
  const rejected = (id: string): boolean => authorized.get(id) === false;
  const stateAfter = (parents: readonly string[]): StateMap => {
    const distinct = parents.flatMap((id) => after.get(id) ?? []).reduce<readonly StateMap[]>(withoutRepeats, []);
    if (distinct.length < 2) return distinct[0] ?? NOTHING;
    return implementation.resolveState(distinct, { ...facts(), fetchEvent, rejected });
  };
  const judge = (event: Pdu, state: StateMap): boolean =>
    isAuthorized({ event, before: state, fetchEvent, rejected } satisfies Judged, facts(), implementation);

  const receive = ({ event_id: id, pdu }: GeneratedEvent): boolean => {
    events.set(id, pdu);
    create.id ??= id;
    const state = stateAfter(referencedIds(pdu.prev_events));
    const allowed = judge(pdu, state);
    authorized.set(id, allowed);
    before.set(id, state);
    // A rejected event changes nothing, nor does one that is no state.
    after.set(id, allowed && pdu.state_key !== undefined ? new Map([...state, [stateKeyOf(pdu.type, pdu.state_key), id]]) : state);
    return allowed;
  };
  return { stateAfter, fetchEvent, judge, receive, run: { authorized, before, after } };
}

/**
 * Runs a whole room: its events in order of arrival, none before its parents.
 * @example runRoom(buildRoom({ actions: [] }, roomVersion('12')).events, roomVersion('12'), { ...roomImplementation, authorize: () => false }).authorized.size // 2
 */
export function runRoom(events: readonly GeneratedEvent[], rules: RoomVersionRules, implementation: RoomImplementation): RoomRun {
  const runner = createRoomRunner(rules, implementation);
  for (const event of events) runner.receive(event);
  return runner.run;
}

function withoutRepeats(states: readonly StateMap[], state: StateMap): readonly StateMap[] {
  return states.some((known) => known === state || equalStateMaps(known, state)) ? states : [...states, state];
}
