import { sha256Base64 } from '#crypto-backend';
import { checkContentHash, eventId, referenceHash, type ContentHashState } from '../crypto/event-hashes.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import { verifyEvent } from '../crypto/verify-event.ts';
import { encodeHistoricalJson } from '../json/canonical-json.ts';
import { asJson, type Pdu } from '../event/pdu.ts';
import { redact } from '../event/redact.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { PlanEntry } from './plan.ts';

/** What is remembered of an original event: digests, never content. */
export type Expected = {
  readonly entry: PlanEntry | undefined;
  /** Digest of the event that should be stored, `unsigned` left out. */
  readonly form: string;
  readonly reference: string;
  readonly content: ContentHashState | 'uncanonical';
  /** Whether the signatures held, where keys were given. */
  readonly signed: boolean | undefined;
};

/** What an original event should have become. Works from the redaction algorithm alone, not from what applies plans. */
export function expectedOf(event: RoomEvent, entry: PlanEntry | undefined, ring: KeyRing | undefined): Expected {
  const after = entry?.treatment === 'redact' ? redact(event.pdu, event.rules.redaction) : event.pdu;
  return {
    entry,
    form: formOf(after),
    reference: referenceHash(event.pdu, event.rules),
    content: contentState(after, event),
    signed: ring === undefined ? undefined : holds(event.pdu, event, ring),
  };
}

/** Digest of an event without its `unsigned`, exact to the digit. */
export function formOf({ unsigned: _, ...event }: Pdu): string {
  return sha256Base64(encodeHistoricalJson(asJson(event)));
}

/** Whether the ID and the reference hash, computed again, are what they were. */
export function sameIdentity(event: RoomEvent, expected: Expected): boolean {
  const id = event.rules.format.eventId === 'opaque' ? event.pdu.event_id : eventId(event.pdu, event.rules);
  return (id === undefined || id === event.eventId) && referenceHash(event.pdu, event.rules) === expected.reference;
}

/** Whether the content hash says of the result what it has to: a mismatch exactly where something hashed has gone. */
export function sameContentState(event: RoomEvent, expected: Expected): boolean {
  return contentState(event.pdu, event) === expected.content;
}

function contentState(pdu: Pdu, { rules }: RoomEvent): ContentHashState | 'uncanonical' {
  try {
    return checkContentHash(pdu, rules);
  } catch {
    return 'uncanonical';
  }
}

/** Whether the signatures of an event hold; its content hash may not. */
export function holds(pdu: Pdu, { rules }: RoomEvent, ring: KeyRing): boolean {
  return verifyEvent(pdu, rules, ring).verdict !== 'invalid';
}
