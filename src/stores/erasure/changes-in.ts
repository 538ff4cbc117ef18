import { createApplierOf, indexPlan, type Applied, type Applier, type EntryOf } from '../../erasure/apply.ts';
import { carriedOut } from '../../erasure/carry-out.ts';
import type { RoomPlan } from '../../erasure/plan.ts';
import { textRedactor, type TextRedactor } from '../../erasure/redact-text.ts';
import { asJson } from '../../event/pdu.ts';
import { repeatsKeys } from '../../event/repeated-keys.ts';
import { isMxcUri, serverNameOf, type MxcUri } from '../../identifiers/identifiers.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { roomVersion } from '../../rules/room-versions.ts';
import { marksOf, NO_MARKS } from '../import/imported-event.ts';
import { rowReader, type RowReader } from '../stored-event.ts';
import type { ChangeCounts, ErasureRow, ErasureStore, EventChange, EventRow } from '../store.ts';
import { pagesOf } from '../pages.ts';

/** What becomes of some of a room's events, and how many of them are changed in which way: hidden ones change by no text. */
export type PageChanges = { readonly changes: readonly EventChange[]; readonly counts: ChangeCounts };

/** No change. */
export const NOTHING: ChangeCounts = Object.freeze({ redacted: 0, hidden: 0, purged: 0, 'copies-removed': 0 });

/** Looks at what the subjects sent, and at what others sent beside which there may be copies of it: a page at a time. */
export async function* changesIn({ events }: Pick<ErasureStore, 'events'>, plan: RoomPlan, request: ErasureRow['request']): AsyncGenerator<PageChanges> {
  const { room_id: roomId, room_version: version } = plan;
  const entryOf = entriesInTurn(plan);
  const look: Look = {
    read: rowReader({ roomId, roomVersion: version }), apply: createApplierOf({ request, rooms: [plan] }, entryOf), entryOf, redactText: textRedactor(roomVersion(version)),
  };
  for await (const rows of pagesOf((page) => events.bySenders(roomId, request.subjects, page))) yield changesOf(rows, look);
  for await (const rows of pagesOf((page) => events.withCopies(roomId, request.subjects, page))) yield changesOf(rows, look);
}

type Look = { readonly read: RowReader; readonly apply: Applier; readonly entryOf: EntryOf; readonly redactText: TextRedactor };

/** Finds the entries of a room's plan: those that are asked for in the plan's order, as where nothing forked, without an index. */
function entriesInTurn(plan: RoomPlan): EntryOf {
  let [last, index]: [number, EntryOf | undefined] = [0, undefined];
  return (roomId, eventId) => {
    for (const turn of [last, last + 1]) {
      const entry = plan.entries[turn];
      if (entry?.event_id !== eventId) continue;
      last = turn;
      return carriedOut(entry);
    }
    index ??= indexPlan({ rooms: [plan] });
    return index(roomId, eventId);
  };
}

function changesOf(rows: readonly EventRow[], look: Look): PageChanges {
  const counts = { ...NOTHING };
  const changes: EventChange[] = [];
  for (const row of rows) {
    const { kind, change } = redactedRow(row, look) ?? changeOf(row, look);
    if (kind !== 'none') counts[kind] += 1;
    if (change !== undefined) changes.push(change);
  }
  return { changes, counts };
}

type ChangeOf = { readonly kind: keyof ChangeCounts | 'none'; readonly change?: EventChange };

/** Most of what is redacted need not be read for that. */
function redactedRow({ text: before, roomId, ...event }: EventRow, { entryOf, redactText }: Look): ChangeOf | undefined {
  if (entryOf(roomId, event.eventId)?.treatment !== 'redact') return undefined;
  const text = redactText(before, event.bare);
  return text === undefined ? undefined : { kind: 'redacted', change: { ...event, marks: NO_MARKS, text } };
}

function changeOf(row: EventRow, { read, apply }: Look): ChangeOf {
  const stored = read(row);
  const applied = apply(stored);
  const { roomId: _, text: before, bare, ...event } = row;
  const kind = kindOf(applied);
  if (applied.record === undefined) return { kind, change: event };
  const record = applied.change === 'hidden' ? unmarked(applied.record, stored.record) : applied.record;
  // Of a key that stands twice the first is shown to nobody, and is there all the same.
  if (record === stored.record && !repeatsKeys({ text: before, record, bare })) return { kind };
  return { kind, change: { ...event, bare, marks: marksOf(record), text: stringifyJson(asJson(bare ? record.pdu : record)) } };
}

function kindOf({ change }: Applied): ChangeOf['kind'] {
  return change === 'restored' ? 'none' : change;
}

type Record = NonNullable<Applied['record']>;

/** The erasure is recorded, and hides by that: events carry no marks. Copies beside a held event are gone all the same. */
function unmarked(after: Record, before: Record): Record {
  const { erasure: _, ...rest } = after;
  const restored: Record = { ...rest, ...(before['erasure'] === undefined ? {} : { erasure: before['erasure'] }), pdu: after.pdu };
  const isSame = after.pdu === before.pdu && Object.keys(restored).length === Object.keys(before).length;
  return isSame ? before : restored;
}

/** Files on the subjects' servers to which events refer that no longer do. */
export function filesIn({ entries }: RoomPlan, subjects: readonly string[]): readonly MxcUri[] {
  const homes = new Set(subjects.map((subject) => serverNameOf(subject)));
  const letGo = entries.map(carriedOut).filter(({ treatment }) => treatment === 'redact' || treatment === 'purge');
  const uris = letGo.flatMap(({ media = [] }) => media).filter((uri) => isMxcUri(uri) && homes.has(uri.slice('mxc://'.length, uri.indexOf('/', 'mxc://'.length))));
  return [...new Set(uris)].sort();
}
