import type { MxcUri } from '../identifiers/identifiers.ts';
import { compareCodePoints } from '../json/compare.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import { subjectNames } from './about.ts';
import { planAccounts } from './account/plan-accounts.ts';
import type { AccountFile } from './account/schema.ts';
import { assemblePlan } from './assemble-plan.ts';
import { assertRequest } from './check-request.ts';
import { factsFromGraph } from './graph-facts.ts';
import { createMediaNotes } from './media-notes.ts';
import type { ErasurePlan, PlanWarning } from './plan.ts';
import { planRoom } from './plan-room.ts';
import { createEventIds, type EventIds } from './record-store.ts';
import type { ErasureRequest } from './request.ts';
import { beginResidue } from './residue/residue.ts';
import { createRoomReader, type RoomReader } from './room-reader.ts';
import { coversRoom } from './scope.ts';

/** A plan in the making: takes the events of any number of rooms in any order, then decides. */
export type Planner = {
  /** @throws {DuplicateEventError} when the event came before; it is passed over then, and the planner can go on */
  readonly add: (event: RoomEvent) => void;
  readonly finish: (warnings?: readonly PlanWarning[]) => ErasurePlan;
  /** The rooms that were added to, by their IDs, as far as a graph needs them. @internal */
  readonly rooms: ReadonlyMap<string, Pick<RoomReader, 'rules' | 'records'>>;
};

/** So many free texts that stay are listed of each room: people read them. A million would make the plan too large to read for anybody. */
export const TEXTS_LISTED = 1000;

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
    return assemblePlan(request, planned, {
      input: { rooms: planned.length, events: planned.reduce((sum, { plan }) => sum + plan.events, 0) },
      warnings,
      media,
      residueOf: residue.finish,
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
