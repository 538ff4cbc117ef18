import { residueRules } from '../../erasure/residue/kinds.ts';
import type { ResidueReport } from '../../erasure/residue/report.ts';
import { countOf, formatCount } from './numbers.ts';
import { keptTextReasons } from './sentences.ts';
import { visible } from './visible.ts';

const TEXTS_SHOWN = 50;

/** What stays after every redaction was right: a line for each kind, then each free text by event and path. */
export function residueLines({ rooms, counts, texts }: ResidueReport): readonly string[] {
  const kinds = residueRules.filter(({ kind }) => (counts[kind] ?? 0) > 0).map(({ kind, sentence }) => `- ${countOf(counts[kind] ?? 0, 'event')}: ${sentence}`);
  const all = rooms.flatMap((room) => room.texts);
  const shown = all.slice(0, TEXTS_SHOWN).map(({ event_id: id, type, path, because }) =>
    `  ${visible(id)} ${visible(type)} ${path}, ${keptTextReasons[because]}`);
  const more = texts - shown.length;
  return [
    ...kinds,
    ...(texts === 0 ? [] : [`- ${countOf(texts, 'free text')} ${texts === 1 ? 'stays' : 'stay'} in place:`]),
    ...shown,
    ...(more > 0 ? [`  and ${formatCount(more)} more; the plan file has the first 1,000 of each room`] : []),
  ];
}
