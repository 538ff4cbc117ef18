import type { ErasurePlan } from '../../erasure/plan.ts';
import { hazardOf, whatStays, type KeptKey, type Tally, type WhatStays } from '../../erasure/what-stays.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { aboutReasons, reaches, treatmentReasons } from '../text/sentences.ts';
import { html, type Html } from './html.ts';
import { code, section } from './marks.ts';
import { elsewhereNotes } from './plan-sections.ts';
import { residueNotes } from './residue-notes.ts';

const SERVERS_LISTED = 100;

/** What the erasure leaves behind, and why. */
export function stays(plan: ErasurePlan): Html {
  const found = whatStays(plan);
  return section('stays', 'What stays, and why', html`${keptNotes(found)}${reachNotes(found)}${aboutNotes(found, plan)}${serverNotes(found)}${elsewhereNotes(plan)}${residueNotes(plan)}`);
}

function keptNotes({ kept }: WhatStays): Html | undefined {
  if (kept.length === 0) return undefined;
  return html`<h3>Events that are kept</h3>
<ul class="notes">${kept.map((tally) => html`<li>${keptNote(tally)}</li>
`)}</ul>
`;
}

function keptNote({ key, events, rooms }: Tally<KeptKey>): Html {
  const counted = `${countOf(events, 'event')} in ${countOf(rooms, 'room')}`;
  if (key.hazard === undefined) return html`<strong>${counted}.</strong> ${treatmentReasons[key.reason]}`;
  const hazard = hazardOf(key.hazard);
  if (hazard === undefined) return html`<strong>${counted}.</strong> ${treatmentReasons[key.reason]} ${code(key.hazard)}`;
  return html`<strong>${counted}</strong> of type ${code(hazard.type)}. ${hazard.consequence}
<p><span class="soft">What can be done:</span> ${hazard.remedy}</p>`;
}

function reachNotes({ outOfReach }: WhatStays): Html | undefined {
  if (outOfReach.length === 0) return undefined;
  return html`<h3>Events out of reach</h3>
<p>Here they are treated as planned. A redaction that tells other servers would not be accepted.</p>
<ul class="plain">${outOfReach.map(({ key, events, rooms }) => html`<li>${countOf(events, 'event')} in ${countOf(rooms, 'room')}. ${reaches[key].sentence}</li>
`)}</ul>
`;
}

function aboutNotes({ about }: WhatStays, { totals }: ErasurePlan): Html | undefined {
  if (about.length === 0) return undefined;
  return html`<h3>Other people's events about this person</h3>
<p>${countOf(totals.about, 'event')}, listed under each room and not touched: they are also someone else's data.</p>
<ul class="plain">${about.map(({ key, events }) => html`<li>${aboutReasons[key].label}, ${formatCount(events)}. ${aboutReasons[key].sentence}</li>
`)}</ul>
`;
}

function serverNotes({ servers }: WhatStays): Html | undefined {
  if (servers.length === 0) return undefined;
  const more = servers.length - SERVERS_LISTED;
  return html`<h3>Copies on other servers</h3>
<p>${countOf(servers.length, 'server')} had members in these rooms and hold copies. They can be asked to erase them, and cannot be made to.</p>
<ul class="plain">${servers.slice(0, SERVERS_LISTED).map(({ key, rooms }) => html`<li>${code(key)}, ${countOf(rooms, 'room')}</li>
`)}${more > 0 ? html`<li>and ${formatCount(more)} more, in the plan file</li>` : undefined}</ul>
`;
}
