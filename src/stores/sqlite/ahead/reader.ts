/** The thread that reads a store's rooms and finds out their changes. It writes nothing. */
import { on } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { ErasureRequest } from '../../../erasure/request.ts';
import { changesIn, filesIn } from '../../erasure/changes-in.ts';
import type { RoomAhead } from '../../erasure/rooms-ahead.ts';
import { sqlStore } from '../../sql/sql-store.ts';
import type { ErasurePart, ErasureStore } from '../../store.ts';
import { identityOf } from '../database-file.ts';
import { BUSY_MS } from '../open-database.ts';
import { sqlitePort } from '../sqlite-port.ts';
import { SHARED, type ReaderData, type ReaderMessage } from './messages.ts';
import { packPage } from './packed-page.ts';

type Reading = { readonly store: ErasureStore; readonly erasureId: string; readonly waitingAtMost: number; readonly shared: Int32Array; readonly send: (message: ReaderMessage) => void };

async function readRoom(roomId: string, reading: Reading): Promise<void> {
  const { store, erasureId, send } = reading;
  // First the revision: what changes after it changes that.
  const room = await store.events.room(roomId);
  const [erasure, part] = [await store.erasures.get(erasureId), await store.erasures.part(erasureId, roomId)];
  if (room === undefined || erasure === undefined || part?.revision !== room.revision) return send({ kind: 'room', roomId });
  const { request } = erasure;
  send({ kind: 'room', roomId, found: foundIn(part, request) });
  for await (const changes of changesIn(store, part.plan, request)) {
    const page = packPage(changes);
    waitForSpace(reading, page.size);
    send({ kind: 'page', page });
  }
  send({ kind: 'end' });
}

function foundIn({ plan, revision, counts }: ErasurePart, request: ErasureRequest): Omit<RoomAhead, 'pages'> {
  return { revision, request: JSON.stringify(request), events: plan.entries.length, media: filesIn(plan, request.subjects), ...(counts === undefined ? {} : { counts }) };
}

/** Blocks this thread until little enough waits to be taken. */
function waitForSpace({ shared, waitingAtMost }: Reading, size: number): void {
  const waiting = (): number => Atomics.load(shared, SHARED.waiting);
  for (let now = waiting(); now > waitingAtMost; now = waiting()) Atomics.wait(shared, SHARED.waiting, now);
  Atomics.add(shared, SHARED.waiting, size);
}

async function readRooms(port: MessagePort, { file: { path, identity }, ...data }: ReaderData): Promise<void> {
  const store = sqlStore(sqlitePort(new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS }), path));
  if (identityOf(path) !== identity) throw new Error('another file');
  const reading: Reading = { ...data, store, send: (message) => port.postMessage(message) };
  const expected = on(port, 'message') as AsyncIterable<[readonly string[]]>;
  Atomics.store(data.shared, SHARED.ready, 1);
  let turn = 0;
  for await (const [rooms] of expected) for (const roomId of rooms) if (turn++ >= Atomics.load(data.shared, SHARED.passed)) await readRoom(roomId, reading);
}

if (parentPort !== null) await readRooms(parentPort, workerData as ReaderData);
