import { sha256Base64 } from '#crypto-backend';
import { checkContentHash, referenceHash, type ContentHashState } from '../crypto/event-hashes.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import { verifyEvent, type InvalidEventReason } from '../crypto/verify-event.ts';
import { CanonicalJsonError, encodeHistoricalJson } from '../json/canonical-json.ts';
import { stringifyJson } from '../json/stringify-json.ts';
import { isJsonObject, type JsonObject } from '../json/value.ts';
import { asJson, type Pdu } from '../event/pdu.ts';
import type { EventRecord } from '../event/record.ts';
import { redact } from '../event/redact.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { StoredEvent } from './apply.ts';
import type { CarriedEntry } from './carry-out.ts';
import { hiddenSince } from './marks.ts';

/** What is remembered of an original event: digests, never content. */
export type Expected = {
  readonly entry: CarriedEntry | undefined;
  /** Digest of the record that should be stored, event and all. */
  readonly form: string;
  /** `undefined` for an event that has no canonical form, and so no hash. */
  readonly reference: string | undefined;
  readonly content: ContentHashState | 'uncanonical';
  readonly signed: SignatureState;
  /** Since when newcomers were not served it before this erasure. */
  readonly hidden: number | undefined;
};

/** Whether the signatures of an event hold, as far as the keys that were given can tell; its content hash may not. */
export type SignatureState = 'held' | 'broken' | 'unknown';

/** What an original should become: its entry in the plan, and what the applier would store instead. */
export type Becoming = { readonly entry: CarriedEntry | undefined; readonly stored: EventRecord | undefined };

/**
 * What an original event should have become. The event itself comes from the redaction algorithm alone, not from what applies plans; what stands beside
 * it is compared with what the applier leaves.
 */
export function expectedOf({ event, record }: StoredEvent, { entry, stored }: Becoming, ring: KeyRing | undefined): Expected {
  const { unsigned: _, ...after }: Pdu = entry?.treatment === 'redact' ? redact(event.pdu, event.rules.redaction) : event.pdu;
  return {
    entry,
    form: stored === undefined ? '' : formOf({ ...stored, pdu: { ...after, ...unsignedOf(stored.pdu) } }),
    reference: unlessUncanonical(() => referenceHash(event.pdu, event.rules)),
    content: contentState(after, event),
    signed: ring === undefined ? 'unknown' : signatureState(event.pdu, event, ring),
    hidden: hiddenSince(record),
  };
}

/** Digest of a record, exact to the digit; how old an event was when it was served does not count. */
export function formOf(record: EventRecord): string {
  const { age: _, ...unsigned } = isJsonObject(record.pdu.unsigned) ? record.pdu.unsigned : {};
  const json = { ...record, pdu: asJson({ ...record.pdu, unsigned }) } as JsonObject;
  return sha256Base64(unlessUncanonical(() => encodeHistoricalJson(json)) ?? stringifyJson(json));
}

function unsignedOf({ unsigned }: Pdu): Pick<Pdu, 'unsigned'> {
  return unsigned === undefined ? {} : { unsigned };
}

/**
 * Whether the reference hash, and with it any ID made from it, is what it was, and an ID that is part of the event still that of its record;
 * `undefined` where there is nothing to compute. Which events a file names by hand is no matter: they are found by those names.
 */
export function sameIdentity({ pdu, rules, eventId: id }: RoomEvent, { reference }: Expected): boolean | undefined {
  const now = unlessUncanonical(() => referenceHash(pdu, rules));
  if (now === undefined || reference === undefined) return now === reference ? undefined : false;
  const named = rules.format.eventId === 'opaque' ? pdu.event_id : undefined;
  return (named === undefined || named === id) && now === reference;
}

/** Whether the content hash says of the result what it has to: a mismatch exactly where something hashed has gone. */
export function sameContentState(event: RoomEvent, expected: Expected): boolean {
  return contentState(event.pdu, event) === expected.content;
}

function contentState(pdu: Pdu, { rules }: RoomEvent): ContentHashState | 'uncanonical' {
  return unlessUncanonical(() => checkContentHash(pdu, rules)) ?? 'uncanonical';
}

const NO_KEY: ReadonlySet<InvalidEventReason> = new Set(['unknown-key', 'expired-key']);

/** Whether the signatures of an event hold, be its content redacted or not. */
export function signatureState(pdu: Pdu, { rules }: RoomEvent, ring: KeyRing): SignatureState {
  const verdict = verifyEvent(pdu, rules, ring);
  if (verdict.verdict !== 'invalid') return 'held';
  return NO_KEY.has(verdict.reason) ? 'unknown' : 'broken';
}

/** No server would have accepted an event without a canonical form, but a file can hold one. */
function unlessUncanonical<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof CanonicalJsonError) return undefined;
    throw error;
  }
}
