import {
  REDACTION_MSC2870, REDACTION_MSC3389, REDACTION_MSC4242, REDACTION_MSC4298,
  REDACTION_V1, REDACTION_V11, REDACTION_V6, REDACTION_V8, REDACTION_V9,
} from './redaction.ts';
import type { RoomVersionRules } from './types.ts';

const page = (version: string): string => `https://spec.matrix.org/v1.19/rooms/v${version}/`;
const proposal = (number: number): string => `https://github.com/matrix-org/matrix-spec-proposals/pull/${number}`;

/** @see https://spec.matrix.org/v1.19/rooms/v1/ */
const V1: RoomVersionRules = {
  id: '1',
  stable: true,
  spec: page('1'),
  changed: 'The first version.',
  redaction: REDACTION_V1,
  redacts: { location: 'event', array: false },
  format: {
    spec: `${page('1')}#event-format`,
    eventId: 'opaque',
    roomId: 'opaque',
    references: 'pairs',
    maxDepth: 2n ** 63n - 1n,
    strictCanonicalJson: false,
    byteLimits: false,
  },
  signatures: {
    spec: `${page('1')}#validation-of-event-signatures`,
    eventIdServer: true,
    authorisingServer: false,
    keyValidity: false,
  },
  authorization: {
    spec: `${page('1')}#authorization-rules`,
    creatorInContent: true,
    privilegedCreators: false,
    createFromRoomId: false,
    aliases: true,
    redaction: true,
    notifications: false,
    knocking: false,
    restricted: false,
    knockRestricted: false,
    powerLevels: 'integer-string-float',
    ownedStateSuffix: false,
  },
  stateResolution: {
    spec: `${page('1')}#state-resolution`,
    algorithm: 'v1',
    startFromEmptyState: false,
    conflictedSubgraph: false,
  },
};

/** @see https://spec.matrix.org/v1.19/rooms/v2/#state-resolution */
const V2: RoomVersionRules = {
  ...V1, id: '2', spec: page('2'), changed: 'State resolution 2.0.',
  stateResolution: { ...V1.stateResolution, spec: `${page('2')}#state-resolution`, algorithm: 'v2' },
};

/** @see https://spec.matrix.org/v1.19/rooms/v3/#event-ids */
const V3: RoomVersionRules = {
  ...V2, id: '3', spec: page('3'), changed: 'Event IDs are reference hashes; redactions are judged when they are applied.',
  format: { ...V2.format, spec: `${page('3')}#event-format`, eventId: 'base64', references: 'ids' },
  signatures: { ...V2.signatures, spec: page('3'), eventIdServer: false },
  authorization: { ...V2.authorization, spec: `${page('3')}#authorization-rules`, redaction: false },
};

/** @see https://spec.matrix.org/v1.19/rooms/v4/#event-ids */
const V4: RoomVersionRules = {
  ...V3, id: '4', spec: page('4'), changed: 'Event IDs use the URL-safe alphabet.',
  format: { ...V3.format, spec: `${page('4')}#event-format`, eventId: 'base64url' },
};

/** @see https://spec.matrix.org/v1.19/rooms/v5/#signing-key-validity-period */
const V5: RoomVersionRules = {
  ...V4, id: '5', spec: page('5'), changed: 'Signing keys must have been valid when the event was sent.',
  signatures: { ...V4.signatures, spec: `${page('5')}#signing-key-validity-period`, keyValidity: true },
};

/** @see https://spec.matrix.org/v1.19/rooms/v6/ */
const V6: RoomVersionRules = {
  ...V5, id: '6', spec: page('6'), changed: 'Canonical JSON is enforced; aliases are ordinary; notification levels are limited.',
  redaction: REDACTION_V6,
  format: { ...V5.format, spec: `${page('6')}#event-format`, maxDepth: 2n ** 53n - 1n, strictCanonicalJson: true },
  authorization: {
    ...V5.authorization, spec: `${page('6')}#authorization-rules`,
    aliases: false, notifications: true, powerLevels: 'integer-string',
  },
};

/** @see https://spec.matrix.org/v1.19/rooms/v7/#authorization-rules */
const V7: RoomVersionRules = {
  ...V6, id: '7', spec: page('7'), changed: 'Knocking.',
  authorization: { ...V6.authorization, spec: `${page('7')}#authorization-rules`, knocking: true },
};

/** @see https://spec.matrix.org/v1.19/rooms/v8/ */
const V8: RoomVersionRules = {
  ...V7, id: '8', spec: page('8'), changed: 'Restricted joins.',
  redaction: REDACTION_V8,
  signatures: { ...V7.signatures, spec: page('8'), authorisingServer: true },
  authorization: { ...V7.authorization, spec: `${page('8')}#authorization-rules`, restricted: true },
};

/** @see https://spec.matrix.org/v1.19/rooms/v9/#redactions */
const V9: RoomVersionRules = {
  ...V8, id: '9', spec: page('9'), changed: 'A redacted restricted join stays allowed.', redaction: REDACTION_V9,
};

/** @see https://spec.matrix.org/v1.19/rooms/v10/ */
const V10: RoomVersionRules = {
  ...V9, id: '10', spec: page('10'), changed: 'Rooms both restricted and open to knocks; power levels are integers.',
  authorization: {
    ...V9.authorization, spec: `${page('10')}#authorization-rules`, knockRestricted: true, powerLevels: 'integer',
  },
};

/** @see https://spec.matrix.org/v1.19/rooms/v11/ */
const V11: RoomVersionRules = {
  ...V10, id: '11', spec: page('11'), changed: 'A wider redaction list; `redacts` moves into content; the creator is the sender.',
  redaction: REDACTION_V11,
  redacts: { location: 'content', array: false },
  format: { ...V10.format, spec: `${page('11')}#event-format`, byteLimits: true },
  authorization: { ...V10.authorization, spec: `${page('11')}#authorization-rules`, creatorInContent: false },
};

/** @see https://spec.matrix.org/v1.19/rooms/v12/ */
const V12: RoomVersionRules = {
  ...V11, id: '12', spec: page('12'), changed: 'The room ID is the create event\'s; creators outrank everybody; state resolution 2.1.',
  format: { ...V11.format, spec: `${page('12')}#event-format`, roomId: 'create' },
  authorization: {
    ...V11.authorization, spec: `${page('12')}#authorization-rules`, privilegedCreators: true, createFromRoomId: true,
  },
  stateResolution: {
    ...V11.stateResolution, spec: `${page('12')}#state-resolution`, startFromEmptyState: true, conflictedSubgraph: true,
  },
};

const unstable = (base: RoomVersionRules, id: string, number: number, changed: string): RoomVersionRules => ({
  ...base, id, stable: false, spec: proposal(number), changed,
});

/** Versions that servers or proposals define and no specification does. */
const UNSTABLE: readonly RoomVersionRules[] = [
  { ...unstable(V11, 'org.matrix.msc2870', 2870, '11, and server ACLs survive redaction.'), redaction: REDACTION_MSC2870 },
  {
    ...unstable(V10, 'org.matrix.msc3389.10', 3389, '10, and relations survive redaction.'),
    redaction: REDACTION_MSC3389,
    format: { ...V10.format, byteLimits: true },
  },
  {
    ...unstable(V10, 'org.matrix.msc3757.10', 3757, '10, and users own state keys that begin with their ID.'),
    authorization: { ...V10.authorization, ownedStateSuffix: true },
  },
  {
    ...unstable(V11, 'org.matrix.msc3757.11', 3757, '11, and users own state keys that begin with their ID.'),
    authorization: { ...V11.authorization, ownedStateSuffix: true },
  },
  unstable(V10, 'org.matrix.msc1767.10', 1767, '10, and push rules for extensible events.'),
  unstable(V12, 'org.matrix.hydra.11', 4304, 'The form in which version 12 was tested.'),
  { ...unstable(V12, 'org.matrix.msc4242.12', 4242, '12 with state DAGs.'), redaction: REDACTION_MSC4242 },
  unstable(V10, 'org.matrix.msc4014', 4014, '10 with a key for each sender and room.'),
  { ...unstable(V11, 'org.matrix.msc4298.v1', 4298, '11, and `redact_events` survives redaction.'), redaction: REDACTION_MSC4298 },
  {
    ...unstable(V11, 'org.matrix.msc2244', 2244, '11, and one redaction may name many events.'),
    redacts: { location: 'content', array: true },
  },
];

const STABLE: readonly RoomVersionRules[] = [V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12];

/** The stable room versions, oldest first. */
export const stableRoomVersionIds: readonly string[] = Object.freeze(STABLE.map((rules) => rules.id));

/** Every room version that this library has a table for: stable ones first, then unstable ones. */
export const roomVersionIds: readonly string[] = Object.freeze([...STABLE, ...UNSTABLE].map((rules) => rules.id));

const TABLE: ReadonlyMap<string, RoomVersionRules> = new Map(
  [...STABLE, ...UNSTABLE].map((rules) => [rules.id, deepFreeze(rules)]),
);

/**
 * The rules of a room version, frozen.
 * @throws {UnsupportedRoomVersionError} for an ID that has no table here
 * @see https://spec.matrix.org/v1.19/rooms/
 * @example roomVersion('11').redaction.content['m.room.create'] // true
 */
export function roomVersion(id: string): RoomVersionRules {
  const rules = TABLE.get(id);
  if (rules === undefined) throw new UnsupportedRoomVersionError(id);
  return rules;
}

/** The parts of a room version that a proposal replaces. */
export type RoomVersionChanges = Partial<Omit<RoomVersionRules, 'id' | 'stable'>>;

/**
 * A room version of one's own: a base and what a proposal changes in it. Nothing is registered: pass the result where rules are asked for.
 * @throws {RangeError} if the ID breaks the grammar: 1 to 32 characters of `a-z`, `0-9`, `.` and `-`
 * @see https://spec.matrix.org/v1.19/rooms/#room-version-grammar
 * @example defineRoomVersion('org.example.keep-depth', roomVersion('12'), {}).id // 'org.example.keep-depth'
 */
export function defineRoomVersion(id: string, base: RoomVersionRules, changes: RoomVersionChanges): RoomVersionRules {
  if (!/^[a-z0-9.-]{1,32}$/.test(id)) throw new RangeError('a room version ID has 1 to 32 characters of a-z, 0-9, "." and "-"');
  return deepFreeze({ ...base, changed: `${base.id}, changed.`, ...copyOf(changes), id, stable: false });
}

/** What is frozen must not be the caller's own. */
function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => [key, copyOf(part)]);
  // Rules are plain objects and hold nothing else but plain objects and primitives.
  return Object.fromEntries(parts) as T;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** There is no table for this room version: add one with {@link defineRoomVersion}, or give the version of the room. */
export class UnsupportedRoomVersionError extends Error {
  override readonly name = 'UnsupportedRoomVersionError';
  readonly roomVersion: string;

  constructor(id: string) {
    // The ID comes from event content; only one that has the grammar of a room version is safe to repeat.
    const shown = /^[a-z0-9.-]{1,32}$/.test(id) ? `"${id}"` : 'of invalid form';
    super(`unsupported room version ${shown}: supported are ${roomVersionIds.join(', ')}`);
    this.roomVersion = id;
  }
}
