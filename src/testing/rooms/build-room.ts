import { addContentHash, eventId, referenceHash } from '../../crypto/event-hashes.ts';
import { signEvent } from '../../crypto/sign.ts';
import { referencedIds, type EventReference, type Pdu } from '../../event/pdu.ts';
import type { JsonObject } from '../../json/value.ts';
import { authEventsFor } from '../../room/auth-events.ts';
import { stateKeyOf, type StateMap } from '../../room/state-map.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { draftOf, type Draft } from './drafts.ts';
import { roomImplementation } from './judge.ts';
import { createRoomKeys, publicKeysOf, type RoomKeys } from './keys.ts';
import { afterHealing, afterSending, afterSplit, connectedNetwork, type Network } from './network.ts';
import type { GeneratedEvent, Room } from './room.ts';
import { createRoomRunner, type RoomRunner } from './run-room.ts';
import { serverOf, userOf, type Person, type RoomAction, type RoomScript, type Sending } from './script.ts';

/** How a room is built. */
export type BuildOptions = {
  /** Whether events are signed (default): what redaction does to a room does not depend on it, and without native code it takes its time. */
  readonly signed?: boolean;
};

type Site = {
  readonly rules: RoomVersionRules;
  readonly keys: RoomKeys;
  readonly signed: boolean;
  readonly runner: RoomRunner;
  readonly events: GeneratedEvent[];
};

/** Where an event is put into the room. */
type Place = { readonly by: Person; readonly parents: readonly string[]; readonly state: StateMap; readonly skew: number };

const ROOM_ID = '!room:one.example';
const BEGINNING = 1_700_000_000_000;
const SECOND = 1000;

/**
 * The room that a script makes in a room version: Alice creates it and joins, then the actions follow, each as an event that cites and
 * builds on what its server knows. What the rules do not allow is left out. The same script makes the same room.
 * @example buildRoom({ actions: [{ do: 'say', by: 'alice' }] }, roomVersion('12')).events.map(({ pdu }) => pdu.type) // ['m.room.create', 'm.room.member', 'm.room.message']
 */
export function buildRoom(script: RoomScript, rules: RoomVersionRules, { signed = true }: BuildOptions = {}): Room {
  const site: Site = { rules, keys: createRoomKeys(), signed, runner: createRoomRunner(rules, roomImplementation), events: [] };
  const rejected = new Set<string>();
  const opening: readonly Draft[] = [creation(script, rules), { type: 'm.room.member', state_key: userOf('alice'), content: { membership: 'join', displayname: 'alice' } }];
  let network = opening.reduce((now, draft) => opened(now, draft, site), connectedNetwork());
  for (const action of script.actions) network = afterAction(network, action, { site, rejected });
  return { rules, events: site.events, keys: signed ? publicKeysOf(site.keys) : {}, rejected, script };
}

function opened(network: Network, draft: Draft, site: Site): Network {
  const event = placed(draft, { ...placeOf('alice', network, site), skew: 0 }, site);
  append(event, site);
  return afterSending(network, serverOf('alice'), event.event_id);
}

function creation({ closed, creators }: RoomScript, { id, authorization }: RoomVersionRules): Draft {
  const content: JsonObject = {
    ...(id === '1' ? {} : { room_version: id }),
    ...(authorization.creatorInContent ? { creator: userOf('alice') } : {}),
    ...(authorization.privilegedCreators && creators !== undefined ? { additional_creators: creators.map(userOf) } : {}),
    ...(closed === true ? { 'm.federate': false } : {}),
  };
  return { type: 'm.room.create', state_key: '', content };
}

type Building = { readonly site: Site; readonly rejected: Set<string> };

function afterAction(network: Network, action: RoomAction, { site, rejected }: Building): Network {
  if (action.do === 'split') return afterSplit(network, action.server);
  if (action.do === 'heal') return afterHealing(network, action.server, (id) => referencedIds(site.runner.fetchEvent(id)?.prev_events));
  const event = written(action, network, site);
  if (event === undefined) return network;
  const allowed = site.runner.judge(event.pdu, placeOf(action.by, network, site).state);
  if (!allowed && action.anyway !== true) return network;
  append(event, site);
  if (allowed) return afterSending(network, serverOf(action.by), event.event_id);
  // Nobody builds on a rejected event.
  rejected.add(event.event_id);
  return network;
}

function append(event: GeneratedEvent, { runner, events }: Site): void {
  runner.receive(event);
  events.push(event);
}

function placeOf(by: Person, { heads }: Network, { runner }: Site): Omit<Place, 'skew'> {
  const parents = heads.get(serverOf(by)) ?? [];
  return { by, parents, state: runner.stateAfter(parents) };
}

function written(action: Sending, network: Network, site: Site): GeneratedEvent | undefined {
  const place = { ...placeOf(action.by, network, site), skew: action.skew ?? 0 };
  const draft = draftOf(action, {
    ...site,
    state: (type, stateKey) => site.runner.fetchEvent(place.state.get(stateKeyOf(type, stateKey)) ?? ''),
    eventIds: site.events.map((event) => event.event_id),
  });
  return draft === undefined ? undefined : placed(draft, place, site);
}

/** A draft with everything that makes an event of it: place, references, hash, signatures and ID. */
function placed({ signers, ...draft }: Draft, { by, parents, state, skew }: Place, site: Site): GeneratedEvent {
  const { rules, events } = site;
  const depths = parents.map((id) => Number(site.runner.fetchEvent(id)?.depth ?? 0));
  const bare: Pdu = {
    ...draft,
    sender: userOf(by),
    ...roomIdOf(draft, site),
    ...(rules.format.eventId === 'opaque' ? { event_id: `$${events.length}-${by}:${serverOf(by)}` } : {}),
    // A clock that is wrong must not make of a second event the first.
    origin_server_ts: BEGINNING + (events.length + skew) * SECOND + (skew === 0 ? 0 : events.length),
    depth: Math.max(0, ...depths) + 1,
    prev_events: references(parents, site),
  };
  const whole = addContentHash({ ...bare, auth_events: references(authEventsFor(bare, state, rules), site) }, rules);
  const names = new Set(signers ?? [serverOf(by)]);
  if (rules.signatures.eventIdServer) names.add(serverOf(by));
  const pdu = site.signed ? [...names].reduce((event, server) => signEvent(event, { rules, server, ...site.keys.of(server) }), whole) : whole;
  return { event_id: eventId(pdu, rules), pdu };
}

function roomIdOf(draft: Draft, { rules, events }: Site): { readonly room_id?: string } {
  if (rules.format.roomId === 'opaque') return { room_id: ROOM_ID };
  return draft.type === 'm.room.create' ? {} : { room_id: `!${events[0]?.event_id.slice(1) ?? ''}` };
}

function references(ids: readonly string[], { rules, runner }: Site): readonly EventReference[] {
  if (rules.format.references === 'ids') return ids;
  return ids.map((id) => [id, { sha256: referenceHash(runner.fetchEvent(id) ?? { type: '', content: {} }, rules) }] as const);
}
