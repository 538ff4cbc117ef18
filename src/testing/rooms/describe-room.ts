import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { isJsonObject, type JsonObject } from '../../json/value.ts';
import type { GeneratedEvent } from './room.ts';

/**
 * A room for people to read, a line for each event: its number, the numbers of its parents where those are not just the one before, who
 * sent it, what it is, and what it says. Signatures and keys are left out.
 * @example describeRoom(buildRoom({ actions: [] }, roomVersion('12')).events).split('\n')[1] // '2. @alice:one.example m.room.member @alice:one.example {"membership":"join","displayname":"alice"}'
 */
export function describeRoom(events: readonly GeneratedEvent[]): string {
  const numbers = new Map(events.map(({ event_id: id }, index) => [id, index + 1]));
  return events.map(({ pdu }, index) => `${index + 1}. ${after(pdu, index, numbers)}${describeEvent(pdu, numbers)}`).join('\n');
}

function after(pdu: Pdu, index: number, numbers: ReadonlyMap<string, number>): string {
  const parents = referencedIds(pdu.prev_events).flatMap((id) => numbers.get(id) ?? []);
  return index === 0 || (parents.length === 1 && parents[0] === index) ? '' : `(after ${parents.join(' and ')}) `;
}

/** An event in one line. */
export function describeEvent(pdu: Pdu, numbers: ReadonlyMap<string, number> = new Map()): string {
  const place = pdu.state_key === undefined || pdu.state_key === '' ? [] : [pdu.state_key];
  const redacts = typeof pdu.redacts === 'string' ? [`redacts ${numberOf(pdu.redacts, numbers)}`] : [];
  return [pdu.sender ?? '', pdu.type, ...place, ...redacts, stringifyJson(withoutKeys(pdu.content, numbers))].join(' ');
}

function numberOf(id: string, numbers: ReadonlyMap<string, number>): string {
  return String(numbers.get(id) ?? 'an event that is not there');
}

const UNREADABLE: ReadonlySet<string> = new Set(['signatures', 'key_validity_url']);

function withoutKeys(object: JsonObject, numbers: ReadonlyMap<string, number>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !UNREADABLE.has(key)).map(([key, value]) => {
    if (key === 'public_key') return [key, '…'];
    if (key === 'public_keys' && Array.isArray(value)) return [key, value.map(() => ({ public_key: '…' }))];
    if (key === 'redacts' && typeof value === 'string') return [key, numberOf(value, numbers)];
    return [key, isJsonObject(value) ? withoutKeys(value, numbers) : value];
  }));
}
