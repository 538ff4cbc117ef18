import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { roomVersion, roomVersionIds } from '../rules/room-versions.ts';
import type { EventFormatRules, RoomVersionRules } from '../rules/types.ts';
import type { JsonValue } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import { arbitraryJsonKey, arbitraryJsonObject, arbitraryJsonValue, arbitraryText, entriesOf, type JsonEntry } from './json-arbitraries.ts';
import { arbitraryTypedContent, type TypedContent } from './pdu-content.ts';

/** What the events are like. */
export type PduOptions = {
  readonly rules: RoomVersionRules;
  /** The server of every sender (default `example.org`), so that one key signs them all. */
  readonly server?: string;
};

const MAX_FIELDS = 16;
const HASH = /^[A-Za-z0-9_-]{43}$/;

/**
 * Events that can be redacted and hashed in a room version, and that may be malformed in every other way: any type, any keys in
 * any order, protected ones and hostile ones, with values of the right or any other kind.
 * @example fc.sample(arbitraryPdu({ rules: roomVersion('11') }), 3).every((event) => Object.hasOwn(event, 'content')) // true
 */
export function arbitraryPdu({ rules, server = 'example.org' }: PduOptions): Arbitrary<Pdu> {
  const field = fc.oneof(
    { arbitrary: fc.oneof(...Object.entries(fieldsOf(rules.format, server)).map(namedEntry)), weight: 4 },
    { arbitrary: fc.tuple(fc.constantFrom(...topLevelKeys(rules)), arbitraryJsonValue(rules.format)), weight: 1 },
    { arbitrary: fc.tuple(arbitraryJsonKey().filter(isFree), arbitraryJsonValue(rules.format)), weight: 1 },
  );
  const typed = arbitraryTypedContent(rules.redaction, rules.format);
  return fc.tuple(entriesOf(field, MAX_FIELDS), typed, fc.nat(), fc.nat()).map(([entries, { type, content }, first, second]) => {
    const withType = inserted(entries, ['type', type], first);
    return asPdu(inserted(withType, ['content', content], second));
  });
}

/**
 * Events that have the format of their room version, `checkFormat` finds nothing in them. What their content means is left open.
 * @example fc.sample(arbitraryWellFormedPdu({ rules: roomVersion('11') }), 3).flatMap((event) => checkFormat(event, roomVersion('11').format)) // []
 */
export function arbitraryWellFormedPdu({ rules, server = 'example.org' }: PduOptions): Arbitrary<Pdu> {
  const fields = fc.record(fieldsOf(rules.format, server), { requiredKeys: [...REQUIRED_FIELDS] });
  const extra = entriesOf(fc.tuple(arbitraryJsonKey().filter(isFree), arbitraryJsonValue(rules.format)), 3);
  const typed = arbitraryTypedContent(rules.redaction, rules.format);
  return fc.tuple(fields, typed, extra).map(([known, event, more]) => asPdu([...allowedFields(known, event, rules.format), ...more]));
}

const REQUIRED_FIELDS = ['auth_events', 'depth', 'event_id', 'hashes', 'origin_server_ts', 'prev_events', 'room_id', 'sender', 'signatures'] as const;

type Fields = { readonly [field: string]: Arbitrary<JsonValue> };

/** Every field that the specification has for events of any version, but for `type` and `content`. */
function fieldsOf(format: EventFormatRules, server: string) {
  const reference = referenceOf(format);
  return {
    auth_events: fc.array(reference, { maxLength: 3 }),
    depth: depthOf(format),
    event_id: fc.string({ unit: fc.constantFrom('a', 'Z', '0'), minLength: 1, maxLength: 4 }).map((id) => `$${id}:${server}`),
    hashes: fc.record({ sha256: arbitraryText() }),
    origin_server_ts: fc.nat(2_000_000_000_000),
    prev_events: fc.array(reference, { maxLength: 3 }),
    redacts: eventHash(),
    room_id: format.roomId === 'create' ? eventHash().map((id) => `!${id.slice(1)}`) : fc.constant(`!room:${server}`),
    sender: fc.constantFrom('a', 'bob', '').map((name) => `@${name}:${server}`),
    signatures: fc.constantFrom({}, { [server]: { 'ed25519:old': 'c2lnbmF0dXJl' } }),
    state_key: fc.oneof(fc.constantFrom('', `@a:${server}`), arbitraryText()),
    unsigned: arbitraryJsonObject(format),
  } satisfies Fields;
}

/** Every key that some version protects, and those that look it. */
function topLevelKeys({ redaction }: RoomVersionRules): readonly string[] {
  const tables = [redaction, ...roomVersionIds.map((id) => roomVersion(id).redaction)];
  const keys = new Set([...tables.flatMap(({ event }) => Object.keys(event)), 'redacts', 'unsigned', 'age_ts', 'outlier', 'destinations']);
  return [...keys].filter(isFree);
}

function referenceOf({ references }: EventFormatRules): Arbitrary<JsonValue> {
  return references === 'ids' ? eventHash() : fc.tuple(eventHash(), fc.constant({ sha256: 'aGFzaA' }));
}

function eventHash(): Arbitrary<string> {
  return fc.oneof(fc.constant('A'.repeat(43)), fc.stringMatching(HASH)).map((hash) => `$${hash}`);
}

function depthOf({ maxDepth }: EventFormatRules): Arbitrary<number | bigint> {
  const largest = maxDepth > BigInt(Number.MAX_SAFE_INTEGER) ? maxDepth : Number(maxDepth);
  return fc.oneof({ arbitrary: fc.nat(100), weight: 3 }, { arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, largest), weight: 1 });
}

/** Events name themselves in versions 1 and 2 only, and from version 12 a create event does not name its room. */
function allowedFields(fields: { readonly [field: string]: JsonValue }, { type, content }: TypedContent, format: EventFormatRules): readonly JsonEntry[] {
  const isRoom = format.roomId === 'create' && type === 'm.room.create';
  const entries = Object.entries({ ...fields, type, content });
  return entries.filter(([key]) => (key === 'event_id' ? format.eventId === 'opaque' : key !== 'room_id' || !isRoom));
}

function namedEntry([key, value]: readonly [string, Arbitrary<JsonValue>]): Arbitrary<JsonEntry> {
  return fc.tuple(fc.constant(key), value);
}

function inserted(entries: readonly JsonEntry[], entry: JsonEntry, at: number): readonly JsonEntry[] {
  return entries.toSpliced(at % (entries.length + 1), 0, entry);
}

function isFree(key: string): boolean {
  return key !== 'type' && key !== 'content';
}

function asPdu(entries: readonly JsonEntry[]): Pdu {
  // Hostile on purpose: beyond `type` and `content` nothing of what the type says is sure.
  return Object.fromEntries(entries) as Pdu;
}
