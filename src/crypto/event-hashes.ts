import { sha256Base64, sha256Base64Url } from '#crypto-backend';
import { isJsonObject, own } from '../json/value.ts';
import { isEventId, isRoomId, type EventId, type RoomId } from '../identifiers/identifiers.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { Pdu } from '../event/pdu.ts';
import { readBase64 } from './base64.ts';
import { contentText, signedText } from './hashed-form.ts';

/**
 * The hash of the whole event, which tells whether it has been redacted or tampered with. Only `unsigned`, `signatures` and
 * `hashes` are left out.
 * @throws {CanonicalJsonError} when the event has no canonical form in this room version
 * @see https://spec.matrix.org/v1.19/server-server-api/#calculating-the-content-hash-for-an-event
 * @example contentHash({ type: 'm.room.message', content: {} }, roomVersion('12')) // 'VlPE2QOPW72PmA2x6X9nb4hkh7RV2pd8YNvjEXCb9E4'
 */
export function contentHash(event: Pdu, rules: RoomVersionRules): string {
  return sha256Base64(contentText(event, rules));
}

/** Whether an event still is what its `hashes` say. A redacted event is not: `mismatch` alone is no sign of malice. */
export type ContentHashState = 'match' | 'mismatch' | 'missing';

/**
 * Compares an event with its own content hash; `missing` where `hashes.sha256` is no string.
 * @throws {CanonicalJsonError} when the event has no canonical form in this room version
 * @example checkContentHash({ type: 'm.room.message', content: {}, hashes: {} }, roomVersion('12')) // 'missing'
 */
export function checkContentHash(event: Pdu, rules: RoomVersionRules): ContentHashState {
  const hashes = own(event, 'hashes');
  const claimed = isJsonObject(hashes) ? own(hashes, 'sha256') : undefined;
  if (typeof claimed !== 'string') return 'missing';
  const actual = contentHash(event, rules);
  return claimed === actual || isSameHash(claimed, actual) ? 'match' : 'mismatch';
}

/**
 * A copy of the event with its content hash. Hashes by other algorithms are kept. Add it before the first signature.
 * @throws {CanonicalJsonError} when the event has no canonical form in this room version
 * @see https://spec.matrix.org/v1.19/server-server-api/#adding-hashes-and-signatures-to-outgoing-events
 * @example addContentHash({ type: 'm.room.message', content: {} }, roomVersion('12')).hashes // { sha256: 'VlPE2QOPW72PmA2x6X9nb4hkh7RV2pd8YNvjEXCb9E4' }
 */
export function addContentHash(event: Pdu, rules: RoomVersionRules): Pdu {
  const hashes = own(event, 'hashes');
  return { ...event, hashes: { ...(isJsonObject(hashes) ? hashes : {}), sha256: contentHash(event, rules) } };
}

/**
 * The hash of the redacted event, which its ID is made of: the same before and after a redaction.
 * @throws {UnredactableEventError} when `type` is no string or `content` no object
 * @throws {CanonicalJsonError} when the redacted event has no canonical form in this room version
 * @see https://spec.matrix.org/v1.19/server-server-api/#calculating-the-reference-hash-for-an-event
 * @example referenceHash({ type: 'm.room.message', content: {} }, roomVersion('12')) // 'VlPE2QOPW72PmA2x6X9nb4hkh7RV2pd8YNvjEXCb9E4'
 */
export function referenceHash(event: Pdu, rules: RoomVersionRules): string {
  return sha256Base64(signedText(event, rules));
}

/**
 * The event's ID: its own `event_id` in room versions 1 and 2, from then on the reference hash.
 * @throws {MissingIdError} when the room version wants an `event_id` and the event has none
 * @throws {UnredactableEventError} when `type` is no string or `content` no object
 * @throws {CanonicalJsonError} when the redacted event has no canonical form in this room version
 * @see https://spec.matrix.org/v1.19/rooms/v4/#event-ids
 * @example eventId({ type: 'm.room.message', content: {} }, roomVersion('12')) // '$VlPE2QOPW72PmA2x6X9nb4hkh7RV2pd8YNvjEXCb9E4'
 */
export function eventId(event: Pdu, rules: RoomVersionRules): EventId {
  switch (rules.format.eventId) {
    case 'opaque':
      return ownEventId(event, rules);
    case 'base64':
      return `$${sha256Base64(signedText(event, rules))}`;
    case 'base64url':
      return `$${sha256Base64Url(signedText(event, rules))}`;
    default:
      return rules.format.eventId satisfies never;
  }
}

/**
 * The ID of the room that a create event makes: the event's own ID from version 12, before that its `room_id`.
 * @throws {MissingIdError} when the room version wants a `room_id` and the event has none
 * @throws {UnredactableEventError} when `type` is no string or `content` no object
 * @throws {CanonicalJsonError} when the redacted event has no canonical form in this room version
 * @see https://spec.matrix.org/v1.19/rooms/v12/#room-ids
 * @example roomIdFromCreate({ type: 'm.room.create', content: {}, state_key: '' }, roomVersion('12')).length // 44
 */
export function roomIdFromCreate(event: Pdu, rules: RoomVersionRules): RoomId {
  if (rules.format.roomId === 'create') return `!${eventId(event, rules).slice(1)}`;
  const id = own(event, 'room_id');
  if (typeof id !== 'string' || !isRoomId(id)) throw new MissingIdError('room_id', rules.id);
  return id;
}

function ownEventId(event: Pdu, rules: RoomVersionRules): EventId {
  const id = own(event, 'event_id');
  if (typeof id !== 'string' || !isEventId(id)) throw new MissingIdError('event_id', rules.id);
  return id;
}

// Padding and unused bits may be written in more than one way: what counts are the bytes.
function isSameHash(claimed: string, actual: string): boolean {
  const [left, right] = [readBase64(claimed), readBase64(actual)];
  return left !== undefined && right !== undefined && left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** An event of a room version whose events name themselves, or their room, does not: complete the event, or check the version. */
export class MissingIdError extends Error {
  override readonly name = 'MissingIdError';
  readonly field: 'event_id' | 'room_id';
  readonly roomVersion: string;

  constructor(field: 'event_id' | 'room_id', version: string) {
    super(`an event of room version ${version} must have a valid "${field}": complete the event, or check the room version`);
    this.field = field;
    this.roomVersion = version;
  }
}
