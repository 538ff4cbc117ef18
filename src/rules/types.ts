/** What survives below a key: the whole value, or only the keys named, and nothing of a value that is no object. */
export type Retained = true | RetainedKeys;
/** The keys of an object that survive. */
export type RetainedKeys = { readonly [key: string]: Retained };

/** What redaction keeps. Whatever is not named here goes. */
export type RedactionRules = {
  /** The section that this table transcribes. */
  readonly spec: string;
  /** Top-level keys that survive whole; of `content`, which every event has, only what the two tables below name. */
  readonly event: RetainedKeys;
  /** Keys of `content` that survive, by event type; of a type not named here nothing does. */
  readonly content: { readonly [type: string]: Retained };
  /** Keys of `content` that survive in events of every type, unless nothing below them does (MSC3389). */
  readonly anyContent: RetainedKeys;
};

/** Where a redaction names its target. */
export type RedactsRules = {
  /** The key that servers obey: the event's own, or its content's (from version 11). */
  readonly location: 'event' | 'content';
  /** Whether it may be an array of event IDs (MSC2244). */
  readonly array: boolean;
};

/** The shape that a PDU must have to be accepted at all. */
export type EventFormatRules = {
  readonly spec: string;
  /** `opaque`: the `event_id` key, chosen by the sender; else the reference hash in one of two alphabets. */
  readonly eventId: 'opaque' | 'base64' | 'base64url';
  /** `opaque`: `!x:server`; `create`: the create event's ID with another sigil, and no `room_id` in that event. */
  readonly roomId: 'opaque' | 'create';
  /** `prev_events` and `auth_events`: pairs of ID and hashes, or IDs alone. */
  readonly references: 'pairs' | 'ids';
  /** Largest `depth`. */
  readonly maxDepth: bigint;
  /** Whether servers enforce Canonical JSON: no floats, integers within 2^53-1. */
  readonly strictCanonicalJson: boolean;
  /** Whether event, room and user IDs, types and state keys over 255 bytes (not only code points) are refused. */
  readonly byteLimits: boolean;
};

/** Whose signatures an event needs, and how long keys count. */
export type SignatureRules = {
  readonly spec: string;
  /** Whether the server in the event ID must sign as well (versions 1 and 2). */
  readonly eventIdServer: boolean;
  /** Whether the server of `join_authorised_via_users_server` must sign (from version 8). */
  readonly authorisingServer: boolean;
  /** Whether a key must have been valid at `origin_server_ts` (from version 5). */
  readonly keyValidity: boolean;
};

/** What changes between room versions in the authorization rules. */
export type AuthorizationRules = {
  readonly spec: string;
  /** Whether `m.room.create` needs `content.creator`, which then is the creator; else its sender is. */
  readonly creatorInContent: boolean;
  /** Whether creators outrank everybody and `additional_creators` names more of them (version 12). */
  readonly privilegedCreators: boolean;
  /** Whether the room ID is the create event's, which then is never listed in `auth_events` (version 12). */
  readonly createFromRoomId: boolean;
  /** Whether `m.room.aliases` has a rule of its own (versions 1 to 5). */
  readonly aliases: boolean;
  /** Whether the right to redact is an authorization rule (versions 1 and 2) rather than judged on application. */
  readonly redaction: boolean;
  /** Whether a change to `notifications` levels is limited like one to `events` (from version 6). */
  readonly notifications: boolean;
  /** Whether knocking exists (from version 7). */
  readonly knocking: boolean;
  /** Whether the join rule `restricted` exists (from version 8). */
  readonly restricted: boolean;
  /** Whether the join rule `knock_restricted` exists (from version 10). */
  readonly knockRestricted: boolean;
  /** How a power level may be written. */
  readonly powerLevels: 'integer-string-float' | 'integer-string' | 'integer';
  /** Whether `@user:server_suffix` state keys belong to that user (MSC3757). */
  readonly ownedStateSuffix: boolean;
};

/** Which state resolution algorithm a room uses. */
export type StateResolutionRules = {
  readonly spec: string;
  readonly algorithm: 'v1' | 'v2';
  /** Whether iterative auth checks start from an empty map rather than the unconflicted state (2.1, MSC4297). */
  readonly startFromEmptyState: boolean;
  /** Whether the events between conflicted ones join the full conflicted set (2.1, MSC4297). */
  readonly conflictedSubgraph: boolean;
};

/** Everything that depends on the room version, as data. */
export type RoomVersionRules = {
  readonly id: string;
  readonly stable: boolean;
  /** The page, or the proposal, that defines the version. */
  readonly spec: string;
  /** What the version changed, in a sentence. */
  readonly changed: string;
  readonly redaction: RedactionRules;
  readonly redacts: RedactsRules;
  readonly format: EventFormatRules;
  readonly signatures: SignatureRules;
  readonly authorization: AuthorizationRules;
  readonly stateResolution: StateResolutionRules;
};
