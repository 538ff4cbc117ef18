import type { KeyRing } from '../crypto/key-ring.ts';
import { serverNameOf } from '../identifiers/identifiers.ts';
import { redactContent } from '../event/redact.ts';
import { openRoom, type RoomGraph } from '../room/graph.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { EventRecord } from '../event/record.ts';
import { createApplier, indexPlan, type Applier, type EntryOf, type StoredEvent } from './apply.ts';
import { asCarriedOut, type CarriedEntry } from './carry-out.ts';
import { comparePlans } from './compare-plans.ts';
import { compareRooms } from './compare-rooms.ts';
import { hiddenSince, markOf, withSoleMark } from './marks.ts';
import type { ErasurePlan, PlanEntry } from './plan.ts';
import { beginPlan, type Planner } from './planner.ts';
import { notesIn } from './record-notes.ts';
import { createEventIds, createRecordStore, type EventIds, type RecordStore } from './record-store.ts';
import { createTallies, type Tallies } from './tally.ts';
import { createPrivateTexts, type PrivateTexts } from './texts.ts';
import { expectedOf, formOf, sameContentState, sameIdentity, signatureState, type Expected } from './verify-event.ts';
import type { Verification } from './verification.ts';

/** What a verification may be given beside the events. */
export type VerifyOptions = {
  /** Public keys; without them the signatures are `unknown`. */
  readonly keys?: KeyRing;
};

/** A verification in the making: first every event of the original, then every event of the result. */
export type Verifying = {
  /** @throws {DuplicateEventError} when the event came before */
  readonly original: (stored: StoredEvent) => void;
  readonly result: (stored: StoredEvent) => void;
  readonly finish: () => Verification;
};

type SlimRoom = { readonly rules: RoomVersionRules; readonly records: RecordStore };
type SlimRooms = Map<string, SlimRoom>;

type Session = {
  /** The plan as it was approved, and with the treatments that are carried out. */
  readonly approved: ErasurePlan;
  readonly plan: ErasurePlan;
  readonly keys: KeyRing | undefined;
  readonly entryOf: EntryOf;
  readonly apply: Applier;
  /** A record without the marks of other erasures, where this one leaves a mark. */
  readonly alone: (record: EventRecord, entry: CarriedEntry | undefined) => EventRecord;
  readonly tallies: Tallies;
  readonly texts: PrivateTexts;
  readonly ids: EventIds;
  readonly expected: Map<string, Expected>;
  /** Plans the original again; gone once that is done. Its rooms are those before. */
  planner: Planner | undefined;
  /** Entries of the plan whose events have not been seen in the original. */
  readonly awaited: Set<PlanEntry>;
  /** The rooms of the original, once it has been planned again. */
  before: SlimRooms;
  readonly after: SlimRooms;
};

/**
 * Checks the result of an erasure against its original, independently of what applied the plan. What could not be checked is `unknown`.
 * @see https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events
 * @example verifyErasure(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), { original: [], result: [] }).verdict // 'unknown'
 */
export function verifyErasure(plan: ErasurePlan, stored: StoredBeforeAndAfter, options: VerifyOptions = {}): Verification {
  const verifying = beginVerification(plan, options);
  for (const event of stored.original) verifying.original(event);
  for (const event of stored.result) verifying.result(event);
  return verifying.finish();
}

/** All events of the rooms of a plan, before and after it was applied. */
export type StoredBeforeAndAfter = { readonly original: Iterable<StoredEvent>; readonly result: Iterable<StoredEvent> };

/**
 * The same for events that come one at a time. Of every event some digests are kept, of the subjects' own all texts.
 * @throws {UnknownProfileError | InvalidIdentifierError} when the plan's request could not be planned again
 * @example beginVerification(planErasure([], { subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })).finish().checks.length // 11
 */
export function beginVerification(approved: ErasurePlan, { keys }: VerifyOptions = {}): Verifying {
  const plan = asCarriedOut(approved);
  const ids = createEventIds();
  const session: Session = {
    approved,
    plan,
    keys,
    entryOf: indexPlan(plan),
    apply: createApplier(plan),
    alone: markedAlone(plan),
    tallies: createTallies(),
    texts: createPrivateTexts(),
    ids,
    expected: new Map(),
    planner: beginPlan(plan.request, { eventIds: ids }),
    awaited: new Set(plan.rooms.flatMap(({ entries }) => entries.filter(({ treatment }) => treatment !== 'purge'))),
    before: new Map(),
    after: new Map(),
  };
  return {
    original: (stored) => noteOriginal(session, stored),
    result: (stored) => noteResult(session, stored),
    finish: () => conclude(session),
  };
}

function noteOriginal(session: Session, stored: StoredEvent): void {
  const { event } = stored;
  session.planner?.add(event);
  const entry = session.entryOf(event.roomId, event.eventId);
  if (entry !== undefined) session.awaited.delete(entry);
  const becomes = session.apply(stored).record;
  session.expected.set(keyOf(event), expectedOf(stored, { entry, stored: becomes === undefined ? undefined : session.alone(becomes, entry) }, session.keys));
  // Names of servers are everybody's.
  for (const user of [event.pdu.sender, event.pdu.state_key]) session.texts.addOthers(serverNameOf(user ?? '') ?? '');
  // What the request does not cover is served all the same, whoever wrote it.
  if (entry === undefined) session.texts.addOthers(event.pdu.content);
  else session.texts.addOwn(event.pdu.content, servedContent(event, entry));
}

/** Other erasures of the same person may leave their marks on the same events, before and after. */
function markedAlone({ request }: ErasurePlan): Session['alone'] {
  const [hide, redact] = [markOf(request, 'hide'), markOf(request, 'redact')];
  return (record, entry) => {
    if (entry?.treatment === 'hide') return withSoleMark(record, hide);
    return entry?.withheld === true ? withSoleMark(record, redact) : record;
  };
}

/** What a new viewer is served of an event of the subject's, as its treatment says. */
function servedContent(event: RoomEvent, { treatment }: PlanEntry): RoomEvent['pdu']['content'] {
  if (treatment === 'keep') return event.pdu.content;
  return treatment === 'redact' ? redactContent(event.pdu, event.rules.redaction) : {};
}

/** Plans the original again and compares, before the result is looked at: a plan may not say itself what it leaves out. */
function planAgain(session: Session): void {
  if (session.planner === undefined) return;
  const { approved, tallies, expected } = session;
  const again = session.planner.finish(approved.warnings.filter(({ code }) => code === 'unreadable-lines'));
  // What else the planner knows of them can go.
  session.before = new Map([...session.planner.rooms].map(([roomId, { rules, records }]) => [roomId, { rules, records }]));
  session.planner = undefined;
  comparePlans([approved, again], tallies['plan-complete'], { isThere: (roomId, eventId) => expected.has(keyIn(roomId, eventId)) });
}

function noteResult(session: Session, stored: StoredEvent): void {
  planAgain(session);
  const { event } = stored;
  const expected = session.expected.get(keyOf(event));
  session.expected.delete(keyOf(event));
  session.tallies['events-complete'].note(event.eventId, expected !== undefined && expected.entry?.treatment !== 'purge');
  if (expected === undefined) return;
  remember(session.after, event, session.ids);
  checkForm(session, stored, expected);
  checkHashes(session, event, expected);
  session.tallies['idempotent'].note(event.eventId, session.apply(stored).change === 'none');
}

function checkForm({ plan, tallies, texts, alone }: Session, { event, record }: StoredEvent, { entry, form, hidden }: Expected): void {
  const formed = formOf(alone(record, entry)) === form;
  const toHide = entry?.treatment === 'hide';
  const since = hiddenSince(record);
  const marked = toHide ? since !== undefined && since <= plan.request.effectiveAt : since === hidden;
  tallies[entry === undefined ? 'others-untouched' : 'treatments-applied'].note(event.eventId, formed && marked);
  // The event proper has just been compared; what is left to look through is what a server put beside it.
  const beside = [event.pdu.unsigned ?? null, ...notesIn(record)];
  if (toHide) return;
  tallies['nothing-left-for-new-viewers'].note(event.eventId, !texts.findIn(beside));
  if (entry?.treatment === 'keep' && holdsText(event)) tallies['nothing-left-for-new-viewers'].except();
}

/** Whether an event holds text that its redaction would take away. */
function holdsText({ pdu, rules }: RoomEvent): boolean {
  const texts = createPrivateTexts();
  texts.addOwn(pdu.content, redactContent(pdu, rules.redaction));
  texts.addOthers(rules.id);
  return texts.findIn(pdu.content);
}

function checkHashes({ tallies, keys }: Session, event: RoomEvent, expected: Expected): void {
  const same = sameIdentity(event, expected);
  if (same === undefined) tallies['ids-unchanged'].unknown('some events have no canonical form, and so no hash');
  else tallies['ids-unchanged'].note(event.eventId, same);
  tallies['content-hashes'].note(event.eventId, sameContentState(event, expected));
  if (keys === undefined) return;
  if (expected.signed === 'unknown') tallies['signatures'].unknown('the public keys of some events were not given');
  if (expected.signed === 'broken') tallies['signatures'].unknown('signatures of some originals do not hold');
  if (expected.signed === 'held') tallies['signatures'].note(event.eventId, signatureState(event.pdu, event, keys) === 'held');
}

function conclude(session: Session): Verification {
  planAgain(session);
  const { tallies, expected, before, after } = session;
  if (session.awaited.size > 0) tallies['treatments-applied'].unknown('the original lacks events that the plan names');
  // What is left over was in the original and is not in the result: right for what was to be purged.
  for (const [key, { entry }] of expected) tallies['events-complete'].note(eventIdIn(key), entry?.treatment === 'purge');
  if (before.size === 0) for (const tally of Object.values(tallies)) tally.unknown('the original has no events');
  for (const [roomId, room] of after) compareRoom(before.get(roomId), room, tallies);
  if (session.keys === undefined) tallies['signatures'].unknown('no public keys were given');
  const checks = Object.values(tallies).map((tally) => tally.result());
  if (checks.some((check) => check.status === 'failed')) return { verdict: 'leftovers', checks };
  return { verdict: checks.every((check) => check.status === 'passed') ? 'clean' : 'unknown', checks };
}

function compareRoom(before: SlimRoom | undefined, after: SlimRoom, tallies: Tallies): void {
  if (before === undefined) return;
  compareRooms(open(before), open(after), {
    state: tallies['state-unchanged'].note,
    authorization: tallies['authorization-unchanged'].note,
    unknown: (events) => {
      if (events > 0) tallies['state-unchanged'].unknown('the history of some events is incomplete, and with it the state after them');
    },
  });
}

function open({ records, rules }: SlimRoom): RoomGraph {
  return openRoom(records, { rules });
}

function remember(rooms: SlimRooms, event: RoomEvent, ids: EventIds): void {
  const room = rooms.get(event.roomId) ?? { rules: event.rules, records: createRecordStore(ids) };
  rooms.set(event.roomId, room);
  room.records.add(event);
}

/** IDs of a file can hold anything: the length tells where the first one ends. */
function keyIn(roomId: string, eventId: string): string {
  return `${roomId.length} ${roomId} ${eventId}`;
}

function eventIdIn(key: string): string {
  const start = key.indexOf(' ') + 1;
  return key.slice(start + Number.parseInt(key, 10) + 1);
}

function keyOf(event: RoomEvent): string {
  return keyIn(event.roomId, event.eventId);
}
