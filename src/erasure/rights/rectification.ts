import { own, type JsonObject } from '../../json/value.ts';
import { serverNameOf } from '../../identifiers/identifiers.ts';
import { addContentHash } from '../../crypto/event-hashes.ts';
import { referencedIds, type EventReference, type Pdu } from '../../event/pdu.ts';
import { isRedacted } from '../../event/redact.ts';
import { authEventsFor } from '../../room/auth-events.ts';
import { membershipIn } from '../../room/auth-context.ts';
import { authorize } from '../../room/authorize.ts';
import type { RoomGraph, RoomState } from '../../room/graph.ts';
import { splitStateKey } from '../../room/state-map.ts';
import { findHazard } from '../hazards.ts';
import type { ViewedRoom } from '../view/room-facts.ts';

/** What is wrong, and what is right. The content is the operator's; it stands in no plan, report or message. */
export type Correction = {
  readonly type: string;
  readonly stateKey: string;
  readonly content: JsonObject;
};

/** An event that holds the wrong content, and what can be done about it. */
export type FormerEvent = {
  readonly event_id: string;
  /** Whether it holds its place in the state now. */
  readonly current: boolean;
  /**
   * `redact`: it can be redacted once it is replaced. `hazard`: that would change the room, see `hazard`. `bare`: it is in redacted form, or redaction takes
   * nothing from it.
   */
  readonly afterwards: 'redact' | 'hazard' | 'bare';
  /** The ID of the hazard in the hazards table. */
  readonly hazard?: string;
};

/** Why no event can be sent that corrects. */
export type RectificationObstacle =
  /** The state of the room is not known, because events are missing. */
  | 'state-unknown'
  /** The correction would make somebody join, leave or be banned. */
  | 'changes-membership'
  /** The rules of the room allow it to no member. */
  | 'nobody-may-send';

/** What a rectification does in a room. Holds identifiers, types and counts, and no content. */
export type RoomRectification = {
  readonly room_id: string;
  readonly room_version: string;
  readonly type: string;
  readonly state_key: string;
  /** Members whom the rules allow to send it, the subject first. */
  readonly senders: readonly string[];
  readonly obstacle?: RectificationObstacle;
  /** All events that held the place, in the room's order: what the correction leaves. */
  readonly former: readonly FormerEvent[];
  /** Servers that were in the room since the first of them, and have copies. */
  readonly servers: readonly string[];
  /** Events in whose `unsigned` servers give clients the content of the one before. The correction will be another. */
  readonly copies: readonly string[];
};

/** Whose data are corrected. */
export type RectifyOptions = { readonly subjects: readonly string[] };

/**
 * What correcting a state event means in a room: who may send the new one, and what the old one leaves. `undefined` where the room has no such state.
 * @see https://spec.matrix.org/v1.19/server-server-api/#authorization-rules
 * @example planRectification({ roomId: '!r:b', graph: openRoom([], { rules: roomVersion('11') }), events: [] }, { type: 'm.room.topic', stateKey: '', content: {} }, { subjects: ['@a:b'] }) // undefined
 */
export function planRectification(room: ViewedRoom, correction: Correction, { subjects }: RectifyOptions): RoomRectification | undefined {
  const { graph, roomId } = room;
  const { type, stateKey } = correction;
  const holders = graph.order.filter((id) => isAt(graph.stateEvent(id), correction) && graph.verdict(id)?.verdict !== 'rejected');
  if (holders.length === 0) return undefined;
  const current = graph.currentState();
  const senders = current.state === 'unknown' ? [] : sendersOf(correction, { graph, current, subjects });
  const obstacle = obstacleTo(correction, { graph, current, senders });
  return {
    room_id: roomId, room_version: graph.rules.id, type, state_key: stateKey,
    senders: obstacle === undefined ? senders : [],
    ...(obstacle === undefined ? {} : { obstacle }),
    former: formerEvents(room, holders, current),
    servers: serversSince(graph, holders[0] ?? ''),
    copies: holders.slice(1),
  };
}

function isAt(event: Pdu | undefined, { type, stateKey }: Pick<Correction, 'type' | 'stateKey'>): boolean {
  return event?.type === type && event.state_key === stateKey;
}

type Known = Extract<RoomState, { readonly state: 'known' }>;
type Sending = { readonly graph: RoomGraph; readonly current: Known; readonly subjects: readonly string[] };

/** Asks the rules of the room for every member; nobody is assumed to have the power. */
function sendersOf(correction: Correction, { graph, current, subjects }: Sending): readonly string[] {
  const state = (type: string, key: string): Pdu | undefined => graph.stateEvent(current.get(type, key) ?? '');
  const places = current.map();
  const members = [...places].flatMap(([key, id]) => {
    const [type, user] = splitStateKey(key);
    return type === 'm.room.member' && membershipIn(graph.stateEvent(id)) === 'join' ? [user] : [];
  });
  const createEventId = current.get('m.room.create', '');
  const allowed = members.filter((sender) => authorize({ ...bare(correction), sender }, { rules: graph.rules, state, createEventId }).allowed);
  return [...allowed.filter((user) => subjects.includes(user)), ...allowed.filter((user) => !subjects.includes(user))];
}

function bare({ type, stateKey, content }: Correction): Pdu {
  return { type, state_key: stateKey, content };
}

type Obstacle = { readonly graph: RoomGraph; readonly current: RoomState; readonly senders: readonly string[] };

function obstacleTo(correction: Correction, { graph, current, senders }: Obstacle): RectificationObstacle | undefined {
  if (current.state === 'unknown') return 'state-unknown';
  const replaced = graph.stateEvent(current.get(correction.type, correction.stateKey) ?? '');
  if (correction.type === 'm.room.member' && membershipIn(replaced) !== membershipIn(bare(correction))) return 'changes-membership';
  return senders.length === 0 ? 'nobody-may-send' : undefined;
}

/** Every event that held the place stays in the graph with its content, until it is redacted. */
function formerEvents({ graph, events, records = events }: ViewedRoom, holders: readonly string[], current: RoomState): readonly FormerEvent[] {
  const named = new Set([...records].flatMap(({ pdu }) => referencedIds(pdu.auth_events)));
  return holders.flatMap((id) => {
    const event = graph.stateEvent(id);
    if (event === undefined) return [];
    const isCurrent = current.state === 'known' && current.get(event.type, event.state_key ?? '') === id;
    // What is replaced is current no more; what others rest on remains so.
    const hazard = findHazard(event, { current: current.state === 'unknown', inAuthChain: named.has(id), inRoom: true }, graph.rules);
    const afterwards = isRedacted(event, graph.rules.redaction) ? 'bare' : hazard === undefined ? 'redact' : 'hazard';
    return [{ event_id: id, current: isCurrent, afterwards, ...(afterwards === 'hazard' && hazard !== undefined ? { hazard: hazard.id } : {}) }];
  });
}

/** The servers that had somebody in the room at the event, and those that came later. */
function serversSince(graph: RoomGraph, first: string): readonly string[] {
  const at = graph.position(first) ?? 0;
  const before = graph.stateBefore(first);
  const places = before.state === 'unknown' ? undefined : before.map();
  const there = [...(places?.values() ?? [])].map((id) => graph.stateEvent(id));
  const later = graph.order.slice(at).map((id) => graph.stateEvent(id));
  const joined = [...there, ...later].filter((event) => event?.type === 'm.room.member' && own(event.content, 'membership') === 'join');
  return [...new Set(joined.flatMap((event) => serverNameOf(event?.state_key ?? '') ?? []))].sort();
}

/** Where an event that corrects is to stand. */
export type RectifyingOptions = {
  /** Who sends it: one of the `senders` of the plan. */
  readonly sender: string;
  /** When (ms since 1970, UTC). */
  readonly at: number;
};

/**
 * The event that corrects, with its place in the room and, from version 3, its content hash: it lacks only signatures, and in versions 1 and 2 an ID and the
 * hashes of its references, which its server adds. This is the one value here that holds content.
 * @throws {RectificationSenderError} when the rules do not allow it to this sender, or the state of the room is not known
 * @example rectifyingEvent({ roomId: '!r:b', graph: openRoom([], { rules: roomVersion('11') }), events: [] }, { type: 'm.room.topic', stateKey: '', content: {} }, { sender: '@a:b', at: 0 }) // throws RectificationSenderError
 */
export function rectifyingEvent(room: ViewedRoom, correction: Correction, { sender, at }: RectifyingOptions): Pdu {
  const { graph, roomId } = room;
  const current = graph.currentState();
  const plan = planRectification(room, correction, { subjects: [] });
  if (current.state === 'unknown' || plan?.senders.includes(sender) !== true) throw new RectificationSenderError();
  const event: Pdu = { ...bare(correction), sender };
  const whole: Pdu = {
    ...event, room_id: roomId, origin_server_ts: at,
    prev_events: references(graph.forwardExtremities, graph),
    auth_events: references(authEventsFor(event, current.map(), graph.rules), graph),
    depth: depthAfter(room),
  };
  return graph.rules.format.eventId === 'opaque' ? whole : addContentHash(whole, graph.rules);
}

function references(ids: readonly string[], { rules }: RoomGraph): readonly EventReference[] {
  return rules.format.references === 'ids' ? ids : ids.map((id) => [id, {}] as const);
}

function depthAfter({ graph, events }: ViewedRoom): number {
  const ends = new Set(graph.forwardExtremities);
  const depths = events.filter(({ eventId }) => ends.has(eventId)).map(({ pdu, depth }) => depth ?? pdu.depth);
  const deepest = Math.max(0, ...depths.flatMap((depth) => (typeof depth === 'number' && Number.isSafeInteger(depth) ? [depth] : [])));
  return Math.min(deepest + 1, Number(graph.rules.format.maxDepth));
}

/** Nobody of this name may send the correction: take one of the senders that the plan names. */
export class RectificationSenderError extends Error {
  override readonly name = 'RectificationSenderError';

  constructor() {
    super('the rules of the room do not allow the correction to this sender: take one of those that the plan names');
  }
}
