import { residueRules } from '../../erasure/residue/kinds.ts';
import type { ErasurePlan } from '../../erasure/plan.ts';
import type { ResidueReport } from '../../erasure/residue/report.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { keptTextReasons } from '../text/sentences.ts';
import { html, type Html } from './html.ts';
import { breakable, code } from './marks.ts';

const TEXTS_SHOWN = 50;

/** What stays of the person after every redaction was right: by kind, and each free text by its place. */
export function residueNotes({ residue }: ErasurePlan): Html | undefined {
  if (residue.rooms.length === 0) return undefined;
  return html`<h3>What redaction cannot remove</h3>
<table><caption class="unseen">What stays, by kind</caption>
<thead><tr><th scope="col">What stays</th><th scope="col" class="n">Events</th><th scope="col" class="n">Rooms</th></tr></thead><tbody>
${residueRules.filter(({ kind }) => (residue.counts[kind] ?? 0) > 0).map(({ kind, sentence }) => html`<tr><th scope="row">${sentence}</th><td class="n">${formatCount(residue.counts[kind] ?? 0)}</td><td class="n">${formatCount(roomsWith(residue, kind))}</td></tr>
`)}</tbody></table>
${residue.texts === 0 ? undefined : textList(residue)}`;
}

function roomsWith({ rooms }: ResidueReport, kind: keyof ResidueReport['counts']): number {
  return rooms.filter(({ counts }) => (counts[kind] ?? 0) > 0).length;
}

function textList({ rooms, texts }: ResidueReport): Html {
  const shown = rooms.flatMap((room) => room.texts).slice(0, TEXTS_SHOWN);
  const more = texts - shown.length;
  return html`<p>${countOf(texts, 'free text')} ${texts === 1 ? 'stays' : 'stay'} in place, the texts themselves not shown.</p>
<details class="sub"><summary>Where free text stays</summary><ul class="plain">${shown.map(({ event_id: id, type, path, because }) => html`<li>${code(path)} <span class="soft small">of ${breakable(type)} ${code(id)}, ${keptTextReasons[because]}</span></li>
`)}${more > 0 ? html`<li>and ${formatCount(more)} more; the plan file has the first 1,000 of each room</li>` : undefined}</ul></details>`;
}
