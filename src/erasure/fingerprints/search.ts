import { createFolding } from './folding.ts';
import { createUnitReader, type UnitReader } from './folded-units.ts';
import type { Fingerprints } from './fingerprints.ts';
import { createGramTable, type GramEntry } from './gram-table.ts';
import { gramKey, LONG_GRAM, power, SHORT_GRAM, type GramKey } from './grams.ts';
import { findingsOf, type FingerprintFindings, type FingerprintPlace, type FoundText } from './findings.ts';

/** A search in the making. Memory depends on the fingerprints, and not on what is searched. */
export type FingerprintSearch = {
  /** Searches one text; `source` says what it is, such as an event ID or a path. */
  readonly text: (text: string, source: string) => void;
  /** Begins a long text that comes in pieces, cut anywhere; it has to be ended before another is begun. */
  readonly open: (source: string) => OpenedText;
  /** Which excerpts of each fingerprint were found, by their place in its list. */
  readonly hits: () => readonly ReadonlySet<number>[];
  /** What was found of each fingerprint so far, by their place in its list. */
  readonly found: () => readonly FoundText[];
  readonly finish: () => FingerprintFindings;
};

/** A text that is being searched. */
export type OpenedText = { readonly write: (piece: string) => void; readonly end: () => void };

/** So many places of a text are told. */
export const MAX_PLACES = 10;
const RING = 64;

/**
 * Begins a search for fingerprints in what is left: event files, what viewers are served, dumps of any kind of text. Escapes of JSON, HTML and URLs
 * are undone, one within another as well; case, accents, spaces and punctuation do not count. Not looked into: compressed, encrypted or
 * base64 data, and lists of words such as search indexes. On one thread of Node 26, 30 million characters of event
 * files a second were measured (of processor time), with the 32,000 excerpts of 5,000 messages.
 * @throws {WeakFingerprintKeyError} for a key of fewer than 32 bytes
 * @throws {FingerprintKeyError} when the key is another than that of the fingerprints
 * @example beginFingerprintSearch(beginFingerprints([], new Uint8Array(32)).finish(), new Uint8Array(32)).finish().verdict // 'unknown'
 */
export function beginFingerprintSearch(fingerprints: Fingerprints, key: Uint8Array): FingerprintSearch {
  const keyed = gramKey(key);
  if (keyed.check !== fingerprints.keyCheck) throw new FingerprintKeyError();
  const found = fingerprints.texts.map(() => ({ hits: new Set<number>(), places: [] as FingerprintPlace[] }));
  const state = { source: '', sources: 0 };
  const hit = ({ text, gram }: GramEntry): void => {
    const of = found[text];
    if (of === undefined) return;
    of.hits.add(gram);
    const place = { source: state.source, line: reader.lines() + 1 };
    const last = of.places.at(-1);
    if (of.places.length < MAX_PLACES && (last?.source !== place.source || last.line !== place.line)) of.places.push(place);
  };
  const entries = fingerprints.texts.flatMap(({ grams }, text) => grams.map((sealed, gram): GramEntry => ({ ...keyed.unseal(sealed), text, gram })));
  const isDone = ({ text, gram }: GramEntry): boolean => found[text]?.places.length === MAX_PLACES && found[text].hits.has(gram);
  const matcher = createMatcher(entries, { keyed, hit, isDone });
  const folding = createFolding();
  let reader: UnitReader = createUnitReader(folding, matcher.take);
  const open = (source: string): OpenedText => {
    Object.assign(state, { source, sources: state.sources + 1 });
    matcher.reset();
    reader = createUnitReader(folding, matcher.take);
    return reader;
  };
  return {
    open,
    text: (text, source) => {
      const opened = open(source);
      opened.write(text);
      opened.end();
    },
    hits: () => found.map(({ hits }) => hits),
    found: () => found,
    finish: () => findingsOf(fingerprints, found, state.sources > 0),
  };
}

/** A text to search and what it is. */
export type SearchedText = { readonly source: string; readonly text: string };

/**
 * Searches texts for fingerprints. The result has no content: kinds, event IDs, and where something was found.
 * @throws {WeakFingerprintKeyError} for a key of fewer than 32 bytes
 * @throws {FingerprintKeyError} when the key is another than that of the fingerprints
 * @example searchFingerprints(takeFingerprints([], [], new Uint8Array(32)), [{ source: 'a dump', text: 'words' }], new Uint8Array(32)).verdict // 'not-found'
 */
export function searchFingerprints(fingerprints: Fingerprints, texts: Iterable<SearchedText>, key: Uint8Array): FingerprintFindings {
  const search = beginFingerprintSearch(fingerprints, key);
  for (const { source, text } of texts) search.text(text, source);
  return search.finish();
}

type Matcher = { readonly take: (unit: number) => void; readonly reset: () => void };

type MatchOptions = {
  readonly keyed: GramKey;
  readonly hit: (entry: GramEntry) => void;
  /** Whether nothing is gained by finding an excerpt once more. */
  readonly isDone: (entry: GramEntry) => boolean;
};

/** Looks at one unit after the other. Two rolling hashes say where an excerpt may stand, and the keyed hash whether it does. */
function createMatcher(entries: readonly GramEntry[], { keyed, hit, isDone }: MatchOptions): Matcher {
  const long = createGramTable(entries.filter(({ length }) => length === LONG_GRAM));
  const short = createGramTable(entries.filter(({ length }) => length < LONG_GRAM));
  const { base } = keyed;
  const [longLast, shortLast] = [power(base, LONG_GRAM), power(base, SHORT_GRAM)];
  const ring = new Uint16Array(RING);
  let [seen, longHash, shortHash] = [0, 0, 0];
  let pending: { readonly due: number; readonly entry: GramEntry }[] = [];

  const excerpt = (length: number): string => String.fromCharCode(...Array.from({ length }, (_, index) => ring[(seen - length + index) & (RING - 1)] ?? 0));
  const confirm = (candidates: readonly GramEntry[], length: number): void => {
    if (candidates.every(isDone)) return;
    const tag = keyed.tag(excerpt(length));
    for (const entry of candidates) if (entry.tag === tag) hit(entry);
  };
  const confirmPending = (): void => {
    for (const { due, entry } of pending) if (due === seen) confirm([entry], entry.length);
    pending = pending.filter(({ due }) => due > seen);
  };
  const take = (unit: number): void => {
    longHash = (Math.imul(longHash, base) + unit - Math.imul(longLast, ring[(seen - LONG_GRAM) & (RING - 1)] ?? 0)) | 0;
    shortHash = (Math.imul(shortHash, base) + unit - Math.imul(shortLast, ring[(seen - SHORT_GRAM) & (RING - 1)] ?? 0)) | 0;
    ring[seen & (RING - 1)] = unit;
    seen += 1;
    if (long.mayHave(longHash)) confirm(long.find(longHash), LONG_GRAM);
    if (short.mayHave(shortHash)) for (const entry of short.find(shortHash)) pending.push({ due: seen + entry.length - SHORT_GRAM, entry });
    if (pending.length > 0) confirmPending();
  };
  const reset = (): void => {
    ring.fill(0);
    [seen, longHash, shortHash, pending] = [0, 0, 0, []];
  };
  return { take, reset };
}

/** Fingerprints were taken with another key. Searched with this one, nothing would be found, whatever is left. */
export class FingerprintKeyError extends Error {
  override readonly name = 'FingerprintKeyError';

  constructor() {
    super('the fingerprints were taken with another key: give the one that was used before the erasure');
  }
}
