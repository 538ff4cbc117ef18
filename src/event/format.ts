import { isJsonObject, type JsonValue } from '../json/value.ts';
import { isEventId, isRoomId, isUserId, utf8Length } from '../identifiers/identifiers.ts';
import type { EventFormatRules } from '../rules/types.ts';
import type { Pdu } from './pdu.ts';

/** A PDU may not be larger than this as Canonical JSON, signatures included (bytes). */
export const MAX_EVENT_BYTES = 65_536;
const MAX_KEY_LENGTH = 255;
const MAX_AUTH_EVENTS = 10;
const MAX_PREV_EVENTS = 20;

/** What can be wrong with a field. */
export type FormatProblemKind = 'missing' | 'wrong-type' | 'malformed' | 'out-of-range' | 'too-long' | 'too-many' | 'not-allowed';

/** One thing that keeps an event from being a PDU of its room version. */
export type FormatProblem = { readonly field: string; readonly kind: FormatProblemKind; readonly expected: string };

type Check = (value: JsonValue, rules: EventFormatRules) => FormatProblemKind | undefined;
type FieldRule = { readonly expected: string; readonly required: (event: Pdu, rules: EventFormatRules) => boolean; readonly check: Check };

const always = (): boolean => true;
const never = (): boolean => false;
const isString = (value: JsonValue): value is string => typeof value === 'string';
const when = (right: boolean, otherwise: FormatProblemKind = 'wrong-type'): FormatProblemKind | undefined => (right ? undefined : otherwise);

/** The fields of a PDU in the order of the specification. @see https://spec.matrix.org/v1.19/rooms/v12/#event-format-1 */
const FIELDS: { readonly [field: string]: FieldRule } = {
  auth_events: { expected: `at most ${MAX_AUTH_EVENTS} event references`, required: always, check: references(MAX_AUTH_EVENTS) },
  content: { expected: 'an object', required: always, check: (value) => when(isJsonObject(value)) },
  depth: { expected: 'an integer from 0 to the largest depth of the room version', required: always, check: checkDepth },
  event_id: { expected: 'an event ID, in room versions 1 and 2 only', required: (_, rules) => rules.eventId === 'opaque', check: checkEventId },
  hashes: { expected: 'an object', required: always, check: (value) => when(isJsonObject(value)) },
  origin_server_ts: { expected: 'an integer (ms)', required: always, check: (value) => when(typeof value === 'number' && Number.isSafeInteger(value)) },
  prev_events: { expected: `at most ${MAX_PREV_EVENTS} event references`, required: always, check: references(MAX_PREV_EVENTS) },
  room_id: { expected: 'a room ID', required: (event, rules) => !createsRoomId(event, rules), check: identifier(isRoomId) },
  sender: { expected: 'a user ID', required: always, check: identifier(isUserId) },
  signatures: { expected: 'an object', required: always, check: (value) => when(isJsonObject(value)) },
  state_key: { expected: 'a string of at most 255 bytes', required: never, check: shortText },
  type: { expected: 'a string of at most 255 bytes', required: always, check: shortText },
  unsigned: { expected: 'an object', required: never, check: (value) => when(isJsonObject(value)) },
};

/**
 * Everything about the shape of an event that its room version forbids, nothing when it is a PDU. Signatures, hashes and size are not looked at.
 * @see https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu
 * @example checkFormat({ type: 'm.room.message', content: {} }, roomVersion('10').format).map((problem) => problem.field)[0] // 'auth_events'
 */
export function checkFormat(event: Pdu, rules: EventFormatRules): readonly FormatProblem[] {
  return Object.entries(FIELDS).flatMap(([field, rule]) => {
    const kind = checkField(event, field, rules);
    return kind === undefined ? [] : [{ field, kind, expected: rule.expected }];
  });
}

function checkField(event: Pdu, field: string, rules: EventFormatRules): FormatProblemKind | undefined {
  const rule = FIELDS[field];
  if (rule === undefined) return undefined;
  const value = Object.hasOwn(event, field) ? event[field] : undefined;
  if (value === undefined) return rule.required(event, rules) ? 'missing' : undefined;
  if (field === 'room_id' && createsRoomId(event, rules)) return 'not-allowed';
  return rule.check(value, rules);
}

/**
 * Throws unless the event has the shape of a PDU of its room version.
 * @throws {EventFormatError} naming the fields, never their values
 * @example assertFormat({ type: 'm.room.message', content: {} }, roomVersion('10').format) // throws EventFormatError
 */
export function assertFormat(event: Pdu, rules: EventFormatRules): void {
  const problems = checkFormat(event, rules);
  if (problems.length > 0) throw new EventFormatError(problems);
}

/**
 * Throws if an event is over 65,536 bytes.
 * @param canonicalJson the event with its signatures, as Canonical JSON
 * @throws {EventTooLargeError}
 * @see https://spec.matrix.org/v1.19/client-server-api/#size-limits
 * @example assertSize(encodeCanonicalJson({ body: 'a'.repeat(65_536) })) // throws EventTooLargeError
 */
export function assertSize(canonicalJson: string): void {
  const bytes = utf8Length(canonicalJson);
  if (bytes > MAX_EVENT_BYTES) throw new EventTooLargeError(bytes);
}

/** From version 12 the room ID is the create event's own hash, so that this event cannot contain it. */
function createsRoomId(event: Pdu, rules: EventFormatRules): boolean {
  return rules.roomId === 'create' && event.type === 'm.room.create';
}

function references(most: number): Check {
  return (value, rules) => {
    if (!Array.isArray(value)) return 'wrong-type';
    if (value.length > most) return 'too-many';
    const isReference = rules.references === 'pairs' ? isPair : isId;
    return when(value.every(isReference), 'malformed');
  };
}

function isId(value: JsonValue): boolean {
  return isString(value) && isEventId(value);
}

function isPair(value: JsonValue): boolean {
  return Array.isArray(value) && value.length === 2 && isId(value[0] ?? null) && isJsonObject(value[1]);
}

function checkDepth(value: JsonValue, rules: EventFormatRules): FormatProblemKind | undefined {
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) return 'wrong-type';
  return when(value >= 0 && BigInt(value) <= rules.maxDepth, 'out-of-range');
}

function checkEventId(value: JsonValue, rules: EventFormatRules): FormatProblemKind | undefined {
  if (rules.eventId !== 'opaque') return 'not-allowed';
  return identifier(isEventId)(value, rules);
}

function identifier(isValid: (text: string) => boolean): Check {
  return (value, rules) => shortText(value, rules) ?? when(isString(value) && isValid(value), 'malformed');
}

/** Before version 11 servers refused only what is over 255 code points, and kept longer byte sequences as rejected events. */
function shortText(value: JsonValue, rules: EventFormatRules): FormatProblemKind | undefined {
  if (!isString(value)) return 'wrong-type';
  const length = rules.byteLimits ? utf8Length(value) : [...value].length;
  return when(length <= MAX_KEY_LENGTH, 'too-long');
}

/** An event that no server accepts in this room version: drop it. */
export class EventFormatError extends Error {
  override readonly name = 'EventFormatError';
  readonly problems: readonly FormatProblem[];

  constructor(problems: readonly FormatProblem[]) {
    super(`not an event of this room version: ${problems.map(({ field, kind, expected }) => `"${field}" is ${kind}, expected ${expected}`).join('; ')}`);
    this.problems = problems;
  }
}

/** An event over the size limit: servers drop it. */
export class EventTooLargeError extends Error {
  override readonly name = 'EventTooLargeError';
  readonly bytes: number;

  constructor(bytes: number) {
    super(`the event has ${bytes} bytes as Canonical JSON; the limit is ${MAX_EVENT_BYTES}`);
    this.bytes = bytes;
  }
}
