import { own, type JsonObject } from '../../json/value.ts';
import type { ViewedRoom, ViewOptions } from '../view/room-facts.ts';
import { serveEvents, type ServedEvent } from '../view/serve.ts';
import type { Viewer } from '../view/viewer.ts';
import { clientEventOf, type ClientEvent } from './client-event.ts';
import type { PseudonymMap } from './pseudonym-map.ts';
import { createRenaming, renameObject, type RenameText } from './rename.ts';

/** Rewrites events of any number of rooms. */
export type Pseudonymiser = (event: ClientEvent, options?: PseudonymiseOptions) => ClientEvent;

/** Which room the event is in, where it does not say so itself. */
export type PseudonymiseOptions = { readonly roomId?: string };

/** What servers have and clients never get: whoever has it has an event that is signed as it is. */
const SERVER_KEYS: readonly string[] = ['hashes', 'signatures', 'auth_events', 'prev_events'];
/** Identifiers that are no user's, and stay exactly as they are. */
const OTHER_IDS: ReadonlySet<string> = new Set(['type', 'event_id', 'room_id', 'redacts']);

/**
 * An event in which the subjects go by their pseudonyms: as sender and state key, in power levels, create events, joins that they vouched for, mentions and
 * links, and in whatever the server put into `unsigned`. For clients only: event IDs and signatures cover the real ID. Nothing of anybody else's
 * changes, and an event that names no subject is returned as it is. Names by which people call each other in their texts stay.
 * @throws {NoPseudonymError} when the event names a subject who has no pseudonym in this room
 * @throws {NotAClientEventError} for an event as servers exchange it
 * @example pseudonymise({ type: 'm.room.message', content: {}, event_id: '$e', room_id: '!r:b', sender: '@a:b' }, { subjects: ['@a:b'], rooms: { '!r:b': ['@x:erased.invalid'] } }).sender // '@x:erased.invalid'
 */
export function pseudonymise(event: ClientEvent, map: PseudonymMap, options: PseudonymiseOptions = {}): ClientEvent {
  return createPseudonymiser(map)(event, options);
}

/**
 * The same for many events: what a room needs is worked out once.
 * @example createPseudonymiser({ subjects: ['@a:b'], rooms: {} })({ type: 'm.room.message', content: {}, event_id: '$e', room_id: '!r:b', sender: '@a:b' }) // throws NoPseudonymError
 */
export function createPseudonymiser({ subjects, rooms }: PseudonymMap): Pseudonymiser {
  const byRoom = new Map<string, RenameText>();
  const unknown = createRenaming(subjects.map((from) => ({ from, to: '' })));
  const renamingIn = (roomId: string): RenameText | undefined => {
    const names = own(rooms, roomId);
    if (names === undefined) return undefined;
    const renaming = byRoom.get(roomId) ?? createRenaming(subjects.flatMap((from, index) => pair(from, names[index])));
    byRoom.set(roomId, renaming);
    return renaming;
  };
  return (event, { roomId = event.room_id } = {}) => {
    if (SERVER_KEYS.some((key) => Object.hasOwn(event, key))) throw new NotAClientEventError();
    const renaming = roomId === undefined ? undefined : renamingIn(roomId);
    const renamed = renameEvent(event, renaming ?? unknown);
    if (renaming === undefined && renamed !== event) throw new NoPseudonymError();
    return renamed;
  };
}

function pair(from: string, to: string | undefined): readonly { readonly from: string; readonly to: string }[] {
  return to === undefined ? [] : [{ from, to }];
}

function renameEvent(event: ClientEvent, rename: RenameText): ClientEvent {
  const members = Object.entries(event).filter(([key, value]) => !OTHER_IDS.has(key) && value !== undefined);
  const before = Object.fromEntries(members) as JsonObject;
  const after = renameObject(before, rename);
  return after === before ? event : { ...event, ...after };
}

/** An event as a viewer is served it, under the subjects' pseudonyms; without `event` they are served nothing. */
export type PseudonymousEvent = Omit<ServedEvent, 'event'> & { readonly event?: ClientEvent };

/**
 * What to send a viewer of each event of a room, with the subjects under their pseudonyms: {@link serveEvents} decides, and what it serves is rewritten.
 * Display names in other people's events, such as invites, stay: those events are listed in the plan.
 * @throws {NoPseudonymError} when the map does not have the room
 * @example [...pseudonymousView({ roomId: '!r:b', graph: openRoom([], { rules: roomVersion('11') }), events: [] }, { kind: 'anonymous' }, { pseudonyms: { subjects: [], rooms: {} }, erasure: { profile: erasureProfiles.notice, subjects: [], effectiveAt: 0 } })] // []
 */
export function* pseudonymousView(room: ViewedRoom, viewer: Viewer, options: ViewOptions & { readonly pseudonyms: PseudonymMap }): Generator<PseudonymousEvent> {
  const rewrite = createPseudonymiser(options.pseudonyms);
  const { roomId, graph: { rules } } = room;
  for (const { event, ...decision } of serveEvents(room, viewer, options)) {
    if (event === undefined) yield decision;
    else yield { ...decision, event: rewrite(clientEventOf(event, { eventId: decision.eventId, roomId, rules })) };
  }
}

/** A room is not in the map of pseudonyms. While the key exists, add it with `pseudonymsFor`; afterwards the event must not be shown. */
export class NoPseudonymError extends Error {
  override readonly name = 'NoPseudonymError';

  constructor() {
    super('an event names a subject in a room for which there is no pseudonym: add the room with pseudonymsFor, or do not serve the event');
  }
}

/** An event has hashes, signatures or a place in the graph: rewritten, it would be a forgery. Use `clientEventOf` first. */
export class NotAClientEventError extends Error {
  override readonly name = 'NotAClientEventError';

  constructor() {
    super('pseudonyms are for what clients are shown: this event is as servers exchange it, and its signatures cover the real user ID; use clientEventOf first');
  }
}
