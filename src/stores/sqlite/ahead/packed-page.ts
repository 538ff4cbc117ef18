import type { PageChanges } from '../../erasure/changes-in.ts';
import { NO_MARKS, type EventMarks } from '../../import/imported-event.ts';
import type { ChangeCounts, EventChange } from '../../store.ts';

/** Changes as they go from one thread to another: by column, because of many small objects each would be copied. Few events have marks. */
export type PackedPage = {
  readonly places: readonly number[];
  readonly eventIds: readonly string[];
  readonly texts: readonly (string | undefined)[];
  readonly bare: readonly boolean[];
  readonly marked: readonly (boolean | undefined)[];
  readonly marks: readonly (readonly [index: number, marks: EventMarks | undefined])[];
  readonly counts: ChangeCounts;
  /** In UTF-16 units. */
  readonly size: number;
};

/** @see unpackPage */
export function packPage({ changes, counts }: PageChanges): PackedPage {
  return {
    places: changes.map(({ place }) => place),
    eventIds: changes.map(({ eventId }) => eventId),
    texts: changes.map(({ text }) => text),
    bare: changes.map(({ bare }) => bare === true),
    marked: changes.map(({ marked }) => marked),
    marks: changes.flatMap(({ marks }, index) => (isNone(marks) ? [] : [[index, marks] as const])),
    counts,
    size: changes.reduce((sum, { eventId, text = '' }) => sum + eventId.length + text.length, 0),
  };
}

function isNone(marks: EventMarks | undefined): boolean {
  return marks !== undefined && !marks.copies && marks.names.length + marks.refs.length + marks.media.length === 0;
}

/** The changes that were packed. */
export function unpackPage({ places, eventIds, texts, bare, marked, marks: packed, counts }: PackedPage): PageChanges {
  const marks = new Map(packed);
  const changes = places.map((place, index): EventChange => {
    const [eventId = '', text] = [eventIds[index], texts[index]];
    const event = { eventId, place, ...(marked[index] === undefined ? {} : { marked: marked[index] }) };
    if (text === undefined) return event;
    const found = marks.has(index) ? marks.get(index) : NO_MARKS;
    return { ...event, text, bare: bare[index] === true, ...(found === undefined ? {} : { marks: found }) };
  });
  return { changes, counts };
}
