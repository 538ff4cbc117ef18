import type { MxcUri } from '../identifiers/identifiers.ts';
import { compareCodePoints } from '../json/compare.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { subjectNames } from './about.ts';
import { planAccounts } from './account/plan-accounts.ts';
import type { AccountFile } from './account/schema.ts';
import { indexRooms } from './apply.ts';
import { assertRequest } from './check-request.ts';
import { purgeDeadline } from './deadlines.ts';
import { digestOf } from './digest.ts';
import { factsFromGraph } from './graph-facts.ts';
import { hazards } from './hazards.ts';
import { requestDeadlines } from './legal-deadlines.ts';
import { createMediaNotes, type MediaNotes } from './media-notes.ts';
import type { ErasurePlan, PlanMedia, PlanWarning } from './plan.ts';
import { planRoom, type PlannedRoom } from './plan-room.ts';
import { erasureProfile } from './profiles.ts';
import type { ErasureRequest } from './request.ts';
import { beginResidue } from './residue/residue.ts';
import { createEventIds, type EventIds } from './record-store.ts';
import { createRoomReader, type RoomReader } from './room-reader.ts';
import { coversRoom } from './scope.ts';
import { stepsFor, sumTotals } from './steps.ts';

/** A plan in the making: takes the events of any number of rooms in any order, then decides. */
export type Planner = {
  /** @throws {DuplicateEventError} when the event came before; it is passed over then, and the planner can go on */
  readonly add: (event: RoomEvent) => void;
  readonly finish: (warnings?: readonly PlanWarning[]) => ErasurePlan;
  /** The rooms that were added to, by their IDs, as far as a graph needs them. @internal */
  readonly rooms: ReadonlyMap<string, Pick<RoomReader, 'rules' | 'records'>>;
};

/** So many free texts that stay are listed of each room: people read them. A million would make the plan too large to read for anybody. */
const TEXTS_LISTED = 1000;

/** What else a plan can be made from. */
export type PlannerOptions = {
  /** The files that the subjects uploaded; without a list those that their events refer to, on their servers, are taken for theirs. */
  readonly uploads?: readonly MxcUri[];
  /** What is held of the subjects' accounts; without it the plan says nothing of them. */
  readonly account?: AccountFile;
  /** Event IDs that other stores know as well, so that one copy of each is enough. @internal */
  readonly eventIds?: EventIds;
};

/**
 * Begins a plan. Contents of messages are looked at and let go, so that a million events fit.
 * @throws {UnknownProfileError} when the request names a profile that does not exist
 * @throws {InvalidIdentifierError} when a subject is no user ID
 * @throws {EmptyRequestError} when the request names no subject
 * @throws {BackwardClockError} when of two times of the request the later is earlier
 * @throws {UncountableTimeError | UnknownTimeZoneError | InvalidHolidayError} when no deadline can be counted from the request
 * @throws {InvalidHoldError | ContradictoryHoldsError} when holds of the request cannot be meant
 * @throws {RemedySenderError} when a subject is to replace what they wrote
 * @throws {OtherAccountError | UnknownAccountCategoryError} when account data are of somebody else, or of a category that is not known
 * @example beginPlan({ subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }).finish().rooms // []
 */
export function beginPlan(request: ErasureRequest, { uploads, account: held, eventIds: ids = createEventIds() }: PlannerOptions = {}): Planner {
  assertRequest(request);
  const account = held === undefined ? {} : { account: planAccounts(held, request) };
  const names = subjectNames(request.subjects);
  const media = createMediaNotes(request.subjects, uploads);
  const rooms = new Map<string, RoomReader>();
  const residue = beginResidue(request.subjects, { textsListed: TEXTS_LISTED });
  const add = (event: RoomEvent): void => {
    const room = rooms.get(event.roomId) ?? createRoomReader(event, { names, request, media, ids });
    if (!rooms.has(event.roomId)) rooms.set(event.roomId, room);
    room.add(event);
    if (coversRoom(request.scope, event.roomId)) residue.pass(event);
  };
  const finish = (warnings: readonly PlanWarning[] = []): ErasurePlan => {
    const inOrder = [...rooms].sort(([one], [other]) => compareCodePoints(one, other));
    // A line that could not be read may be anybody's, in any room: then nobody can be said to have been alone.
    const complete = warnings.every(({ code }) => code !== 'unreadable-lines');
    const planned = inOrder.map(([, room]) => planRoom(factsFromGraph(room.notes()), { request, complete, hasRoom: (roomId) => rooms.has(roomId) }));
    const touched = planned.filter(({ plan }) => plan.entries.length + plan.about.length > 0);
    const events = planned.reduce((sum, { plan }) => sum + plan.events, 0);
    const entryOf = indexRooms(touched.map(({ plan }) => plan));
    return assemble(request, touched, {
      input: { rooms: planned.length, events },
      warnings,
      media: planMedia(planned, request, media),
      residue: residue.finish((roomId, eventId) => entryOf(roomId, eventId)?.treatment),
      ...account,
    });
  };
  return { add, finish, rooms };
}

/**
 * Decides what happens to every event of the subjects, and says why. Nothing is changed, and the plan holds no content.
 * @throws {UnknownProfileError} when the request names a profile that does not exist
 * @throws {InvalidIdentifierError} when a subject is no user ID
 * @throws {EmptyRequestError} when the request names no subject
 * @throws {BackwardClockError} when of two times of the request the later is earlier
 * @throws {InvalidHoldError | ContradictoryHoldsError} when holds of the request cannot be meant
 * @throws {RemedySenderError} when a subject is to replace what they wrote
 * @throws {DuplicateEventError} when an event comes twice
 * @example planErasure([], { subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }).totals.redact // 0
 */
export function planErasure(events: Iterable<RoomEvent>, request: ErasureRequest, options: PlannerOptions = {}): ErasurePlan {
  const planner = beginPlan(request, options);
  for (const event of events) planner.add(event);
  return planner.finish();
}

function planMedia(planned: readonly PlannedRoom[], { requestedAt, purgeWithin }: ErasureRequest, media: MediaNotes): PlanMedia {
  const encrypted = planned.some(({ plan: { entries } }) => entries.some(({ type, treatment }) => type === 'm.room.encrypted' && treatment !== 'purge'));
  return media.finish({ uses: planned.flatMap((room) => room.media), encrypted, due: purgeDeadline(requestedAt, purgeWithin) });
}

type Parts = Pick<ErasurePlan, 'input' | 'media' | 'warnings' | 'residue' | 'account'>;

function assemble(request: ErasureRequest, planned: readonly PlannedRoom[], { media, warnings, ...parts }: Parts): ErasurePlan {
  const rooms = planned.map(({ plan }) => plan);
  const unseen: readonly PlanWarning[] = media.unknown.length === 0 ? [] : [{ code: 'media-unknown', count: media.unknown.length }];
  return sealed({
    format: 'matrix-erasure/plan',
    formatVersion: 1,
    request,
    ...parts,
    tables: tableDigests(request.profile, planned.map(({ rules }) => rules)),
    rooms,
    media,
    warnings: [...warnings, ...planned.flatMap((room) => room.warnings), ...unseen],
  });
}

/** The parts of a plan from which the others follow. */
export type PlanBasis = Omit<ErasurePlan, 'totals' | 'steps' | 'deadlines' | 'digest'>;

/** A plan with its totals, steps and deadlines, and its digest over all of it. */
export function sealed(basis: PlanBasis): ErasurePlan {
  const { request, rooms } = basis;
  const reviews = (request.holds ?? []).map(({ reviewAt }) => reviewAt);
  const deadlines = {
    purge: purgeDeadline(request.requestedAt, request.purgeWithin),
    answer: requestDeadlines(request.requestedAt, request.counting).answer.endsAt,
    ...(reviews.length === 0 ? {} : { review: Math.min(...reviews) }),
  };
  const totals = sumTotals(rooms);
  const plan: Omit<ErasurePlan, 'digest'> = { ...basis, totals, steps: stepsFor(basis, totals, deadlines), deadlines };
  return { ...plan, digest: digestOf(plan) };
}

/** The digests of every table that the plan rests on: with other tables, other decisions. */
function tableDigests(profile: string, rules: readonly RoomVersionRules[]): ErasurePlan['tables'] {
  const byVersion = new Map(rules.map((table) => [table.id, table]));
  return {
    profile: digestOf(erasureProfile(profile)),
    hazards: digestOf(hazards),
    roomVersions: Object.fromEntries([...byVersion].sort().map(([id, table]) => [id, digestOf(table)])),
  };
}
