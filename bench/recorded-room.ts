import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { equalStateMaps, openRoom, stateKeyOf, type RoomEventRecord } from '../src/room.ts';
import { each } from './events.ts';
import type { Task } from './measure.ts';

type Recorded = {
  readonly events: readonly RoomEventRecord[];
  readonly current: readonly (readonly [type: string, stateKey: string, eventId: string])[];
  readonly extremities: readonly string[];
};

const { events, current, extremities }: Recorded = JSON.parse(gunzipSync(readFileSync(new URL('data/recorded-room.json.gz', import.meta.url))).toString('utf8'));
const lines = events.map((event) => JSON.stringify(event));
const currentIds = new Map(current.map(([type, stateKey, id]) => [stateKeyOf(type, stateKey), id]));

/** Opens the room, and looks whether that gives what the server had. */
function openRecordedRoom(): number {
  const { order, currentState, forwardExtremities } = openRoom(events);
  const state = currentState();
  if (state.state !== 'known' || !equalStateMaps(state.map(), currentIds)) throw new Error('the current state is not the one that the server had');
  if (forwardExtremities.length !== extremities.length || !extremities.every((id) => forwardExtremities.includes(id))) throw new Error('the forward extremities are not those of the server');
  return order.length;
}

const forks = events.filter(({ pdu }) => pdu.prev_events !== undefined && pdu.prev_events.length > 1).length;

/** A room that a server stored, where many events meet others. */
export const recordedRoomTask: Task = {
  name: 'openRecordedRoom',
  what: `graph, states and verdicts of a recorded room of ${events.length.toLocaleString('en')} events, ${forks.toLocaleString('en')} of them with several parents`,
  atLeast: 0.1,
  baseline: { name: 'JSON.parse of the same', run: each(lines, (line) => JSON.parse(line)) },
  ours: { name: 'matrix-erasure', run: openRecordedRoom },
  peers: [],
};
