import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

/** Whose erasure is measured: of nearly every event in every room. */
export const SUBJECT = '@alice:a.example';
export const ROOMS = 1000;
/** When the last event has come (ms). */
export const AFTERWARDS = 1_900_000_000_000;

const BOB = '@bob:b.example';
const STARTED = 1_700_000_000_000;
const LINES_AT_ONCE = 2000;
const SIGNATURE = createHash('sha512').update('signature').digest('base64').slice(0, 86);
const idOf = (room: number, place: number): string => `$${createHash('sha256').update(`${room} ${place}`).digest('base64url')}`;

type Event = { readonly type: string; readonly sender: string; readonly content: object; readonly state_key?: string; readonly auth: readonly number[] };

const START: readonly Event[] = [
  { type: 'm.room.create', sender: BOB, state_key: '', content: { creator: BOB, room_version: '10' }, auth: [] },
  { type: 'm.room.member', sender: BOB, state_key: BOB, content: { membership: 'join', displayname: 'Bob' }, auth: [0] },
  { type: 'm.room.power_levels', sender: BOB, state_key: '', content: { users: { [BOB]: 100 } }, auth: [0, 1] },
  { type: 'm.room.join_rules', sender: BOB, state_key: '', content: { join_rule: 'public' }, auth: [0, 1, 2] },
  { type: 'm.room.member', sender: SUBJECT, state_key: SUBJECT, content: { membership: 'join', displayname: 'Alice' }, auth: [0, 2, 3] },
];

/** Writes rooms with so many events in all: a start of five, then messages, of which some mention, reply, or show a picture; one in a hundred is another's. */
export function writeCorpus(path: string, events: number): void {
  const file = openSync(path, 'w');
  const inRoom = Math.floor(events / ROOMS);
  let lines: string[] = [];
  for (let room = 0; room < ROOMS; room++) {
    for (let place = 0; place < inRoom; place++) {
      if (lines.push(JSON.stringify(recordOf(room, place, inRoom))) < LINES_AT_ONCE) continue;
      writeSync(file, `${lines.join('\n')}\n`);
      lines = [];
    }
  }
  if (lines.length > 0) writeSync(file, `${lines.join('\n')}\n`);
  closeSync(file);
}

function recordOf(room: number, place: number, inRoom: number): object {
  const { auth, ...event } = START[place] ?? messageAt(room, place);
  const roomId = `!room${String(room).padStart(5, '0')}:b.example`;
  const server = event.sender.slice(event.sender.indexOf(':') + 1);
  const at = STARTED + (room * inRoom + place) * 1000;
  const pdu = {
    room_id: roomId, origin_server_ts: at, depth: place + 1, prev_events: place === 0 ? [] : [idOf(room, place - 1)], auth_events: auth.map((one) => idOf(room, one)),
    hashes: { sha256: idOf(room, place).slice(1) }, signatures: { [server]: { 'ed25519:key': SIGNATURE } }, ...event,
  };
  return { event_id: idOf(room, place), room_id: roomId, room_version: '10', stream_ordering: room * inRoom + place + 1, received_ts: at, pdu };
}

function messageAt(room: number, place: number): Event {
  const body = `Message ${place} of room ${room} ${'of some length '.repeat(1 + (place % 9))}`;
  const sender = place % 100 === 99 ? BOB : SUBJECT;
  return { type: 'm.room.message', sender, content: { msgtype: 'm.text', body, ...extrasAt(room, place) }, auth: [0, 2, sender === BOB ? 1 : 4] };
}

function extrasAt(room: number, place: number): object {
  if (place % 30 === 7) return { msgtype: 'm.image', url: `mxc://a.example/upload${room}x${place}` };
  if (place % 10 === 3) return { 'm.mentions': { user_ids: [BOB] } };
  if (place % 10 === 6) return { 'm.relates_to': { 'm.in_reply_to': { event_id: idOf(room, place - 1) } } };
  return {};
}
