import { accountCategories } from '../../erasure/account/categories.ts';
import { isJsonObject, type JsonValue } from '../../json/value.ts';
import type { AccountExport } from '../account.ts';
import type { ExportCounts, ExportedRoom } from '../manifest.ts';
import { numbered } from '../names.ts';
import type { Missing, MissingWhat } from '../missing.ts';
import { dayOf, shownTime, span } from './dates.ts';
import { pageEnd, pageStart, partLinks, topLinks, type PageFrame } from './document.ts';
import { html, writeMarkup, type Markup } from './markup.ts';
import { shownId } from './room-page.ts';
import { readable } from './told.ts';

/** What the first page of an export says. */
export type IndexFacts = {
  readonly subjects: readonly string[];
  readonly at: number;
  readonly counts: ExportCounts;
  readonly rooms: readonly (ExportedRoom & { readonly label: string; readonly pages: readonly string[] })[];
  readonly account: readonly AccountExport[];
  /** The files that account data names, as far as they are in the export. */
  readonly accountFiles: ReadonlyMap<string, string>;
  readonly missing: readonly Missing[];
};

const FRAME: PageFrame = { title: 'Your data', up: '' };

const ROOMS_A_PAGE = 500;

/** The files of the list of rooms: `index.html`, and further ones where there are very many rooms. */
export function indexFiles(rooms: number): readonly string[] {
  return Array.from({ length: Math.max(1, Math.ceil(rooms / ROOMS_A_PAGE)) }, (_, index) => (index === 0 ? 'index.html' : numbered('rooms', index + 1, '.html')));
}

/** A further page of the list of rooms. */
export function* roomsPage({ rooms }: IndexFacts, current: number): Generator<string> {
  yield pageStart(FRAME);
  yield writeMarkup(html`<header>
${topLinks('', 'room')}
<h1>Your rooms</h1>
${partLinks(indexFiles(rooms.length), current)}
</header>
<main id="main" tabindex="-1">
<ul class="rooms">
`);
  for (const room of rooms.slice(current * ROOMS_A_PAGE, (current + 1) * ROOMS_A_PAGE)) yield writeMarkup(roomItem(room));
  yield writeMarkup(html`</ul>
</main>
`);
  yield pageEnd(FRAME);
}

/** The first page of an export, in pieces. */
export function* indexPage(facts: IndexFacts): Generator<string> {
  yield pageStart(FRAME);
  yield writeMarkup(html`<header>
${topLinks('', 'index')}
<h1>Your data</h1>
<p class="lede">A copy of what is held about ${facts.subjects.map((subject, i) => html`${i === 0 ? undefined : ', '}<code>${shownId(subject)}</code>`)}, made on ${dayOf(facts.at)}${clockOf(facts.at)}.</p>
${figures(facts.counts)}
</header>
<main id="main" tabindex="-1">
<section aria-labelledby="rooms"><h2 id="rooms">Rooms</h2>
${facts.rooms.length === 0 ? html`<p>No events of yours were found.</p>` : undefined}${partLinks(indexFiles(facts.rooms.length), 0)}<ul class="rooms">
`);
  for (const room of facts.rooms.slice(0, ROOMS_A_PAGE)) yield writeMarkup(roomItem(room));
  yield writeMarkup(html`</ul></section>
${accountSection(facts)}
${missingSection(facts.missing)}
${machines()}
</main>
`);
  yield pageEnd(FRAME);
}

function clockOf(at: number): string {
  const clock = shownTime(at)?.clock;
  return clock === undefined ? '' : ` at ${clock} UTC`;
}

function figure(count: number, what: string): Markup {
  return html`<div><dt>${what}</dt><dd>${count.toLocaleString('en')}</dd></div>`;
}

function figures(counts: ExportCounts): Markup {
  const files = counts.files === 0 ? undefined : figure(counts.filesIncluded, counts.filesIncluded === counts.files ? 'files' : `of ${counts.files.toLocaleString('en')} files`);
  return html`<dl class="figures">${figure(counts.rooms, counts.rooms === 1 ? 'room' : 'rooms')}${figure(counts.messages, counts.messages === 1 ? 'message' : 'messages')}${figure(counts.events - counts.messages, 'other events')}${files}</dl>`;
}

function roomItem(room: IndexFacts['rooms'][number]): Markup {
  const [first] = room.pages;
  const rest = room.pages.length < 2 ? undefined : html` Parts: ${room.pages.map((page, i) => html`<a href="${page}">${i + 1}</a> `)}`;
  const about = room.events === 0 ? 'Nothing of yours; others gave you a membership.' : `${room.events.toLocaleString('en')} ${room.events === 1 ? 'event' : 'events'} of yours, ${span(room.first, room.last)}.`;
  return html`<li>${first === undefined ? room.label : html`<a href="${first}">${room.label}</a>`}<p>${about}${rest}</p></li>
`;
}

const SHOWN_ITEMS = 25;
const PART_TITLES: Readonly<Record<AccountExport['part'], string>> = { profile: 'Profile', devices: 'Devices', connections: 'Connections', other: 'Other account data' };

function accountSection({ account, accountFiles }: IndexFacts): Markup | undefined {
  if (account.length === 0) return undefined;
  return html`<section aria-labelledby="account"><h2 id="account">Account</h2>
${account.map((file) => html`<h3>${PART_TITLES[file.part]}</h3>
${file.accounts.map(({ user, data }) => html`${file.accounts.length === 1 ? undefined : html`<p><code>${shownId(user)}</code></p>`}<dl class="items">${Object.entries(data).map(([id, items]) => category([id, items], file.part, accountFiles))}</dl>`)}
`)}</section>`;
}

function category([id, items]: readonly [string, readonly JsonValue[]], part: string, files: ReadonlyMap<string, string>): Markup {
  const purpose = accountCategories.find((known) => known.id === id)?.purpose;
  const rest = items.length - SHOWN_ITEMS;
  const values = items.length === 0 ? html`<span class="soft">None.</span>` : html`<ul>${items.slice(0, SHOWN_ITEMS).map((item) => html`<li dir="auto">${valueOf(item, files)}</li>`)}</ul>`;
  return html`<dt>${titleOf(id)}</dt><dd class="soft small">${purpose}</dd><dd>${values}${rest > 0 ? html`<p class="soft small">And ${rest.toLocaleString('en')} more, in <code>account/${part}.json</code>.</p>` : undefined}</dd>`;
}

function valueOf(item: JsonValue, files: ReadonlyMap<string, string>): Markup | string {
  const file = typeof item === 'string' ? files.get(item) : undefined;
  if (file !== undefined) return html`<figure><img src="${file}" alt="${String(item)}" loading="lazy"><figcaption><a href="${file}">${String(item)}</a></figcaption></figure>`;
  if (typeof item !== 'object' || item === null) return String(item);
  const fields = isJsonObject(item) ? Object.entries(item) : [];
  if (fields.length === 0 || fields.some(([, value]) => typeof value === 'object')) return html`<pre>${readable(item)}</pre>`;
  return html`${fields.map(([key, value], i) => html`${i === 0 ? undefined : html`<br>`}<span class="soft">${key.replaceAll('_', ' ')}:</span> <bdi>${key === 'at' && typeof value === 'number' ? `${dayOf(value)}${clockOf(value)}` : String(value)}</bdi>`)}`;
}

/** A category as people call it. */
function titleOf(id: string, place = 0): string {
  const name = id.replaceAll('-', ' ').replace(/^(?:ip|sso|url)\b/, (letters) => letters.toUpperCase());
  return place === 0 ? name.replace(/^[a-z]/, (letter) => letter.toUpperCase()) : name;
}

const NAMES: ReadonlyMap<MissingWhat, string> = new Map<MissingWhat, string>([
  ['account', 'Account data'], ['events', 'Lines that could not be read'], ['texts', 'Messages'], ['files', 'Files'], ['other-people', 'Other people'],
]);

/** Categories that are missing for one reason stand together. */
function missingSection(missing: readonly Missing[]): Markup | undefined {
  if (missing.length === 0) return undefined;
  const groups = new Map<string, Missing[]>();
  for (const entry of missing) {
    const key = NAMES.has(entry.what) ? `${entry.what} ${entry.reason}` : entry.reason;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return html`<section aria-labelledby="missing"><h2 id="missing">What is not in this copy</h2>
<ul class="notes">${[...groups.values()].map((entries) => html`<li><p><strong>${entries.map(nameOf).join(', ')}</strong></p><p>${entries[0]?.explanation}</p></li>
`)}</ul></section>`;
}

function nameOf({ what, count }: Missing, place: number): string {
  const shown = NAMES.get(what) ?? titleOf(what, place);
  return count === undefined ? shown : `${shown} (${count.toLocaleString('en')})`;
}

function machines(): Markup {
  return html`<section aria-labelledby="machines"><h2 id="machines">For other programs</h2>
<p>Everything that you see here is also there for programs. <code>manifest.json</code> lists all files with their sizes and SHA-256 hashes. Each room has a folder in <code>rooms</code>;
its <code>events-….jsonl</code> hold your events as they were signed, one a line in JSON. The folder <code>schema</code> says what each file is made of, in JSON Schema.</p></section>`;
}
