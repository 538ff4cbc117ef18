import { isHeld } from '../erasure/carry-out.ts';
import { digestOf } from '../erasure/digest.ts';
import type { Departure, ErasurePlan, PlanEntry, RoomPlan } from '../erasure/plan.ts';
import { serverNameOf, type UserId } from '../identifiers/identifiers.ts';
import { roomVersion } from '../rules/room-versions.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { assertSendLimits, sendTime, synapseSendLimits, type SendLimits } from './send-limits.ts';

/** Something that is asked of a homeserver: when, in ms from the first, and in whose name. */
export type Send = { readonly at: number; readonly sender: string } & (
  /** The same `txn_id` for the same plan and event, so that a repeated request changes nothing. */
  | { readonly kind: 'redact'; readonly room_id: string; readonly event_id: string; readonly txn_id: string }
  | { readonly kind: 'leave'; readonly room_id: string; readonly how: Departure['how'] }
  /** The account is closed, and its data erased. */
  | { readonly kind: 'deactivate' }
);

/** Why no redaction is sent for an event that the plan redacts. */
export type UnsentReason =
  /** It has been redacted. */
  | 'already-redacted'
  /** It stands in the plan twice. */
  | 'duplicate'
  /** It is a redaction itself, which in versions 1 to 10 would stop working. */
  | 'undoes-redaction'
  /** The subject is not in the room, and nobody else was named. */
  | 'no-sender'
  /** Whoever was named is of another server than the event, and has no power to redact. */
  | 'no-power';

/** An event for which no redaction is sent. */
export type Unsent = { readonly room_id: string; readonly event_id: string; readonly reason: UnsentReason };

/** What is sent for an erasure, in order, and what is not: a value, nothing happens by it. */
export type SendPlan = {
  /** The digest of the erasure's plan. */
  readonly plan: string;
  readonly sends: readonly Send[];
  readonly unsent: readonly Unsent[];
  /** How long it takes by the limits alone (ms). */
  readonly duration: number;
};

/** Who redacts in a room that the subject is not in: somebody in it, of the same server or with the power to redact. */
export type Substitute = { readonly user: UserId; readonly hasPower?: boolean };

/** What sends are planned with. */
export type SendOptions = {
  /** Of all sends together. Without them, {@link synapseSendLimits}. */
  readonly limits?: SendLimits;
  readonly substitutes?: { readonly [roomId: string]: Substitute };
  /** Which of the subjects sent an event: needed where there are several. */
  readonly senderOf?: (eventId: string) => string | undefined;
  /** Whether an event is known to be redacted. */
  readonly isRedacted?: (eventId: string) => boolean;
};

/** A send that has no time yet. */
type Untimed<S = Send> = S extends Send ? Omit<S, 'at'> : never;
type Found = { readonly sends: readonly Untimed[]; readonly unsent: readonly Unsent[] };
type Context = { readonly plan: ErasurePlan; readonly options: SendOptions; readonly seen: Set<string> };

/**
 * What is sent to a homeserver for a plan: its redactions while the subjects are in the rooms, a parent and then its edits; then they leave, and decline
 * invites; last their accounts are closed, if the request covers everything. Only events of treatment `redact` are redacted: for everybody in
 * the room, and for good. In rooms that the subject is not in, a substitute redacts in the order of the graph; a Synapse lets them only if they have the power.
 * @throws {SendLimitsError} when the limits let nothing through
 * @throws {SendPlanError} when the plan does not fit together, or it is not known who sent an event
 * @throws {UnsupportedRoomVersionError} when a room's version is not known
 * @see https://spec.matrix.org/v1.19/client-server-api/#redactions
 * @example planSends(planErasure([], { subjects: ['@alice:a.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })).sends // [{ kind: 'deactivate', sender: '@alice:a.org', at: 0 }]
 */
export function planSends(plan: ErasurePlan, options: SendOptions = {}): SendPlan {
  const limits = options.limits ?? synapseSendLimits;
  assertSendLimits(limits);
  const context: Context = { plan, options, seen: new Set() };
  const found = plan.rooms.map((room) => redactionsIn(room, context));
  const leaves = plan.rooms.flatMap(({ room_id, departures }) => departures.map(({ user_id, how }): Untimed => ({ kind: 'leave', sender: user_id, room_id, how })));
  const untimed = [...found.flatMap(({ sends }) => sends), ...leaves, ...closedAccounts(plan)];
  return {
    plan: plan.digest,
    sends: untimed.map((send, position) => ({ ...send, at: sendTime(position, limits) })),
    unsent: found.flatMap(({ unsent }) => unsent),
    duration: untimed.length === 0 ? 0 : sendTime(untimed.length - 1, limits),
  };
}

function closedAccounts({ request }: ErasurePlan): readonly Untimed[] {
  const isWhole = Object.values(request.scope).every((limit) => limit === undefined);
  return isWhole ? request.subjects.map((sender): Untimed => ({ kind: 'deactivate', sender })) : [];
}

function redactionsIn(room: RoomPlan, context: Context): Found {
  const entries = new Map(room.entries.map((entry) => [entry.event_id, entry]));
  const rules = roomVersion(room.room_version);
  const reached = room.redactions.map((eventId) => redactionOf(entries.get(eventId), eventId, { room, rules, context }));
  const others = room.entries.filter(isOutOfReach).map((entry) => redactionByOther(entry, { room, rules, context }));
  const all = [...reached, ...others];
  return { sends: all.filter((one) => 'kind' in one), unsent: all.filter((one) => 'reason' in one) };
}

type Room = { readonly room: RoomPlan; readonly rules: RoomVersionRules; readonly context: Context };

function redactionOf(entry: PlanEntry | undefined, eventId: string, { room, rules, context }: Room): Untimed | Unsent {
  if (entry === undefined || entry.treatment !== 'redact' || isHeld(entry)) throw new SendPlanError(room.room_id, eventId, 'not-to-redact');
  const reason = whyNot(entry, rules, context);
  return reason === undefined ? sendOf(entry, room, { context, sender: senderOf(entry, room, context) }) : unsentOf(entry, room, reason);
}

/** The subject is out of the room, and their state or messages are to be redacted all the same. A create event never is. */
function isOutOfReach(entry: PlanEntry): boolean {
  return entry.treatment === 'redact' && !isHeld(entry) && entry.reach !== undefined && entry.reach !== 'unknown-target' && entry.type !== 'm.room.create';
}

function redactionByOther(entry: PlanEntry, { room, rules, context }: Room): Untimed | Unsent {
  const substitute = context.options.substitutes?.[room.room_id];
  const reason = whyNot(entry, rules, context) ?? (substitute === undefined ? 'no-sender' : undefined);
  if (reason !== undefined || substitute === undefined) return unsentOf(entry, room, reason ?? 'no-sender');
  if (context.plan.request.subjects.includes(substitute.user)) throw new SendPlanError(room.room_id, entry.event_id, 'subject-as-substitute');
  const isAllowed = substitute.hasPower === true || isOfServer(entry, substitute.user, { room, rules, context });
  return isAllowed ? sendOf(entry, room, { context, sender: substitute.user }) : unsentOf(entry, room, 'no-power');
}

/** Where the sender chooses the event's ID (versions 1 and 2), the server that counts is the one in it. */
function isOfServer(entry: PlanEntry, user: UserId, { room, rules, context }: Room): boolean {
  const author = rules.format.eventId === 'opaque' ? entry.event_id : senderOf(entry, room, context);
  return serverNameOf(author) !== undefined && serverNameOf(author) === serverNameOf(user);
}

function whyNot(entry: PlanEntry, { redacts }: RoomVersionRules, { options, seen }: Context): UnsentReason | undefined {
  if (seen.has(entry.event_id)) return 'duplicate';
  seen.add(entry.event_id);
  if (options.isRedacted?.(entry.event_id) === true) return 'already-redacted';
  return entry.type === 'm.room.redaction' && redacts.location === 'event' ? 'undoes-redaction' : undefined;
}

function senderOf({ event_id }: PlanEntry, { room_id }: RoomPlan, { plan: { request }, options }: Context): string {
  const [only, ...more] = request.subjects;
  const sender = options.senderOf?.(event_id) ?? (more.length === 0 ? only : undefined);
  if (sender === undefined || !request.subjects.some((subject) => subject === sender)) throw new SendPlanError(room_id, event_id, 'sender-unknown');
  return sender;
}

function sendOf({ event_id }: PlanEntry, { room_id }: RoomPlan, { context, sender }: { readonly context: Context; readonly sender: string }): Untimed {
  const txn_id = digestOf([context.plan.digest, room_id, event_id]).replaceAll('+', '-').replaceAll('/', '_');
  return { kind: 'redact', sender, room_id, event_id, txn_id };
}

function unsentOf({ event_id }: PlanEntry, { room_id }: RoomPlan, reason: UnsentReason): Unsent {
  return { room_id, event_id, reason };
}

const EXPLANATIONS = {
  'not-to-redact': 'a redaction is listed for an event that the plan does not redact; make the plan again',
  'sender-unknown': 'there are several subjects: say with senderOf which of them sent it',
  'subject-as-substitute': 'a subject cannot stand in for themselves: name somebody else',
} as const;

/** Sends cannot be planned from a plan. */
export class SendPlanError extends Error {
  override readonly name = 'SendPlanError';
  readonly roomId: string;
  readonly eventId: string;
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(roomId: string, eventId: string, reason: keyof typeof EXPLANATIONS) {
    super(`${eventId} in ${roomId}: ${EXPLANATIONS[reason]}`);
    this.roomId = roomId;
    this.eventId = eventId;
    this.reason = reason;
  }
}
