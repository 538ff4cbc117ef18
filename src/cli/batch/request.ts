import type { Pdu } from '../../event/pdu.ts';
import { parseJson } from '../../json/parse-json.ts';
import { isJsonObject, own, type JsonArray, type JsonObject, type JsonValue } from '../../json/value.ts';
import { roomVersion } from '../../rules/room-versions.ts';
import type { RoomVersionRules } from '../../rules/types.ts';

/** What an operation answers: `ok`, and what the protocol puts beside it. */
export type Answer = { readonly ok: JsonValue; readonly [beside: string]: JsonValue };

/** An operation of the batch protocol. What it throws becomes an `err` reply. */
export type Operation = (request: JsonObject) => Answer;

/** Operations by the name that requests give them. */
export type Operations = { readonly [op: string]: Operation };

/** A field that must be a text. @throws {RequestError} otherwise */
export function textField(request: JsonObject, field: string): string {
  const value = own(request, field);
  if (typeof value !== 'string') throw new RequestError(field, 'a string');
  return value;
}

/** A field that must be an object. @throws {RequestError} otherwise */
export function objectField(request: JsonObject, field: string): JsonObject {
  const value = own(request, field);
  if (!isJsonObject(value)) throw new RequestError(field, 'an object');
  return value;
}

/** A field that must be an array. @throws {RequestError} otherwise */
export function arrayField(request: JsonObject, field: string): JsonArray {
  const value = own(request, field);
  if (!Array.isArray(value)) throw new RequestError(field, 'an array');
  return value;
}

/** Whether a flag is set. @throws {RequestError} when it is there and no boolean */
export function flagField(request: JsonObject, field: string): boolean {
  const value = own(request, field) ?? false;
  if (typeof value !== 'boolean') throw new RequestError(field, 'true or false');
  return value;
}

/** The value of a field, or of the JSON text in the field beside it. @throws {RequestError} when neither is there */
export function jsonField(request: JsonObject, field: string, raw: string): JsonValue {
  if (Object.hasOwn(request, raw)) return parseJson(textField(request, raw));
  const value = own(request, field);
  if (value === undefined) throw new RequestError(field, `given, or "${raw}" in its place`);
  return value;
}

/** The object in `json`, or in the text `raw`. @throws {RequestError} when there is none */
export function jsonObject(request: JsonObject): JsonObject {
  const value = jsonField(request, 'json', 'raw');
  if (!isJsonObject(value)) throw new RequestError('json', 'an object');
  return value;
}

/**
 * The event in `event`, or in the text `eventRaw`; whether its fields are those of an event, the operation finds out.
 * @throws {RequestError} when it is no object
 * @throws {IllFormedTextError} when a text in it has no UTF-8 form: whoever received such an event could not read it
 */
export function eventField(request: JsonObject): Pdu & JsonObject {
  const value = jsonField(request, 'event', 'eventRaw');
  if (!isJsonObject(value)) throw new RequestError('event', 'an object');
  if (!isWellFormed(value)) throw new IllFormedTextError();
  return value as Pdu & JsonObject;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function isWellFormed(value: JsonValue): boolean {
  if (typeof value === 'string') return !LONE_SURROGATE.test(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isWellFormed);
  for (const [key, item] of Object.entries(value)) if (LONE_SURROGATE.test(key) || !isWellFormed(item)) return false;
  return true;
}

/** The rules of the room version that a request names. @throws {UnsupportedRoomVersionError} when it has no table here */
export function rulesField(request: JsonObject): RoomVersionRules {
  return roomVersion(textField(request, 'roomVersion'));
}

/** A request lacks a field, or has a wrong one. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly field: string;

  constructor(field: string, expected: string) {
    super(`"${field}" must be ${expected}`);
    this.field = field;
  }
}

/** An event holds half of a surrogate pair, which UTF-8 cannot express. */
export class IllFormedTextError extends Error {
  override readonly name = 'IllFormedTextError';

  constructor() {
    super('the event holds an unpaired surrogate, which UTF-8 cannot express');
  }
}
