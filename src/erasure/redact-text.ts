import { endOfValue } from '../json/scan-json.ts';
import { own } from '../json/value.ts';
import type { RedactionRules, RoomVersionRules } from '../rules/types.ts';

const TEXT = String.raw`"[^"\\\ud800-\udfff]*"`;
const COUNT = String.raw`(?:0|-?[1-9]\d{0,14})`;
const FLAG = 'true|false|null';
// Keys that are numbers come before others, and `__proto__` is read in a way of its own.
const ODD_KEY = String.raw`[\d_]`;
const OBJECT = String.raw`\{"(?!${ODD_KEY})${TEXT.slice(1)}:${TEXT}\}`;
const listOf = (item: string): string => String.raw`\[(?:${item}(?:,${item})*)?\]`;

/** Values that are written in one way only, however they are read and written again: what nearly every event has of the keys that it keeps. */
const VALUE = [TEXT, COUNT, String.raw`\{\}`, listOf(TEXT), listOf(String.raw`\[${TEXT},${OBJECT}\]`), OBJECT, OBJECT.replace(`:${TEXT}`, `:${OBJECT}`)].join('|');

const valuesOf = (keys: readonly string[], values: string): Readonly<Record<string, string>> => Object.fromEntries(keys.map((key) => [key, values]));

/** What stays of a record beside its event and its room version, in the forms that `record-notes.ts` knows. By any other name flags stay, and nothing else. */
const NOTES: Readonly<Record<string, string>> = {
  ...valuesOf(['room_id', 'event_id', 'type', 'sender', 'state_key', 'rejected'], `${TEXT}|${FLAG}`),
  ...valuesOf(['stream_ordering', 'topological_ordering', 'depth', 'received_ts', 'origin_server_ts'], `${COUNT}|${FLAG}`),
  redacted_by: String.raw`\[\]|${FLAG}`,
  erasure: FLAG,
};

/** Gives the JSON of a record, or of an event alone (`bare`), with the event redacted; `undefined` where it has to be read for that. */
export type TextRedactor = (text: string, bare: boolean) => string | undefined;

/**
 * A redactor that cuts out of a text what stays, for events of one room version: a record that says another is left. The text must be one that was read
 * before; what comes out is what reading, {@link redact} and writing give. It knows only events without state of which nothing in `content` stays, written
 * without space and escapes, as nearly all are.
 * @example textRedactor(roomVersion('11'))('{"room_version":"11","pdu":{"type":"m.room.message","content":{"body":"hi"}}}', false) // '{"room_version":"11","pdu":{"content":{},"type":"m.room.message"}}'
 */
export function textRedactor({ id, redaction: rules }: RoomVersionRules): TextRedactor {
  if (Object.keys(rules.anyContent).length > 0) return () => undefined;
  const kept = Object.keys(rules.event);
  const notes = { ...NOTES, room_version: `"${id.replaceAll('.', '\\.')}"|${FLAG}` };
  const members = { ...valuesOf(kept.filter((key) => key !== 'content' && key !== 'state_key'), VALUE), type: TEXT };
  const form: Form = { rules, kept, notes, note: memberFinder(notes), member: memberFinder(members) };
  return (text, bare) => {
    if (text.length > LONGEST) return undefined;
    if (!bare) return redactRecord(text, form);
    const event = redactEvent(text, 0, form);
    return event?.end === text.length ? event.redacted : undefined;
  };
}

/** More than any event may have: of far longer lists an expression would run out of memory. */
const LONGEST = 200_000;

type Form = {
  readonly rules: RedactionRules;
  readonly kept: readonly string[];
  readonly notes: typeof NOTES;
  readonly note: MemberFinder;
  readonly member: MemberFinder;
};

/** Finds which member of an object stands at a place of the text, as the one after so many others, and where it ends. */
type MemberFinder = (text: string, at: number, turn: number) => Found | undefined;
type Found = { readonly key: string; readonly end: number };

/** A finder of members by their keys and values. It tries first what it found at this turn before: who writes events has one order for their keys. */
function memberFinder(values: Readonly<Record<string, string>>): MemberFinder {
  const forms = new Map(Object.entries(values).map(([key, value]) => [key, { key, form: new RegExp(`"${key}":(?:${value})(?=[,}])`, 'y') }]));
  const order: { readonly key: string; readonly form: RegExp }[] = [];
  return (text, at, turn) => {
    let member = order[turn];
    if (member === undefined || !matches(member.form, text, at)) {
      member = forms.get(text.slice(at + 1, text.indexOf('"', at + 1)));
      if (member === undefined || !matches(member.form, text, at)) return undefined;
      order[turn] = member;
    }
    return { key: member.key, end: member.form.lastIndex };
  };
}

function matches(form: RegExp, text: string, at: number): boolean {
  form.lastIndex = at;
  return form.test(text);
}

const COMMA = 0x2c;
const CLOSE = 0x7d;
const EVENT = '"pdu":';

function redactRecord(text: string, form: Form): string | undefined {
  const seen = new Set<string>();
  let [redacted, at] = ['', 0];
  do {
    const member = text.startsWith(EVENT, at + 1) ? eventMember(text, at + 1, form) : noteMember(text, at + 1, { form, turn: seen.size });
    if (member === undefined || seen.has(member.key)) return undefined;
    seen.add(member.key);
    if (member.stays !== '') redacted += (redacted === '' ? '{' : ',') + member.stays;
    at = member.end;
  } while (text.charCodeAt(at) === COMMA);
  return seen.has('pdu') && text.charCodeAt(at) === CLOSE && at === text.length - 1 ? `${redacted}}` : undefined;
}

/** A member of a record, and the text of it that stays. */
type Member = Found & { readonly stays: string };

function eventMember(text: string, at: number, form: Form): Member | undefined {
  const event = redactEvent(text, at + EVENT.length, form);
  return event && { key: 'pdu', end: event.end, stays: EVENT + event.redacted };
}

const FLAGGED = new RegExp(`"(?!${ODD_KEY})${TEXT.slice(1)}:(?:${FLAG})(?=[,}])`, 'y');
// Not so whatever could be a flag after a space.
const SAYING = /"[^"]*":["{[\d-]/y;

function noteMember(text: string, at: number, { form, turn }: { readonly form: Form; readonly turn: number }): Member | undefined {
  const note = form.note(text, at, turn);
  if (note !== undefined) return { key: note.key, end: note.end, stays: text.slice(at, note.end) };
  const other = otherMember(text, at);
  if (other === undefined || Object.hasOwn(form.notes, other.key)) return undefined;
  if (matches(FLAGGED, text, at)) return { ...other, stays: text.slice(at, other.end) };
  return matches(SAYING, text, at) ? { ...other, stays: '' } : undefined;
}

/** A member of any name; `undefined` where that has to be read. */
function otherMember(text: string, at: number): Found | undefined {
  const keyEnd = text.indexOf('":', at + 1);
  const key = text.slice(at + 1, keyEnd);
  return text[at] !== '"' || /[\\"]/.test(key) ? undefined : { key, end: endOfValue(text, keyEnd + 2) };
}

/** What stays of an event in a text, and where it ends. */
type RedactedEvent = { readonly redacted: string; readonly end: number };

function redactEvent(text: string, start: number, form: Form): RedactedEvent | undefined {
  const stays: Stays = {};
  let [at, turn] = [start, 0];
  do {
    const end = readMember(text, at + 1, { form, stays, turn: turn++ });
    if (end === undefined) return undefined;
    at = end;
  } while (text.charCodeAt(at) === COMMA);
  const redacted = text.charCodeAt(at) === CLOSE ? joined(stays, form) : undefined;
  return redacted === undefined ? undefined : { redacted, end: at + 1 };
}

/** The members that stay, by key. */
type Stays = { [key: string]: string | undefined };
type Reading = { readonly form: Form; readonly stays: Stays; readonly turn: number };

/** Takes a member if it stays; gives where it ends. Where `content` is empty, the event may have been redacted before. */
function readMember(text: string, at: number, { form, stays, turn }: Reading): number | undefined {
  const member = form.member(text, at, turn);
  const key = member?.key ?? (text.startsWith('"content":{"', at) ? 'content' : undefined);
  if (key === undefined) return endOfDropped(text, at, form);
  if (stays[key] !== undefined) return undefined;
  stays[key] = member === undefined ? '"content":{}' : text.slice(at, member.end);
  return member?.end ?? endOfValue(text, at + '"content":'.length);
}

function endOfDropped(text: string, at: number, { rules }: Form): number | undefined {
  const member = otherMember(text, at);
  return member === undefined || Object.hasOwn(rules.event, member.key) ? undefined : member.end;
}

function joined(stays: Stays, { rules, kept }: Form): string | undefined {
  const { type, content } = stays;
  if (type === undefined || content === undefined || own(rules.content, type.slice('"type":"'.length, -1)) !== undefined) return undefined;
  let redacted = '';
  for (const key of kept) {
    const member = stays[key];
    if (member !== undefined) redacted += (redacted === '' ? '{' : ',') + member;
  }
  return `${redacted}}`;
}
