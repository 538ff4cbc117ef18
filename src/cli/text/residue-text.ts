import { residueRules } from '../../erasure/residue/kinds.ts';
import type { ResidueReport, ResidueText } from '../../erasure/residue/report.ts';
import { countOf, formatCount } from './numbers.ts';
import { keptTextReasons } from './sentences.ts';
import { shorten, visible } from './visible.ts';

const PLACES_SHOWN = 20;
const TYPE_WIDTH = 60;

/** What stays after every redaction was right: a line for each kind, then each place of free text. Which events these are is in the plan file. */
export function residueLines({ rooms, counts, texts }: ResidueReport): readonly string[] {
  const kinds = residueRules.filter(({ kind }) => (counts[kind] ?? 0) > 0).map(({ kind, sentence }) => `- ${countOf(counts[kind] ?? 0, 'event')}: ${sentence}`);
  const places = countPlaces(rooms.flatMap((room) => room.texts));
  const more = places.length - PLACES_SHOWN;
  return [
    ...kinds,
    ...(texts === 0 ? [] : [`- ${countOf(texts, 'free text')} ${texts === 1 ? 'stays' : 'stay'} in place:`]),
    ...places.slice(0, PLACES_SHOWN).map(({ like: { type, path, because }, count }) =>
      `- ${shorten(visible(type), TYPE_WIDTH)} ${path}, ${formatCount(count)}, ${keptTextReasons[because]}`),
    ...(more > 0 ? [`- and ${countOf(more, 'more place')}, in the plan file`] : []),
  ];
}

type PlaceCount = { readonly like: ResidueText; readonly count: number };

/** Places by type, path and reason, the most frequent first. */
function countPlaces(texts: readonly ResidueText[]): readonly PlaceCount[] {
  const counts = new Map<string, { readonly like: ResidueText; count: number }>();
  for (const like of texts) {
    const key = JSON.stringify([like.type, like.path, like.because]);
    const found = counts.get(key) ?? { like, count: 0 };
    found.count += 1;
    counts.set(key, found);
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}
