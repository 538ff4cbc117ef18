import { mediaReferences } from '../event/media.ts';
import { asJson, isState, type Pdu } from '../event/pdu.ts';
import { stringifyJson } from '../json/stringify-json.ts';
import type { CollectedRoom } from './collect.ts';
import { roomEntries, type ExportEntry } from './entries.ts';
import type { ExportFiles, FileWriter } from './files.ts';
import type { ExportedRoom } from './manifest.ts';
import type { MediaCollector } from './media.ts';
import { numbered, roomFolder } from './names.ts';
import type { EventReference } from './others.ts';
import { dayOf } from './page/dates.ts';
import type { Picture } from './page/pictures-page.ts';
import { roomEntry, roomPageEnd, roomPageStart, shownId, type PageProgress, type RoomEntry, type RoomHead } from './page/room-page.ts';
import { tell } from './page/told.ts';
import type { ExportRequest } from './request.ts';
import type { SearchWriter } from './searches.ts';

/** What a room's files are written with. */
export type RoomWriting = {
  readonly request: ExportRequest;
  readonly files: ExportFiles;
  readonly media: MediaCollector;
  readonly searches: SearchWriter;
  readonly addPicture: (picture: Picture) => Promise<void>;
};

/** What came of a room. */
export type WrittenRoom = ExportedRoom & { readonly label: string; readonly pages: readonly string[]; readonly encrypted: number; readonly redacted: number };

const MAX_ENTRIES = 10_000;
const MAX_LENGTH = 12 * 1024 * 1024;

type Counts = { events: number; messages: number; references: number; context: number; encrypted: number; redacted: number; first: number | undefined; last: number | undefined };

/** A part of a room in the making: its page, and the files that it has something for. */
type Part = { readonly number: number; readonly page: FileWriter; readonly lines: Map<LineFile, FileWriter>; entries: number; length: number; progress: PageProgress | undefined };

type LineFile = 'events' | 'references' | 'context';
const SCHEMAS: Readonly<Record<LineFile, string>> = { events: 'export-event.schema.json', references: 'export-reference.schema.json', context: 'export-context.schema.json' };

/** Writes everything of one room. */
export async function writeRoom(room: CollectedRoom, number: number, writing: RoomWriting): Promise<WrittenRoom> {
  const { files, request } = writing;
  const folder = roomFolder(number, room.roomId);
  const label = room.name ?? `Room ${number}`;
  const head: RoomHead = { label, roomId: room.roomId, roomVersion: room.rules.id };
  const counts: Counts = { events: 0, messages: 0, references: 0, context: 0, encrypted: 0, redacted: 0, first: undefined, last: undefined };
  const begin = (part: number): Part => {
    const page = files.begin(`${folder}/${pageName(part)}`);
    page.add(roomPageStart(head, part, part === 1 ? undefined : pageName(part - 1)));
    return { number: part, page, lines: new Map(), entries: 0, length: 0, progress: undefined };
  };
  const pages: string[] = [];
  const end = async (part: Part, isLast: boolean): Promise<void> => {
    part.page.add(roomPageEnd(head, part.number === 1 ? undefined : pageName(part.number - 1), isLast ? undefined : pageName(part.number + 1), part.entries === 0));
    pages.push(`${folder}/${pageName(part.number)}`);
    await part.page.end();
    for (const file of part.lines.values()) await file.end();
  };
  let part = begin(1);
  let anchor = 0;
  for await (const entry of roomEntries(room, request)) {
    if (part.entries >= MAX_ENTRIES || part.length >= MAX_LENGTH) {
      await end(part, false);
      part = begin(part.number + 1);
    }
    anchor += 1;
    await writeEntry(entry, { part, anchor, folder, label, number, roomId: room.roomId, counts, writing });
  }
  await end(part, true);
  const { first, last, ...numbers } = counts;
  return {
    room_id: room.roomId, room_version: room.rules.id, folder, label, pages, ...numbers,
    ...(room.name === undefined ? {} : { name: room.name }), ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }),
  };
}

function pageName(part: number): string {
  return numbered('page', part, '.html');
}

type EntryPlace = {
  readonly part: Part;
  readonly anchor: number;
  readonly folder: string;
  readonly label: string;
  readonly number: number;
  readonly roomId: string;
  readonly counts: Counts;
  readonly writing: RoomWriting;
};

async function writeEntry(entry: ExportEntry, place: EntryPlace): Promise<void> {
  switch (entry.kind) {
    case 'own':
      return writeOwn(entry.record, place);
    case 'reference':
      place.counts.references += 1;
      await writeLine('references', stringifyJson(asJson(entry.reference)), place);
      return writeShown(shownReference(entry.reference, place.anchor), place);
    case 'context': {
      place.counts.context += 1;
      await writeLine('context', stringifyJson(asJson(entry.event)), place);
      const { event } = entry;
      return writeShown({ anchor: place.anchor, at: event.origin_server_ts, told: tell(event as Pdu), tags: [], other: personIn(event.sender) }, place);
    }
    default:
      return entry satisfies never;
  }
}

async function writeOwn(record: Extract<ExportEntry, { readonly kind: 'own' }>['record'], place: EntryPlace): Promise<void> {
  const { counts, anchor, writing, part, folder, roomId } = place;
  const { pdu, event_id: eventId, export: note } = record;
  count(counts, record);
  await writeLine('events', stringifyJson(asJson(record)), place);
  const taken = await writing.media.take(pdu, { roomId, eventId });
  const uris = mediaReferences(pdu);
  const file = taken.get(uris[0] ?? 'mxc://none/none');
  const told = note.redacted === 'gone' ? { label: 'Removed' } : tell(pdu);
  const at = typeof pdu.origin_server_ts === 'number' ? pdu.origin_server_ts : undefined;
  const sealed = Object.hasOwn(pdu.content, 'file');
  const tags = [...(note.encrypted === true ? ['encrypted'] : []), ...(note.redacted === 'named' ? ['removed later, still stored'] : []), ...(record.rejected === undefined ? [] : ['rejected'])];
  await writeShown({ anchor, at, told, tags, sealed, quiet: isState(pdu), ...(file === undefined ? {} : { file }) }, place);
  const page = pageName(part.number);
  if (told.text !== undefined && note.encrypted !== true) await writing.searches.add({ room: place.number - 1, page, anchor, text: told.text, time: dayOf(at) });
  if (file !== undefined && told.file === 'image' && !sealed) await writing.addPicture({ file, name: told.text ?? 'Picture', room: place.label, page: `${folder}/${page}#e${anchor}` });
}

function count(counts: Counts, { pdu, export: { encrypted, redacted } }: Extract<ExportEntry, { readonly kind: 'own' }>['record']): void {
  counts.events += 1;
  if (!isState(pdu) && pdu.type !== 'm.room.redaction') counts.messages += 1;
  if (encrypted === true) counts.encrypted += 1;
  if (redacted === 'gone') counts.redacted += 1;
  const at = pdu.origin_server_ts;
  if (typeof at !== 'number' || !Number.isSafeInteger(at)) return;
  counts.first ??= at;
  counts.last = at;
}

async function writeLine(kind: LineFile, line: string, { part, folder, writing }: EntryPlace): Promise<void> {
  const file = part.lines.get(kind) ?? writing.files.begin(`${folder}/${numbered(kind, part.number, '.jsonl')}`, SCHEMAS[kind]);
  part.lines.set(kind, file);
  file.add(`${line}\n`);
  part.length += line.length + 1;
  await file.relieve();
}

async function writeShown(entry: RoomEntry, { part }: EntryPlace): Promise<void> {
  const { markup, progress } = roomEntry(entry, part.progress);
  part.progress = progress;
  part.entries += 1;
  part.page.add(markup);
  await part.page.relieve();
}

/** What a page calls somebody: `Person 3`, or a further ID of the subject. */
function personIn(sender: string): string {
  const number = /^@person-(\d+):/.exec(sender)?.[1];
  return number === undefined ? shownId(sender) : `Person ${number}`;
}

const MEMBERSHIPS: ReadonlyMap<string, string> = new Map([
  ['invite', 'You were invited'], ['leave', 'You were removed, or an invite or a ban was taken back'], ['ban', 'You were banned'], ['join', 'You were let in'], ['knock', 'You asked to be let in'],
]);

function shownReference({ membership, sender, origin_server_ts: at, type }: EventReference, anchor: number): RoomEntry {
  const label = membership === undefined ? `An event of type ${type} that names or quotes you` : MEMBERSHIPS.get(membership) ?? 'Your membership was changed';
  return { anchor, at, told: { label: `${label}, by ${personIn(sender)}` }, tags: [] };
}
