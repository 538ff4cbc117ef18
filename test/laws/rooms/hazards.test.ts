import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hazards, findHazard } from '../../../src/erasure/hazards.ts';
import type { Pdu } from '../../../src/event/pdu.ts';
import type { JsonValue } from '../../../src/json/value.ts';
import { roomVersion, stableRoomVersionIds } from '../../../src/rules/room-versions.ts';
import { buildRoom, keptIn, redactionEffects } from '../../../src/testing.ts';
import { hazardVectors, runSummary } from './hazard-vectors.ts';
import { differences, findingsInRecorded, recordedRooms } from './recorded-rooms.ts';
import { redactionSafetyPage } from './redaction-safety-page.ts';
import { changesTogether, search, shows } from './redaction-safety.ts';

const vectors = hazardVectors();
const { numRuns = 100, seed = 1 } = fc.readConfigureGlobal();

describe.each(vectors)('$comment', (vector) => {
  const room = buildRoom(vector.script, roomVersion(vector.roomVersion), { signed: false });

  test('is what the script makes', () => {
    expect(room.events).toEqual(vector.events);
  });

  test('is what redacting the event does', () => {
    expect(redactionEffects(room)(new Set(vector.redact))).toEqual(vector.change);
  });

  test.each(vector.reproduces)('in room version %s', (version) => {
    const { kind } = vector;
    const shown = kind === 'changes only together'
      ? changesTogether(buildRoom(vector.script, roomVersion(version), { signed: false }))
      : shows(vector.script, { ...vector, kind }, version);
    expect(shown).toBe(true);
  });

  test('is foreseen', () => {
    expect(vector.redact.map((id) => keptIn(room).has(id))).toEqual(vector.redact.map(() => true));
  });
});

describe('the table of hazards', () => {
  test('foresees every change that is found', () => {
    const found = search({ rooms: Math.ceil(numRuns / 5), seed, examples: false });
    expect(found.redactions).toBeGreaterThan(0);
    expect(found.unforeseen.map(({ type, lost, kind }) => `${type} without ${lost}: ${kind}`)).toEqual([]);
  });

  /** What the search found to be noticed: by type and key, the room versions. Two keys that matter only together are found to matter alone, too. */
  const noticed = vectors.filter(({ type, lost }) => type !== 'm.room.redaction' && !lost.includes(' and '));
  const named = hazards.filter(({ during, type }) => during !== 'current' && noticed.some((vector) => vector.type === type))
    .flatMap(({ type, loses }) => loses.map((key) => ({ type, lost: key })));
  const keys = new Map([...noticed, ...named].map(({ type, lost }) => [`${type} ${lost}`, { type, lost }]));

  test.each([...keys.values()])('claims $type without $lost where it was found, and nowhere else', ({ type, lost }) => {
    const found = new Set(noticed.filter((one) => one.type === type && one.lost === lost).flatMap(({ versions }) => versions));
    expect(claimedVersions(type, lost)).toEqual(stableRoomVersionIds.filter((id) => found.has(id)));
  });

  test.each(vectors.filter(({ lost }) => lost.includes(' and ')))('claims one of $lost wherever they matter together', ({ type, lost, versions }) => {
    const claimed = new Set(lost.split(' and ').flatMap((key) => claimedVersions(type, key)));
    expect(versions.filter((id) => !claimed.has(id))).toEqual([]);
  });
});

/** The room versions in which the table has a hazard of an event that is not current, but that the rules judge or that an event rests on. */
function claimedVersions(type: string, lost: string): readonly string[] {
  return stableRoomVersionIds.filter((id) => findHazard(sampleOf(type, lost), { current: false, inAuthChain: true, inRoom: true }, roomVersion(id)) !== undefined);
}

const SAMPLES: Readonly<Record<string, Readonly<Record<string, JsonValue>>>> = {
  'm.federate': { 'creator': '@alice:one.example', 'm.federate': false },
  'join_authorised_via_users_server': { membership: 'join', join_authorised_via_users_server: '@alice:one.example' },
  'third_party_invite': { membership: 'invite', third_party_invite: { display_name: 'c', signed: { mxid: '@bob:two.example', token: 'red' } } },
  'public keys': { public_key: 'a' },
  'invite': { invite: 50 },
  'notifications': { notifications: { room: 50 } },
};

function sampleOf(type: string, lost: string): Pdu {
  return { type, state_key: '', content: SAMPLES[lost] ?? { [lost]: 1 } };
}

describe('the recorded rooms', () => {
  const rooms = recordedRooms();

  test.each(rooms)('$name stays what it is when everything but the hazards is redacted', (room) => {
    const kept = keptIn(room);
    expect(differences(room, (id) => !kept.has(id))).toEqual([]);
  });

  test.each(rooms.filter(({ name }) => name === 'restricted-v8' || name === 'v12-shared'))('$name: each change of a single redaction is foreseen', (room) => {
    const { changing } = findingsInRecorded(room);
    expect(changing.length).toBeGreaterThan(0);
    expect(changing.filter(({ hazard }) => hazard === undefined)).toEqual([]);
  });
});

test('the page says what the vectors say', () => {
  const page = readFileSync(new URL('../../../docs/redaction-safety.md', import.meta.url), 'utf8');
  expect(page).toBe(redactionSafetyPage(vectors, runSummary()));
});
