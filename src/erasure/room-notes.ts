import { serverNameOf, type MxcUri } from '../identifiers/identifiers.ts';
import { own } from '../json/value.ts';
import { mediaReferences } from '../event/media.ts';
import { referencedIds, type Pdu } from '../event/pdu.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { aboutReasons, mentionedEvents, type EventMention, type SubjectNames } from './about.ts';
import type { AboutReason } from './plan.ts';
import { createRecordStore, type KeptEvent, type RecordStore } from './record-store.ts';
import type { ErasureScope } from './request.ts';
import { createRoomScope, type EventClock } from './scope.ts';

/** What a plan needs of an event of the subject. */
export type OwnEvent = {
  readonly eventId: string;
  readonly pdu: Pdu;
  readonly media: readonly MxcUri[];
  readonly redacts: readonly string[];
  readonly clock: EventClock;
};

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
  /** Every event that some event names as what allows it. */
  readonly authReferenced: ReadonlySet<string>;
  readonly servers: ReadonlySet<string>;
  /** Whether every event is the subject's, nobody else was let in, and the room was never open to the world. */
  readonly closed: boolean;
};

/** Reads the events of one room. */
export type RoomReader = { readonly add: (event: RoomEvent) => void; readonly notes: () => RoomNotes };

/** Whose data to look for, and where. */
export type ReaderOptions = { readonly names: SubjectNames; readonly scope: ErasureScope };

/** A reader of one room's events, in any order. */
export function createRoomReader(first: RoomEvent, { names, scope }: ReaderOptions): RoomReader {
  const ownEvents: OwnEvent[] = [];
  const foreign: ForeignNote[] = [];
  const records = createRecordStore();
  const roomScope = createRoomScope(scope, first.roomId);
  const authReferenced = new Set<string>();
  const servers = new Set<string>();
  let closed = true;

  const add = (event: RoomEvent): void => {
    const clock = clockOf(event, records.size());
    const kept = records.add(event);
    roomScope.pass(clock);
    for (const id of referencedIds(event.pdu.auth_events)) authReferenced.add(id);
    const server = joinedServer(event.pdu);
    if (server !== undefined) servers.add(server);
    const mine = names.ids.has(event.pdu.sender ?? '');
    if (mine) ownEvents.push(ownEvent(event, kept, clock));
    else foreign.push(...foreignNotes(event, kept.eventId, names));
    closed &&= mine && !letsOthersIn(event.pdu, names);
  };
  const notes = (): RoomNotes => ({
    roomId: first.roomId, rules: first.rules, own: ownEvents, foreign, records, inScope: roomScope.test(), authReferenced, servers, closed,
  });
  return { add, notes };
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
  return { ...kept, media: mediaReferences(pdu), redacts: redactionTarget(pdu, rules.redacts)?.eventIds ?? [], clock };
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
