import type { ClientEvent } from '../erasure/pseudonyms/client-event.ts';
import { redactionsOf, readRecord, type EventRecord } from '../event/record.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject } from '../json/value.ts';
import type { CollectedRoom } from './collect.ts';
import { createRoomPseudonyms, type EventReference } from './others.ts';
import type { ExportRequest } from './request.ts';
import { noteFor, type ExportNote } from './select.ts';
import type { OrderedLine } from './spool.ts';

/** What an export says, in order: an event of the person, one that concerns them, or a message of somebody else around theirs. */
export type ExportEntry =
  | { readonly kind: 'own'; readonly record: EventRecord & { readonly event_id: string; readonly export: ExportNote } }
  | { readonly kind: 'reference'; readonly reference: EventReference }
  | { readonly kind: 'context'; readonly event: ClientEvent };

/**
 * What an export says of a room, in order of time. An event that came twice is there once, and of other people's messages those around the person's. Others get their
 * pseudonyms here, where the order is known.
 */
export async function* roomEntries(room: CollectedRoom, { subjects, context }: ExportRequest): AsyncGenerator<ExportEntry> {
  const pseudonyms = createRoomPseudonyms(subjects);
  const around = context?.around ?? 0;
  let before: ClientEvent[] = [];
  let after = 0;
  const shown = (event: ClientEvent): ExportEntry => ({ kind: 'context', event: pseudonyms.rewrite(event) });
  for await (const entry of once(room)) {
    if (entry.kind === 'reference') {
      const { reference } = entry;
      yield { kind: 'reference', reference: { ...reference, sender: pseudonyms.nameOf(reference.sender) } };
    } else if (entry.kind === 'own') {
      for (const event of before) yield shown(event);
      [before, after] = [[], around];
      yield entry;
    } else if (after > 0) {
      after -= 1;
      yield shown(entry.event);
    } else before = around === 0 ? [] : [...before, entry.event].slice(-around);
  }
}

/** Copies of an event have its time: it is enough to remember those of one time. */
async function* once(room: CollectedRoom): AsyncGenerator<ExportEntry> {
  let time = Number.NaN;
  const seen = new Set<string>();
  for await (const line of room.spool.ordered()) {
    const entry = readEntry(line, room);
    const id = entry.kind === 'own' ? entry.record.event_id : entry.kind === 'reference' ? entry.reference.event_id : entry.event.event_id;
    if (line.at !== time) seen.clear();
    time = line.at;
    const key = `${entry.kind} ${id}`;
    if (seen.has(key) || (entry.kind === 'context' && room.redactions.has(id))) continue;
    seen.add(key);
    yield entry;
  }
}

function readEntry({ kind, text }: OrderedLine, room: CollectedRoom): ExportEntry {
  const value = parseJson(text) as JsonObject;
  // These lines were written by `collectEvents`, from values of these types.
  if (kind === 'reference') return { kind, reference: value as EventReference };
  if (kind === 'context') return { kind, event: value as ClientEvent };
  const { record } = readRecord(value);
  const eventId = record.event_id ?? '';
  const redactedBy = [...new Set([...redactionsOf(record), ...(room.redactions.get(eventId) ?? [])])].toSorted();
  const note = noteFor(record.pdu, redactedBy, room.rules);
  return { kind, record: { ...record, event_id: eventId, ...(redactedBy.length === 0 ? {} : { redacted_by: redactedBy }), export: note } };
}
