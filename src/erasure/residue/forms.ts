import { isRoomId, isServerName, isUserId } from '../../identifiers/identifiers.ts';

/** Values that tell nothing but what the protocol needs, by the form that makes them so. */
export type FormName =
  | 'id' | 'eventId' | 'number' | 'flag' | 'type' | 'server' | 'serverPattern' | 'key' | 'base64' | 'token' | 'roomVersion' | 'membership' | 'joinRule'
  | 'visibility' | 'algorithm' | 'stateKey';

/** What a value of an event has to look like to be no free text: a form, an object of known keys, a map, or a list. */
export type Form =
  | FormName
  | { readonly fields: { readonly [key: string]: Form } }
  | { readonly keys: FormName; readonly values: Form }
  | { readonly items: Form };

const oneOf = (...words: readonly string[]) => (value: unknown): boolean => typeof value === 'string' && words.includes(value);
const matches = (pattern: RegExp) => (value: unknown): boolean => typeof value === 'string' && pattern.test(value);

const EVENT_ID = /^\$(?:[A-Za-z0-9_+/-]{43}|[^\s:]{1,64}:[^\s]+)$/;
const NAMESPACED = /^(?:m|[a-z][a-z0-9-]*(?:\.[a-z0-9_-]+)+)\.[A-Za-z0-9._-]+$/;
const SERVER_PATTERN = /^[0-9A-Za-z.*?:[\]-]{1,255}$/;

const isId = (value: unknown): boolean => typeof value === 'string' && !/\s/.test(value) && (isUserId(value) || EVENT_ID.test(value) || isOpaqueRoomId(value));

/** The tests behind the names. Identifiers, numbers and words of the specification are no free text; whatever is none of these is. */
export const FORMS: Readonly<Record<FormName, (value: unknown) => boolean>> = {
  id: isId,
  eventId: matches(EVENT_ID),
  number: (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint' || matches(/^\s*-?\d{1,10}\s*$/)(value),
  flag: (value: unknown): boolean => typeof value === 'boolean',
  type: matches(NAMESPACED),
  server: (value: unknown): boolean => typeof value === 'string' && isServerName(value),
  serverPattern: matches(SERVER_PATTERN),
  key: matches(/^[a-z0-9]+:[A-Za-z0-9._:-]{1,40}$/),
  base64: matches(/^[A-Za-z0-9+/_-]{10,}={0,2}$/),
  token: matches(/^[A-Za-z0-9._~+/=-]{8,255}$/),
  roomVersion: matches(/^[a-z0-9.-]{1,32}$/),
  membership: oneOf('join', 'invite', 'knock', 'leave', 'ban'),
  joinRule: oneOf('public', 'invite', 'knock', 'restricted', 'knock_restricted', 'private'),
  visibility: oneOf('shared', 'invited', 'joined', 'world_readable'),
  algorithm: oneOf('m.megolm.v1.aes-sha2', 'm.olm.v1.curve25519-aes-sha2'),
  stateKey: (value: unknown): boolean => value === '' || isId(value) || (typeof value === 'string' && (isServerName(value) || NAMESPACED.test(value))),
};

// `!` and something, be it with a server name or the 43 characters of a hash: not any text that begins with an exclamation mark.
function isOpaqueRoomId(text: string): boolean {
  return isRoomId(text) && (/^![A-Za-z0-9_-]{43}$/.test(text) || /^![^\s:]{1,64}:\S+$/.test(text));
}
