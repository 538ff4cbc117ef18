import { checkContentHash } from '../crypto/event-hashes.ts';
import { CanonicalJsonError } from '../json/canonical-json.ts';
import type { Pdu } from '../event/pdu.ts';
import { isRedacted } from '../event/redact.ts';
import { redactionsOf, type EventRecord } from '../event/record.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** What an export says of an event beside it. */
export type ExportNote = {
  /** The text is encrypted, and whoever made the export could not read it. */
  readonly encrypted?: true;
  /** `gone`: a redaction has taken what the event said. `named`: a redaction names it, and what it said is still stored. */
  readonly redacted?: 'gone' | 'named';
};

/** Of what a server notes beside an event, what is about the event or its sender. */
const KEPT_NOTES: readonly string[] = ['stream_ordering', 'received_ts', 'rejected', 'soft_failed', 'outlier'];
/** Of what a server keeps to itself, what says from where the person sent the event. */
const KEPT_METADATA: readonly string[] = ['device_id', 'txn_id'];
/** The mark of an earlier erasure. */
const KEPT_OF_MARK: readonly string[] = ['treatment', 'profile', 'effective_at'];
/** The rest of `unsigned` is what a server adds, such as other people's replies, or the state of somebody else that an event replaced. */
const KEPT_UNSIGNED: readonly string[] = ['age', 'age_ts', 'transaction_id', 'replaces_state'];

/**
 * The record of an own event as an export has it: the event as it was signed, and of the notes beside it those that are about it. Read again, it is the same event of the
 * same room under the same ID.
 */
export function exportedRecord(record: EventRecord, event: RoomEvent): JsonObject {
  const notes = KEPT_NOTES.flatMap((key) => noteOf(record, key));
  const redactedBy = redactionsOf(record);
  const metadata = pick(record['internal_metadata'] as JsonValue | undefined, KEPT_METADATA);
  const erasure = pick(record['erasure'] as JsonValue | undefined, KEPT_OF_MARK);
  return {
    room_id: event.roomId,
    room_version: event.rules.id,
    event_id: event.eventId,
    pdu: signedForm(event.pdu),
    ...Object.fromEntries(notes),
    ...(redactedBy.length === 0 ? {} : { redacted_by: redactedBy }),
    ...(metadata === undefined ? {} : { internal_metadata: metadata }),
    ...(erasure === undefined ? {} : { erasure }),
  };
}

function noteOf(record: EventRecord, key: string): readonly (readonly [string, JsonValue])[] {
  const value = own<unknown>(record, key);
  return value === undefined || value === null ? [] : [[key, value as JsonValue]];
}

function signedForm(pdu: Pdu): JsonObject {
  if (!Object.hasOwn(pdu, 'unsigned')) return pdu as JsonObject;
  const { unsigned, ...signed } = pdu;
  const kept = pick(unsigned, KEPT_UNSIGNED);
  return { ...signed, ...(kept === undefined ? {} : { unsigned: kept }) } as JsonObject;
}

function pick(value: JsonValue | undefined, keys: readonly string[]): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const kept = keys.flatMap((key) => {
    const item = own(value, key);
    return typeof item === 'string' || typeof item === 'number' ? [[key, item] as const] : [];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** What to say of an event, given the redactions that name it. */
export function noteFor(pdu: Pdu, redactions: readonly string[], rules: RoomVersionRules): ExportNote {
  const redacted = isGone(pdu, rules) ? 'gone' : redactions.length > 0 ? 'named' : undefined;
  return {
    ...(pdu.type === 'm.room.encrypted' && redacted !== 'gone' ? { encrypted: true as const } : {}),
    ...(redacted === undefined ? {} : { redacted }),
  };
}

/** Whether a redaction has removed something: the event has the redacted form, and its hash is that of another. */
function isGone(pdu: Pdu, rules: RoomVersionRules): boolean {
  if (!isRedacted(pdu, rules.redaction)) return false;
  try {
    return checkContentHash(pdu, rules) === 'mismatch';
  } catch (error) {
    if (error instanceof CanonicalJsonError) return false;
    throw error;
  }
}
