import { isRedacted, redact } from '../event/redact.ts';
import type { EventRecord } from '../event/record.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import { stateKeyOf } from '../room/state-map.ts';
import { carriedOut, type CarriedEntry } from './carry-out.ts';
import { notesWithoutCopies, withoutDerivedCopies, type CopyContext } from './derived-copies.ts';
import { markOf, withMark, type ErasureMark } from './marks.ts';
import type { ErasurePlan, PlanEntry, RoomPlan } from './plan.ts';
import { notesOf, withNotes, withoutNotes } from './record-notes.ts';
import { coversRoom } from './scope.ts';

/** An event as a file or a store has it: the record, and what is known of it. */
export type StoredEvent = { readonly record: EventRecord; readonly event: RoomEvent };

/** What carrying out a plan does to one stored event; without a record it is gone. */
export type Applied = {
  readonly change: 'none' | 'redacted' | 'hidden' | 'purged' | 'copies-removed' | 'restored';
  readonly record?: EventRecord;
};

/** What is needed of a plan to carry it out. */
export type AppliedPlan = Pick<ErasurePlan, 'request' | 'rooms'>;

/** Carries out a plan on one stored event, and on the next. */
export type Applier = (stored: StoredEvent) => Applied;

/**
 * Carries out a plan: gives for every stored event what is to be stored instead. Events that the plan does not name stay, but for copies
 * of the subject's in `unsigned`. Applied to its own result it changes nothing. Check for drift first: {@link detectDrift}.
 * @example [...applyPlan(planErasure([], { subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), [])] // []
 */
export function* applyPlan(plan: ErasurePlan, stored: Iterable<StoredEvent>): Generator<Applied> {
  const apply = createApplier(plan);
  for (const event of stored) yield apply(event);
}

/**
 * The same for events that come one at a time.
 * @example typeof createApplier(planErasure([], { subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })) // 'function'
 */
export function createApplier(plan: AppliedPlan): Applier {
  return createApplierOf(plan, indexPlan(plan));
}

/** The same, with another way to find a plan's entries. */
export function createApplierOf(plan: AppliedPlan, entries: EntryOf): Applier {
  const hasOwnState = indexState(plan);
  const isSubject = subjectTest(plan);
  const marks = { hide: markOf(plan.request, 'hide'), redact: markOf(plan.request, 'redact') };
  return (stored) => {
    const { event, record } = stored;
    const { roomId, rules } = event;
    if (!coversRoom(plan.request.scope, roomId)) return { change: 'none', record };
    const copies: CopyContext = {
      rules,
      isSubject,
      isOwnEvent: (eventId) => entries(roomId, eventId) !== undefined,
      hasOwnState: (type, stateKey) => hasOwnState(roomId, type, stateKey),
    };
    const entry = entries(roomId, event.eventId);
    return entry === undefined ? removeCopies(stored, copies) : applyEntry(stored, entry, { marks, copies });
  };
}

/** Finds the entry of an event in a plan, as it is carried out. */
export type EntryOf = (roomId: string, eventId: string) => CarriedEntry | undefined;

/** An index of a plan's entries, as they are carried out, by room and event. */
export function indexPlan(plan: Pick<ErasurePlan, 'rooms'>): EntryOf {
  return indexRooms(plan.rooms);
}

/** The same for rooms that are not yet in a plan. */
export function indexRooms(rooms: readonly RoomPlan[]): EntryOf {
  const byRoom = new Map(rooms.map(({ room_id: roomId, entries }) => [roomId, byEvent(entries)]));
  return (roomId, eventId) => byRoom.get(roomId)?.get(eventId);
}

function byEvent(entries: readonly PlanEntry[]): ReadonlyMap<string, CarriedEntry> {
  const carried = new Map<string, CarriedEntry>();
  for (const entry of entries) carried.set(entry.event_id, carriedOut(entry));
  return carried;
}

/** Whether a plan has an event in a place of a room's state. */
function indexState({ rooms }: AppliedPlan): (roomId: string, type: string, stateKey: string) => boolean {
  const byRoom = new Map(rooms.map(({ room_id, entries }) =>
    [room_id, new Set(entries.flatMap(({ type, state_key }) => (state_key === undefined ? [] : [stateKeyOf(type, state_key)])))]));
  return (roomId, type, stateKey) => byRoom.get(roomId)?.has(stateKeyOf(type, stateKey)) === true;
}

/** Whether a sender is one of a plan's subjects. */
export function subjectTest(plan: Pick<ErasurePlan, 'request'>): (sender: string) => boolean {
  const subjects = new Set<string>(plan.request.subjects);
  return (sender) => subjects.has(sender);
}

/** The marks that an erasure leaves, made once. */
type Marks = { readonly hide: HiddenMark; readonly redact: WithheldMark };
type ApplyContext = { readonly marks: Marks; readonly copies: CopyContext };

function applyEntry(stored: StoredEvent, entry: CarriedEntry, { marks, copies }: ApplyContext): Applied {
  switch (entry.treatment) {
    case 'redact':
      return redactStored(stored);
    case 'hide':
      return hideStored(stored, marks.hide);
    case 'purge':
      return { change: 'purged' };
    case 'keep':
      return entry.withheld === true ? withholdStored(removeCopies(stored, copies), stored, marks.redact) : keepStored(stored);
    default:
      return entry.treatment satisfies never;
  }
}

function redactStored({ record, event }: StoredEvent): Applied {
  const rules = event.rules.redaction;
  const bare = withoutNotes(record);
  const done = bare === record && isRedacted(event.pdu, rules) && !Object.hasOwn(event.pdu, 'unsigned');
  return done ? { change: 'none', record } : { change: 'redacted', record: { ...bare, pdu: redact(event.pdu, rules) } };
}

/** What stays is the event. What its server put beside it, its device or what it replaced, the room does not need. */
function keepStored({ record, event }: StoredEvent): Applied {
  const bare = withoutNotes(record);
  if (bare === record && !Object.hasOwn(event.pdu, 'unsigned')) return { change: 'none', record };
  const { unsigned: _, ...pdu } = event.pdu;
  return { change: 'copies-removed', record: { ...bare, pdu } };
}

/** The mark that a hidden event carries in an event file: whoever joined after `effective_at` (ms) is not served it. */
export type HiddenMark = ErasureMark & { readonly treatment: 'hide' };

/** Of several erasures each leaves its mark, and the earliest counts. */
function hideStored({ record }: StoredEvent, mark: HiddenMark): Applied {
  const marked = withMark(record, mark);
  return marked === record ? { change: 'none', record } : { change: 'hidden', record: marked };
}

/** The mark that state under a hold carries: stored whole, it is served in redacted form from `effective_at` (ms) on. */
export type WithheldMark = ErasureMark & { readonly treatment: 'redact' };

/** What is held is the event; copies of others beside it are not. */
function withholdStored(bare: Applied, { record: before }: StoredEvent, mark: WithheldMark): Applied {
  const cleaned = bare.record ?? before;
  const marked = withMark(cleaned, mark);
  return marked === cleaned ? bare : { change: 'hidden', record: marked };
}

function removeCopies({ record, event }: StoredEvent, context: CopyContext): Applied {
  const pdu = withoutDerivedCopies(event.pdu, context);
  const notes = notesOf(record);
  const cleaned = notesWithoutCopies(notes, event.pdu, context);
  if (pdu === event.pdu && cleaned === notes) return { change: 'none', record };
  return { change: 'copies-removed', record: { ...withNotes(record, cleaned), pdu } };
}
