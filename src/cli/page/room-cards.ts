import type { AboutEntry, ErasurePlan, PlanEntry, RoomPlan } from '../../erasure/plan.ts';
import { sumTotals } from '../../erasure/steps.ts';
import { hazardOf } from '../../erasure/what-stays.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { aboutReasons, departures as departureWords, membershipWord, reaches, treatmentOrder, treatmentReasons, treatments } from '../text/sentences.ts';
import { partsBar, swatch, treatmentName, treatmentParts } from './charts.ts';
import { html, type Html } from './html.ts';
import { breakable, code, section, stateKey } from './marks.ts';
import { joined } from './overview.ts';
import { countTypes, groupEntries, PAGE_ROWS, ROOM_ROWS, shareOut, type EntryGroup } from './row-budget.ts';

const ROOMS_SHOWN = 300;
const LISTED = 12;
const ABOUT_ROWS = 50;

/** Every room with its counts, and its events to unfold. */
export function roomCards({ rooms }: ErasurePlan): Html {
  const shown = rooms.slice(0, ROOMS_SHOWN);
  const rows = shareOut(shown.map(({ entries }) => Math.min(entries.length, ROOM_ROWS)), PAGE_ROWS);
  return section('rooms', 'Room by room', html`${shown.map((room, i) => roomCard(room, i + 1, rows[i] ?? 0))}${roomsLeftOut(rooms.slice(ROOMS_SHOWN))}`);
}

function roomCard(room: RoomPlan, number: number, rows: number): Html {
  const id = `room-${number}`;
  return html`<article class="room" aria-labelledby="${id}">
<h3 id="${id}">${code(room.room_id)}</h3>
<p class="small soft">Version ${room.room_version}, ${countOf(room.events, 'event')} read. Membership: ${membershipWord(room.membership)}. ${copies(room.servers)}${room.state === 'unknown' ? ' Parts of its history are missing.' : undefined}</p>
${departures(room)}${partsBar(treatmentParts(room.totals), { title: 'Events by treatment', id: `${id}-bar` })}
${countsTable(room, number)}
${eventDetails(room, rows)}
</article>
`;
}

/** What the subjects do at last, where it is not the usual. */
function departures({ departures: going, redactions, predecessor }: RoomPlan): Html | undefined {
  const facts = [
    ...(redactions.length === 0 ? [] : [html`${countOf(redactions.length, 'redaction')} sent into it.`]),
    ...(predecessor === undefined ? [] : [html`It replaced ${code(predecessor)}, which is not in the input.`]),
    ...going.slice(0, LISTED).map(({ user_id: user, how }) => html`${code(user)} ${departureWords[how]}.`),
  ];
  return facts.length === 0 ? undefined : html`<p class="small soft">${facts.map((fact, i) => (i === 0 ? fact : html` ${fact}`))}</p>
`;
}

function copies(servers: readonly string[]): Html {
  if (servers.length === 0) return html`No other server holds a copy.`;
  const more = servers.length > LISTED ? html` and ${formatCount(servers.length - LISTED)} more` : undefined;
  return html`Copies on ${joined(servers.slice(0, LISTED).map(code))}${more}.`;
}

function countsTable({ totals }: RoomPlan, number: number): Html {
  return html`<table class="counts"><caption class="unseen">Events of room ${number} by treatment</caption>
<thead><tr>${treatmentOrder.map((treatment) => html`<th scope="col">${swatch(treatment)}${treatments[treatment].label}</th>`)}<th scope="col">About</th></tr></thead>
<tbody><tr>${treatmentOrder.map((treatment) => countCell(totals[treatment]))}${countCell(totals.about)}</tr></tbody></table>
${totals.held + totals.outOfReach === 0 ? undefined : html`<p class="small soft">${formatCount(totals.held)} held, ${formatCount(totals.outOfReach)} out of reach.</p>`}`;
}

function countCell(count: number): Html {
  return count === 0 ? html`<td class="none">0</td>` : html`<td>${formatCount(count)}</td>`;
}

function eventDetails({ entries, about }: RoomPlan, rows: number): Html {
  const others = about.length === 0 ? '' : `${entries.length === 0 ? '' : ' and '}${formatCount(about.length)} of others`;
  const label = `${entries.length === 0 ? '' : countOf(entries.length, 'event')}${others}`;
  return html`<details><summary>${label === '' ? 'No events' : label}</summary>
${groupEntries(entries, rows).map(groupTable)}${about.length === 0 ? undefined : aboutTable(about)}</details>`;
}

function groupTable({ like, entries, shown }: EntryGroup): Html {
  const rest = entries.length - shown.length;
  const caption = html`${treatmentName(like.treatment)}, ${countOf(entries.length, 'event')}`;
  const keyed = shown.some(({ state_key }) => state_key !== undefined);
  return html`<div class="group">${shown.length === 0 ? html`<p>${caption}</p>${reasonNotes(like)}` : html`<table><caption><p>${caption}</p>${reasonNotes(like)}</caption>
<thead><tr><th scope="col" class="c1">Type</th>${keyed ? html`<th scope="col" class="c2">State key</th>` : undefined}<th scope="col">Event ID</th></tr></thead><tbody>
${shown.map((entry) => entryRow(entry, keyed))}</tbody></table>`}${rest === 0 ? undefined : leftOut(entries, shown.length)}</div>
`;
}

function reasonNotes({ treatment, reason, hazard, reach, holds, shell, added }: PlanEntry): Html {
  const known = hazardOf(hazard);
  const danger = hazard === undefined ? undefined : html` <span>${known === undefined ? code(hazard) : `${known.consequence} ${known.remedy}`}</span>`;
  return html`<p class="soft">${treatments[treatment].sentence} ${treatmentReasons[reason]}${danger}${reach === undefined ? undefined : ` Out of reach: ${reaches[reach].sentence}`}${
    shell === undefined ? undefined : ' Its redacted form stays, because other events refer to it.'}${holds === undefined ? undefined : html` <strong>Held:</strong> ${joined(holds.slice(0, LISTED).map(code))}.`}${
    added === undefined ? undefined : html` <strong>New in this supplement.</strong>`}</p>`;
}

function entryRow({ event_id, type, state_key, media }: PlanEntry, keyed: boolean): Html {
  return html`<tr><td>${breakable(type)}</td>${keyed ? html`<td>${stateKey(state_key)}</td>` : undefined}<td>${code(event_id)}${media === undefined ? undefined : files(media)}</td></tr>
`;
}

function files(media: readonly string[]): Html {
  const more = media.length > LISTED ? html` and ${formatCount(media.length - LISTED)} more` : undefined;
  return html`<br><span class="soft">${media.length === 1 ? 'File' : 'Files'}: ${joined(media.slice(0, LISTED).map(code))}${more}</span>`;
}

function leftOut(entries: readonly PlanEntry[], shown: number): Html {
  const types = countTypes(entries);
  const more = types.length > LISTED ? html` and ${formatCount(types.length - LISTED)} more types` : undefined;
  return html`<p class="small">${shown === 0 ? 'None' : `The first ${formatCount(shown)}`} of ${formatCount(entries.length)} shown; ${formatCount(entries.length - shown)} more are in the plan file.
By type: ${joined(types.slice(0, LISTED).map(([type, count]) => html`${code(type)} ${formatCount(count)}`))}${more}.</p>`;
}

function aboutTable(about: readonly AboutEntry[]): Html {
  const rest = about.length - ABOUT_ROWS;
  return html`<div class="group"><table><caption><p><span class="name about">About the person</span>, ${countOf(about.length, 'event')} of others</p><p class="soft">Listed, not touched.</p></caption>
<thead><tr><th scope="col" class="c1">Type</th><th scope="col" class="c2">Why</th><th scope="col">Event ID</th></tr></thead><tbody>
${about.slice(0, ABOUT_ROWS).map(({ event_id, type, reasons }) => html`<tr><td>${breakable(type)}</td><td>${reasons.map((reason) => aboutReasons[reason].label).join(', ')}</td><td>${code(event_id)}</td></tr>
`)}</tbody></table>${rest > 0 ? html`<p class="small">The first ${formatCount(ABOUT_ROWS)} shown; ${formatCount(rest)} more are in the plan file.</p>` : undefined}</div>
`;
}

function roomsLeftOut(rooms: readonly RoomPlan[]): Html | undefined {
  if (rooms.length === 0) return undefined;
  const totals = sumTotals(rooms);
  const told = treatmentOrder.map((treatment) => `${treatments[treatment].label.toLowerCase()} ${formatCount(totals[treatment])}`).join(', ');
  return html`<p>${countOf(rooms.length, 'more room')} in the plan file: ${told}, about ${formatCount(totals.about)}.</p>`;
}
