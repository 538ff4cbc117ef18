import { UnknownErasureError } from '../store-error.ts';
import type { ErasureChange, ErasureRow, ErasureStatus, ErasureStore } from '../store.ts';

/** What can be told to an erasure, from which statuses, and what that makes of it. */
const ORDERS: Readonly<Record<ErasureOrder, { readonly from: readonly ErasureStatus[]; readonly to: ErasureStatus }>> = {
  start: { from: ['planned', 'paused', 'running'], to: 'running' },
  pause: { from: ['running', 'planned'], to: 'paused' },
  cancel: { from: ['planned', 'running', 'paused'], to: 'cancelled' },
  revoke: { from: ['planned', 'running', 'paused', 'done'], to: 'revoked' },
  finish: { from: ['running'], to: 'done' },
  reopen: { from: ['done'], to: 'running' },
};

/** What can be told to an erasure. */
export type ErasureOrder = 'start' | 'pause' | 'cancel' | 'revoke' | 'finish' | 'reopen';

/** What is said to an erasure, when (ms), and what else is written down if it is taken. */
export type OrderOptions = { readonly order: ErasureOrder; readonly now: number; readonly noted?: ErasureChange['noted'] & {} };

/**
 * Tells an erasure what to do: rooms that are being changed are changed whole, and no further one is begun. `cancel` is for one that was recorded by mistake: it hides
 * no more. `revoke` is for a person who takes their request back: what is not destroyed is served again. Gives whether the erasure was in a status in which that can be said.
 * @throws {UnknownErasureError} when there is no such erasure
 */
export async function orderErasure(store: ErasureStore, id: string, { order, now, noted = [] }: OrderOptions): Promise<boolean> {
  const erasure = await knownErasure(store, id);
  const { from, to } = ORDERS[order];
  const request = order === 'revoke' ? { request: { ...erasure.request, revokedAt: now } } : {};
  const steps = erasure.status === to ? noted : [...noted, { at: now, erasureId: id, step: order, detail: {} }];
  return store.erasures.change(id, from, { status: to, changedAt: now, ...request, noted: steps });
}

/** An erasure of a store. @throws {UnknownErasureError} when there is none of this ID */
export async function knownErasure(store: ErasureStore, id: string): Promise<ErasureRow> {
  const erasure = await store.erasures.get(id);
  if (erasure === undefined) throw new UnknownErasureError();
  return erasure;
}
