import type { StoredEvent } from '../erasure/apply.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import { asJson, type Pdu } from '../event/pdu.ts';
import { own } from '../json/value.ts';
import { stringifyJson } from '../json/stringify-json.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { contextEventOf, createReferenceFinder } from './others.ts';
import type { ScratchFiles } from './place.ts';
import type { ExportRequest, ExportSource } from './request.ts';
import { exportedRecord } from './select.ts';
import { createSpooler, type Spool } from './spool.ts';

/** A room of which an export has something. */
export type CollectedRoom = {
  readonly roomId: string;
  readonly rules: RoomVersionRules;
  readonly spool: Spool;
  /** The redactions that name an event of the room, by its ID. */
  readonly redactions: ReadonlyMap<string, readonly string[]>;
  /** The name that the person gave the room last. */
  readonly name?: string;
};

type Room = {
  readonly roomId: string;
  readonly rules: RoomVersionRules;
  readonly redactions: Map<string, string[]>;
  spool: Spool | undefined;
  /** Whether there is more than other people's messages. */
  concerned: boolean;
  name: { readonly text: string; readonly at: number } | undefined;
};

/** Reads all events once, and puts aside what an export has of them, room by room. Rooms come in the order in which they first had something. */
export async function collectEvents(source: ExportSource, request: ExportRequest, scratch: ScratchFiles): Promise<readonly CollectedRoom[]> {
  const rooms = new Map<string, Room>();
  const spooler = createSpooler(scratch);
  const concerned: Room[] = [];
  const choose = createChooser(request);
  let spools = 0;
  for await (const stored of source) {
    const { event } = stored;
    const room = roomOf(rooms, event);
    noteRedactions(room, event.eventId, event.pdu);
    const line = choose(stored);
    if (line === undefined) continue;
    if (line.kind !== 'context' && !room.concerned) concerned.push(room);
    room.concerned ||= line.kind !== 'context';
    if (line.kind === 'own') noteName(room, event.pdu, line.at);
    room.spool ??= spooler.spool(`room-${++spools}`);
    room.spool.add(line);
    await spooler.relieve();
  }
  return concerned.flatMap(({ roomId, rules, spool, redactions, name }) => (spool === undefined ? [] : [{ roomId, rules, spool, redactions, ...(name === undefined ? {} : { name: name.text }) }]));
}

function roomOf(rooms: Map<string, Room>, { roomId, rules }: Pick<Room, 'roomId' | 'rules'>): Room {
  const known = rooms.get(roomId);
  if (known !== undefined) return known;
  const room: Room = { roomId, rules, redactions: new Map(), spool: undefined, concerned: false, name: undefined };
  rooms.set(roomId, room);
  return room;
}

type Chosen = { readonly kind: 'own' | 'context' | 'reference'; readonly at: number; readonly text: string };

/** What an export has of an event. */
function createChooser({ subjects, about = false, context }: ExportRequest): (stored: StoredEvent) => Chosen | undefined {
  const subjectIds = new Set<string>(subjects);
  const referenceOf = createReferenceFinder(subjects, about);
  return ({ record, event }) => {
    const at = timeOf(event.pdu);
    if (subjectIds.has(event.pdu.sender ?? '')) return { kind: 'own', at, text: stringifyJson(exportedRecord(record, event)) };
    const reference = referenceOf(event);
    if (reference !== undefined && (context === undefined || event.pdu.state_key !== undefined)) return { kind: 'reference', at, text: stringifyJson(asJson(reference)) };
    const said = context === undefined ? undefined : contextEventOf(event);
    if (said !== undefined && context?.sees(event) === true) return { kind: 'context', at, text: stringifyJson(asJson(said)) };
    return reference === undefined ? undefined : { kind: 'reference', at, text: stringifyJson(asJson(reference)) };
  };
}

function timeOf({ origin_server_ts: sent }: Pdu): number {
  return typeof sent === 'number' && Number.isFinite(sent) ? sent : 0;
}

function noteRedactions({ redactions, rules }: Room, eventId: string, pdu: Pdu): void {
  for (const target of redactionTarget(pdu, rules.redacts)?.eventIds ?? []) {
    redactions.set(target, [...(redactions.get(target) ?? []), eventId]);
  }
}

function noteName(room: Room, { type, state_key: stateKey, content }: Pdu, at: number): void {
  const text = type === 'm.room.name' && stateKey === '' ? own(content, 'name') : undefined;
  if (typeof text === 'string' && text.trim() !== '' && at >= (room.name?.at ?? -Infinity)) room.name = { text, at };
}
