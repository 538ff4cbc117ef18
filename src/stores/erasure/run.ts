import { accountCategories } from '../../erasure/account/categories.ts';
import { coversRoom } from '../../erasure/scope.ts';
import type { MxcUri } from '../../identifiers/identifiers.ts';
import { ROWS_AT_ONCE } from '../pages.ts';
import type { ErasureRow, ErasureStore } from '../store.ts';
import { applyRoom, type RoomResult } from './apply-room.ts';
import { planPart } from './plan-part.ts';
import { AheadLostError, type RoomsAhead } from './rooms-ahead.ts';
import { knownErasure, orderErasure } from './status.ts';

/** How an erasure is carried out. */
export type RunOptions = {
  /** The time (ms since 1970, UTC), for the ledger. */
  readonly now: () => number;
  /** Ends the run after the rooms that it is in: run again, it goes on there. */
  readonly signal?: { readonly aborted: boolean };
  readonly onRoom?: (roomId: string, result: RoomResult) => void;
};

/** How a run ended: all is done, or rooms drifted and are to be planned again, or it was stopped, paused, cancelled or revoked. */
export type RunOutcome = { readonly outcome: 'done' | 'drifted' | 'stopped'; readonly drifted: readonly string[] };

/**
 * Carries out a recorded erasure, room by room, then files and account: what was done is never done again, so that it may be run anew after any end.
 * @throws {UnknownErasureError} when there is no such erasure
 */
export async function runErasure(store: ErasureStore, id: string, options: RunOptions): Promise<RunOutcome> {
  await orderErasure(store, id, { order: 'start', now: options.now() });
  const ahead = await aheadOf(store, id);
  try {
    for (;;) {
      if (!(await runRooms({ store, id, ahead }, options))) return { outcome: await endNow(store, id), drifted: [] };
      const ended = await finishErasure(store, id, options);
      if (ended === 'done') return { outcome: 'done', drifted: [] };
      const drifted = await failedRooms(store, id);
      if (drifted.length > 0) return { outcome: 'drifted', drifted };
      if (ended === 'stopped') return { outcome: 'stopped', drifted: [] };
    }
  } finally {
    await ahead?.close();
  }
}

/** What a run that does not go on ended with: another may have done the rest. */
async function endNow(store: ErasureStore, id: string): Promise<'done' | 'stopped'> {
  return (await knownErasure(store, id)).status === 'done' ? 'done' : 'stopped';
}

async function failedRooms(store: ErasureStore, id: string): Promise<readonly string[]> {
  const failed: string[] = [];
  for (let last: string | undefined = ''; last !== undefined;) {
    const rooms: readonly string[] = await store.erasures.roomsOf(id, 'failed', { after: last, limit: ROWS_AT_ONCE });
    failed.push(...rooms);
    last = rooms.at(-1);
  }
  return failed;
}

async function aheadOf(store: ErasureStore, id: string): Promise<RoomsAhead | undefined> {
  if (store.readAhead === undefined) return undefined;
  const { events, eventsDone } = await store.erasures.progress(id);
  return store.readAhead(id, events - eventsDone);
}

/** So many rooms are changed together: each is whole or untouched, and the disk is waited for once. */
const ROOMS_AT_ONCE = 16;

type Running = { readonly store: ErasureStore; readonly id: string; readonly ahead: RoomsAhead | undefined };

/** Rooms one after another; gives whether it came to the end of them. */
async function runRooms(running: Running, { signal, onRoom }: RunOptions): Promise<boolean> {
  const after = async (room: string): Promise<readonly string[]> => {
    const rooms = await running.store.erasures.roomsOf(running.id, 'planned', { after: room, limit: ROOMS_AT_ONCE });
    if (rooms.length > 0) running.ahead?.expect(rooms);
    return rooms;
  };
  for (let rooms = await after(''); ;) {
    const last = rooms.at(-1);
    if (last === undefined) return true;
    if (signal?.aborted === true) return false;
    const next = await after(last);
    const results = await applyRooms(running, rooms);
    for (const [roomId, result] of results) if (result.outcome !== 'waiting') onRoom?.(roomId, result);
    if (results.some(([, { outcome }]) => outcome === 'waiting')) return false;
    rooms = next;
  }
}

type Results = readonly (readonly [roomId: string, result: RoomResult])[];

async function applyRooms({ store, id, ahead }: Running, rooms: readonly string[]): Promise<Results> {
  try {
    return await store.inRoom(rooms[0] ?? '', async (inside) => {
      const results: (readonly [string, RoomResult])[] = [];
      for (const roomId of rooms) results.push([roomId, await applyRoom(inside, id, roomId, ahead)]);
      return results;
    });
  } catch (error) {
    // Nothing was written of these rooms, and nothing more is read ahead.
    if (error instanceof AheadLostError) return applyRooms({ store, id, ahead: undefined }, rooms);
    throw error;
  }
}

/** How the end of an erasure went: `waiting` where rooms are still to be done, or have got new events. */
export type FinishOutcome = 'done' | 'waiting' | 'stopped';

/**
 * What is done once no room is left: files to which nothing refers any more go, then what is held of the account. Rooms that have changed since are looked
 * at once more before that. Nothing is deleted in vain a second time.
 */
export async function finishErasure(store: ErasureStore, id: string, { now }: Pick<RunOptions, 'now'>): Promise<FinishOutcome> {
  const erasure = await knownErasure(store, id);
  if (erasure.status === 'done') return 'done';
  if (erasure.status !== 'running') return 'stopped';
  await reopenChanged(store, erasure);
  for (const status of ['planned', 'failed'] as const) if ((await store.erasures.roomsOf(id, status, { limit: 1 })).length > 0) return 'waiting';
  const files = await deleteFiles(store, id);
  const items = await deleteAccounts(store, erasure);
  await store.settle();
  const at = now();
  const { rooms, counts } = await store.erasures.progress(id);
  // Written down with the end itself: of two processes that come to it one ends it.
  const noted = [{ at, erasureId: id, step: 'carry-out', detail: { rooms, ...counts, files, accountItems: items } }];
  return (await orderErasure(store, id, { order: 'finish', now: at, noted })) ? 'done' : endNow(store, id);
}

/** New events of the subjects are caught before it counts as done. */
async function reopenChanged(store: ErasureStore, { id, request }: ErasureRow): Promise<void> {
  for (const roomId of await store.events.roomsOf(request.subjects)) {
    if (!coversRoom(request.scope, roomId)) continue;
    const part = await store.erasures.partState(id, roomId);
    if (part === undefined) {
      const planned = await planPart(store, roomId, request);
      if (planned !== undefined) await store.erasures.putParts([{ erasureId: id, roomId, ...planned, status: 'planned' }]);
    } else if (part.status === 'done' && (await store.events.room(roomId))?.revision !== part.revision) await store.erasures.setPart(id, roomId, { status: 'planned' });
  }
}

/** Only files to which nothing refers: a hidden event keeps its picture for those who may see it, and others may have sent it too. */
async function deleteFiles(store: ErasureStore, id: string): Promise<number> {
  const files = await store.erasures.media(id, false);
  let deleted = 0;
  for (let at = 0; at < files.length; at += ROWS_AT_ONCE) {
    const some = files.slice(at, at + ROWS_AT_ONCE);
    const referred = new Set<MxcUri>((await store.events.mediaReferrers(some)).map(({ uri }) => uri));
    const going = some.filter((uri) => !referred.has(uri));
    if (going.length > 0) await store.deleteMedia(id, going);
    deleted += going.length;
  }
  return deleted;
}

const GOING = accountCategories.filter(({ treatment }) => treatment === 'delete' || treatment === 'blank');

/** A request for a part of the events leaves the account. */
async function deleteAccounts(store: ErasureStore, { request }: ErasureRow): Promise<number> {
  if (Object.keys(request.scope).length > 0) return 0;
  let items = 0;
  for (const user of request.subjects) for (const { id } of GOING) items += await store.deleteAccountData(user, id);
  return items;
}
