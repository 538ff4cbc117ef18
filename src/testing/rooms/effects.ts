import { redactionTarget } from '../../event/redaction-target.ts';
import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { equalStateMaps, type StateMap } from '../../room/state-map.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { isAuthorized, roomImplementation, type RoomImplementation } from './judge.ts';
import type { GeneratedEvent, Room } from './room.ts';
import { runRoom } from './run-room.ts';

/** What a redaction does to a room for everybody in it: the IDs of the events where something differs. */
export type RedactionEffects = {
  /** Events that the rules now allow or now reject, in a state that is what it was. */
  readonly authorization: readonly string[];
  /** Events whose parents' states, which are what they were, now resolve to another state. */
  readonly resolution: readonly string[];
  /** Events after which the state differs when everything is worked out again from the beginning. */
  readonly state: readonly string[];
  /** Redactions that no longer say what they redact. */
  readonly redactions: readonly string[];
};

/** The effects of redacting one set of events after another: the room as it was is run once. */
export type FindEffects = (redacted: ReadonlySet<string>, redact?: (event: Pdu) => Pdu) => RedactionEffects;

/**
 * Whether anything differs at all.
 * @example hasEffects({ authorization: [], resolution: [], state: [], redactions: ['$a'] }) // true
 */
export function hasEffects({ authorization, resolution, state, redactions }: RedactionEffects): boolean {
  return authorization.length + resolution.length + state.length + redactions.length > 0;
}

/**
 * What redacting events of a room does to it. If no event is judged differently and no fork resolves differently, each in the state that was there before, then
 * by induction over the graph no state differs; so the whole room is worked out again only where one does.
 * @example redactionEffects(buildRoom({ actions: [] }, roomVersion('9')))(new Set()).state // []
 */
export function redactionEffects(room: Pick<Room, 'rules' | 'events'>, implementation: RoomImplementation = roomImplementation): FindEffects {
  const { rules, events } = room;
  const run = runRoom(events, rules, implementation);
  const createEventId = events[0]?.event_id ?? '';
  const rejected = (id: string): boolean => run.authorized.get(id) === false;

  return (redacted, redact = (event) => implementation.redact(event, rules)) => {
    const after = events.map((event) => (redacted.has(event.event_id) ? { ...event, pdu: redact(event.pdu) } : event));
    const byId = new Map(after.map(({ event_id: id, pdu }) => [id, pdu]));
    const fetchEvent = (id: string): Pdu | undefined => byId.get(id);
    const stateBefore = (id: string): StateMap => run.before.get(id) ?? new Map<never, never>();

    const authorization = after.filter(({ event_id: id, pdu }) => concerns(pdu, id, stateBefore(id), redacted)
      && isAuthorized({ event: pdu, before: stateBefore(id), fetchEvent, rejected }, { rules, createEventId }, implementation) !== run.authorized.get(id));
    const resolution = after.filter(({ event_id: id, pdu }) => {
      const states = referencedIds(pdu.prev_events).flatMap((parent) => run.after.get(parent) ?? []);
      return states.length > 1 && !equalStateMaps(implementation.resolveState(states, { rules, createEventId, fetchEvent, rejected }), stateBefore(id));
    });
    const changed = authorization.length + resolution.length > 0;
    return {
      authorization: idsOf(authorization),
      resolution: idsOf(resolution),
      state: changed ? differentStates(run.after, runRoom(after, rules, implementation).after) : [],
      redactions: idsOf(after.filter(({ pdu }, index) => targetOf(pdu, rules) !== targetOf(events[index]?.pdu ?? pdu, rules))),
    };
  };
}

/** Whether a redaction can matter to the verdict on an event: the event is redacted itself, cites one that is, or is sent in a state with one. */
function concerns(event: Pdu, id: string, before: StateMap, redacted: ReadonlySet<string>): boolean {
  return redacted.has(id) || referencedIds(event.auth_events).some((cited) => redacted.has(cited)) || [...before.values()].some((held) => redacted.has(held));
}

function differentStates(before: ReadonlyMap<string, StateMap>, after: ReadonlyMap<string, StateMap>): readonly string[] {
  return [...before].filter(([id, state]) => !equalStateMaps(state, after.get(id) ?? new Map<never, never>())).map(([id]) => id);
}

function targetOf(event: Pdu, rules: RoomVersionRules): string | undefined {
  return redactionTarget(event, rules.redacts)?.eventIds.join(' ');
}

const idsOf = (events: readonly GeneratedEvent[]): readonly string[] => events.map(({ event_id: id }) => id);
