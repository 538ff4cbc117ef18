import { describe, expect, test } from 'vitest';
import {
  defineRoomVersion, roomVersion, roomVersionIds, stableRoomVersionIds, UnsupportedRoomVersionError,
} from '../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';

type Leaves = Readonly<Record<string, unknown>>;

/** Every value of a table by its path; where it is written down and how it is called apart. */
function leaves(value: unknown, path = ''): Leaves {
  if (typeof value !== 'object' || value === null) return { [path]: value };
  const parts = Object.entries(value).filter(([key]) => !['spec', 'changed', 'id', 'stable'].includes(key));
  return Object.assign({}, ...parts.map(([key, part]) => leaves(part, path === '' ? key : `${path}/${key}`)));
}

/** What one version has other than another: path, then before and after; `undefined` where it is not there. */
function changes(before: RoomVersionRules, after: RoomVersionRules): Readonly<Record<string, readonly [unknown, unknown]>> {
  const [from, to] = [leaves(before), leaves(after)];
  const paths = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((path) => from[path] !== to[path]);
  return Object.fromEntries(paths.map((path) => [path, [from[path], to[path]]]));
}

type Changes = ReturnType<typeof changes>;
const added = (...paths: readonly string[]): Changes => Object.fromEntries(paths.map((path) => [path, [undefined, true]]));
const removed = (...paths: readonly string[]): Changes => Object.fromEntries(paths.map((path) => [path, [true, undefined]]));

/** What each page of the specification says that it changes, and nothing else: the sections "added in" and "changed in" of its version. */
const stated: readonly (readonly [version: string, quote: string, changes: Changes])[] = [
  ['2', 'changing only the state resolution algorithm', { 'stateResolution/algorithm': ['v1', 'v2'] }],
  ['3', 'event IDs are hashes; plain lists of event IDs; redactions are no longer part of the authorisation rules', {
    'format/eventId': ['opaque', 'base64'],
    'format/references': ['pairs', 'ids'],
    'signatures/eventIdServer': [true, false],
    'authorization/redaction': [true, false],
  }],
  ['4', 'using URL-safe base64 to generate the event ID', { 'format/eventId': ['base64', 'base64url'] }],
  ['5', 'ensuring that signing key validity is respected', { 'signatures/keyValidity': [false, true] }],
  ['6', 'm.room.aliases has lost its meaning; enforcement of Canonical JSON; depth limit reduced; no floats; a notifications property', {
    ...removed('redaction/content/m.room.aliases/aliases'),
    'format/maxDepth': [9_223_372_036_854_775_807n, 9_007_199_254_740_991n],
    'format/strictCanonicalJson': [false, true],
    'authorization/aliases': [true, false],
    'authorization/notifications': [false, true],
    'authorization/powerLevels': ['integer-string-float', 'integer-string'],
  }],
  ['7', 'adds new authorisation rules for events to support knocking', { 'authorization/knocking': [false, true] }],
  ['8', 'm.room.join_rules events now keep allow; a new join rule, restricted; the authorising server must sign', {
    ...added('redaction/content/m.room.join_rules/allow'),
    'signatures/authorisingServer': [false, true],
    'authorization/restricted': [false, true],
  }],
  ['9', 'm.room.member events now keep join_authorised_via_users_server', added('redaction/content/m.room.member/join_authorised_via_users_server')],
  ['10', 'power levels must be integers; knock_restricted', {
    'authorization/powerLevels': ['integer-string', 'integer'],
    'authorization/knockRestricted': [false, true],
  }],
  ['11', 'origin, membership, and prev_state no longer protected; create keeps all; redacts moves to content; no creator property', {
    ...removed('redaction/event/prev_state', 'redaction/event/origin', 'redaction/event/membership', 'redaction/content/m.room.create/creator'),
    ...added(
      'redaction/content/m.room.create',
      'redaction/content/m.room.redaction/redacts',
      'redaction/content/m.room.power_levels/invite',
      'redaction/content/m.room.member/third_party_invite/signed',
    ),
    'redacts/location': ['event', 'content'],
    'authorization/creatorInContent': [true, false],
    // No page says this one: the client-server API limits bytes in every version, and servers have done so since this one.
    'format/byteLimits': [false, true],
  }],
  ['12', 'creators have infinite power; room IDs are hashes of the create event; state resolution starts from nothing and takes in the subgraph', {
    'format/roomId': ['opaque', 'create'],
    'authorization/privilegedCreators': [false, true],
    'authorization/createFromRoomId': [false, true],
    'stateResolution/startFromEmptyState': [false, true],
    'stateResolution/conflictedSubgraph': [false, true],
  }],
];

describe('each version is the one before it and what its page says', () => {
  test.each(stated)('%s: %s', (version, _quote, expected) => {
    expect(changes(roomVersion(String(Number(version) - 1)), roomVersion(version))).toEqual(expected);
  });

  test('version 1 is what the later ones change', () => {
    const { redaction, redacts, format, signatures, authorization, stateResolution } = roomVersion('1');
    expect(Object.keys(redaction.event).sort()).toEqual([
      'auth_events', 'content', 'depth', 'event_id', 'hashes', 'membership', 'origin', 'origin_server_ts', 'prev_events', 'prev_state',
      'room_id', 'sender', 'signatures', 'state_key', 'type',
    ]);
    expect(leaves(redaction.content)).toEqual(Object.fromEntries([
      'm.room.member/membership', 'm.room.create/creator', 'm.room.join_rules/join_rule', 'm.room.aliases/aliases',
      'm.room.history_visibility/history_visibility',
      ...['ban', 'events', 'events_default', 'kick', 'redact', 'state_default', 'users', 'users_default'].map((key) => `m.room.power_levels/${key}`),
    ].map((path) => [path, true])));
    expect(redaction.anyContent).toEqual({});
    expect(redacts).toEqual({ location: 'event', array: false });
    expect(leaves(format)).toEqual({
      eventId: 'opaque', roomId: 'opaque', references: 'pairs', maxDepth: 2n ** 63n - 1n, strictCanonicalJson: false, byteLimits: false,
    });
    expect(leaves(signatures)).toEqual({ eventIdServer: true, authorisingServer: false, keyValidity: false });
    expect(leaves(authorization)).toEqual({
      creatorInContent: true, privilegedCreators: false, createFromRoomId: false, aliases: true, redaction: true, notifications: false,
      knocking: false, restricted: false, knockRestricted: false, powerLevels: 'integer-string-float', ownedStateSuffix: false,
    });
    expect(leaves(stateResolution)).toEqual({ algorithm: 'v1', startFromEmptyState: false, conflictedSubgraph: false });
  });
});

/** Versions of proposals: the stable one that each copies, and what it adds. */
const proposed: readonly (readonly [version: string, base: string, changes: Changes])[] = [
  ['org.matrix.msc2870', '11', added(...['allow', 'deny', 'allow_ip_literals'].map((key) => `redaction/content/m.room.server_acl/${key}`))],
  ['org.matrix.msc3389.10', '10', {
    ...added('redaction/anyContent/m.relates_to/rel_type', 'redaction/anyContent/m.relates_to/event_id'),
    'format/byteLimits': [false, true],
  }],
  ['org.matrix.msc3757.10', '10', { 'authorization/ownedStateSuffix': [false, true] }],
  ['org.matrix.msc3757.11', '11', { 'authorization/ownedStateSuffix': [false, true] }],
  ['org.matrix.msc1767.10', '10', {}],
  ['org.matrix.hydra.11', '12', {}],
  ['org.matrix.msc4242.12', '12', { ...added('redaction/event/prev_state_events'), ...removed('redaction/event/auth_events') }],
  ['org.matrix.msc4014', '10', {}],
  ['org.matrix.msc4298.v1', '11', added('redaction/content/m.room.member/redact_events')],
  ['org.matrix.msc2244', '11', { 'redacts/array': [false, true] }],
];

describe('versions of proposals', () => {
  test.each(proposed)('%s is %s and its proposal', (version, base, expected) => {
    expect(changes(roomVersion(base), roomVersion(version))).toEqual(expected);
    expect(roomVersion(version).stable).toBe(false);
  });

  test('are those that there are', () => {
    expect(roomVersionIds).toEqual([...stableRoomVersionIds, ...proposed.map(([version]) => version)]);
    expect(stableRoomVersionIds).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
  });
});

function isDeepFrozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen));
}

describe('roomVersion', () => {
  test.each(roomVersionIds)('%s is frozen at every depth and knows its name', (id) => {
    const rules = roomVersion(id);
    expect(isDeepFrozen(rules)).toBe(true);
    expect(rules.id).toBe(id);
    expect(rules.changed).not.toBe('');
  });

  test.each(stableRoomVersionIds)('%s is stable, and its sections are those of its page or of an earlier one', (id) => {
    const rules = roomVersion(id);
    expect(rules.stable).toBe(true);
    expect(rules.spec).toBe(`https://spec.matrix.org/v1.19/rooms/v${id}/`);
    for (const { spec } of [rules.redaction, rules.format, rules.signatures, rules.authorization, rules.stateResolution]) {
      const page = /^https:\/\/spec\.matrix\.org\/v1\.19\/rooms\/v(\d+)\/(?:#[a-z-]+)?$/.exec(spec)?.[1];
      expect(Number(page)).toBeGreaterThan(0);
      expect(Number(page)).toBeLessThanOrEqual(Number(id));
    }
  });

  test('the lists of versions are frozen', () => {
    expect([Object.isFrozen(roomVersionIds), Object.isFrozen(stableRoomVersionIds)]).toEqual([true, true]);
  });

  test.each(['', '0', '13', '01', '1 ', 'constructor', '__proto__', 'toString', 'org.matrix.unknown'])('%j is not supported', (id) => {
    expect(() => roomVersion(id)).toThrow(UnsupportedRoomVersionError);
    expect(() => roomVersion(id)).toThrow(expect.objectContaining({ name: 'UnsupportedRoomVersionError', roomVersion: id }));
  });

  test('the message repeats a version of the right form, and nothing else', () => {
    expect(() => roomVersion('13')).toThrow(/"13": supported are 1, 2/);
    expect(() => roomVersion('Alice Example <alice@example.org>')).toThrow(/^((?!Alice).)*$/);
  });
});

describe('defineRoomVersion', () => {
  const base = roomVersion('11');

  test('takes what it is given over the base, and says that it is not stable', () => {
    const rules = defineRoomVersion('org.example.1', base, { redacts: { location: 'event', array: true }, changed: 'Old redactions.' });
    expect(rules).toEqual({ ...base, id: 'org.example.1', stable: false, changed: 'Old redactions.', redacts: { location: 'event', array: true } });
    expect(defineRoomVersion('org.example.1', base, {}).changed).toBe('11, changed.');
  });

  test('registers nothing', () => {
    defineRoomVersion('org.example.1', base, {});
    expect(() => roomVersion('org.example.1')).toThrow(UnsupportedRoomVersionError);
    expect(roomVersion('11')).toBe(base);
  });

  test('is frozen, without freezing what belongs to the caller', () => {
    const redaction = { ...base.redaction, content: { ...base.redaction.content, 'm.room.name': { name: true as const } } };
    const rules = defineRoomVersion('org.example.1', base, { redaction: Object.freeze(redaction) });
    expect(isDeepFrozen(rules)).toBe(true);
    expect(Object.isFrozen(redaction.content)).toBe(false);
    expect(rules.redaction).toEqual(redaction);
  });

  test.each(['', 'A', 'a b', 'a_b', 'a'.repeat(33), 'ä', 'a\n'])('%j breaks the grammar', (id) => {
    expect(() => defineRoomVersion(id, base, {})).toThrow(RangeError);
  });

  test.each(['1.2-beta', 'a'.repeat(32), '-', '.'])('%j has the grammar', (id) => {
    expect(defineRoomVersion(id, base, {}).id).toBe(id);
  });
});
