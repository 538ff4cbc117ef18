import { eventId } from '../../crypto/event-hashes.ts';
import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';
import { checkAuthEvents } from '../../room/auth-events.ts';
import { authorize } from '../../room/authorize.ts';
import { stateKeyOf, type StateKey, type StateMap } from '../../room/state-map.ts';
import { resolveState } from '../../room/state-resolution.ts';
import type { AuthVerdict } from '../../room/verdict.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { arrayField, eventField, RequestError, rulesField, type Answer, type Operations } from './request.ts';

/** Operations that need more than one event. */
export const roomOperations: Operations = {
  auth: (request) => {
    const verdict = judge(eventField(request), authContext(request));
    return verdict.allowed ? { ok: true, rule: 'allowed', reason: 'no rule refuses it' } : { ok: false, rule: verdict.rule, reason: verdict.reason };
  },
  stateRes: resolveRequest,
};

type Named = { readonly id: string; readonly pdu: Pdu };
type AuthRequest = {
  readonly rules: RoomVersionRules;
  readonly events: readonly Named[];
  readonly rejected: ReadonlySet<string>;
  readonly full: boolean;
};

function authContext(request: JsonObject): AuthRequest {
  const rules = rulesField(request);
  const mode = own(request, 'mode') ?? 'state';
  if (mode !== 'state' && mode !== 'full') throw new RequestError('mode', '"state" or "full"');
  return { rules, events: namedEvents(request, 'authEvents', rules), rejected: rejectedIds(request), full: mode === 'full' };
}

/** By the list of auth events, where that is asked for, and then by the state that all the events given make up. */
function judge(event: Pdu, { rules, events, rejected, full }: AuthRequest): AuthVerdict {
  const state = new Map(events.map(({ id, pdu }) => [stateKeyOf(pdu.type, pdu.state_key ?? ''), { id, pdu }]));
  const createEventId = state.get(stateKeyOf('m.room.create', ''))?.id;
  const list = full ? judgeList(event, { rules, events, rejected, createEventId }) : undefined;
  if (list?.allowed === false) return list;
  return authorize(event, { rules, state: (type, stateKey) => state.get(stateKeyOf(type, stateKey))?.pdu, createEventId });
}

type ListContext = Omit<AuthRequest, 'full'> & { readonly createEventId: string | undefined };

function judgeList(event: Pdu, { rules, events, rejected, createEventId }: ListContext): AuthVerdict {
  const byId = new Map(events.map(({ id, pdu }) => [id, pdu]));
  const bad = new Set([...rejected].map((id) => byId.get(id)));
  const cited = referencedIds(event.auth_events).flatMap((id) => byId.get(id) ?? []);
  return checkAuthEvents(event, cited, { rules, rejected: (auth) => bad.has(auth), createEventId });
}

function resolveRequest(request: JsonObject): Answer {
  const rules = rulesField(request);
  const byId = new Map(namedEvents(request, 'events', rules).map(({ id, pdu }) => [id, pdu]));
  const rejected = rejectedIds(request);
  const states = arrayField(request, 'stateSets').map(readState);
  const resolved = resolveState(states, { rules, fetchEvent: (id) => byId.get(id), rejected: (id) => rejected.has(id) });
  return { ok: Object.fromEntries(resolved) };
}

function readState(value: JsonValue): StateMap {
  if (!isJsonObject(value)) throw new RequestError('stateSets', 'an array of objects');
  return new Map(Object.entries(value).map(([key, id]) => {
    if (!isStateKey(key) || typeof id !== 'string') throw new RequestError('stateSets', 'an array of objects {"type\\u0000state_key": event ID}');
    return [key, id];
  }));
}

function isStateKey(key: string): key is StateKey {
  return key.includes('\u0000');
}

/** Test rooms name their events by hand: an `event_id` is the name, whatever the room version. Else the ID is computed. */
function namedEvents(request: JsonObject, field: string, rules: RoomVersionRules): readonly Named[] {
  return arrayField(request, field).map((value) => {
    if (!isJsonObject(value)) throw new RequestError(field, 'an array of events');
    const pdu = eventField({ event: value });
    const given = own(value, 'event_id');
    return { id: typeof given === 'string' ? given : eventId(pdu, rules), pdu };
  });
}

function rejectedIds(request: JsonObject): ReadonlySet<string> {
  const ids = Object.hasOwn(request, 'rejected') ? arrayField(request, 'rejected') : [];
  return new Set(ids.map((id) => {
    if (typeof id !== 'string') throw new RequestError('rejected', 'an array of event IDs');
    return id;
  }));
}
