import { describe, expect, test } from 'vitest';
import { asArray, asObject, asPdu, asText, at, parseVector, parseVectorLines, readVector } from '../crypto/vectors.ts';
import { eventId } from '../../src/crypto/event-hashes.ts';
import { CanonicalJsonError, encodeCanonicalJson, encodeHistoricalJson } from '../../src/json/canonical-json.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { stringifyJson } from '../../src/json/stringify-json.ts';
import { own, type JsonObject, type JsonValue } from '../../src/json/value.ts';
import { redact, UnredactableEventError } from '../../src/event/redact.ts';
import { roomVersion, roomVersionIds } from '../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';
import { redactByTheText } from '../../src/testing.ts';

const without = (object: JsonObject, ...keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

describe('the specification and the tests of its implementations', () => {
  const vectors = asObject(parseVector('spec/redaction.json')['redaction']);
  const cases = asArray(vectors['cases']).map(asObject).flatMap((one) =>
    asArray(one['versions']).map((version) => ({ version: asText(version), source: asText(one['source']), event: asPdu(one['in']), expected: asObject(one['out']) })));

  test.each(cases)('room version $version: $source', ({ version, event, expected }) => {
    expect(redact(event, roomVersion(version).redaction)).toEqual(expected);
    expect(redactByTheText(event, version)).toEqual(expected);
  });

  const unstable = asArray(vectors['unstable']).map(asObject).map((one) => ({ version: asText(one['room_version']), event: asPdu(one['in']), content: asObject(one['out_content']) }));

  test.each(unstable)('$version: $event', ({ version, event, content }) => {
    expect(redact(event, roomVersion(version).redaction)).toEqual({ type: event.type, content });
  });

  test('there are 19 cases and 5 of unstable versions', () => {
    expect([asArray(vectors['cases']).length, unstable.length]).toEqual([19, 5]);
  });
});

describe('third-party invites, of which implementations keep different parts', () => {
  const divergence = asArray(asObject(parseVector('spec/redaction.json')['divergence'])['cases']).map(asObject);
  // Where the text is silent, the one choice of Synapse and ruma; a value that is no object has no `signed` that could be kept.
  const decided: readonly (JsonObject | undefined)[] = [{ signed: { mxid: '@a:b', token: 't' } }, {}, {}, undefined];

  test.each(['11', '12'])('in room version %s', (version) => {
    const kept = divergence.map(({ third_party_invite }) => {
      const event = { type: 'm.room.member', content: { membership: 'invite', third_party_invite: third_party_invite ?? null } };
      return redact(event, roomVersion(version).redaction).content['third_party_invite'];
    });
    expect(kept).toEqual(decided);
  });
});

/** What Synapse does and the specification does not say. */
const synapseAlone: Readonly<Record<string, string>> = {
  create: 'removes the room ID of a create event from version 12, where it must not be; the text has it in the list',
  create_nonempty_state_key: 'the same',
  content_null: 'takes a content that is no object for an empty one; such an event is invalid',
  content_array: 'the same',
};

describe('Synapse 1.163.2', () => {
  const cases = asArray(parseVector('synapse/redact.json.gz')['vectors']).map(asObject).flatMap((vector) =>
    asArray(vector['results']).map(asObject).flatMap((result) => asArray(result['room_versions']).map((version) => ({
      name: asText(vector['case']),
      version: asText(version),
      event: asPdu(vector['input']),
      output: asObject(result['output']),
    }))));

  test('was asked 32 questions in 18 versions, all of which are known here', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(32);
    expect([...new Set(cases.map(({ version }) => version))].filter((version) => !roomVersionIds.includes(version))).toEqual([]);
  });

  const isRefused = ({ name, output }: (typeof cases)[number]): boolean => Object.hasOwn(output, '__error__') || name.startsWith('content_');

  test.each(cases.filter((one) => !isRefused(one)))('$name in $version', ({ name, version, event, output }) => {
    const { redaction, format } = roomVersion(version);
    // It keeps two keys of `unsigned`, which is no part of what is hashed and signed.
    const room = Object.hasOwn(synapseAlone, name) && format.roomId === 'create' ? { room_id: event.room_id } : {};
    expect(redact(event, redaction)).toEqual({ ...without(output, 'unsigned'), ...room });
  });

  test.each(cases.filter(isRefused))('$name in $version is refused', ({ name, version, event, output }) => {
    expect(() => redact(event, roomVersion(version).redaction)).toThrow(UnredactableEventError);
    expect(Object.hasOwn(output, '__error__') || Object.hasOwn(synapseAlone, name)).toBe(true);
  });
});

/** The rows in which Synapse and ruma differ, and what is right: a reply of one of them, or an error. */
type Decision = { readonly row: string; readonly right: (version: number) => 'synapse' | 'ruma' | 'unredactable' | 'not canonical' };

const notInLaterVersions = (version: number): 'synapse' | 'not canonical' => (version >= 6 ? 'not canonical' : 'synapse');
const R3: Decision = { row: 'R3: of a third-party invite that is no object nothing is kept', right: () => 'synapse' };
const R5: Decision = { row: 'R5: the text keeps the room ID of every event', right: () => 'ruma' };
const R9: Decision = { row: 'R9: numbers without a canonical form make an event invalid from version 6 on', right: notInLaterVersions };
const R9_UNSIGNED: Decision = { row: 'R9: nothing is said about numbers in unsigned, which is not hashed', right: () => 'synapse' };
const R10: Decision = { row: 'R10: an event without content is invalid', right: () => 'unredactable' };
const R11: Decision = { row: 'R11: an event whose content is no object is invalid', right: () => 'unredactable' };

const decisions: Readonly<Record<string, Decision>> = {
  'member tpi null': R3,
  'member tpi array': R3,
  create: R5,
  'create empty content': R5,
  'create html content': R5,
  'dup top-level type': R5,
  'member membership object': R9,
  'power_levels 1e3': R9,
  'depth bigint': R9,
  'float in stripped content': R9,
  'bigint in stripped content': R9,
  'float in stripped top-level': R9,
  'float in unsigned': R9_UNSIGNED,
  'no content': R10,
  'only type': R10,
  'create no content': R10,
  'content null': R11,
  'content array': R11,
  'content number': R11,
  'member content null': R11,
  'create content array': R11,
};

/** As a server does with an event that it receives: one without a canonical form is refused before it could be redacted. */
function received(event: JsonValue | undefined, rules: RoomVersionRules): JsonObject {
  const pdu = asPdu(event);
  const encode = rules.format.strictCanonicalJson ? encodeCanonicalJson : encodeHistoricalJson;
  encode(without(asObject(event), 'unsigned'));
  return redact(pdu, rules.redaction) as JsonObject;
}

type Outcome = { readonly ok: JsonObject } | { readonly err: string };

function outcomeOf(event: JsonValue | undefined, rules: RoomVersionRules): Outcome {
  try {
    return { ok: received(event, rules) };
  } catch (error) {
    if (error instanceof UnredactableEventError) return { err: 'unredactable' };
    if (error instanceof CanonicalJsonError) return { err: 'not canonical' };
    if (error instanceof TypeError) return { err: 'no event' };
    throw error;
  }
}

const okOf = (line: JsonObject, who: string): JsonObject | undefined => {
  const ok = at(line, 'replies', who, 'ok');
  return ok === undefined ? undefined : without(asObject(ok), 'unsigned');
};
const text = (value: JsonObject | undefined): string | undefined => (value === undefined ? undefined : encodeHistoricalJson(value));

describe('cases with the replies of Synapse and ruma', () => {
  const lines = parseVectorLines('cases/redact.ndjson.gz');
  const named = lines.map((line) => ({ label: asText(line['label']), version: asText(line['roomVersion']), line }));
  const differing = named.filter(({ line }) => text(okOf(line, 'synapse')) !== text(okOf(line, 'ruma')));

  test('are 732, and each difference is decided', () => {
    expect(lines.length).toBe(732);
    expect([...new Set(differing.map(({ label }) => label))].filter((label) => !Object.hasOwn(decisions, label))).toEqual([]);
    expect(Object.keys(decisions).filter((label) => !differing.some((one) => one.label === label))).toEqual([]);
  });

  test.each(named)('$label in room version $version', ({ label, version, line }) => {
    const [synapse, ruma] = [okOf(line, 'synapse'), okOf(line, 'ruma')];
    const right = text(synapse) === text(ruma) ? 'both' : own(decisions, label)?.right(Number(version));
    const ok = right === 'ruma' ? ruma : synapse;
    const expected = right === 'unredactable' || right === 'not canonical' ? { err: right } : { ok };
    const actual = outcomeOf(at(line, 'request', 'event'), roomVersion(version));
    // Both refuse it: in whose words does not matter.
    const isRefusedByAll = right === 'both' && ok === undefined && 'err' in actual;
    expect(actual).toEqual(isRefusedByAll ? actual : expected);
  });
});

type Vector = { readonly comment: string; readonly version: string; readonly vector: JsonObject };

describe('what implementations get wrong', () => {
  const vectors = asArray(parseJson(readVector('own/redaction.json'))).map(asObject).flatMap((vector) =>
    asArray(vector['roomVersions']).map((version): Vector => ({ comment: asText(vector['comment']), version: asText(version), vector })));

  test.each(vectors)('$comment, in room version $version', ({ version, vector }) => {
    const rules = roomVersion(version);
    const [input, expected] = [asPdu(vector['input']), asPdu(vector['expected'])];
    const redacted = redact(input, rules.redaction);
    expect(encodeCanonicalJson(redacted as JsonObject)).toBe(encodeCanonicalJson(expected as JsonObject));
    expect([eventId(input, rules), eventId(redacted, rules)]).toEqual([vector['eventId'], vector['eventId']]);
    expect(stringifyJson(redacted as JsonObject)).not.toContain('SECRET');
  });
});

describe('numbers', () => {
  test.each(roomVersionIds)('redact itself asks nothing of them in %s', (version) => {
    const event = { type: 'm.room.message', content: { ratio: 1.5 }, depth: 2n ** 70n };
    expect(redact(event, roomVersion(version).redaction)).toEqual({ type: 'm.room.message', content: {}, depth: 2n ** 70n });
  });
});
