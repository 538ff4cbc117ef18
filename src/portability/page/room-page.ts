import { html, writeMarkup, type Markup } from './markup.ts';
import { neighbourLinks, pageEnd, pageStart, topLinks, type PageFrame } from './document.ts';
import { shownTime } from './dates.ts';
import type { Told } from './told.ts';

/** What a page says of a room. */
export type RoomHead = { readonly label: string; readonly roomId: string; readonly roomVersion: string };

/** An entry on the page of a room. */
export type RoomEntry = {
  /** Counts the entries of a room: links lead to it. */
  readonly anchor: number;
  readonly at: number | undefined;
  readonly told: Told;
  readonly tags: readonly string[];
  /** The path of the file of the event in the export, if it is there. */
  readonly file?: string;
  /** Whether the file's bytes are encrypted, so that nothing can show it. */
  readonly sealed?: boolean;
  /** Whether it changed the room, and so is told in one line. */
  readonly quiet?: boolean;
  /** Who wrote it, if it was not the person. */
  readonly other?: string;
};

const UP = '../../';
const frameOf = ({ label }: RoomHead): PageFrame => ({ title: label, up: UP });

/** The beginning of a page of a room. */
export function roomPageStart(room: RoomHead, part: number, before: string | undefined): string {
  const { label, roomId, roomVersion } = room;
  return pageStart(frameOf(room)) + writeMarkup(html`<header>
${topLinks(UP, 'room')}
<h1>${label}</h1>
<p class="soft small">Room <code>${shownId(roomId)}</code>, version ${shownId(roomVersion)}${part === 1 && before === undefined ? undefined : `, part ${part}`}. All times are UTC.</p>
${neighbourLinks(before, undefined, 'Above')}
</header>
<main id="main" tabindex="-1">
`);
}

/** How far a page is: the day of its last entry, and how many entries of that day stand together. */
export type PageProgress = { readonly day: string; readonly together: number };

// What is out of sight is laid out in groups, when it comes into sight: thousands of entries open at once.
const GROUP = 100;

/** An entry, after the heading of its day if that is another than that of the entry before. */
export function roomEntry(entry: RoomEntry, before: PageProgress | undefined): { readonly markup: string; readonly progress: PageProgress } {
  const time = shownTime(entry.at);
  const day = time?.day ?? 'Time unknown';
  const isNewDay = day !== before?.day;
  const isNewGroup = isNewDay || before.together >= GROUP;
  const opening = isNewDay ? `${before === undefined ? '' : DAY_END}${writeMarkup(html`<section class="day"><h2>${day}</h2>`)}${LIST}` : isNewGroup ? `</ol>${LIST}` : '';
  const shown = time === undefined ? html`<span></span>` : html`<time datetime="${time.machine}">${time.clock}</time>`;
  return { markup: opening + writeMarkup(html`<li id="e${entry.anchor}">${shown}<div${entry.other === undefined ? undefined : html` class="other"`}>${bodyOf(entry)}</div></li>
`), progress: { day, together: isNewGroup ? 1 : before.together + 1 } };
}

const LIST = '<ol class="events">\n';
const DAY_END = '</ol></section>\n';

/** The end of a page of a room. */
export function roomPageEnd(room: RoomHead, before: string | undefined, after: string | undefined, isEmpty: boolean): string {
  return (isEmpty ? '' : DAY_END) + writeMarkup(html`${neighbourLinks(before, after, 'Below')}
</main>
`) + pageEnd(frameOf(room));
}

function bodyOf({ told, tags, file, sealed, quiet, other }: RoomEntry): Markup {
  const label = [other, told.label].filter((part) => part !== undefined).join(': ');
  const said = told.text === undefined || (file !== undefined && told.file !== undefined) ? undefined : told.text;
  if (quiet === true) return html`<p class="what">${label}${said === undefined ? undefined : html`: <bdi class="said">${said}</bdi>`}${tags.map((tag) => html` <span class="tag">${tag}</span>`)}</p>${fileOf(told, file, sealed)}${dataOf(told)}`;
  const head = label === '' && tags.length === 0 ? undefined : html`<p class="what">${label}${tags.map((tag) => html` <span class="tag">${tag}</span>`)}</p>`;
  return html`${head}${said === undefined ? undefined : html`<p class="said" dir="auto">${said}</p>`}${fileOf(told, file, sealed)}${dataOf(told)}`;
}

function fileOf({ file: kind, text, label }: Told, path: string | undefined, sealed = false): Markup | undefined {
  if (kind === undefined) return undefined;
  if (path === undefined) return html`<p class="what">The file is not in this copy.</p>`;
  const name = text ?? label ?? 'File';
  const target = `${UP}${path}`;
  const caption = html`<figcaption dir="auto"><a href="${target}">${name}</a>${sealed ? ' (encrypted: only your own devices can open it)' : undefined}</figcaption>`;
  if (sealed || kind === 'file') return html`<figure>${caption}</figure>`;
  if (kind === 'image') return html`<figure><img src="${target}" alt="${name}" loading="lazy">${caption}</figure>`;
  return kind === 'video'
    ? html`<figure><video src="${target}" controls preload="none" aria-label="${name}"></video>${caption}</figure>`
    : html`<figure><audio src="${target}" controls preload="none" aria-label="${name}"></audio>${caption}</figure>`;
}

function dataOf({ data }: Told): Markup | undefined {
  return data === undefined ? undefined : html`<details><summary>What it holds</summary><pre>${data}</pre></details>`;
}

// Identifiers come from strangers: what could hide or reorder a text is written out.
const HIDING = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** An identifier, with every character that could hide or reorder it written as its number. */
export function shownId(id: string): string {
  return id.replace(HIDING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
