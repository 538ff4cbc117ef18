import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textRedactor } from '../../src/erasure/redact-text.ts';
import { withoutNotes } from '../../src/erasure/record-notes.ts';
import { asJson } from '../../src/event/pdu.ts';
import { isRedacted, redact } from '../../src/event/redact.ts';
import { readRecord } from '../../src/event/record.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { stringifyJson } from '../../src/json/stringify-json.ts';
import { roomVersion, roomVersionIds } from '../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';
import { arbitraryPdu } from '../../src/testing/pdu-arbitraries.ts';

import { recordedLines } from '../stores/recorded.ts';

const PDU = '{"type":"m.room.message","sender":"@a:b","content":{"body":"hi"},"depth":3,"unsigned":{"age":1}}';
const REDACTED = '{"content":{},"depth":3,"sender":"@a:b","type":"m.room.message"}';

/** What reading, redacting and writing give; `undefined` where nothing would change. */
function byReading(text: string, { redaction }: RoomVersionRules): string | undefined {
  const { record, bare } = readRecord(parseJson(text));
  const rest = withoutNotes(record);
  if (rest === record && isRedacted(record.pdu, redaction) && !Object.hasOwn(record.pdu, 'unsigned')) return undefined;
  const pdu = redact(record.pdu, redaction);
  return stringifyJson(asJson(bare ? pdu : { ...rest, pdu }));
}

function isBare(text: string): boolean {
  return readRecord(parseJson(text)).bare;
}

/** Texts that hold nearly what plain ones do: one thing in them is written in another way, or is another. */
const TWISTS: readonly (readonly [find: RegExp, put: string])[] = [
  [/":/, '": '], [/,"/, ', "'], [/"type":"/, '"type":"\\u006d'], [/"depth":/, '"depth":-0,"x":'], [/"depth":\d+/, '"depth":1e3'], [/"depth":\d+/, '"depth":3.0'], [/"depth":\d+/, '"depth":12345678901234567890'],
  [/"sender":/, '"send\\u0065r":'], [/\{"/, '{"__proto__":{"a":1},"'], [/\{"/, '{"7":"a","'], [/"content":\{/, '"content":{"content":{},'], [/"content":/, '"content":{"body":"other"},"content":'], [/"sender":/, '"sender":"@other:b","sender":'],
  [/"hashes":\{/, '"hashes":{"sha256":"x",'], [/"signatures":\{/, '"signatures":{"b":{"ed25519:1":"x"},"b":{},'], [/"room_version":/, '"room_version":"1","room_version":'], [/"event_id":/, '"device":"D","event_id":'], [/\{"/, '{"pdu":1,"'], [/"type":/, '"state_key":"","type":'],
  [/"sender":"/, '"sender":"😀'], [/"sender":"/, '"sender":"\ud800'], [/"sender":"/, '"sender":"\u2028'], [/"prev_events":\[/, '"prev_events":[["$a",{"sha256":"x"}],'], [/"prev_events":\[/, '"prev_events":[ '], [/"content":\{.*?\}/, '"content":{}'], [/$/, ' '],
];

type Written = { readonly text: string; readonly rules: RoomVersionRules };

function arbitraryText(): fc.Arbitrary<Written> {
  return fc.constantFrom(...roomVersionIds).chain((id) => {
    const rules = roomVersion(id);
    const around = fc.record({ room_id: fc.constant('!r:b'), room_version: fc.constant(id), event_id: fc.constant('$e'), stream_ordering: fc.nat(), rejected: fc.constantFrom(null, 'why'), outlier: fc.boolean(),
      sender: fc.constant('@a:b'), topological_ordering: fc.nat(), redacted_by: fc.constantFrom([], null, ['$r'], '$r', 'note'), state_key: fc.constant(null), is_state: fc.boolean(), state_group: fc.nat(), internal_metadata: fc.constant({ device_id: 'D' }),
      depth: fc.oneof(fc.nat(), fc.constant('deep')), __proto: fc.boolean(), 3: fc.boolean(), erasure: fc.constantFrom(null, { treatment: 'hide', profile: 'notice', effective_at: 1 }),
    }, { requiredKeys: [] }).chain((notes) => fc.shuffledSubarray(Object.entries(notes)).map((members) => Object.fromEntries(members)));
    const twists: fc.Arbitrary<typeof TWISTS> = fc.oneof(fc.constant([]), fc.array(fc.constantFrom(...TWISTS), { maxLength: 2 }));
    return fc.record({ pdu: plainPdu(rules), around: fc.option(around, { nil: undefined }), twists, last: fc.boolean() }).map(({ pdu, around: notes, twists: some, last }) => {
      const value = notes === undefined ? pdu : last ? { ...notes, pdu } : { pdu, ...notes };
      return { rules, text: some.reduce((text, [find, put]) => text.replace(find, () => put), stringifyJson(asJson(value))) };
    });
  });
}

/** Events of all forms, and messages as servers write them. */
function plainPdu(rules: RoomVersionRules): fc.Arbitrary<{ readonly [key: string]: unknown }> {
  const message = fc.record({
    type: fc.constantFrom('m.room.message', 'm.reaction', 'm.room.redaction', 'm.room.encrypted', 'constructor'), sender: fc.constant('@a:b'), content: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), depth: fc.nat(),
    origin_server_ts: fc.maxSafeNat(), prev_events: fc.array(fc.constantFrom('$a', '$b'), { maxLength: 2 }), auth_events: fc.constant([]), hashes: fc.constant({ sha256: 'h' }), signatures: fc.constantFrom({}, { b: { 'ed25519:1': 's' } }), unsigned: fc.constant({ age: 1 }),
  }, { requiredKeys: ['type', 'sender', 'content'] }).chain((event) => fc.shuffledSubarray(Object.entries(event), { minLength: Object.keys(event).length }).map((members) => Object.fromEntries(members)));
  return fc.oneof({ weight: 3, arbitrary: message }, { weight: 1, arbitrary: arbitraryPdu({ rules }) });
}

function readable(text: string): boolean {
  try {
    return readRecord(parseJson(text)).record.pdu.type !== '';
  } catch {
    return false;
  }
}

describe('redacting a text without reading it', () => {
  test('gives what reading it gives, or nothing', () => {
    let [cut, left] = [0, 0];
    // One redactor for many texts, as in a room: what it learned of one must not do to another.
    const redactors = new Map(roomVersionIds.map((id) => [id, textRedactor(roomVersion(id))]));
    fc.assert(fc.property(arbitraryText(), ({ text, rules }) => {
      fc.pre(readable(text));
      const redacted = redactors.get(rules.id)?.(text, isBare(text));
      expect(redacted).toBe(redacted && byReading(text, rules));
      if (redacted === undefined) left++;
      else cut++;
    }), { numRuns: 1500 });
    expect([cut > 30, left > 100]).toEqual([true, true]);
  });

  test('an event alone, and in a record, with notes on both sides', () => {
    const redactText = textRedactor(roomVersion('11'));
    expect(redactText(PDU, true)).toBe(REDACTED);
    expect(redactText(`{"event_id":"$e","pdu":${PDU},"outlier":false}`, false)).toBe(`{"event_id":"$e","pdu":${REDACTED},"outlier":false}`);
  });

  test('of the notes of its server those that are known and flags stay', () => {
    const text = `{"depth":3,"internal_metadata":{"device_id":"D","x":["}"]},"is_state":false,"pdu":${PDU},"redacted_by":[],"state_group":7,"state_key":null}`;
    expect(textRedactor(roomVersion('11'))(text, false)).toBe(`{"depth":3,"is_state":false,"pdu":${REDACTED},"redacted_by":[],"state_key":null}`);
  });

  test.each([
    ['space', `{"pdu": ${PDU}}`], ['a mark', `{"erasure":{},"pdu":${PDU}}`], ['another room version', `{"room_version":"10","pdu":${PDU}}`], ['a flag and something else by one name', `{"seen":true,"seen":"D","pdu":${PDU}}`], ['a key twice', `{"event_id":"$e","event_id":"$f","pdu":${PDU}}`], ['an event twice', `{"pdu":${PDU},"pdu":${PDU}}`],
    ['an escape in a value', `{"pdu":${PDU.replace('@a', '@\\u0061')}}`], ['an escape in a key', `{"pdu":${PDU.replace('sender', 's\\u0065nder')}}`], ['an escape in a key that goes', `{"pdu":${PDU.replace('unsigned', 'unsi\\u0067ned')}}`],
    ['an event without content', `{"pdu":${PDU.replace('{"body":"hi"}', '{}')}}`], ['state', `{"pdu":${PDU.replace('"depth"', '"state_key":"","depth"')}}`], ['a type that keeps something', `{"pdu":${PDU.replace('m.room.message', 'm.room.member')}}`],
    ['a number with a fraction', `{"pdu":${PDU.replace(':3', ':3.0')}}`], ['a number beyond 2^53', `{"pdu":${PDU.replace(':3', ':9007199254740993')}}`], ['something after it', `{"pdu":${PDU}} `], ['no event', '{"event_id":"$e"}'], ['half a text', `{"pdu":${PDU}`],
    ['a list longer than any event', `{"pdu":${PDU.replace('"depth":3', `"prev_events":[${'"$a",'.repeat(5_000_000)}"$b"]`)}}`],
    ['a type that is no text', `{"pdu":${PDU.replace('"m.room.message"', '{"a":"b"}')}}`],
    ['more than one signature', `{"pdu":${PDU.replace('"depth":3', '"signatures":{"a":{"k":"s"},"b":{"k":"s"}}')}}`],
  ])('is left to others with %s', (_, text) => {
    expect(textRedactor(roomVersion('11'))(text, false)).toBeUndefined();
  });

  test('does for nearly all messages of recorded rooms', () => {
    const lines = recordedLines().flat().filter(({ event: { pdu, rules } }) => pdu.state_key === undefined && !isRedacted(pdu, rules.redaction));
    const cut = lines.filter(({ text, bare, event: { rules } }) => {
      const redacted = textRedactor(rules)(text, bare);
      expect(redacted).toBe(redacted && byReading(text, rules));
      return redacted !== undefined;
    });
    expect([cut.length, lines.length]).toEqual([489, 552]);
  });
});
