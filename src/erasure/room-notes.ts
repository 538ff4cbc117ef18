import { serverNameOf, type MxcUri } from '../identifiers/identifiers.ts';
import { own } from '../json/value.ts';
import { mediaReferences } from '../event/media.ts';
import { isState, referencedIds, type Pdu } from '../event/pdu.ts';
import { isRedacted } from '../event/redact.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import { editedEventId } from '../event/relations.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { aboutReasons, mentionedEvents, type EventMention, type SubjectNames } from './about.ts';
import { createRoomHolds } from './holds.ts';
import type { MediaNotes } from './media-notes.ts';
import type { AboutReason } from './plan.ts';
import { createRecordStore, type EventIds, type KeptEvent, type RecordStore } from './record-store.ts';
import type { ErasureRequest } from './request.ts';
import { createPosition, createRoomScope, type EventClock } from './scope.ts';
import { createSignsOfMore } from './signs-of-more.ts';

/** What a plan needs of an event of the subject. */
export type OwnEvent = {
  readonly eventId: string;
  readonly pdu: Pdu;
  readonly media: readonly MxcUri[];
  readonly redacts: readonly string[];
  /** The event that it is an edit of. */
  readonly edits: string | undefined;
  /** Whether a redaction would take nothing from it. */
  readonly bare: boolean;
  readonly clock: EventClock;
};

/** A membership of somebody else, and when it came. */
export type OtherMembership = { readonly eventId: string; readonly pdu: Pdu; readonly clock: EventClock };

/** An event of somebody else that may carry data of the subject: by itself, or if an event that it refers to is the subject's. */
export type ForeignNote = {
  readonly eventId: string;
  readonly type: string;
  readonly reasons: readonly AboutReason[];
  readonly references: readonly EventMention[];
};

/** What is kept of a room while its events are read: never the content of a message. */
export type RoomNotes = {
  readonly roomId: string;
  readonly rules: RoomVersionRules;
  readonly own: readonly OwnEvent[];
  readonly foreign: readonly ForeignNote[];
  readonly records: RecordStore;
  /** Whether an event of the subject is among those that the request covers. */
  readonly inScope: (event: OwnEvent) => boolean;
  /** The holds that cover an event of the subject, by their IDs. */
  readonly holdsOn: (event: OwnEvent) => readonly string[];
  /** Memberships of all who are neither subjects nor erased before. */
  readonly others: readonly OtherMembership[];
  /** Where the erasure takes effect, in the order that `placeOf` counts in. */
  readonly erasurePlace: number;
  readonly placeOf: (clock: EventClock) => number;
  /** Events that say that a bridge to another network is in the room. */
  readonly bridges: readonly KeptEvent[];
  /** Whether somebody who was erased before sent anything. */
  readonly hasErased: boolean;
  /** Every event that some event names as what allows it. */
  readonly authReferenced: ReadonlySet<string>;
  readonly servers: ReadonlySet<string>;
  /** Whether every event is the subject's, nobody else was let in, and the room was never open to the world. */
  readonly closed: boolean;
  /** Whether the events speak of others that are not among them. */
  /** Whether an event relates to this one, replies to it or redacts it. */
  readonly isNamed: (eventId: string) => boolean;
  readonly lacksEvents: (isThere: (eventId: string) => boolean) => boolean;
};

/** Reads the events of one room. */
export type RoomReader = Pick<RoomNotes, 'rules' | 'records'> & { readonly add: (event: RoomEvent) => void; readonly notes: () => RoomNotes };

/** Whose data to look for, and where. */
export type ReaderOptions = { readonly names: SubjectNames; readonly request: ErasureRequest; readonly media: MediaNotes; readonly ids: EventIds };

/** A reader of one room's events, in any order. */
export function createRoomReader(first: RoomEvent, { names, request, media, ids }: ReaderOptions): RoomReader {
  const { roomId, rules } = first;
  const [ownEvents, foreign, others, bridges]: [OwnEvent[], ForeignNote[], OtherMembership[], KeptEvent[]] = [[], [], [], []];
  const records = createRecordStore(ids);
  const signs = createSignsOfMore();
  const roomScope = createRoomScope(request.scope, roomId);
  const holds = createRoomHolds(request.holds, roomId);
  const erasure = createPosition(request.effectiveAt);
  const erased: ReadonlySet<string> = new Set(request.alreadyErased);
  const [authReferenced, servers] = [new Set<string>(), new Set<string>()];
  let [closed, streams, hasErased] = [true, true, false];

  const add = (event: RoomEvent): void => {
    const { pdu } = event;
    const clock = clockOf(event, records.size());
    const kept = records.add(event);
    for (const each of [roomScope, holds, erasure]) each.pass(clock);
    signs.add(event);
    streams &&= clock.outlier || clock.stream !== undefined;
    for (const id of referencedIds(pdu.auth_events)) authReferenced.add(id);
    const server = joinedServer(pdu);
    if (server !== undefined) servers.add(server);
    const mine = names.ids.has(pdu.sender ?? '');
    if (mine) ownEvents.push(ownEvent(event, kept, clock));
    else {
      foreign.push(...foreignNotes(event, kept.eventId, names));
      media.noteOther(pdu, { room_id: roomId, event_id: kept.eventId });
    }
    if (isOthersMembership(pdu, names.ids, erased)) others.push({ ...kept, clock });
    if (BRIDGES.has(pdu.type) && isState(pdu) && Object.keys(pdu.content).length > 0) bridges.push(kept);
    hasErased ||= erased.has(pdu.sender ?? '');
    closed &&= mine && !letsOthersIn(pdu, names);
  };
  const notes = (): RoomNotes => ({
    roomId, rules, own: ownEvents, foreign, records, authReferenced, servers, others, bridges, hasErased,
    closed, isNamed: signs.isNamed, lacksEvents: signs.lacksEvents,
    inScope: roomScope.test(), holdsOn: holds.test(),
    erasurePlace: erasure.place(streams), placeOf: ({ stream = Number.NEGATIVE_INFINITY, place }) => (streams ? stream : place),
  });
  return { rules, records, add, notes };
}

/** State that bridges set. The second is what they use; the first is proposed. */
const BRIDGES: ReadonlySet<string> = new Set(['m.bridge', 'uk.half-shot.bridge']);

function isOthersMembership({ type, state_key: user }: Pdu, subjects: ReadonlySet<string>, erased: ReadonlySet<string>): boolean {
  return type === 'm.room.member' && user !== undefined && !subjects.has(user) && !erased.has(user);
}

function clockOf(event: RoomEvent, place: number): EventClock {
  const sent = event.pdu.origin_server_ts;
  return {
    stream: event.streamOrdering,
    place,
    outlier: event.outlier,
    time: event.receivedTs ?? (typeof sent === 'number' ? sent : undefined),
    bySender: event.receivedTs === undefined,
  };
}

function ownEvent({ pdu, rules }: RoomEvent, kept: KeptEvent, clock: EventClock): OwnEvent {
  return {
    ...kept, clock, media: mediaReferences(pdu), redacts: redactionTarget(pdu, rules.redacts)?.eventIds ?? [],
    edits: editedEventId(pdu), bare: isRedacted(pdu, rules.redaction),
  };
}

function foreignNotes({ pdu }: RoomEvent, eventId: string, names: SubjectNames): readonly ForeignNote[] {
  const reasons = aboutReasons(pdu, names);
  const references = mentionedEvents(pdu);
  return reasons.length + references.length === 0 ? [] : [{ eventId, type: pdu.type, reasons, references }];
}

function joinedServer(pdu: Pdu): string | undefined {
  if (pdu.type !== 'm.room.member' || own(pdu.content, 'membership') !== 'join') return undefined;
  return serverNameOf(pdu.state_key ?? '');
}

/** Whether an event gives anybody but the subjects access: an invite, or a room that the world may read. */
function letsOthersIn(pdu: Pdu, names: SubjectNames): boolean {
  if (pdu.type === 'm.room.history_visibility') return own(pdu.content, 'history_visibility') === 'world_readable';
  if (pdu.type !== 'm.room.member' || names.ids.has(pdu.state_key ?? '')) return false;
  const membership = own(pdu.content, 'membership');
  return membership !== 'leave' && membership !== 'ban';
}
