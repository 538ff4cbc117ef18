import type { HistoryVisibility } from '../../room/history-visibility.ts';
import type { Membership } from '../../room/auth-context.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import type { ErasureProfile, Seen } from '../profiles.ts';

/** Who asks to see an event. */
export type Viewer =
  | { readonly kind: 'user'; readonly id: string }
  /** A guest account; without an ID one that was never in the room. */
  | { readonly kind: 'guest'; readonly id?: string }
  /** Somebody without an account. */
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'server'; readonly id: string }
  | { readonly kind: 'applicationService'; readonly id: string }
  /** Whoever runs the server and reads what it stores. */
  | { readonly kind: 'admin'; readonly id?: string };

/** An API that serves events; `state` is everything that reads the room's state, `sync` the timeline. */
export type Surface = 'messages' | 'event' | 'context' | 'state' | 'sync';

/** Every surface. */
export const surfaces: readonly Surface[] = Object.freeze(['messages', 'event', 'context', 'state', 'sync'] satisfies readonly Surface[]);

/** The erasure that decides. */
export type ViewErasure = {
  readonly profile: ErasureProfile;
  /** The user IDs of the person. */
  readonly subjects: readonly string[];
  /** From when on newcomers are served less (ms since 1970, UTC). */
  readonly effectiveAt: number;
  /** Other people who were erased: they do not count as having had access. */
  readonly alreadyErased?: readonly string[];
};

/**
 * What decides whether an event is served, as plain facts. For a server or an application service the memberships are those of its users,
 * the best of them counting.
 */
export type ViewFacts = {
  /** The visibility at the event (the one that it sets, if it sets one); `unknown` where history is missing. */
  readonly historyVisibility: HistoryVisibility | 'unknown';
  /** The viewer's membership at the event (the one that it gives them, if it does). */
  readonly membershipAtEvent: Membership | null;
  /** Whether they were joined at any time from the event until the erasure. */
  readonly joinedUntilErasure: boolean;
  /** Whether they were joined at any time after the event and the erasure. */
  readonly joinedAfterErasure: boolean;
  readonly everInRoom: boolean;
  /** Of a server: whether a user of it, other than the subjects, had access. */
  readonly serverHadAccess: boolean;
  readonly isCurrentState: boolean;
  /** When the server received the event (ms); without it the event is older than the erasure. */
  readonly receivedTs?: number | undefined;
  /** What the event changes, as it was before: a visibility, or the viewer's own membership. */
  readonly previousVisibility?: HistoryVisibility | 'unknown' | undefined;
  readonly previousMembership?: Membership | null | undefined;
  /** Their membership now; without it as the facts above make likely. */
  readonly currentMembership?: Membership | null | undefined;
  /** Whether an event that remains rests on this one; if it is not said, it does. */
  readonly inAuthChain?: boolean | undefined;
  /** Of a redaction: whether it takes effect; if it is not said, it does. */
  readonly applies?: boolean | undefined;
  /** Of a redaction: whether clients are not told of it, because it does not apply to anything that is there. */
  readonly isWithheld?: boolean | undefined;
  /** Whether a redaction of this event took effect. */
  readonly isRedacted?: boolean | undefined;
  /** Whether the erasure leaves the event out: another room, another type, another time. */
  readonly outOfScope?: boolean | undefined;
  /** Whether a label of the room stays although the subject wrote it. */
  readonly keepLabels?: boolean | undefined;
  /** Whether the subject was joined when they were erased; Synapse then overwrites their membership events. */
  readonly subjectWasJoined?: boolean | undefined;
};

/** Everything that a decision rests on beside the event and its viewer. */
export type ViewContext = ViewErasure & ViewFacts & {
  readonly rules: RoomVersionRules;
  /** The API that is asked; `messages` if none is named. */
  readonly surface?: Surface;
};

/** Why an event is served as it is. */
export type ViewReason =
  /** full: somebody else's event. */
  | 'not-own'
  /** full: the subject's own view. */
  | 'own-view'
  /** full: the erasure does not cover the event. */
  | 'out-of-scope'
  /** full: redacting it would change the room. */
  | 'hazard'
  /** full: a label of the room, and labels stay. */
  | 'room-label'
  /** full, or from room version 11 redacted: a redaction of the subject's, which keeps its effect. */
  | 'applied-redaction'
  /** The viewer had access before the erasure. */
  | 'had-access'
  /** The viewer came after the erasure, or could only have peeked. */
  | 'new-viewer'
  | 'server-had-access'
  | 'other-server'
  /** The application service had a user in the room at the event. */
  | 'service-there'
  | 'other-service'
  /** What is stored, for whoever runs the server. */
  | 'administrator'
  /** hidden, or of a server redacted: the room's history visibility does not show it, erasure or not. */
  | 'history-visibility'
  /** The same because the history that would tell is missing. */
  | 'history-unknown'
  /** hidden: no state, and only state is read. */
  | 'not-state'
  /** hidden: in no state that the viewer reads. */
  | 'not-in-state'
  /** hidden: a redaction that applies to nothing. */
  | 'withheld-redaction'
  /** hidden: the server rejected the event, or failed it softly. */
  | 'rejected'
  /** hidden, profile `synapse`: paging through the history does not come to the event. */
  | 'beyond-paging'
  /** hidden: the server has the event outside the room's history. */
  | 'outside-history'
  /** redacted: a redaction of the event took effect, erasure or not. */
  | 'already-redacted'
  /** Profile `synapse`: full to whoever was joined when it was sent. */
  | 'joined-at-event'
  /** Profile `synapse`: redacted for anyone else who may see it. */
  | 'not-joined-at-event'
  /** Profile `synapse`: redacted for every server. */
  | 'sender-erased'
  /** Profile `synapse`: full, because this API filters nothing. */
  | 'not-filtered'
  /** Profile `synapse`: redacted for everybody, because the server overwrote the subject's memberships. */
  | 'overwritten'
  /** Profile `synapse`: events of this type are never served. */
  | 'never-served';

/** How a viewer is served an event, and why. */
export type ViewDecision = { readonly seen: Seen; readonly reason: ViewReason };
