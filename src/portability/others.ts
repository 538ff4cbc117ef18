import { aboutReasons, subjectNames } from '../erasure/about.ts';
import type { AboutReason } from '../erasure/plan.ts';
import { clientEventOf, type ClientEvent } from '../erasure/pseudonyms/client-event.ts';
import { createPseudonymiser } from '../erasure/pseudonyms/pseudonymise.ts';
import { PSEUDONYM_SERVER } from '../erasure/pseudonyms/pseudonym-map.ts';
import { isState } from '../event/pdu.ts';
import { isUserId, type UserId } from '../identifiers/identifiers.ts';
import { isJsonObject, own, type JsonValue } from '../json/value.ts';
import type { RoomEvent } from '../room/resolve-record.ts';

/** An event of somebody else that concerns the person, without what it says. */
export type EventReference = {
  readonly room_id: string;
  readonly event_id: string;
  readonly type: string;
  readonly origin_server_ts?: number;
  /** Who sent it, under a pseudonym. */
  readonly sender: string;
  readonly reasons: readonly AboutReason[];
  /** What a membership that somebody gave the person says: `invite`, `ban`, `leave`, … */
  readonly membership?: string;
};

/** Finds the events of others that concern the subjects. */
export type ReferenceFinder = (event: RoomEvent) => EventReference | undefined;

/** A finder of memberships that others gave the subjects; with `about`, of everything that names them. */
export function createReferenceFinder(subjects: readonly UserId[], about: boolean): ReferenceFinder {
  const names = subjectNames(subjects);
  return (event) => {
    const { type, state_key: stateKey, content } = event.pdu;
    const isMembership = type === 'm.room.member' && names.ids.has(stateKey ?? '');
    const reasons = about || isMembership ? aboutReasons(event.pdu, names) : [];
    if (reasons.length === 0) return undefined;
    const membership = isMembership ? own(content, 'membership') : undefined;
    const { origin_server_ts: sent, sender = '' } = event.pdu;
    return {
      room_id: event.roomId, event_id: event.eventId, type, ...(typeof sent === 'number' ? { origin_server_ts: sent } : {}), sender, reasons,
      ...(typeof membership === 'string' && MEMBERSHIPS.has(membership) ? { membership } : {}),
    };
  };
}

/** Any other text in that place would be somebody's text. */
const MEMBERSHIPS: ReadonlySet<string> = new Set(['invite', 'join', 'knock', 'leave', 'ban']);

/** A message of somebody else as clients get it, without what its server adds; `undefined` for what is no message, or was redacted, or was not accepted. */
export function contextEventOf(event: RoomEvent): ClientEvent | undefined {
  const { pdu, rejected, softFailed } = event;
  if (isState(pdu) || pdu.type === 'm.room.redaction' || rejected || softFailed || event.redactedBy.length > 0) return undefined;
  const { unsigned: _, ...sent } = clientEventOf(pdu, event);
  return sent;
}

/** The pseudonyms of one room: everybody but the subjects is a number, in order of appearance. No key leads back, and other rooms have other numbers. */
export type RoomPseudonyms = {
  readonly nameOf: (user: string) => UserId;
  /** The event with every user ID in it replaced that is none of the subjects'. */
  readonly rewrite: (event: ClientEvent) => ClientEvent;
};

/** Numbers the people of a room. */
export function createRoomPseudonyms(subjects: readonly string[]): RoomPseudonyms {
  const numbers = new Map<string, number>();
  const nameOf = (user: string): UserId => {
    const number = numbers.get(user) ?? numbers.size + 1;
    numbers.set(user, number);
    return `@person-${number}:${PSEUDONYM_SERVER}`;
  };
  return {
    nameOf,
    rewrite: (event) => {
      const others = [...new Set([event.sender, ...usersIn(event.content)])].filter((user) => !subjects.includes(user));
      const named = others.filter((user): user is UserId => isUserId(user));
      const roomId = event.room_id ?? '';
      const renamed = createPseudonymiser({ subjects: named, rooms: Object.fromEntries([[roomId, named.map(nameOf)]]) })(event);
      return subjects.includes(event.sender) ? renamed : { ...renamed, sender: nameOf(event.sender) };
    },
  };
}

// As they are, in `matrix:` links, and with the sigil and the colon percent-encoded.
const USER = /(?:@|%40|matrix:u\/)([^\s:@"'<>]{1,250}?)(?::|%3a)((?:\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z](?:[0-9A-Za-z-]|\.(?=[0-9A-Za-z]))*)(?::[0-9]{1,5}|%3a[0-9]{1,5})?)/gi;

/** Every user ID that a value names, in keys too. Walks with a list: content may be nested deeply. */
function* usersIn(content: JsonValue): Generator<string> {
  const rest: JsonValue[] = [content];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (typeof value === 'string') yield* usersInText(value);
    else if (Array.isArray(value)) for (const item of value) rest.push(item);
    else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) rest.push(key, item);
  }
}

function* usersInText(text: string): Generator<string> {
  // Old IDs have characters at which a text in which they stand could not be told from them.
  if (isUserId(text)) yield text;
  for (const [, localpart = '', server = ''] of text.matchAll(USER)) {
    const user = `@${decoded(localpart)}:${decoded(server)}`;
    if (isUserId(user)) yield user;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
