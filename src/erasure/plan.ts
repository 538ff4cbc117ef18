import type { MxcUri, UserId } from '../identifiers/identifiers.ts';
import type { AccountErasure } from './account/plan-account.ts';
import type { ErasureRequest } from './request.ts';
import type { ResidueReport } from './residue/report.ts';

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
  /** redact: the same where the request asks that messages are redacted for everybody. */
  | 'redact-events'
  /** purge: nobody but the subject ever had access to anything in the room. */
  | 'sole-access-room'
  /** purge: nobody but the subject ever had access to this event. */
  | 'sole-access'
  /** keep: redacting it would change the room; `hazard` says how. */
  | 'hazard'
  /** keep: a redaction sent by the subject that in versions 1 to 10 would stop working. */
  | 'applied-redaction'
  /** keep: a label of the room, and the request keeps labels. */
  | 'room-label';

/** Why a redaction sent into the room would not reach an event, or what the event itself did not reach. */
export type Reach =
  | 'room-left'
  | 'banned'
  | 'not-joined'
  /** A redaction of the subject's: what it names is not here, so whether it is gone elsewhere is not known. */
  | 'unknown-target';

/** Why an event of somebody else carries data of the subject. */
export type AboutReason =
  /** An invite, a kick, a ban or an unban of the subject. */
  | 'membership'
  /** The same with a name or a picture of theirs. */
  | 'membership-profile'
  /** The same with a text that says why. */
  | 'membership-reason'
  | 'mention'
  | 'reply-quote'
  | 'power-level'
  | 'pinned';

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
  /** The holds that cover it, by their IDs: it is not destroyed while they last, only hidden. */
  readonly holds?: readonly string[];
  /** Of a purged event: it stays in redacted form, because other events refer to it. */
  readonly shell?: true;
  /** Of a redaction: the events that it names. */
  readonly redacts?: readonly string[];
  /** Files that the event refers to. */
  readonly media?: readonly MxcUri[];
  /** Of a supplement: whether the event is new to it. */
  readonly added?: true;
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
  /** The bots of bridges to other networks, which may hold copies there. */
  readonly bridges: readonly string[];
  /** The room that this one replaced, if it is not in the input: what is in it is not in the plan. */
  readonly predecessor?: string;
  /** `unknown` where parts of the room's history are missing, so that hazards are judged with caution. */
  readonly state: 'known' | 'unknown';
  readonly entries: readonly PlanEntry[];
  readonly about: readonly AboutEntry[];
  /** What another member would have to send before a hazard can be redacted, or so that a label is not lost. */
  readonly remedies: readonly PlanRemedy[];
  /** Events for which a redaction is sent into the room, in this order: a parent, then at once its edits. */
  readonly redactions: readonly string[];
  /** What the subjects do at last in the room. */
  readonly departures: readonly Departure[];
  readonly totals: PlanTotals;
};

/** State that another member sends in place of the subject's. Its content is built when the plan is applied. */
export type PlanRemedy = {
  /** The event of the subject that is replaced. */
  readonly source: string;
  readonly type: string;
  readonly state_key: string;
  /** The hazard that it removes, or `label`. */
  readonly hazard: string;
  /** Who sends it, if the request names somebody. */
  readonly sender?: string;
  /** Why they cannot. */
  readonly obstacle?: RemedyObstacle;
};

/** Why somebody cannot send a remedy. */
export type RemedyObstacle = 'not-joined' | 'no-power' | 'state-unknown';

/** How a subject goes out of a room. */
export type Departure = { readonly user_id: string; readonly how: 'leave' | 'reject-invite' | 'retract-knock' };

/** What is done, in the order of {@link planSteps}. */
export type PlanStep = {
  readonly step: PlanStepName;
  /** How many events, rooms, servers, files or people it is about; the name says which. */
  readonly count: number;
  /** When it has to be done at the latest (ms since 1970, UTC). */
  readonly due?: number;
};

/** The steps of an erasure. */
export type PlanStepName =
  /** The input is read again and compared. Counts events. */
  | 'verify'
  /** The erasure is recorded, hides what is hidden, and guards what comes in. Counts events. */
  | 'record'
  /** Others replace what would break the room. Counts events to send. */
  | 'remedies'
  /** State is redacted here, and redactions are sent. Counts events. */
  | 'redact'
  /** Servers and bridges are told. Counts those that are to be told. */
  | 'notices'
  /** The subjects go out of the rooms. Counts departures. */
  | 'leave'
  /** Account data goes. Counts subjects. */
  | 'account'
  /** What only the subjects could access is deleted. Counts events. */
  | 'purge'
  /** The person is told. Counts events. */
  | 'report';

/** Why a file of the subject's stays. */
export type MediaReason =
  /** An event of theirs that is hidden, and so is there for those who had access. */
  | 'hidden-referrer'
  /** An event of theirs that is kept. */
  | 'kept-referrer'
  /** An event of theirs under a hold. */
  | 'held-referrer'
  /** An event of theirs that the request does not cover. */
  | 'uncovered-referrer'
  /** An event of somebody else. */
  | 'other-sender';

/** An event that refers to a file. */
export type MediaReferrer = { readonly room_id: string; readonly event_id: string; readonly reason: MediaReason };

/** What happens to the subject's files. */
export type PlanMedia = {
  /** `listed` where the uploads were given; else those on the subjects' servers that their events refer to are taken for theirs. */
  readonly basis: 'listed' | 'assumed';
  /** Files to which only redacted or purged events refer, or none. */
  readonly purge: readonly MxcUri[];
  /** When they have to be gone at the latest (ms since 1970, UTC). */
  readonly due: number;
  readonly kept: readonly { readonly uri: MxcUri; readonly referrers: readonly MediaReferrer[] }[];
  /** Files without a visible referrer, while there are encrypted events that may refer to them. */
  readonly unknown: readonly MxcUri[];
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
  | 'copies-elsewhere'
  /** Bridges may hold copies in other networks. */
  | 'bridged'
  /** A room replaced another that is not in the input. */
  | 'predecessor-missing'
  /** Holds keep what should have been destroyed. */
  | 'held'
  /** Somebody who was erased before has events to which now nobody has access: plan for them again. */
  | 'nobody-left'
  /** Events are purged because nobody else is in the room that was given: true of a part of a room as well. */
  | 'rests-on-whole-room'
  /** Files without a visible referrer in an event that could be read. */
  | 'media-unknown';

/** Something that a person should know before approving the plan, and of how many events, labels or servers it is true. */
export type PlanWarning = { readonly code: PlanWarningCode; readonly room_id?: string; readonly count: number };

/** What happens to the data of one subject's account. Holds no value of it. */
export type PlanAccount = AccountErasure & { readonly user: UserId };

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
  readonly media: PlanMedia;
  /** What stays of the subjects once the plan has been carried out: counts, event IDs and key paths. */
  readonly residue: ResidueReport;
  /** What happens to the subjects' accounts, where their data were given. */
  readonly account?: readonly PlanAccount[];
  /** When things are due (ms since 1970, UTC); `review` is the first review of a hold. */
  readonly deadlines: { readonly purge: number; readonly answer: number; readonly review?: number };
  /** Of a supplement: the digest of the plan that it adds to. */
  readonly supplements?: string;
  readonly warnings: readonly PlanWarning[];
  /** SHA-256 of the rest of the plan as Canonical JSON (unpadded base64). */
  readonly digest: string;
};
