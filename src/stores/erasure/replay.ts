import type { ErasureRequest } from '../../erasure/request.ts';
import { coversRoom } from '../../erasure/scope.ts';
import type { ErasureRow, ErasureStore } from '../store.ts';
import { planRecorded } from './record.ts';
import { runErasure, type RunOptions, type RunOutcome } from './run.ts';
import { orderErasure } from './status.ts';

/** An erasure that was applied again, and how that ended. */
export type Replayed = RunOutcome & { readonly id: string };

/** How erasures are applied again. */
export type ReplayOptions = RunOptions & { readonly erasures?: readonly ErasureRow[]; readonly onErasure?: (id: string) => void };

/**
 * Applies erasures again to a store that was restored from an older copy, before it serves: what the copy brought back goes as it went before. Those that were
 * cancelled or revoked are recorded as that. Erasures come from where they were kept; without any, the store's own are applied.
 */
export async function replayErasures(store: ErasureStore, options: ReplayOptions): Promise<readonly Replayed[]> {
  const erasures = options.erasures ?? (await store.erasures.list());
  const replayed: Replayed[] = [];
  // All of them hide before the first is carried out.
  for (const erasure of erasures) await adopt(store, erasure, options.now());
  for (const { id, status, request } of erasures) {
    if (options.signal?.aborted === true) break;
    options.onErasure?.(id);
    if (status !== 'done' && status !== 'running') continue;
    const changed = await changedRooms(store, id, request);
    if (changed.length === 0 && (await store.erasures.get(id))?.status === 'done') continue;
    await orderErasure(store, id, { order: 'reopen', now: options.now() });
    await planRecorded(store, id);
    for (const roomId of changed) await store.erasures.setPart(id, roomId, { status: 'planned' });
    replayed.push({ id, ...(await runErasure(store, id, options)) });
  }
  return replayed;
}

async function adopt(store: ErasureStore, erasure: ErasureRow, now: number): Promise<void> {
  const { id, status, request } = erasure;
  if (await store.erasures.add({ ...erasure, status: status === 'done' ? 'planned' : status })) {
    await store.ledger.append([{ at: now, erasureId: id, step: 'replay', detail: { subjects: request.subjects.length, profile: request.profile } }]);
  } else if (status === 'revoked' || status === 'cancelled') {
    // The copy is older than what was said last.
    await store.erasures.change(id, ['planned', 'running', 'paused', 'done'], { status, changedAt: now, request });
  }
}

/** Rooms that are no longer as the erasure left them, or that it has never seen. */
async function changedRooms(store: ErasureStore, id: string, { subjects, scope }: ErasureRequest): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const roomId of await store.events.roomsOf(subjects)) {
    if (!coversRoom(scope, roomId)) continue;
    const part = await store.erasures.partState(id, roomId);
    if (part?.status !== 'done' || (await store.events.room(roomId))?.revision !== part.revision) changed.push(roomId);
  }
  return changed;
}
