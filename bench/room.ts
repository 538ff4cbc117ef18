import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { eventId, roomVersion, type Pdu } from '../src/index.ts';
import { authorize, openRoom, resolveState, stateKeyOf, type RoomEventRecord, type StateKey, type StateMap } from '../src/room.ts';
import { each, events, lines, rules } from './events.ts';
import type { Task } from './measure.ts';
import { forkingRoom } from './room-events.ts';

type Fork = { readonly roomVersion: string; readonly stateSets: readonly Readonly<Record<StateKey, string>>[]; readonly events: readonly Pdu[] };

const unpacked = (name: string): string => gunzipSync(readFileSync(new URL(`data/${name}`, import.meta.url))).toString('utf8');
const forkText = unpacked('state-resolution.json.gz');
const fork: Fork = JSON.parse(forkText);
const states = fork.stateSets.map((state): StateMap => new Map(Object.entries(state) as (readonly [StateKey, string])[]));
const forkEvents = new Map<string, Pdu>(fork.events.map((event) => [eventId(event, roomVersion(fork.roomVersion)), event]));

function resolveFork(): number {
  const resolved = resolveState(states, { rules: roomVersion(fork.roomVersion), fetchEvent: (id) => forkEvents.get(id) });
  if (resolved.size !== 1065) throw new Error(`resolved to ${resolved.size} entries`);
  return 1;
}

const createEventId = unpacked('event-ids-10k.txt.gz').split('\n')[0] ?? '';

/** Every event in the state of the room before it, which is a chain. */
function authorizeAll(): number {
  const state = new Map<StateKey, Pdu>();
  const context = { rules, createEventId, state: (type: string, stateKey: string) => state.get(stateKeyOf(type, stateKey)) };
  for (const event of events) {
    if (!authorize(event, context).allowed) throw new Error('an event of the benchmark was refused');
    if (event.state_key !== undefined) state.set(stateKeyOf(event.type, event.state_key), event);
  }
  return events.length;
}

const room = forkingRoom();
const roomLines = room.map((record) => JSON.stringify(record));

function openForkingRoom(): number {
  const { order, currentState } = openRoom(room);
  if (currentState().state !== 'known') throw new Error('the state of the room is not known');
  return order.length;
}

export const roomTasks: readonly Task[] = [
  {
    name: 'stateResolution',
    what: 'resolution of two forks of a room of 1,000 members, 200 places in conflict',
    atLeast: 0.6,
    baseline: { name: 'JSON.parse of its 1,417 events and two states', run: each([forkText], (text) => JSON.parse(text)) },
    ours: { name: 'matrix-erasure', run: resolveFork },
    peers: [{ name: 'JSON.parse of the 10,000 events, one by one', run: each(lines, (line) => JSON.parse(line)) }],
  },
  {
    name: 'authorize',
    what: 'authorization of 10,000 events of one room in its state',
    atLeast: 1,
    baseline: { name: 'JSON.parse of the same', run: each(lines, (line) => JSON.parse(line)) },
    ours: { name: 'matrix-erasure', run: authorizeAll },
    peers: [],
  },
  {
    name: 'openRoom',
    what: 'graph, states and verdicts of a room of 5,000 events, 450 forks in it',
    atLeast: 0.1,
    baseline: { name: 'JSON.parse of the same', run: each(roomLines, (line) => JSON.parse(line) as RoomEventRecord) },
    ours: { name: 'matrix-erasure', run: openForkingRoom },
    peers: [],
  },
];
