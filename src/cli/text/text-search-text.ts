import { textKinds, type TextKind } from '../../erasure/fingerprints/kinds.ts';
import type { FindingCounts, FingerprintFinding, UnknownReason } from '../../erasure/fingerprints/findings.ts';
import type { SearchedFile } from '../../erasure/fingerprints/search-files.ts';
import type { TextSearch } from '../../erasure/verification.ts';
import { countOf, formatCount, inWords } from './numbers.ts';
import { textKindWords, unknownTextReasons } from './sentences.ts';
import { shorten, visible } from './visible.ts';

const TEXTS_SHOWN = 10;
const FILES_SHOWN = 50;
const PLACES_SHOWN = 3;
const PATH_WIDTH = 60;

/** What a search for the person's texts found: by kind, by file, where each is, and why of some it is not known. Never a text. */
export function textSearchLines(search: TextSearch): readonly string[] {
  const found = search.texts.filter(({ status }) => status === 'found');
  return [
    ...textKinds.flatMap((kind) => kindLine(kind, search.counts[kind])),
    ...search.files.slice(0, FILES_SHOWN).map(fileLine),
    ...(search.files.length > FILES_SHOWN ? [`- ${formatCount(search.files.length - FILES_SHOWN)} more files`] : []),
    ...found.slice(0, TEXTS_SHOWN).map((text) => `- ${foundLine(text)}`),
    ...(found.length > TEXTS_SHOWN ? [`- and ${formatCount(found.length - TEXTS_SHOWN)} more`] : []),
    ...reasonsOf(search).map(([reason, texts]) => `- ${countOf(texts, 'text')} unknown: ${unknownTextReasons[reason]}`),
    ...(search.listed === 0 ? [] : [`- ${listedSentence(search.listed)}`]),
  ];
}

/**
 * How many texts were found, were not found, and are unknown.
 * @example countsLine({ found: 2, 'not-found': 1200, unknown: 3 }) // '2 found, 1,200 not found, 3 unknown'
 */
export function countsLine(counts: FindingCounts): string {
  return `${formatCount(counts.found)} found, ${formatCount(counts['not-found'])} not found, ${formatCount(counts.unknown)} unknown`;
}

/** The counts of all kinds together. */
export function sumFindings({ counts }: Pick<TextSearch, 'counts'>): FindingCounts {
  const all = Object.values(counts);
  const sum = (status: keyof FindingCounts): number => all.reduce((total, ofKind) => total + ofKind[status], 0);
  return { found: sum('found'), 'not-found': sum('not-found'), unknown: sum('unknown') };
}

/** Why texts are unknown, and how many for each reason. */
export function reasonsOf({ texts }: TextSearch): readonly (readonly [reason: UnknownReason, texts: number])[] {
  const counts = new Map<UnknownReason, number>();
  for (const { reason } of texts) if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts];
}

/** What it means that texts stand in listed events. */
export function listedSentence(texts: number): string {
  return `${countOf(texts, 'text')} ${texts === 1 ? 'stands' : 'stand'} in events of others that the plan lists and does not touch.`;
}

/** Where a text was found: a file and a line, and again. */
export function placesIn({ places }: FingerprintFinding): string {
  const shown = places.slice(0, PLACES_SHOWN).map(({ source, line }) => `${source}:${line}`);
  return inWords([...shown, ...(places.length > PLACES_SHOWN ? ['elsewhere'] : [])]);
}

function kindLine(kind: TextKind, counts: FindingCounts | undefined): readonly string[] {
  return counts === undefined ? [] : [`- ${textKindWords[kind]}: ${countsLine(counts)}`];
}

function fileLine({ file, verdict, counts }: SearchedFile): string {
  const kinds = textKinds.filter((kind) => (counts[kind]?.found ?? 0) > 0).map((kind) => `${textKindWords[kind]} ${formatCount(counts[kind]?.found ?? 0)}`);
  return `- ${shorten(visible(file), PATH_WIDTH)}: ${verdict === 'found' ? `found: ${inWords(kinds)}` : 'nothing found'}`;
}

function foundLine(text: FingerprintFinding): string {
  const of = text.event_id === undefined ? '' : ` of ${visible(text.event_id)}`;
  return `${textKindWords[text.kind]}${of}: ${visible(placesIn(text))}`;
}
