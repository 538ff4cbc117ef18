import type { ErasurePlan } from '../../erasure/plan.ts';
import type { Verification } from '../../erasure/verification.ts';
import { accountTables } from './account-table.ts';
import { patterns } from './charts.ts';
import { checkTable } from './check-table.ts';
import { pageOf } from './document.ts';
import { html, writeHtml, type Html } from './html.ts';
import { code, section, time } from './marks.ts';
import { heading, pageTitle, treatmentChart, warningNotes } from './overview.ts';
import { fileLists, holdTable, remedyTable } from './plan-sections.ts';
import { roomCards } from './room-cards.ts';
import { stays } from './stays.ts';
import { textSearchTable } from './text-search-table.ts';
import { timeline } from './timeline.ts';

/** What else to put on the page: what verification found, and when the page was made (ms since 1970, UTC). */
export type PageOptions = { readonly verification?: Verification; readonly generatedAt?: number };

/**
 * A plan as one HTML file that needs no network and no script: for reading, printing and handing on. It holds identifiers,
 * types, state keys and counts, and nothing of what the events said.
 */
export function renderPlanPage(plan: ErasurePlan, { verification, generatedAt }: PageOptions = {}): string {
  return writeHtml(pageOf(pageTitle(plan), html`${heading(plan, verification)}
${contents(plan, verification)}
<main id="main" tabindex="-1">
${patterns}
${treatmentChart(plan)}
${verification === undefined ? undefined : checkTable(verification)}
${verification?.texts === undefined ? undefined : textSearchTable(verification.texts)}
${warningNotes(plan)}
${holdTable(plan)}
${timeline(plan)}
${remedyTable(plan)}
${fileLists(plan)}
${accountTables(plan)}
${stays(plan)}
${goingOn(verification)}
${roomCards(plan)}
</main>
${foot(plan, generatedAt)}`));
}

function contents({ warnings, request, rooms, media, account = [] }: ErasurePlan, verification: Verification | undefined): Html {
  return html`<nav aria-label="On this page"><ul>
${link('treatments', 'Events')}${verification === undefined ? undefined : link('checked', 'Checks')}${verification?.texts === undefined ? undefined : link('texts', 'Texts')}${warnings.length === 0 ? undefined : link('warnings', 'Before you approve')}${(request.holds ?? []).length === 0 ? undefined : link('holds', 'Holds')}${link('when', 'When')}${rooms.every(({ remedies }) => remedies.length === 0) ? undefined : link('remedies', 'Sent first')}${media.purge.length + media.kept.length + media.unknown.length === 0 ? undefined : link('files', 'Files')}${account.length === 0 ? undefined : link('account', 'Account')}${link('stays', 'What stays')}${link('next', 'How to go on')}${link('rooms', 'Rooms')}
</ul></nav>`;
}

function link(id: string, text: string): Html {
  return html`<li><a href="#${id}">${text}</a></li>`;
}

function goingOn(verification: Verification | undefined): Html {
  const checking = html`<p>Check the result against the original:</p>
<pre>matrix-erasure verify plan.json --original events.ndjson --result erased.ndjson</pre>`;
  if (verification !== undefined) return section('next', 'How to go on', html`${checking}<p>A check can be made as often as you like; it changes nothing.</p>`);
  return section('next', 'How to go on', html`<p>Once somebody has read and approved this plan, carry it out:</p>
<pre>matrix-erasure apply plan.json events.ndjson --out erased.ndjson</pre>
<p>If what it was planned on has changed since, this refuses, and changes nothing. Running it again changes nothing either.</p>
${checking}`);
}

function foot({ digest, tables }: ErasurePlan, generatedAt: number | undefined): Html {
  return html`<footer>
<p>${generatedAt === undefined ? undefined : html`Written ${time(generatedAt)}. `}This page holds identifiers, types, state keys, file addresses and counts. It holds no content of events.</p>
<details class="sub"><summary>The tables that this plan rests on</summary>
<dl class="facts"><dt>Plan</dt><dd>${code(digest)}</dd><dt>Profile</dt><dd>${code(tables.profile)}</dd><dt>Hazards</dt><dd>${code(tables.hazards)}</dd>
${Object.entries(tables.roomVersions).map(([version, hash]) => html`<dt>Room version ${version}</dt><dd>${code(hash)}</dd>
`)}</dl></details>
</footer>`;
}
