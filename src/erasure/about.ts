import { isJsonObject, own, type JsonValue } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import { relationsOf } from '../event/relations.ts';
import type { AboutReason } from './plan.ts';

/** What to look for: the subjects, in every form in which a text names them. */
export type SubjectNames = { readonly ids: ReadonlySet<string>; readonly forms: readonly string[] };

/**
 * The forms in which texts name the subjects: as they are, and as `matrix:` links have them.
 * @see https://spec.matrix.org/v1.19/appendices/#uris
 */
export function subjectNames(subjects: readonly string[]): SubjectNames {
  const forms = subjects.flatMap((id) => [id, `matrix:u/${id.slice(1)}`]);
  return { ids: new Set(subjects), forms: [...new Set(forms)] };
}

/** Why an event of somebody else carries data of the subjects, as far as the event alone tells. */
export function aboutReasons(event: Pdu, names: SubjectNames): readonly AboutReason[] {
  const reasons: AboutReason[] = [];
  if (event.type === 'm.room.member' && names.ids.has(event.state_key ?? '')) reasons.push('membership', ...membershipReasons(event));
  const quoted = quotes(event, names);
  if (quoted) reasons.push('reply-quote');
  if (event.type === 'm.room.power_levels') return mentions(event.content, names) ? [...reasons, 'power-level'] : reasons;
  const isMembership = reasons.includes('membership');
  const content = quoted ? withoutFallback(event) : event.content;
  if (mentions(content, names) || (!isMembership && namesSubject(event.state_key ?? '', names))) reasons.push('mention');
  return reasons;
}

/** What else an invite, kick or ban says about whom it concerns. */
function membershipReasons({ content }: Pdu): readonly AboutReason[] {
  const says = (...keys: readonly string[]): boolean => keys.some((key) => {
    const text = own(content, key);
    return typeof text === 'string' && text !== '';
  });
  return [...(says('displayname', 'avatar_url') ? ['membership-profile' as const] : []), ...(says('reason') ? ['membership-reason' as const] : [])];
}

/** Another event that an event repeats or points out, and what that would be if that event were the subject's. */
export type EventMention = { readonly eventId: string; readonly reason: AboutReason };

/** The events that an event quotes or pins. */
export function mentionedEvents(event: Pdu): readonly EventMention[] {
  const { inReplyTo } = relationsOf(event);
  const quoted = inReplyTo !== undefined && hasFallback(event) ? [inReplyTo] : [];
  const pins = event.type === 'm.room.pinned_events' ? own(event.content, 'pinned') : undefined;
  const pinned = Array.isArray(pins) ? pins.filter((id): id is string => typeof id === 'string') : [];
  return [
    ...quoted.map((eventId): EventMention => ({ eventId, reason: 'reply-quote' })),
    ...pinned.map((eventId): EventMention => ({ eventId, reason: 'pinned' })),
  ];
}

const QUOTED_HTML = /<mx-reply>|<blockquote[\s>]/;

/** Whether a reply may repeat what it replies to: in the fallback that replies once had, or in a quote that somebody made. @see https://spec.matrix.org/v1.19/client-server-api/#rich-replies */
function hasFallback(event: Pdu): boolean {
  const body = own(event.content, 'body');
  const html = own(event.content, 'formatted_body');
  return (typeof body === 'string' && body.startsWith('> ')) || (typeof html === 'string' && QUOTED_HTML.test(html));
}

function quotes(event: Pdu, names: SubjectNames): boolean {
  if (!hasFallback(event)) return false;
  const { body, html } = partsOf(event);
  return namesSubject(body.quoted, names) || namesSubject(html.quoted, names);
}

/** A text, divided into what it quotes and what it says itself. */
type Parts = { readonly quoted: string; readonly said: string };

function partsOf({ content }: Pdu): { readonly body: Parts; readonly html: Parts } {
  const [body, html] = [own(content, 'body'), own(content, 'formatted_body')];
  return { body: partsOfText(typeof body === 'string' ? body : ''), html: partsOfHtml(typeof html === 'string' ? html : '') };
}

function partsOfText(body: string): Parts {
  const lines = body.split('\n');
  return { quoted: lines.filter(isQuote).join('\n'), said: lines.filter((line) => !isQuote(line)).join('\n') };
}

function isQuote(line: string): boolean {
  return line.startsWith('> ');
}

/** The last end counts, so that quotes in quotes are whole. */
function partsOfHtml(html: string): Parts {
  const start = html.search(QUOTED_HTML);
  const end = Math.max(...['</mx-reply>', '</blockquote>'].map((tag) => html.lastIndexOf(tag)));
  if (start < 0 || end < start) return { quoted: '', said: html };
  return { quoted: html.slice(start, end), said: html.slice(0, start) + html.slice(end) };
}

function withoutFallback(event: Pdu): JsonValue {
  const { body, html } = partsOf(event);
  return { ...event.content, body: body.said, formatted_body: html.said };
}

/** Whether any text in a value, keys included, names a subject. Walks with a list: content may be nested deeply. */
function mentions(content: JsonValue, names: SubjectNames): boolean {
  const rest: JsonValue[] = [content];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (typeof value === 'string') {
      if (namesSubject(value, names)) return true;
    } else if (Array.isArray(value)) for (const item of value) rest.push(item);
    else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) rest.push(key, item);
  }
  return false;
}

const PERCENT_ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;
// What may follow a server name only as a part of it: another user is named then.
const LONGER_NAME = /^(?:[0-9A-Za-z-]|\.[0-9A-Za-z]|:[0-9])/;

/** Whether a text names a subject, be it percent-encoded, as in links to users. */
function namesSubject(text: string, { forms }: SubjectNames): boolean {
  const decoded = text.includes('%') ? text.replace(PERCENT_ENCODED, decodeRun) : text;
  return forms.some((form) => hasName(text, form) || (decoded !== text && hasName(decoded, form)));
}

function hasName(text: string, form: string): boolean {
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    const end = at + form.length;
    if (!LONGER_NAME.test(text.slice(end, end + 2))) return true;
  }
  return false;
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}
