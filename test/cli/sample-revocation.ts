import type { RevocationPlan, RevokedEntry } from '../../src/erasure/revocation.ts';
import { eventIds, hostile, samplePlan } from './sample-plan.ts';

const id = eventIds(11);
const hidden = (): RevokedEntry => ({ event_id: id(), type: 'm.room.message', outcome: 'returns', reason: 'hidden' });
const family: readonly RevokedEntry[] = [
  ...Array.from({ length: 40 }, hidden),
  { event_id: id(), type: 'm.room.topic', state_key: '', outcome: 'gone', reason: 'redacted' },
  { event_id: id(), type: hostile[0] ?? '', state_key: hostile[5] ?? '', outcome: 'gone', reason: 'redacted' },
  { event_id: id(), type: 'm.room.message', outcome: 'gone', reason: 'missing' },
  { event_id: id(), type: 'm.room.create', state_key: '', outcome: 'unchanged', reason: 'kept' },
];

/** A plan to revoke with every outcome, in a room with a name and in one that is hostile. */
export const sampleRevocation: RevocationPlan = {
  format: 'matrix-erasure/revocation', formatVersion: 1, revokes: samplePlan.digest, digest: 'bM3q1XbLqv6x0F0Zr8o9QmPbZ6kT2nYwE5JdUu7cVhA',
  request: { ...samplePlan.request, revokedAt: samplePlan.request.requestedAt + 86_400_000 },
  rooms: [
    { room_id: '!family:hs1.test', entries: family, totals: { returns: 40, gone: 3, unchanged: 1 } },
    { room_id: `!${hostile[0] ?? ''}\u001b[2J:x`, entries: [{ event_id: id(), type: 'm.room.message', outcome: 'gone', reason: 'purged' }], totals: { returns: 0, gone: 1, unchanged: 0 } },
  ],
  totals: { returns: 40, gone: 4, unchanged: 1 },
};
