import type { EventRecord } from '../../event/record.ts';
import { mediaReferences } from '../../event/media.ts';
import { mentionedEvents } from '../../erasure/about.ts';
import { notesIn } from '../../erasure/record-notes.ts';
import { isJsonObject, type JsonValue } from '../../json/value.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import { namesIn } from './names-in.ts';

/** A line of an event file, read: the text as it was, the record, the event, and whether the line was the event alone. */
export type ImportedLine = { readonly text: string; readonly bare: boolean; readonly record: EventRecord; readonly event: RoomEvent };

/** By what an event is found later: whom it names, which events it quotes or pins, which files it refers to, and whether copies may stand beside it. */
export type EventMarks = {
  readonly names: readonly string[];
  readonly refs: readonly string[];
  readonly media: readonly string[];
  readonly copies: boolean;
};

/** The marks of an event that names, quotes and holds nothing. */
export const NO_MARKS: EventMarks = Object.freeze({ names: [], refs: [], media: [], copies: false });

/** The marks of an event. */
export function marksOf(record: EventRecord): EventMarks {
  const { pdu } = record;
  const copies = mayHoldCopies(record);
  return {
    names: [...namesIn(pdu, copies ? [pdu.unsigned ?? null, ...notesIn(record)] : [])],
    refs: mentionsAny(pdu.content) || pdu.type === 'm.room.pinned_events' ? [...new Set(mentionedEvents(pdu).map(({ eventId }) => eventId))] : [],
    media: mayReferToFiles(pdu.content) ? mediaReferences(pdu) : [],
    copies,
  };
}

function mentionsAny(content: { readonly [key: string]: JsonValue }): boolean {
  return Object.hasOwn(content, 'm.relates_to');
}

/** Messages without any of these keys, which are most, need no closer look. */
function mayReferToFiles(content: { readonly [key: string]: JsonValue }): boolean {
  return FILE_KEYS.some((key) => Object.hasOwn(content, key));
}

const FILE_KEYS: readonly string[] = ['url', 'file', 'info', 'avatar_url', 'm.new_content', 'formatted_body', 'itemtypes'];

/** Whether anything in `unsigned`, or beside the event, could be a copy of another event: an object, a list, or the JSON of one. */
function mayHoldCopies(record: EventRecord): boolean {
  const { unsigned } = record.pdu;
  return (isJsonObject(unsigned) && Object.values(unsigned).some(mayBeCopy)) || (Object.keys(record).length > 1 && notesIn(record).some(mayBeCopy));
}

function mayBeCopy(value: JsonValue): boolean {
  return typeof value === 'string' ? /^\s*[[{]/.test(value) : typeof value === 'object' && value !== null;
}
