import { isJsonObject, own } from '../json/value.ts';
import { isState, type Pdu } from '../event/pdu.ts';
import { isHeld } from './carry-out.ts';
import { decide, isLabel, type DecisionContext } from './decide.ts';
import { roomHolds } from './holds.ts';
import type { MediaUse } from './media-notes.ts';
import type { OwnEvent } from './own-event.ts';
import type { AboutEntry, MediaReason, PlanEntry, PlanTotals, PlanWarning, RoomPlan } from './plan.ts';
import { erasureProfile } from './profiles.ts';
import { redactionJudge } from './redaction-judge.ts';
import { planRemedies } from './remedies.ts';
import type { ErasureRequest } from './request.ts';
import { returnTest } from './return.ts';
import type { RoomFacts } from './room-facts.ts';
import { roomScope } from './scope.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { redactionsToSend } from './send-order.ts';
import { servicesIn } from './services.ts';
import { leavingShells } from './shells.ts';
import { soleAccessIn } from './sole-access.ts';
import { departuresFrom, reachOf, standingIn, subjectMembership } from './standing.ts';

/** A room's plan, the rules that it rests on, how its events use files, and what people should know about it. */
export type PlannedRoom = {
  readonly plan: RoomPlan;
  readonly rules: RoomVersionRules;
  readonly media: readonly MediaUse[];
  readonly warnings: readonly PlanWarning[];
};

/** What a room is planned with. */
export type RoomOptions = {
  readonly request: ErasureRequest;
  /** Whether everything of the input could be read. */
  readonly complete: boolean;
  readonly hasRoom: (roomId: string) => boolean;
};

type Planned = readonly (readonly [OwnEvent, PlanEntry])[];

/** Plans one room. */
export function planRoom(facts: RoomFacts, { request, complete, hasRoom }: RoomOptions): PlannedRoom {
  const { roomId, rules, current } = facts;
  const covered = facts.own.filter(coverage(facts, request));
  const membership = subjectMembership(request.subjects, facts);
  const context = contextFor(facts, { request, complete, covered, membership });
  const planned = withShells(covered.map((event) => [event, decide(event, context)] as const), facts);
  const entries = planned.map(([, entry]) => entry);
  const about = context.goesWhole ? [] : aboutEntries(facts);
  const plan: RoomPlan = {
    room_id: roomId,
    room_version: rules.id,
    events: facts.events,
    membership,
    servers: otherServers(facts, request.subjects),
    bridges: bridgesIn(facts, request.subjects),
    ...predecessorOf(facts, hasRoom),
    state: current.state,
    entries,
    about,
    remedies: planRemedies(planned, { rules, current, standing: context.standing, sender: request.remedySender }),
    redactions: redactionsToSend(planned),
    departures: departuresFrom(current, request),
    totals: roomTotals(entries, about),
  };
  return { plan, rules, media: mediaUses(facts, planned), warnings: roomWarnings(plan, planned, { context, facts, request }) };
}

/** Which of the subjects' events the request covers. */
function coverage({ roomId, own: mine, timeline, stateBefore }: RoomFacts, { scope, revokedAt }: ErasureRequest): (event: OwnEvent) => boolean {
  const inScope = roomScope(scope, roomId, timeline);
  const dated = mine.map(({ eventId, pdu, clock }) => ({ eventId, pdu, time: clock.time }));
  const isBack = returnTest(dated, { revokedAt, memberBefore: (eventId, user) => stateBefore(eventId).id('m.room.member', user) });
  return (event) => inScope(event) && !isBack(event);
}

type Deciding = Pick<RoomOptions, 'request' | 'complete'> & { readonly covered: readonly OwnEvent[]; readonly membership: string };

function contextFor(facts: RoomFacts, { request, complete, covered, membership }: Deciding): DecisionContext {
  const { roomId, rules, timeline } = facts;
  const holdsOn = roomHolds(request.holds, roomId, timeline);
  const targets = facts.targets();
  const whole = complete && facts.isWhole && servicesIn(facts, request).length === 0;
  // What a hold keeps needs the room around it.
  const goesWhole = whole && isClosed(facts, request.subjects) && covered.length === facts.events && covered.every((event) => holdsOn(event).length === 0);
  return {
    rules,
    profile: erasureProfile(request.profile),
    goesWhole,
    soleAccess: whole && !goesWhole ? soleAccessIn(facts, request.effectiveAt) : () => false,
    keepLabels: request.keepLabels === true,
    redactEvents: request.redactEvents === true,
    standing: standingIn(facts),
    applies: redactionJudge(facts, targets),
    has: (eventId) => targets.has(eventId),
    reach: reachOf(membership),
    holdsOn,
  };
}

/** Whether every event is the subjects', nobody else was let in, and the room was never open to the world. */
function isClosed({ own: mine, events }: RoomFacts, subjects: readonly string[]): boolean {
  return mine.length === events && !mine.some(({ pdu }) => letsOthersIn(pdu, subjects));
}

/** Whether an event gives anybody but the subjects access: an invite, or a room that the world may read. */
function letsOthersIn(pdu: Pdu, subjects: readonly string[]): boolean {
  if (pdu.type === 'm.room.history_visibility') return own(pdu.content, 'history_visibility') === 'world_readable';
  if (pdu.type !== 'm.room.member' || subjects.some((subject) => subject === pdu.state_key)) return false;
  const membership = own(pdu.content, 'membership');
  return membership !== 'leave' && membership !== 'ban';
}

function withShells(planned: Planned, facts: RoomFacts): Planned {
  const shells = leavingShells(planned.flatMap(([event, { reason }]) => (reason === 'sole-access' ? [event] : [])), facts);
  return planned.map(([event, entry]) => [event, shells.has(event.eventId) ? { ...entry, shell: true } : entry]);
}

function otherServers({ servers }: RoomFacts, subjects: readonly string[]): readonly string[] {
  const home = new Set(subjects.map((subject) => subject.slice(subject.indexOf(':') + 1)));
  return [...servers].filter((server) => !home.has(server)).sort();
}

function bridgesIn({ bridges }: RoomFacts, subjects: readonly string[]): readonly string[] {
  return [...new Set(bridges)].filter((bot) => !subjects.some((subject) => subject === bot)).sort();
}

/** The room that this one replaced, where it is not in the input. */
function predecessorOf(facts: RoomFacts, hasRoom: RoomOptions['hasRoom']): Pick<RoomPlan, 'predecessor'> {
  const predecessor = predecessorIn(facts);
  return predecessor !== undefined && !hasRoom(predecessor) ? { predecessor } : {};
}

/** The room that this one says it replaced. */
export function predecessorIn({ current }: Pick<RoomFacts, 'current'>): string | undefined {
  const create = current.event('m.room.create', '');
  const predecessor = create === undefined ? undefined : own(create.content, 'predecessor');
  const named = isJsonObject(predecessor) ? own(predecessor, 'room_id') : undefined;
  return typeof named === 'string' && named.startsWith('!') ? named : undefined;
}

function aboutEntries({ own: mine, foreign }: RoomFacts): readonly AboutEntry[] {
  const ids = new Set(mine.map((event) => event.eventId));
  return foreign.flatMap(({ eventId, type, reasons, references }) => {
    const referring = references.filter((reference) => ids.has(reference.eventId)).map((reference) => reference.reason);
    const all = [...new Set([...reasons, ...referring])];
    return all.length === 0 ? [] : [{ event_id: eventId, type, reasons: all }];
  });
}

/** How every event of the subjects uses files: also what the request does not cover keeps them. */
function mediaUses({ own: all, roomId }: RoomFacts, planned: Planned): readonly MediaUse[] {
  const entries = new Map(planned.map(([event, entry]) => [event.eventId, entry]));
  return all.flatMap(({ eventId, media }) => media.map((uri) => ({ uri, room_id: roomId, event_id: eventId, reason: whyReferring(entries.get(eventId)) })));
}

function whyReferring(entry: PlanEntry | undefined): MediaReason | undefined {
  if (entry === undefined) return 'uncovered-referrer';
  if (entry.treatment === 'hide') return 'hidden-referrer';
  if (entry.treatment === 'keep') return 'kept-referrer';
  return isHeld(entry) ? 'held-referrer' : undefined;
}

/** The counts of a room. */
export function roomTotals(entries: readonly PlanEntry[], about: readonly AboutEntry[]): PlanTotals {
  const count = (treatment: PlanEntry['treatment']): number => entries.filter((entry) => entry.treatment === treatment).length;
  return {
    redact: count('redact'),
    hide: count('hide'),
    purge: count('purge'),
    keep: count('keep'),
    held: entries.filter(isHeld).length,
    outOfReach: entries.filter((entry) => entry.reach !== undefined).length,
    about: about.length,
  };
}

type Warned = { readonly context: DecisionContext; readonly facts: RoomFacts; readonly request: ErasureRequest };

function roomWarnings(plan: RoomPlan, planned: Planned, { context, facts, request: { scope } }: Warned): readonly PlanWarning[] {
  const count = (test: (entry: PlanEntry, event: OwnEvent) => boolean): number => planned.filter(([event, entry]) => test(entry, event)).length;
  const byClock = scope.before !== undefined || scope.after !== undefined;
  const all: readonly Omit<PlanWarning, 'room_id'>[] = [
    { code: 'state-unknown', count: plan.state === 'unknown' ? 1 : 0 },
    { code: 'label-lost', count: count((entry, { pdu, eventId }) => entry.treatment === 'redact' && !isHeld(entry) && isState(pdu) && isLabel(pdu) && context.standing(eventId).current) },
    { code: 'hazard-kept', count: count(({ reason }) => reason === 'hazard') },
    { code: 'held', count: count((entry) => isHeld(entry) && (entry.treatment === 'redact' || entry.treatment === 'purge')) },
    { code: 'copies-elsewhere', count: context.goesWhole ? 0 : plan.servers.length },
    { code: 'bridged', count: context.goesWhole || plan.entries.length === 0 ? 0 : plan.bridges.length },
    { code: 'predecessor-missing', count: plan.predecessor === undefined || plan.entries.length === 0 ? 0 : 1 },
    { code: 'rests-on-whole-room', count: count(({ treatment }) => treatment === 'purge') },
    { code: 'nobody-left', count: facts.hasErased && !context.goesWhole && count(({ reason }) => reason === 'sole-access') > 0 ? 1 : 0 },
    // Who came before and who after the erasure decides about sole access.
    { code: 'sender-clock', count: count(({ reason }, { clock }) => clock.bySender && (byClock || reason === 'sole-access')) },
  ];
  return all.filter((warning) => warning.count > 0).map((warning) => ({ ...warning, room_id: plan.room_id }));
}
