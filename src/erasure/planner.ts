import { assertUserId } from '../identifiers/identifiers.ts';
import { compareCodePoints } from '../json/compare.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { subjectNames } from './about.ts';
import { purgeDeadline } from './deadlines.ts';
import { digestOf } from './digest.ts';
import { hazards } from './hazards.ts';
import { requestDeadlines } from './legal-deadlines.ts';
import type { ErasurePlan, PlanStep, PlanTotals, PlanWarning } from './plan.ts';
import { planRoom, type PlannedRoom } from './plan-room.ts';
import { erasureProfile } from './profiles.ts';
import type { ErasureRequest } from './request.ts';
import { createRoomReader, type RoomReader } from './room-notes.ts';

/** A plan in the making: takes the events of any number of rooms in any order, then decides. */
export type Planner = {
  /** @throws {DuplicateEventError} when the event came before; it is passed over then, and the planner can go on */
  readonly add: (event: RoomEvent) => void;
  readonly finish: (warnings?: readonly PlanWarning[]) => ErasurePlan;
};

/**
 * Begins a plan. Contents of messages are looked at and let go, so that a million events fit.
 * @throws {UnknownProfileError} when the request names a profile that does not exist
 * @throws {InvalidIdentifierError} when a subject is no user ID
 * @throws {EmptyRequestError} when the request names no subject
 * @example beginPlan({ subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }).finish().rooms // []
 */
export function beginPlan(request: ErasureRequest): Planner {
  assertRequest(request);
  const names = subjectNames(request.subjects);
  const rooms = new Map<string, RoomReader>();
  const add = (event: RoomEvent): void => {
    const room = rooms.get(event.roomId) ?? createRoomReader(event, { names, scope: request.scope });
    if (!rooms.has(event.roomId)) rooms.set(event.roomId, room);
    room.add(event);
  };
  const finish = (warnings: readonly PlanWarning[] = []): ErasurePlan => {
    const inOrder = [...rooms].sort(([one], [other]) => compareCodePoints(one, other));
    // A line that could not be read may be anybody's, in any room: then nobody can be said to have been alone.
    const complete = warnings.every(({ code }) => code !== 'unreadable-lines');
    const planned = inOrder.map(([, room]) => planRoom(room.notes(), request, { complete }));
    const touched = planned.filter(({ plan }) => plan.entries.length + plan.about.length > 0);
    const events = planned.reduce((sum, { plan }) => sum + plan.events, 0);
    return assemble(request, touched, { input: { rooms: planned.length, events }, warnings });
  };
  return { add, finish };
}

/**
 * Decides what happens to every event of the subjects, and says why. Nothing is changed, and the plan holds no content.
 * @throws {UnknownProfileError} when the request names a profile that does not exist
 * @throws {InvalidIdentifierError} when a subject is no user ID
 * @throws {EmptyRequestError} when the request names no subject
 * @throws {DuplicateEventError} when an event comes twice
 * @example planErasure([], { subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }).totals.redact // 0
 */
export function planErasure(events: Iterable<RoomEvent>, request: ErasureRequest): ErasurePlan {
  const planner = beginPlan(request);
  for (const event of events) planner.add(event);
  return planner.finish();
}

function assemble(request: ErasureRequest, planned: readonly PlannedRoom[], { input, warnings }: Pick<ErasurePlan, 'input' | 'warnings'>): ErasurePlan {
  const rooms = planned.map(({ plan }) => plan);
  const totals = rooms.reduce((sum, room) => addTotals(sum, room.totals), NO_EVENTS);
  const deadlines = { purge: purgeDeadline(request.requestedAt), answer: requestDeadlines(request.requestedAt).answer.endsAt };
  const plan: Omit<ErasurePlan, 'digest'> = {
    format: 'matrix-erasure/plan',
    formatVersion: 1,
    request,
    input,
    tables: tableDigests(request.profile, planned.map(({ rules }) => rules)),
    rooms,
    totals,
    steps: stepsFor(totals, request, deadlines),
    deadlines,
    warnings: [...warnings, ...planned.flatMap((room) => room.warnings)],
  };
  return { ...plan, digest: digestOf(plan) };
}

const NO_EVENTS: PlanTotals = { redact: 0, hide: 0, purge: 0, keep: 0, held: 0, outOfReach: 0, about: 0 };

function addTotals(a: PlanTotals, b: PlanTotals): PlanTotals {
  return {
    redact: a.redact + b.redact,
    hide: a.hide + b.hide,
    purge: a.purge + b.purge,
    keep: a.keep + b.keep,
    held: a.held + b.held,
    outOfReach: a.outOfReach + b.outOfReach,
    about: a.about + b.about,
  };
}

function stepsFor(totals: PlanTotals, request: ErasureRequest, due: ErasurePlan['deadlines']): readonly PlanStep[] {
  const touched = totals.redact + totals.hide + totals.purge;
  return [
    { step: 'record', events: touched + totals.keep, due: request.effectiveAt },
    { step: 'hide', events: totals.hide, due: request.effectiveAt },
    { step: 'redact', events: totals.redact },
    { step: 'purge', events: totals.purge, due: due.purge },
    { step: 'report', events: touched, due: due.answer },
  ];
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

function assertRequest(request: ErasureRequest): void {
  if (request.subjects.length === 0) throw new EmptyRequestError();
  for (const subject of request.subjects) assertUserId(subject);
  erasureProfile(request.profile);
}

/** A request without a subject would erase nobody: name the user ID. */
export class EmptyRequestError extends Error {
  override readonly name = 'EmptyRequestError';

  constructor() {
    super('the request names no subject: give at least one user ID');
  }
}
