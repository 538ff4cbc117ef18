import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import { isRedacted, redact } from '../event/redact.ts';
import type { EventRecord } from '../event/record.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import { stateKeyOf } from '../room/state-map.ts';
import { carriedOut, type CarriedEntry } from './carry-out.ts';
import { notesWithoutCopies, withoutDerivedCopies, type CopyContext } from './derived-copies.ts';
import type { ErasurePlan, RoomPlan } from './plan.ts';
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
  const entries = indexPlan(plan);
  const hasOwnState = indexState(plan);
  const isSubject = subjectTest(plan);
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
    return entry === undefined ? removeCopies(stored, copies) : applyEntry(stored, entry, { plan, copies });
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
  const byRoom = new Map(rooms.map((room) => [room.room_id, new Map(room.entries.map((entry) => [entry.event_id, carriedOut(entry)]))]));
  return (roomId, eventId) => byRoom.get(roomId)?.get(eventId);
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

type ApplyContext = { readonly plan: AppliedPlan; readonly copies: CopyContext };

function applyEntry(stored: StoredEvent, entry: CarriedEntry, { plan, copies }: ApplyContext): Applied {
  switch (entry.treatment) {
    case 'redact':
      return redactStored(stored);
    case 'hide':
      return hideStored(stored, plan);
    case 'purge':
      return { change: 'purged' };
    case 'keep':
      return entry.withheld === true ? withholdStored(removeCopies(stored, copies), stored, plan) : keepStored(stored);
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
export type HiddenMark = { readonly treatment: 'hide'; readonly profile: string; readonly effective_at: number };

/** The earlier of two erasures counts, so that a later one shows nobody more. */
function hideStored({ record }: StoredEvent, plan: AppliedPlan): Applied {
  const before = hiddenSince(record);
  if (before !== undefined && before <= plan.request.effectiveAt) return { change: 'none', record };
  const erasure: HiddenMark = { treatment: 'hide', profile: plan.request.profile, effective_at: plan.request.effectiveAt };
  return { change: 'hidden', record: { ...record, erasure } };
}

/** The mark that state under a hold carries: stored whole, it is served in redacted form from `effective_at` (ms) on. */
export type WithheldMark = { readonly treatment: 'redact'; readonly profile: string; readonly effective_at: number };

/** What is held is the event; copies of others beside it are not. */
function withholdStored(bare: Applied, { record: before }: StoredEvent, { request }: AppliedPlan): Applied {
  if (own<unknown>(before, 'erasure') !== undefined) return bare;
  const erasure: WithheldMark = { treatment: 'redact', profile: request.profile, effective_at: request.effectiveAt };
  return { change: 'hidden', record: { ...(bare.record ?? before), erasure } };
}

/**
 * Since when an event is hidden from newcomers (ms), or `undefined` if it is not.
 * @example hiddenSince({ pdu: { type: 'm.room.message', content: {} } }) // undefined
 */
export function hiddenSince(record: EventRecord): number | undefined {
  const mark = own<unknown>(record, 'erasure');
  if (!isJsonObject(mark as JsonValue)) return undefined;
  const { treatment, effective_at } = mark as JsonObject;
  return treatment === 'hide' && typeof effective_at === 'number' ? effective_at : undefined;
}

function removeCopies({ record, event }: StoredEvent, context: CopyContext): Applied {
  const pdu = withoutDerivedCopies(event.pdu, context);
  const notes = notesOf(record);
  const cleaned = notesWithoutCopies(notes, event.pdu, context);
  if (pdu === event.pdu && cleaned === notes) return { change: 'none', record };
  return { change: 'copies-removed', record: { ...withNotes(record, cleaned), pdu } };
}
