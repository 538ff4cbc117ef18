/** The thread that reads a store's rooms and finds out their changes. It writes nothing. */
import { on } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { ErasureRequest } from '../../../erasure/request.ts';
import { changesIn, filesIn } from '../../erasure/changes-in.ts';
import type { RoomAhead } from '../../erasure/rooms-ahead.ts';
import { sqlStore } from '../../sql/sql-store.ts';
import type { ErasurePart, ErasureStore } from '../../store.ts';
import { sqlitePort } from '../sqlite-port.ts';
import { SHARED, WAITING_AT_MOST, type ReaderData, type ReaderMessage } from './messages.ts';
import { packPage } from './packed-page.ts';

const BUSY_MS = 30_000;

type Reading = { readonly store: ErasureStore; readonly erasureId: string; readonly shared: Int32Array; readonly send: (message: ReaderMessage) => void };

async function readRoom(roomId: string, reading: Reading): Promise<void> {
  const { store, erasureId, send } = reading;
  // First the revision: what changes after it changes that.
  const room = await store.events.room(roomId);
  const [erasure, part] = [await store.erasures.get(erasureId), await store.erasures.part(erasureId, roomId)];
  if (room === undefined || erasure === undefined || part?.revision !== room.revision) return send({ kind: 'room', roomId });
  const { request } = erasure;
  send({ kind: 'room', roomId, found: foundIn(part, request) });
  for await (const page of changesIn(store, part.plan, request)) {
    waitForRoom(reading, page.changes.length);
    send({ kind: 'page', page: packPage(page) });
  }
  send({ kind: 'end' });
}

function foundIn({ plan, revision, counts }: ErasurePart, request: ErasureRequest): Omit<RoomAhead, 'pages'> {
  return { revision, request: JSON.stringify(request), events: plan.entries.length, media: filesIn(plan, request.subjects), ...(counts === undefined ? {} : { counts }) };
}

/** Blocks this thread until few enough events wait. */
function waitForRoom({ shared }: Reading, events: number): void {
  const waiting = (): number => Atomics.load(shared, SHARED.waiting);
  for (let now = waiting(); now > WAITING_AT_MOST; now = waiting()) Atomics.wait(shared, SHARED.waiting, now);
  Atomics.add(shared, SHARED.waiting, events);
}

async function readRooms(port: MessagePort, { path, erasureId, shared }: ReaderData): Promise<void> {
  const store = sqlStore(sqlitePort(new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS }), path));
  const reading: Reading = { store, erasureId, shared, send: (message) => port.postMessage(message) };
  const expected = on(port, 'message') as AsyncIterable<[readonly string[]]>;
  Atomics.store(shared, SHARED.ready, 1);
  let turn = 0;
  for await (const [rooms] of expected) for (const roomId of rooms) if (turn++ >= Atomics.load(shared, SHARED.passed)) await readRoom(roomId, reading);
}

if (parentPort !== null) await readRooms(parentPort, workerData as ReaderData);
