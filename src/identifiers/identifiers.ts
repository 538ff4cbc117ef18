/** `@localpart:server` @see https://spec.matrix.org/v1.19/appendices/#user-identifiers */
export type UserId = `@${string}:${string}`;
/** `!opaque:server`, or `!` and the create event's hash from room version 12. */
export type RoomId = `!${string}`;
/** `$opaque:server` in room versions 1 and 2, `$` and the reference hash from 3. */
export type EventId = `$${string}`;
/** `mxc://server/media` @see https://spec.matrix.org/v1.19/client-server-api/#matrix-content-mxc-uris */
export type MxcUri = `mxc://${string}/${string}`;
/** A hostname or IP address with an optional port. @see https://spec.matrix.org/v1.19/appendices/#server-name */
export type ServerName = string;

/** Identifiers may not be longer than this, sigil and server name included (bytes). */
export const MAX_IDENTIFIER_BYTES = 255;

// IPv6 in brackets, or the characters of a DNS name or IPv4 address; then an optional port.
const SERVER_NAME = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{1,255})(?::[0-9]{1,5})?$/;
const MXC = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/;

/**
 * Whether a text is a server name by the grammar of the appendices.
 * @see https://spec.matrix.org/v1.19/appendices/#server-name
 * @example isServerName('[1234:5678::abcd]:5678') // true
 */
export function isServerName(text: string): text is ServerName {
  return SERVER_NAME.test(text);
}

/**
 * The server name after the first colon, or `undefined` where there is none. Accepts every historical localpart,
 * as servers must: only the server name is checked.
 * @see https://spec.matrix.org/v1.19/appendices/#historical-user-ids
 * @example serverNameOf('@alice:example.org:8448') // 'example.org:8448'
 */
export function serverNameOf(id: string): ServerName | undefined {
  const colon = id.indexOf(':');
  if (colon < 0) return undefined;
  const server = id.slice(colon + 1);
  return isServerName(server) ? server : undefined;
}

/**
 * The user ID, or `undefined` if the text is none. Historical localparts (any characters but `:` and NUL) are accepted.
 * @example parseUserId('@alice:example.org') // '@alice:example.org'
 */
export function parseUserId(text: string): UserId | undefined {
  return isUserId(text) ? text : undefined;
}

/**
 * Whether a text is a user ID, historical ones included.
 * @see https://spec.matrix.org/v1.19/appendices/#user-identifiers
 * @example isUserId('@alice:example.org') // true
 */
export function isUserId(text: string): text is UserId {
  return text.startsWith('@') && fits(text) && !text.includes('\0') && serverNameOf(text) !== undefined;
}

/**
 * Whether a text can be a room ID of some room version.
 * @see https://spec.matrix.org/v1.19/appendices/#room-ids
 * @example isRoomId('!room:example.org') // true
 */
export function isRoomId(text: string): text is RoomId {
  return text.startsWith('!') && text.length > 1 && fits(text) && !text.includes('\0');
}

/**
 * Whether a text can be an event ID of some room version.
 * @see https://spec.matrix.org/v1.19/appendices/#event-ids
 * @example isEventId('$acR1l0raoZnm60CBwAVgqbZqoO_mYU81xysh1u7XcJk') // true
 */
export function isEventId(text: string): text is EventId {
  return text.startsWith('$') && text.length > 1 && fits(text) && !text.includes('\0');
}

/**
 * Whether a text is a URI of a file that is safe to look up: a server name and a media ID of letters, digits, `_` and `-`.
 * @see https://spec.matrix.org/v1.19/client-server-api/#matrix-content-mxc-uris
 * @example isMxcUri('mxc://127.0.0.1/../etc/passwd') // false
 */
export function isMxcUri(text: string): text is MxcUri {
  const match = MXC.exec(text);
  return match !== null && isServerName(match[1] ?? '');
}

/**
 * The same text, known to be a user ID.
 * @throws {InvalidIdentifierError} otherwise
 * @example assertUserId('alice') // throws InvalidIdentifierError
 */
export function assertUserId(text: string): asserts text is UserId {
  if (!isUserId(text)) throw new InvalidIdentifierError('user ID', '@localpart:server');
}

/** The number of bytes of a text in UTF-8: what the 255-byte limits count. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function fits(text: string): boolean {
  return text.length <= MAX_IDENTIFIER_BYTES && utf8Length(text) <= MAX_IDENTIFIER_BYTES;
}

/** A text is not the identifier that was asked for. The text itself is not repeated: it may be personal data. */
export class InvalidIdentifierError extends Error {
  override readonly name = 'InvalidIdentifierError';
  readonly kind: string;

  constructor(kind: string, form: string) {
    super(`not a ${kind}: expected the form ${form}, at most ${MAX_IDENTIFIER_BYTES} bytes`);
    this.kind = kind;
  }
}
