import { isJsonObject, type JsonObject } from '../../json/value.ts';
import { redactContent } from '../../event/redact.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import { createFolding, type Folding } from './folding.ts';
import { createUnitReader } from './folded-units.ts';
import { gramKey, gramsOf } from './grams.ts';
import { personalTexts, type PersonalText, type TextKind } from './kinds.ts';
import { beginFingerprintSearch } from './search.ts';

/** A text of a person, as keyed hashes. */
export type Fingerprint = {
  readonly kind: TextKind;
  /** The first event that has it, where it comes from one. */
  readonly room_id?: string;
  readonly event_id?: string;
  /** Excerpts, sealed; none of a text that is not distinctive. */
  readonly grams: readonly string[];
  /** Which of the excerpts other people wrote as well: found, they tell nothing. */
  readonly shared?: readonly number[];
};

/** The texts of a person as they were before an erasure: JSON, without content, and of no use to anybody without the key. */
export type Fingerprints = {
  readonly format: 'matrix-erasure/fingerprints';
  readonly formatVersion: 1;
  /** Tells the right key from a wrong one. */
  readonly keyCheck: string;
  readonly texts: readonly Fingerprint[];
};

/** Fingerprints in the making. */
export type FingerprintTaker = {
  /** Takes what the subjects wrote into an event; events of others are passed over. */
  readonly pass: (event: RoomEvent) => void;
  /** Takes a text from elsewhere, such as a profile. */
  readonly text: (kind: TextKind, text: string) => void;
  readonly finish: () => Fingerprints;
};

/** Texts of which copies are made whole or not at all, such as ciphertext: their beginning is enough. */
const OTHER_UNITS = 256;

/**
 * Begins to take the fingerprints of everything that the subjects wrote and a redaction would remove, each text once.
 * @throws {WeakFingerprintKeyError} for a key of fewer than 32 bytes
 * @example beginFingerprints(['@alice:example.org'], new Uint8Array(32)).finish().texts // []
 */
export function beginFingerprints(subjects: readonly string[], key: Uint8Array): FingerprintTaker {
  const keyed = gramKey(key);
  const folding = createFolding();
  const taken = new Map<string, Fingerprint>();
  const take = ({ kind, text }: PersonalText, place: Pick<Fingerprint, 'room_id' | 'event_id'>): void => {
    const folded = fold(text, folding);
    const units = kind === 'other' ? folded.slice(0, OTHER_UNITS) : folded;
    const name = `${kind} ${keyed.tag(units)}`;
    if (text !== '' && !taken.has(name)) taken.set(name, { kind, ...place, grams: gramsOf(units, keyed).map(keyed.seal) });
  };
  return {
    pass: (event) => {
      if (!subjects.includes(event.pdu.sender ?? '')) return;
      for (const text of removedTexts(event)) take(text, { room_id: event.roomId, event_id: event.eventId });
    },
    text: (kind, text) => take({ kind, text }, {}),
    finish: () => ({ format: 'matrix-erasure/fingerprints', formatVersion: 1, keyCheck: keyed.check, texts: [...taken.values()] }),
  };
}

/**
 * The fingerprints of everything that the subjects wrote and a redaction would remove: names, messages, file names, media, topics. To be taken
 * before an erasure, and searched for in what is left. What other people wrote as well is marked, because it is found anyway.
 * @throws {WeakFingerprintKeyError} for a key of fewer than 32 bytes
 * @example takeFingerprints([], ['@alice:example.org'], new Uint8Array(32)).texts // []
 */
export function takeFingerprints(events: readonly RoomEvent[], subjects: readonly string[], key: Uint8Array): Fingerprints {
  const taker = beginFingerprints(subjects, key);
  for (const event of events) taker.pass(event);
  const sharing = beginFingerprintSharing(taker.finish(), subjects, key);
  for (const event of events) sharing.pass(event);
  return sharing.finish();
}

/** Looks for fingerprints in what other people wrote. */
export type FingerprintSharing = { readonly pass: (event: RoomEvent) => void; readonly finish: () => Fingerprints };

/**
 * Marks what other people wrote as well, in events as they were before the erasure; replies that quote the subjects do not count as writing it.
 * @throws {FingerprintKeyError} when the key is another than that of the fingerprints
 * @example beginFingerprintSharing(beginFingerprints([], new Uint8Array(32)).finish(), [], new Uint8Array(32)).finish().texts // []
 */
export function beginFingerprintSharing(fingerprints: Fingerprints, subjects: readonly string[], key: Uint8Array): FingerprintSharing {
  const search = beginFingerprintSearch(fingerprints, key);
  return {
    pass: ({ pdu, eventId }) => {
      if (subjects.includes(pdu.sender ?? '')) return;
      for (const { text } of personalTexts(pdu)) search.text(withoutQuotes(text), eventId);
    },
    finish: () => {
      const hits = search.hits();
      const texts = fingerprints.texts.map((text, index) => {
        const shared = new Set([...(text.shared ?? []), ...(hits[index] ?? [])]);
        return shared.size === 0 ? text : { ...text, shared: [...shared].sort((one, other) => one - other) };
      });
      return { ...fingerprints, texts };
    },
  };
}

/** The texts that a redaction removes: what it keeps is found in any case. */
function removedTexts({ pdu, rules }: RoomEvent): readonly PersonalText[] {
  const kept: JsonObject = redactContent(pdu, rules.redaction);
  if (kept === pdu.content) return [];
  const stays = new Set(personalTexts({ type: pdu.type, content: kept }).map(({ text }) => text));
  return isJsonObject(pdu.content) ? personalTexts(pdu).filter(({ text }) => !stays.has(text)) : [];
}

/** @see https://spec.matrix.org/v1.19/client-server-api/#rich-replies */
function withoutQuotes(text: string): string {
  const end = text.indexOf('</mx-reply>');
  return text.slice(Math.max(0, end)).split('\n').filter((line) => !line.startsWith('> ')).join('\n');
}

function fold(text: string, folding: Folding): string {
  const units: number[] = [];
  const reader = createUnitReader(folding, (unit) => units.push(unit));
  reader.write(text);
  reader.end();
  return units.map((unit) => String.fromCharCode(unit)).join('');
}

