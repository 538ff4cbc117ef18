import { isJsonObject, type JsonValue } from '../../json/value.ts';
import type { Pdu } from '../../event/pdu.ts';

/**
 * Every user ID that may stand in an event's content, its keys or its state key: all that could be found there later, and perhaps more. The sender is
 * none of them. Names are read as `aboutReasons` reads them. Whatever else may hold copies of events is looked through as well.
 */
export function namesIn({ content, state_key: stateKey, sender }: Pdu, beside: readonly JsonValue[] = []): ReadonlySet<string> {
  const names = new Set<string>();
  if (stateKey !== undefined && mayName(stateKey)) collect(stateKey, names);
  const rest: JsonValue[] = [content, ...beside];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (typeof value === 'string') {
      if (mayName(value)) collect(value, names);
    } else if (Array.isArray(value)) for (const item of value) rest.push(item);
    else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) rest.push(key, item);
  }
  names.delete(sender ?? '');
  return names;
}

const LINK = 'matrix:u/';
const PERCENT_ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;

function mayName(text: string): boolean {
  return text.includes('@') || text.includes('%') || text.includes(LINK);
}

function collect(text: string, names: Set<string>): void {
  collectPlain(text, names);
  if (text.includes('%')) collectPlain(text.replace(PERCENT_ENCODED, decodeRun), names);
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}

function collectPlain(text: string, names: Set<string>): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) collectAt(text, at + 1, names);
  for (let at = text.indexOf(LINK); at >= 0; at = text.indexOf(LINK, at + 1)) collectAt(text, at + LINK.length, names);
}

const MAX_LENGTH = 255;
const HOST = /\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{1,255}/y;
const PORT = /:[0-9]{1,5}/y;
// What may follow a server name only as a part of it.
const LONGER_NAME = /[0-9A-Za-z-]|\.[0-9A-Za-z]|:[0-9]/y;

/** Names whose localpart begins here: it ends at the first colon, and the server name where no part of one can follow. */
function collectAt(text: string, start: number, names: Set<string>): void {
  const colon = text.indexOf(':', start);
  if (colon < 0 || colon - start > MAX_LENGTH) return;
  const host = endOf(HOST, text, colon + 1);
  if (host === undefined) return;
  for (const end of endsIn(text, colon + 1, host)) {
    const name = `@${text.slice(start, end)}`;
    if (name.length <= MAX_LENGTH && !name.includes('\0')) names.add(name);
  }
}

/** Where a server name may end: before a dot that leads nowhere, and at its last character or that of its port. */
function endsIn(text: string, start: number, host: number): readonly number[] {
  const ends: number[] = [];
  for (let dot = text.indexOf('.', start); dot >= 0 && dot < host; dot = text.indexOf('.', dot + 1)) if (dot > start && isEnd(text, dot)) ends.push(dot);
  for (const end of [host, endOf(PORT, text, host)]) if (end !== undefined && isEnd(text, end)) ends.push(end);
  return ends;
}

function isEnd(text: string, at: number): boolean {
  return endOf(LONGER_NAME, text, at) === undefined;
}

function endOf(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : undefined;
}
