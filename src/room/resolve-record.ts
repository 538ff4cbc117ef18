import { checkContentHash, eventId } from '../crypto/event-hashes.ts';
import { CanonicalJsonError } from '../json/canonical-json.ts';
import { redactionsOf, type EventRecord } from '../event/record.ts';
import { referencedIds, type Pdu } from '../event/pdu.ts';
import { roomVersion } from '../rules/room-versions.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** An event of a known room, version and ID: what every decision starts from. */
export type RoomEvent = {
  readonly pdu: Pdu;
  readonly eventId: string;
  readonly roomId: string;
  readonly rules: RoomVersionRules;
  /** Place in the server's own order, where it is known. */
  readonly streamOrdering?: number;
  /** When the server received it (ms), where it is known. */
  readonly receivedTs?: number;
  readonly rejected: boolean;
  readonly softFailed: boolean;
  readonly outlier: boolean;
  readonly redactedBy: readonly string[];
};

/** Room versions by room ID, learned from create events. */
export type RoomVersions = ReadonlyMap<string, string>;

/** What is known of rooms before their records are read. */
export type ResolveOptions = {
  /** The version of rooms that do not say it themselves. */
  readonly roomVersion?: string;
  /** Versions learned elsewhere, for events that come before their create event. */
  readonly known?: RoomVersions;
};

/** Adds to records what they leave out: room version, room ID and event ID. */
export type RecordResolver = {
  readonly resolve: (record: EventRecord) => RoomEvent;
  /** Whether the room version of this record is known by now. */
  readonly knows: (record: EventRecord) => boolean;
};

/**
 * A resolver for the records of one input, which learns room versions from the create events that pass through it.
 * Its `resolve` throws {@link MissingRoomVersionError}, {@link LostRoomVersionError} or {@link UnsupportedRoomVersionError}.
 * @see https://spec.matrix.org/v1.19/client-server-api/#mroomcreate
 * @example createRecordResolver().knows({ pdu: { type: 'm.room.message', content: {}, room_id: '!r:b' } }) // false
 */
export function createRecordResolver(options: ResolveOptions = {}): RecordResolver {
  const learned = new Map(options.known);
  const versionOf = (record: EventRecord): string | undefined =>
    record.room_version ?? learned.get(roomIdGiven(record) ?? '') ?? createdVersion(record.pdu) ?? options.roomVersion;
  const resolve = (record: EventRecord): RoomEvent => {
    const version = versionOf(record);
    if (version === undefined) throw createsRoom(record.pdu) ? new LostRoomVersionError() : new MissingRoomVersionError();
    const rules = roomVersion(version);
    const id = record.event_id ?? eventId(record.pdu, rules);
    const roomId = roomIdGiven(record) ?? roomIdFrom(record.pdu, id);
    if (createsRoom(record.pdu)) learned.set(roomId, version);
    return roomEvent(record, { rules, eventId: id, roomId });
  };
  return { resolve, knows: (record) => versionOf(record) !== undefined };
}

/**
 * Anybody can send an event of that type; the one that creates a room has no events before it.
 * @see https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules
 */
function createsRoom({ type, state_key: stateKey = '', prev_events: parents }: Pdu): boolean {
  return type === 'm.room.create' && stateKey === '' && referencedIds(parents).length === 0;
}

/** The version that a create event states; none that is supported when that is no text. `undefined` for other events, and where it was lost. */
function createdVersion(pdu: Pdu): string | undefined {
  if (!createsRoom(pdu)) return undefined;
  if (!Object.hasOwn(pdu.content, 'room_version')) return isAsCreated(pdu) ? '1' : undefined;
  const stated = pdu.content['room_version'];
  return typeof stated === 'string' ? stated : '';
}

/** A redacted create event of versions 1 to 10 has lost its version, and "absent means 1" would be a wrong guess. */
function isAsCreated(pdu: Pdu): boolean {
  try {
    return checkContentHash(pdu, roomVersion('1')) === 'match';
  } catch (error) {
    if (error instanceof CanonicalJsonError) return false;
    throw error;
  }
}

function roomIdGiven(record: EventRecord): string | undefined {
  return record.room_id ?? record.pdu.room_id;
}

function roomIdFrom(pdu: Pdu, id: string): string {
  if (!createsRoom(pdu)) throw new MissingRoomIdError();
  return `!${id.slice(1)}`;
}

type Known = Pick<RoomEvent, 'rules' | 'eventId' | 'roomId'>;

function roomEvent(record: EventRecord, known: Known): RoomEvent {
  return {
    ...known,
    pdu: record.pdu,
    ...(typeof record.stream_ordering === 'number' ? { streamOrdering: record.stream_ordering } : {}),
    ...(typeof record.received_ts === 'number' ? { receivedTs: record.received_ts } : {}),
    rejected: record.rejected !== undefined && record.rejected !== null,
    softFailed: record.soft_failed === true,
    outlier: record.outlier === true,
    redactedBy: redactionsOf(record),
  };
}

/** An event of a room whose create event has not been read and whose version nobody gave. */
export class MissingRoomVersionError extends Error {
  override readonly name = 'MissingRoomVersionError';

  constructor() {
    super('room version unknown: no create event of this room in the input; give --room-version, or add "room_version" to the record');
  }
}

/** A create event that was redacted in a version in which redaction takes the room version away. */
export class LostRoomVersionError extends Error {
  override readonly name = 'LostRoomVersionError';

  constructor() {
    super('room version lost: the create event does not match its content hash, so it was redacted and its version with it; give --room-version');
  }
}

/** An event with no room ID that is no create event of version 12. */
export class MissingRoomIdError extends Error {
  override readonly name = 'MissingRoomIdError';

  constructor() {
    super('not an event: "room_id" is missing');
  }
}
