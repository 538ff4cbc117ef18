import { serverNameOf, type MxcUri } from '../identifiers/identifiers.ts';
import { own } from '../json/value.ts';
import { mediaReferences } from '../event/media.ts';
import { referencedIds, type Pdu } from '../event/pdu.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import type { RoomEventRecord } from '../room/graph.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { aboutReasons, mentionedEvents, type EventMention, type SubjectNames } from './about.ts';
import type { AboutReason } from './plan.ts';
import { slimRecord, type Intern } from './slim-record.ts';

/** What a plan needs of an event of the subject. */
export type OwnEvent = {
  readonly eventId: string;
  readonly pdu: Pdu;
  readonly media: readonly MxcUri[];
  readonly redacts: readonly string[];
  readonly clock: EventClock;
};

/** Where an event stands in time. */
export type EventClock = {
  /** Place in the server's own order; `undefined` for events outside the room's history. */
  readonly order: number | undefined;
  /** When it happened (ms): received by the server, or else sent by the sender's own clock. */
  readonly time: number | undefined;
  readonly bySender: boolean;
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
  readonly records: readonly RoomEventRecord[];
  readonly clocks: readonly EventClock[];
  /** Every event that some event names as what allows it. */
  readonly authReferenced: ReadonlySet<string>;
  readonly servers: ReadonlySet<string>;
  /** Whether every event is the subject's, nobody else was let in, and the room was never open to the world. */
  readonly closed: boolean;
};

/** Reads the events of one room. */
export type RoomReader = { readonly add: (event: RoomEvent) => void; readonly notes: () => RoomNotes };

/** A reader of one room's events, in any order. */
export function createRoomReader(first: RoomEvent, names: SubjectNames, intern: Intern): RoomReader {
  const ownEvents: OwnEvent[] = [];
  const foreign: ForeignNote[] = [];
  const records: RoomEventRecord[] = [];
  const clocks: EventClock[] = [];
  const authReferenced = new Set<string>();
  const servers = new Set<string>();
  let closed = true;

  const add = (event: RoomEvent): void => {
    const clock = clockOf(event, records.length);
    const record = slimRecord(event, intern);
    records.push(record);
    clocks.push(clock);
    for (const id of referencedIds(record.pdu.auth_events)) authReferenced.add(id);
    const server = joinedServer(event.pdu);
    if (server !== undefined) servers.add(server);
    const mine = names.ids.has(event.pdu.sender ?? '');
    if (mine) ownEvents.push(ownEvent(event, record.pdu, clock));
    else foreign.push(...foreignNotes(event, names));
    closed &&= mine && !letsOthersIn(event.pdu, names);
  };
  const notes = (): RoomNotes => ({
    roomId: first.roomId, rules: first.rules, own: ownEvents, foreign, records, clocks, authReferenced, servers, closed,
  });
  return { add, notes };
}

function clockOf(event: RoomEvent, place: number): EventClock {
  const sent = event.pdu.origin_server_ts;
  return {
    order: event.outlier ? undefined : event.streamOrdering ?? place,
    time: event.receivedTs ?? (typeof sent === 'number' ? sent : undefined),
    bySender: event.receivedTs === undefined,
  };
}

function ownEvent(event: RoomEvent, slim: Pdu, clock: EventClock): OwnEvent {
  const redacts = redactionTarget(event.pdu, event.rules.redacts)?.eventIds ?? [];
  return { eventId: event.eventId, pdu: slim, media: mediaReferences(event.pdu), redacts, clock };
}

function foreignNotes(event: RoomEvent, names: SubjectNames): readonly ForeignNote[] {
  const reasons = aboutReasons(event.pdu, names);
  const references = mentionedEvents(event.pdu);
  return reasons.length + references.length === 0 ? [] : [{ eventId: event.eventId, type: event.pdu.type, reasons, references }];
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
