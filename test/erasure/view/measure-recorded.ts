/**
 * Prints how well the profile `synapse` predicts what recorded servers served after an erasure, and what of the person's texts a newcomer is
 * still served: `node --conditions=matrix-erasure-source test/erasure/view/measure-recorded.ts FOLDER`. The README of the vectors says what is in the folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { erasureProfile } from '../../../src/erasure/profiles.ts';
import type { ViewedRoom } from '../../../src/erasure/view/room-facts.ts';
import { serveEvents, type ServedEvent } from '../../../src/erasure/view/serve.ts';
import { surfaces, type Viewer } from '../../../src/erasure/view/viewer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json/value.ts';
import { agrees, ERASED, ERASED_AT, LETTER, openRecorded, predict, RULES, viewerOf } from './recordings.ts';

type Stored = JsonObject & { readonly event_id: string; readonly pdu: JsonObject & { readonly sender: string; readonly content: JsonObject; readonly unsigned?: JsonObject } };
type Row = {
  readonly phase: string; readonly viewer: string; readonly viewerServer: string; readonly requester?: string; readonly api: string; readonly event_id?: string;
  readonly seen: string; readonly ambiguous?: boolean; readonly nested_in?: string; readonly got?: JsonObject;
};
type Actors = { readonly [role: string]: { readonly mxid: string } };

const [folder = ''] = process.argv.slice(2);
if (!existsSync(join(folder, 'actors.json'))) throw new Error('name a folder of recordings: it has an actors.json, and a folder for each room');
const actors: Actors = JSON.parse(readFileSync(join(folder, 'actors.json'), 'utf8'));
const rooms = readdirSync(folder).filter((room) => existsSync(join(folder, room, 'views.ndjson.gz'))).sort();
const SERVERS: { readonly [requester: string]: string } = { hs2: 'hs2.test:18442', hs3: 'hs3.test:18443' };

function linesOf<T>(...path: readonly string[]): readonly T[] {
  const file = join(folder, ...path);
  if (!existsSync(file)) return [];
  return gunzipSync(readFileSync(file)).toString().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

/** What a server was asked after the erasure, and what it served. */
function rowsOf(room: string, server: string): readonly Row[] {
  const clients = linesOf<Row>(room, 'views.ndjson.gz').filter(({ viewerServer }) => viewerServer === server);
  const servers = server === 'hs1' ? linesOf<Row>(room, 'federation.ndjson.gz') : [];
  return [...clients, ...servers].filter(({ phase }) => phase === 'after');
}

type Tally = { rows: number; wrong: number };
const SEEN: { readonly [seen: string]: string } = { full: 'F', pruned: 'R', absent: 'H' };

/** Compares the rows of one room on one server; of what names no event, and of copies, nothing is predicted. */
function compare(room: string, server: string, tallies: Map<string, Tally>): void {
  const stored = linesOf<Stored>(room, `${server}.after.ndjson.gz`);
  if (stored.length === 0) return;
  const opened = openRecorded(stored);
  const place = new Map(stored.map(({ event_id: id }, index) => [id, index]));
  const subjects = server === 'hs1' ? [ERASED] : [];
  const known = new Map<string, readonly string[]>();
  for (const { viewer, requester, api, event_id: id, seen, ambiguous, nested_in: holder } of rowsOf(room, server)) {
    if (id === undefined || holder !== undefined || seen === 'refused' || RULES[api] === undefined) continue;
    const as = requester === undefined ? viewerOf(viewer, actors[viewer]?.mxid ?? '') : viewerOf('server', SERVERS[requester] ?? '');
    const key = `${requester ?? viewer} ${api}`;
    const letters = known.get(key) ?? predict(opened, as, { ...RULES[api], subjects }).map((one) => LETTER[one.seen]);
    known.set(key, letters);
    const served = ambiguous === true && seen !== 'absent' ? 'S' : SEEN[seen] ?? '?';
    const tally = tallies.get(`${server} ${api}`) ?? { rows: 0, wrong: 0 };
    tallies.set(`${server} ${api}`, tally);
    tally.rows += 1;
    if (!agrees(served, letters[place.get(id) ?? -1] ?? 'H')) tally.wrong += 1;
  }
}

function printPredictions(): void {
  const tallies = new Map<string, Tally>();
  for (const room of rooms) for (const server of ['hs1', 'hs2', 'hs3']) compare(room, server, tallies);
  for (const [name, { rows, wrong }] of tallies) console.log(`${name.padEnd(32)} ${rows} rows, ${wrong} not as predicted`);
  const sum = (of: keyof Tally): number => [...tallies.values()].reduce((total, tally) => total + tally[of], 0);
  console.log(`in all: ${sum('rows')} rows, ${sum('wrong')} not as predicted\n`);
}

const markersIn = (value: unknown): readonly string[] => JSON.stringify(value ?? null).match(/pii_a\d+_\d+/g) ?? [];

/** What a viewer was served of her texts, and is served under the notice. */
type Leaks = { readonly tried: Set<string>; readonly synapse: Set<string>; readonly notice: Set<string>; readonly copies: Set<string> };

/** What the recording shows that the server put into other events of her events. */
function copyOf(api: string, { event_id: id, pdu: { unsigned: _, ...pdu } }: Stored): JsonObject {
  if (api.endsWith('prev_content')) return { prev_content: pdu.content, prev_sender: ERASED, replaces_state: id };
  const copy = { ...pdu, event_id: id };
  if (api.endsWith('redacted_because')) return { redacted_because: copy };
  return { 'm.relations': api.endsWith('m.replace') ? { 'm.replace': copy } : { 'm.thread': { count: 1, latest_event: copy } } };
}

/** Notes what Synapse served of one room, and gives the copies by the event that holds them. */
function noteServed(rows: readonly Row[], originals: ReadonlyMap<string, Stored>, leaks: Leaks): ReadonlyMap<string, JsonObject> {
  const copies = new Map<string, JsonObject>();
  for (const { api, event_id: id, seen, nested_in: holder, got } of rows) {
    if (id === undefined && got?.['sender'] === ERASED) for (const marker of markersIn(got)) leaks.synapse.add(marker);
    const original = originals.get(id ?? '');
    if (original === undefined || original.pdu.sender !== ERASED) continue;
    for (const marker of markersIn(original.pdu.content)) {
      leaks.tried.add(marker);
      if (seen === 'full') leaks.synapse.add(marker);
    }
    if (holder !== undefined) copies.set(holder, merged(copies.get(holder) ?? {}, copyOf(api, original)));
  }
  return copies;
}

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const relations: JsonObject = { ...relationsOf(one['m.relations']), ...relationsOf(other['m.relations']) };
  return { ...one, ...other, ...(Object.keys(relations).length === 0 ? {} : { 'm.relations': relations }) };
}

const relationsOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});

/** A room as stored after the erasure but with the contents of before, and with the copies where the recording shows them. */
function openOriginal(after: readonly Stored[], originals: ReadonlyMap<string, Stored>, copies: ReadonlyMap<string, JsonObject>): ViewedRoom {
  return openRecorded(after.map((record) => {
    const pdu = originals.get(record.event_id)?.pdu ?? record.pdu;
    const copy = copies.get(record.event_id);
    return { ...record, pdu: copy === undefined ? pdu : { ...pdu, unsigned: { ...pdu.unsigned, ...copy } } };
  }));
}

function servedUnderNotice(room: ViewedRoom, viewer: Viewer): readonly ServedEvent[] {
  const erasure = { profile: erasureProfile('notice'), subjects: [ERASED], effectiveAt: ERASED_AT };
  return surfaces.flatMap((surface) => [...serveEvents(room, viewer, { erasure, surface, pastStates: true })]);
}

function noteRoom(room: string, role: string, leaks: Leaks): void {
  const [before, after] = ['before', 'after'].map((phase) => linesOf<Stored>(room, `hs1.${phase}.ndjson.gz`)) as [readonly Stored[], readonly Stored[]];
  const rows = rowsOf(room, 'hs1').filter(({ viewer }) => viewer === role);
  if (rows.length === 0) return;
  const originals = new Map([...after, ...before].map((stored) => [stored.event_id, stored]));
  const opened = openOriginal(after, originals, noteServed(rows, originals, leaks));
  const viewer: Viewer = role === 'guest' ? { kind: 'guest' } : { kind: 'user', id: actors[role]?.mxid ?? '' };
  for (const { event } of servedUnderNotice(opened, viewer)) {
    if (event?.sender === ERASED) for (const marker of markersIn([event.content, event['redacts']])) leaks.notice.add(marker);
    for (const marker of markersIn(event?.unsigned)) leaks.copies.add(marker);
  }
}

function printLeaks(role: string, who: string): void {
  const leaks: Leaks = { tried: new Set(), synapse: new Set(), notice: new Set(), copies: new Set() };
  for (const room of rooms) noteRoom(room, role, leaks);
  // Others' texts hold markers, too: where they made a room.
  const inCopiesAlone = [...leaks.copies].filter((marker) => leaks.tried.has(marker) && !leaks.notice.has(marker)).length;
  console.log(`${who}: ${leaks.tried.size} texts tried, ${leaks.synapse.size} served by Synapse, ${leaks.notice.size} under the notice, ${inCopiesAlone} in copies alone`);
}

printPredictions();
printLeaks('dave', 'registered, came after it');
printLeaks('guest', 'guest, never joined');
printLeaks('ned', 'registered, never joined');
