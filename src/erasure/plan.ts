import type { MxcUri } from '../identifiers/identifiers.ts';
import type { ErasureRequest } from './request.ts';

/** What happens to an event of the subject. */
export type Treatment = 'redact' | 'hide' | 'purge' | 'keep';

/** Why an event gets its treatment. */
export type TreatmentReason =
  /** redact: a state event of the subject; bans, power levels and membership survive its redaction. */
  | 'own-state'
  /** redact: a redaction sent by the subject, which from room version 11 keeps its effect without its reason. */
  | 'own-redaction'
  /** hide: others had access to it, and keep their copy. */
  | 'others-had-access'
  /** purge: nobody but the subject ever had access to anything in the room. */
  | 'sole-access-room'
  /** keep: redacting it would change the room; `hazard` says how. */
  | 'hazard'
  /** keep: a redaction sent by the subject that in versions 1 to 10 would stop working. */
  | 'applied-redaction'
  /** keep: a label of the room, and the request keeps labels. */
  | 'room-label';

/** Why a redaction sent into the room would not reach an event. */
export type Reach = 'room-left' | 'banned' | 'not-joined';

/** Why an event of somebody else carries data of the subject. */
export type AboutReason = 'membership' | 'mention' | 'reply-quote' | 'power-level' | 'pinned';

/** What happens to one event of the subject. Holds no content. */
export type PlanEntry = {
  readonly event_id: string;
  readonly type: string;
  readonly state_key?: string;
  readonly treatment: Treatment;
  readonly reason: TreatmentReason;
  /** Which hazard, when the reason is one: an ID of the hazards table. */
  readonly hazard?: string;
  readonly reach?: Reach;
  /** Files that the event refers to. */
  readonly media?: readonly MxcUri[];
};

/** An event of somebody else that carries data of the subject: listed, not touched. */
export type AboutEntry = {
  readonly event_id: string;
  readonly type: string;
  readonly reasons: readonly AboutReason[];
};

/** How many events of each kind. */
export type PlanTotals = Readonly<Record<Treatment, number>> & {
  /** Events under a legal hold. */
  readonly held: number;
  readonly outOfReach: number;
  readonly about: number;
};

/** What happens in one room. */
export type RoomPlan = {
  readonly room_id: string;
  readonly room_version: string;
  /** All events of the room in the input. */
  readonly events: number;
  /** The subjects' membership at the end of the input, best first: `join`, `invite`, `knock`, `leave`, `ban`, or `none`. */
  readonly membership: string;
  /** Servers, other than the subjects', that had a joined member at some time and so hold copies. */
  readonly servers: readonly string[];
  /** `unknown` where parts of the room's history are missing, so that hazards are judged with caution. */
  readonly state: 'known' | 'unknown';
  readonly entries: readonly PlanEntry[];
  readonly about: readonly AboutEntry[];
  readonly totals: PlanTotals;
};

/** What is done, in this order. */
export type PlanStep = {
  readonly step: 'record' | 'redact' | 'hide' | 'purge' | 'report';
  readonly events: number;
  /** When it has to be done at the latest (ms since 1970, UTC). */
  readonly due?: number;
};

/** What a person is warned of. */
export type PlanWarningCode =
  /** Lines of the input could not be read: what they hold is not in the plan. */
  | 'unreadable-lines'
  /** No time of receipt: the sender's clock, which can be wrong, decides about `before` and `after`. */
  | 'sender-clock'
  /** History is missing: whatever might be current state counts as current. */
  | 'state-unknown'
  /** Labels that the subject wrote go: another member can set them first, or the request can keep them. */
  | 'label-lost'
  /** Events stay because redacting them would change the room; their free text remains. */
  | 'hazard-kept'
  /** Other servers hold copies, which nothing done here reaches. */
  | 'copies-elsewhere';

/** Something that a person should know before approving the plan, and of how many events, labels or servers it is true. */
export type PlanWarning = { readonly code: PlanWarningCode; readonly room_id?: string; readonly count: number };

/** An erasure, decided and not yet carried out: JSON, and free of event content. */
export type ErasurePlan = {
  readonly format: 'matrix-erasure/plan';
  readonly formatVersion: 1;
  readonly request: ErasureRequest;
  /** What was read: all rooms and their events, also where nothing is to be done. */
  readonly input: { readonly rooms: number; readonly events: number };
  /** The tables that the decisions rest on, by the SHA-256 of their Canonical JSON (unpadded base64). */
  readonly tables: {
    readonly profile: string;
    readonly hazards: string;
    readonly roomVersions: { readonly [roomVersion: string]: string };
  };
  readonly rooms: readonly RoomPlan[];
  readonly totals: PlanTotals;
  readonly steps: readonly PlanStep[];
  readonly deadlines: { readonly purge: number; readonly answer: number };
  readonly warnings: readonly PlanWarning[];
  /** SHA-256 of the rest of the plan as Canonical JSON (unpadded base64). */
  readonly digest: string;
};
