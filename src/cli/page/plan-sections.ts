import { countHolds, countKeptFiles, countRemedies, elsewhere } from '../../erasure/plan-facts.ts';
import type { ErasurePlan, PlanMedia } from '../../erasure/plan.ts';
import { countOf, formatCount, inWords } from '../text/numbers.ts';
import { holdGroundWords, mediaReasons, obstacles } from '../text/sentences.ts';
import { html, type Html } from './html.ts';
import { breakable, code, section, time } from './marks.ts';
import { joined } from './overview.ts';

const HOLDS_SHOWN = 100;
const FILES_SHOWN = 50;
const LISTED = 20;

/** What must not be destroyed for now. */
export function holdTable(plan: ErasurePlan): Html | undefined {
  const holds = countHolds(plan);
  if (holds.length === 0) return undefined;
  const rest = holds.length - HOLDS_SHOWN;
  return section('holds', 'What is held', html`<table><caption class="soft small">A hold keeps events from being redacted or purged. It never keeps them from being hidden.</caption>
<thead><tr><th scope="col">Hold</th><th scope="col">Review by</th><th scope="col" class="n">Events</th></tr></thead><tbody>
${holds.slice(0, HOLDS_SHOWN).map(({ hold, events, rooms }) => html`<tr><th scope="row"><strong>${hold.id}</strong><br><span class="soft small">${holdGroundWords[hold.ground]}. ${hold.basis}</span></th>
<td>${time(hold.reviewAt)}</td><td class="n">${formatCount(events)}<br><span class="soft small">${countOf(rooms, 'room')}</span></td></tr>
`)}</tbody></table>${rest > 0 ? html`<p class="small">${countOf(rest, 'more hold')} in the plan file.</p>` : undefined}`);
}

/** What other members would send before the rest can go. */
export function remedyTable(plan: ErasurePlan): Html | undefined {
  const groups = countRemedies(plan);
  if (groups.length === 0) return undefined;
  const how = plan.request.remedySender === undefined
    ? html`<p>Plan again with <code>--remedy-sender</code> to say who could send them.</p>`
    : html`<p>Their content is built when the plan is applied, from what the rooms need and without the person's text:</p>
<pre>matrix-erasure apply plan.json events.ndjson --out erased.ndjson --remedies remedies.json</pre>`;
  return section('remedies', 'What others would send first', html`<p>Replacements of what cannot be redacted while it is current, and of labels that would be lost. The person cannot send them: they would be theirs again.</p>
<table><caption class="unseen">Events to send, by type and sender</caption>
<thead><tr><th scope="col">Type</th><th scope="col">From</th><th scope="col" class="n">Events</th></tr></thead><tbody>
${groups.map(({ like, count, rooms }) => html`<tr><th scope="row">${breakable(like.type)}${like.hazard === 'label' ? html`<br><span class="soft small">A label: its text is not copied.</span>` : undefined}</th>
<td>${like.sender === undefined ? html`<span class="soft">anybody with the power</span>` : code(like.sender)}${like.obstacle === undefined ? undefined : html`<br><span class="soft small">who ${obstacles[like.obstacle]}</span>`}</td>
<td class="n">${formatCount(count)}<br><span class="soft small">${countOf(rooms, 'room')}</span></td></tr>
`)}</tbody></table>
${how}`);
}

/** What happens to the person's files. */
export function fileLists(plan: ErasurePlan): Html | undefined {
  const { basis, purge, kept, unknown, due } = plan.media;
  if (purge.length + kept.length + unknown.length === 0) return undefined;
  const reasons = countKeptFiles(plan).map(([reason, files]) => html`<li>${countOf(files, 'file')}. ${mediaReasons[reason].sentence}</li>
`);
  return section('files', 'What happens to the files', html`<p>${basis === 'listed'
    ? "The list of the person's uploads was given."
    : "No list of uploads was given: files on the person's server that their events refer to are taken for theirs."}</p>
${purge.length === 0 ? undefined : html`<h3>${countOf(purge.length, 'file')} to purge</h3>
<p>Only redacted or purged events refer to them, or none. They have to be gone by ${time(due)}.</p>
${uriList(purge, 'Files to purge')}`}
${kept.length === 0 ? undefined : html`<h3>${countOf(kept.length, 'file')} kept</h3>
<ul class="plain">${reasons}</ul>
${keptList(kept)}`}
${unknown.length === 0 ? undefined : html`<h3>${countOf(unknown.length, 'file')} unknown</h3>
<p>Nothing that can be read refers to them, but encrypted events may. They are not deleted.</p>
${uriList(unknown, 'Unknown files')}`}`);
}

function uriList(uris: readonly string[], label: string): Html {
  return html`<details class="sub"><summary>${label}</summary><ul class="plain">${uris.slice(0, FILES_SHOWN).map((uri) => html`<li>${code(uri)}</li>
`)}${more(uris.length)}</ul></details>`;
}

function keptList(kept: PlanMedia['kept']): Html {
  return html`<details class="sub"><summary>Kept files</summary><ul class="plain">${kept.slice(0, FILES_SHOWN).map(({ uri, referrers }) =>
    html`<li>${code(uri)} <span class="soft small">${inWords([...new Set(referrers.map(({ reason }) => mediaReasons[reason].label))])}, ${countOf(referrers.length, 'event')}</span></li>
`)}${more(kept.length)}</ul></details>`;
}

function more(count: number): Html | undefined {
  return count > FILES_SHOWN ? html`<li>and ${formatCount(count - FILES_SHOWN)} more, in the plan file</li>` : undefined;
}

/** Where else copies may be, other than on servers. */
export function elsewhereNotes(plan: ErasurePlan): Html | undefined {
  const { bridges, predecessors } = elsewhere(plan);
  if (bridges.length + predecessors.length === 0) return undefined;
  return html`<h3>Where nothing here reaches</h3>
<ul class="plain">${bridges.length === 0 ? undefined : html`<li>Other networks, over bridges: ${idList(bridges)}. They delete what their network lets them.</li>
`}${predecessors.length === 0 ? undefined : html`<li>Rooms that were replaced and are not in the input: ${idList(predecessors)}.</li>
`}</ul>
`;
}

function idList(ids: readonly string[]): Html {
  return html`${joined(ids.slice(0, LISTED).map(code))}${ids.length > LISTED ? html` and ${formatCount(ids.length - LISTED)} more` : undefined}`;
}
