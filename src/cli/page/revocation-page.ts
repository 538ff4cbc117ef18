import type { RevocationPlan, RevokedEntry } from '../../erasure/revocation.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { countReasons } from '../text/revocation-text.ts';
import { revokedReasons } from '../text/sentences.ts';
import { pageOf } from './document.ts';
import { html, writeHtml, type Html } from './html.ts';
import { breakable, code, section, stateKey, time } from './marks.ts';
import { joined } from './overview.ts';
import { PAGE_ROWS, ROOM_ROWS, shareOut } from './row-budget.ts';

const ROOMS_SHOWN = 300;

/** A plan to revoke as one HTML file, like that of a plan. */
export function renderRevocationPage(revocation: RevocationPlan): string {
  const { request, rooms, totals, digest } = revocation;
  const shown = rooms.slice(0, ROOMS_SHOWN);
  const rows = shareOut(shown.map(({ entries }) => Math.min(entries.length, ROOM_ROWS)), PAGE_ROWS);
  return writeHtml(pageOf(`Revocation: ${request.subjects.join(', ')}`, html`<header>
<p class="eyebrow">Plan to revoke an erasure</p>
<h1>What comes back of ${joined(request.subjects.map(code))}</h1>
<p class="lede">${countOf(totals.returns, 'event')} to come back, ${formatCount(totals.gone)} gone, ${formatCount(totals.unchanged)} as they always were.</p>
<p class="state">Nothing has changed yet.</p>
<dl class="facts">
<dt>In effect from</dt><dd>${time(request.effectiveAt)}</dd>
<dt>Revoked</dt><dd>${time(request.revokedAt)}</dd>
<dt>Revokes plan</dt><dd>${code(revocation.revokes)}</dd>
</dl>
</header>
<main id="main" tabindex="-1">
${section('why', 'What comes back, and what does not', html`<ul class="plain">${countReasons(revocation).map(([reason, count]) => html`<li>${countOf(count, 'event')}. ${revokedReasons[reason]}</li>
`)}</ul>`)}
${section('next', 'How to go on', html`<p>Once somebody has read and approved this, carry it out:</p>
<pre>matrix-erasure apply revocation.json events.ndjson --out restored.ndjson</pre>`)}
${section('rooms', 'Room by room', html`${shown.map((room, i) => roomCard(room, i + 1, rows[i] ?? 0))}${rooms.length > ROOMS_SHOWN ? html`<p>${countOf(rooms.length - ROOMS_SHOWN, 'more room')} in the file.</p>` : undefined}`)}
</main>
<footer><p>This page holds identifiers, types, state keys and counts. It holds no content of events.</p><dl class="facts"><dt>Revocation</dt><dd>${code(digest)}</dd></dl></footer>`));
}

function roomCard({ room_id, entries, totals }: RevocationPlan['rooms'][number], number: number, rows: number): Html {
  const id = `room-${number}`;
  const rest = entries.length - rows;
  return html`<article class="room" aria-labelledby="${id}">
<h3 id="${id}">${code(room_id)}</h3>
<p class="small soft">${formatCount(totals.returns)} to come back, ${formatCount(totals.gone)} gone, ${formatCount(totals.unchanged)} as they were.</p>
<details><summary>${countOf(entries.length, 'event')}</summary>
<div class="group"><table><caption class="unseen">Events of room ${number}</caption>
<thead><tr><th scope="col" class="c1">Type</th><th scope="col" class="c2">State key, and what becomes of it</th><th scope="col">Event ID</th></tr></thead><tbody>
${entries.slice(0, rows).map(entryRow)}</tbody></table>${rest > 0 ? html`<p class="small">The first ${formatCount(rows)} shown; ${formatCount(rest)} more are in the file.</p>` : undefined}</div></details>
</article>
`;
}

function entryRow({ event_id, type, state_key, outcome, reason }: RevokedEntry): Html {
  return html`<tr><td>${breakable(type)}</td><td>${stateKey(state_key)}<br><span class="soft">${outcome}: ${reason}</span></td><td>${code(event_id)}</td></tr>
`;
}
