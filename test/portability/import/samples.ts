import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { EventRecord } from '../../../src/event/record.ts';
import type { Pdu } from '../../../src/event/pdu.ts';

/** Room versions with a recorded room. */
export const VERSIONS: readonly string[] = Array.from({ length: 12 }, (_, index) => String(index + 1));

/** A recorded event, with what identifies it. */
export type Recorded = EventRecord & { readonly event_id: string; readonly room_id: string };

export function recorded(version: string): readonly Recorded[] {
  const bytes = readFileSync(new URL(`../../vectors/recorded/v${version}-shared/hs1.before.ndjson.gz`, import.meta.url));
  return gunzipSync(bytes).toString('utf8').trim().split('\n').map((line) => JSON.parse(line) as Recorded);
}

/** A file of `test/vectors/imports`, unpacked. */
export function sample(name: string): string {
  const bytes = readFileSync(new URL(`../../vectors/imports/${name}`, import.meta.url));
  return name.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
}

const text = (values: readonly unknown[], between: string): string => values.map((value) => JSON.stringify(value)).join(between);

/** As Python writes JSON: nothing but ASCII. */
const ascii = (json: string): string => json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const exported = (records: readonly Recorded[]): string => ascii(text(records.map(({ pdu }) => pdu), ''));
export const bareLines = (records: readonly Recorded[]): string => `${text(records.map(({ pdu }) => pdu), '\n')}\n`;
/** What the SQL in the README of TARDIS selects, with the space that psql puts before each line. */
export const tardis = (records: readonly Recorded[]): string => ` ${text(records.map(withId), '\n ')}\n`;
export const array = (records: readonly Recorded[]): string => JSON.stringify(records.map(withId), null, 2);
export const graphDocument = (records: readonly Recorded[]): string => JSON.stringify({ room_version: '10', events: records.map(withId), heads: [] });
export const transaction = (records: readonly Recorded[]): string => JSON.stringify({ origin: 'hs1.test', origin_server_ts: 1, pdus: records.map(({ pdu }) => pdu), edus: [{ edu_type: 'm.typing', content: {} }] });
/** As `/state` answers: some events stand in both lists. */
export const stateAnswer = (records: readonly Recorded[]): string => JSON.stringify({ auth_chain: records.slice(0, 5).map(({ pdu }) => pdu), pdus: records.map(({ pdu }) => pdu) });
/** rezzy's fixtures leave the room out, and so does Synapse where the create event makes it. */
export const roomless = (records: readonly Recorded[]): string => `${text(records.map((record) => omit(withId(record), 'room_id')), '\n')}\n`;
export const rows = (records: readonly Recorded[]): string =>
  `${text(records.map(({ event_id, room_id, pdu, internal_metadata }) => ({ event_id, room_id, internal_metadata, json: JSON.stringify(pdu), format_version: 3 })), '\n')}\n`;

function withId({ event_id, pdu }: Recorded): object {
  return { ...pdu, event_id };
}

export function omit(object: object, ...keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** An event as clients are served it. */
export function clientEvent({ event_id, pdu }: Recorded): Pdu {
  const { type, content, sender = '', state_key: stateKey, origin_server_ts: time = 0, room_id: room } = pdu;
  return { type, content, sender, event_id, origin_server_ts: time, unsigned: { age: 5 }, ...(room === undefined ? {} : { room_id: room }), ...(stateKey === undefined ? {} : { state_key: stateKey }) };
}

export const messages = (records: readonly Recorded[]): string =>
  JSON.stringify({ chunk: records.toReversed().map(clientEvent), start: 't1', end: 't2', state: records.slice(1, 3).map((record) => ({ ...clientEvent(record), unsigned: { age: 9 } })) });

export const context = ([event, ...records]: readonly Recorded[]): string =>
  JSON.stringify({ event: clientEvent(event as Recorded), events_before: records.slice(0, 2).map(clientEvent), events_after: records.slice(2).map(clientEvent), start: 'a', end: 'b', state: [] });

export const sync = (records: readonly Recorded[]): string => {
  const events = records.map((record) => omit(clientEvent(record), 'room_id'));
  const joined = {
    state: { events: events.slice(0, 6) }, timeline: { events: events.slice(6), limited: true, prev_batch: 't0' }, account_data: { events: [{ type: 'm.tag', content: {} }] },
    ephemeral: { events: [{ type: 'm.typing', content: {} }, { type: 'm.receipt', content: {} }] }, unread_notifications: {},
  };
  return JSON.stringify({
    account_data: { events: [{ type: 'm.direct', content: {} }] }, presence: { events: [{ type: 'm.presence', content: {} }] }, to_device: { events: [] }, next_batch: 's1',
    rooms: { join: { [records[0]?.room_id ?? '']: joined }, invite: { '!other:hs1.test': { invite_state: { events: [{ type: 'm.room.name', state_key: '', sender: '@x:y', content: {} }] } } }, leave: {} },
  });
};

export const element = (records: readonly Recorded[]): string => JSON.stringify({
  room_name: 'Garden', room_creator: 'Alice', topic: '', export_date: 'Wednesday, November 25, 2026', exported_by: 'Bob',
  messages: records.filter(({ pdu }) => pdu.type === 'm.room.message').map(clientEvent),
}, null, 2);
