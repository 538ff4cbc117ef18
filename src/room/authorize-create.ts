import { own } from '../json/value.ts';
import type { JsonValue } from '../json/value.ts';
import { referencedIds } from '../event/pdu.ts';
import type { Pdu } from '../event/pdu.ts';
import { isUserId } from '../identifiers/identifiers.ts';
import { roomVersionIds } from '../rules/room-versions.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { domainOf } from './auth-context.ts';
import { ALLOWED, refuse } from './verdict.ts';
import type { AuthVerdict } from './verdict.ts';

/** Rule 1: whether a room may begin with this `m.room.create` event. @see https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules */
export function authorizeCreate(event: Pdu, rules: RoomVersionRules): AuthVerdict {
  // Nothing comes before it.
  if (referencedIds(event.prev_events).length > 0) {
    return refuse('create-has-previous-events', 'a create event has no previous events');
  }
  const roomId = checkRoomId(event, rules);
  if (!roomId.allowed) return roomId;

  // The room version, if it is named, is a recognised one.
  if (!isRecognised(own(event.content, 'room_version'), rules)) {
    return refuse('create-room-version', 'content.room_version names no room version that is known here');
  }
  // From version 12: additional creators, if there are any, are a list of user IDs.
  if (rules.authorization.privilegedCreators && !areUserIds(own(event.content, 'additional_creators'))) {
    return refuse('create-additional-creators', 'content.additional_creators is not a list of user IDs');
  }
  // Up to version 10: it names the creator.
  if (rules.authorization.creatorInContent && !Object.hasOwn(event.content, 'creator')) {
    return refuse('create-creator', 'content.creator is missing');
  }
  return ALLOWED;
}

function checkRoomId(event: Pdu, rules: RoomVersionRules): AuthVerdict {
  // From version 12: it has no room ID, for the room's is made from its own.
  if (rules.authorization.createFromRoomId) {
    return event.room_id === undefined ? ALLOWED : refuse('create-has-room-id', 'a create event of this room version has no room_id');
  }
  // Before that: the room ID and the sender are of one domain.
  const domain = domainOf(event.room_id);
  return domain !== undefined && domain === domainOf(event.sender)
    ? ALLOWED
    : refuse('create-room-id-domain', 'the room ID and the sender have different domains');
}

function isRecognised(version: JsonValue | undefined, rules: RoomVersionRules): boolean {
  return version === undefined || version === rules.id || (typeof version === 'string' && roomVersionIds.includes(version));
}

function areUserIds(value: JsonValue | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.every((user: JsonValue) => typeof user === 'string' && isUserId(user)));
}
