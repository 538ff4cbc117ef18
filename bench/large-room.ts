import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Pdu } from '../src/index.ts';

export const SUBJECT = '@alice:a.example';
/** Joins when nine tenths of the room have happened. */
export const LATE = (events: number): string => userOf(Math.floor((events / EVENTS_A_JOIN) * 0.9));
/** When so many events have happened (ms). */
export const timeOf = (events: number): number => 1_700_000_000_000 + events * 1000;

const ROOM = '!large:a.example';
const EVENTS_A_JOIN = 20;
const LINES_AT_ONCE = 2000;

const userOf = (member: number): string => `@user${member}:s${member % 500}.example`;
const idOf = (place: number): string => `$${createHash('sha256').update(String(place)).digest('base64url')}`;
const SIGNATURE = createHash('sha512').update('signature').digest('base64').slice(0, 86);
const START: readonly (Partial<Pdu> & { readonly auth: readonly number[] })[] = [
  { type: 'm.room.create', content: { creator: SUBJECT, room_version: '10' }, auth: [] },
  { type: 'm.room.member', state_key: SUBJECT, content: { membership: 'join', displayname: 'Alice', avatar_url: 'mxc://a.example/alice' }, auth: [0] },
  { type: 'm.room.power_levels', content: { users: { [SUBJECT]: 100 } }, auth: [0, 1] },
  { type: 'm.room.join_rules', content: { join_rule: 'public' }, auth: [0, 1, 2] },
  { type: 'm.room.history_visibility', content: { history_visibility: 'shared' }, auth: [0, 1, 2] },
];

/** Writes a room with one member for twenty events: a tenth of the events are the subject's, a fiftieth beside the one before it. */
export function writeLargeRoom(path: string, events: number): void {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  for (const record of largeRoom(events)) {
    if (lines.push(JSON.stringify(record)) < LINES_AT_ONCE) continue;
    writeSync(file, `${lines.join('\n')}\n`);
    lines = [];
  }
  if (lines.length > 0) writeSync(file, `${lines.join('\n')}\n`);
  closeSync(file);
}

function* largeRoom(events: number): Generator<object> {
  const joins: number[] = [];
  let ends: readonly number[] = [];
  let parents: readonly number[] = [];
  for (let place = 0; place < events; place++) {
    const isBeside = place % 50 === 42;
    if (!isBeside) parents = ends;
    yield recordOf(place, parents, eventAt(place, joins));
    ends = isBeside ? [...ends, place] : [place];
  }
}

type Event = Partial<Pdu> & { readonly auth: readonly number[] };

function eventAt(place: number, joins: number[]): Event {
  const start = START[place];
  if (start !== undefined) return { state_key: '', ...start };
  if (place % EVENTS_A_JOIN === 5) return joinAt(place, joins);
  const member = (place * 7919) % joins.length;
  const isSubject = place % 10 === 0;
  const content = place % 30 === 0
    ? { msgtype: 'm.image', body: 'picture.jpg', url: `mxc://a.example/upload${place}` }
    : { msgtype: 'm.text', body: `Message ${place} ${'of some length '.repeat(1 + (place % 9))}` };
  return { type: 'm.room.message', sender: isSubject ? SUBJECT : userOf(member), content, auth: [0, 2, isSubject ? 1 : joins[member] ?? 1] };
}

function joinAt(place: number, joins: number[]): Event {
  const user = userOf(joins.push(place) - 1);
  return { type: 'm.room.member', sender: user, state_key: user, content: { membership: 'join', displayname: `User ${place}` }, auth: [0, 2, 3] };
}

function recordOf(place: number, parents: readonly number[], { auth, ...event }: Event): object {
  const sender = event.sender ?? SUBJECT;
  const pdu = {
    sender, room_id: ROOM, origin_server_ts: timeOf(place), depth: place + 1, prev_events: parents.map(idOf), auth_events: auth.map(idOf),
    hashes: { sha256: idOf(place).slice(1) }, signatures: { [sender.slice(sender.indexOf(':') + 1)]: { 'ed25519:key': SIGNATURE } }, ...event,
  };
  return { event_id: idOf(place), room_id: ROOM, room_version: '10', stream_ordering: place + 1, received_ts: timeOf(place), pdu };
}
