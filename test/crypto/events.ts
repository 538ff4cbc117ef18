import * as fc from 'fast-check';
import type { Pdu } from '../../src/event/pdu.ts';
import type { JsonValue } from '../../src/json/value.ts';

const HOSTILE = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', '10', '9', '', '\u{1f600}', '\uff5e'];
const TOP_LEVEL = [
  'auth_events', 'depth', 'event_id', 'hashes', 'membership', 'origin', 'origin_server_ts', 'prev_events', 'prev_state', 'redacts',
  'room_id', 'sender', 'signatures', 'state_key', 'unsigned', 'age_ts',
];
const TYPES = ['m.room.message', 'm.room.member', 'm.room.create', 'm.room.power_levels', 'constructor', '__proto__', ''];
const text = fc.string({ unit: 'binary' });
const key = fc.oneof(text, fc.constantFrom(...HOSTILE));

/** JSON values that every room version allows, with the keys that break careless code. */
const values = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger().map((each) => each + 0), text),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

const contents = fc.dictionary(fc.oneof(key, fc.constantFrom('membership', 'users', 'third_party_invite', 'creator')), values, {
  maxKeys: 6, noNullPrototype: true,
});

/** Events of any shape that still can be redacted. */
export const arbitraryEvent: fc.Arbitrary<Pdu> = fc
  .tuple(fc.dictionary(fc.oneof(key, fc.constantFrom(...TOP_LEVEL)), values, { maxKeys: 12, noNullPrototype: true }), fc.constantFrom(...TYPES), contents)
  .map(([rest, type, content]) => Object.assign(rest, { type, content }));

/** Freezes a value at every depth, so that a write to it throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
