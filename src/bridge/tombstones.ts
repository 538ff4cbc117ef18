import { hmacSha256 } from '#crypto-backend';
import { encodeBase64Url } from '../crypto/base64.ts';

/** What must not be bridged again: an event on its way to the networks, or a message on its way to Matrix. */
export type BridgedPlace =
  | { readonly event_id: string }
  | { readonly network: string; readonly chat: string; readonly remoteId: string };

/** How a bridge looks its tombstones up. */
export type TombstoneLookup = {
  readonly key: Uint8Array;
  /** Whether a tombstone is in the store. */
  readonly has: (tombstone: string) => boolean;
};

/** A tombstone key has at least this many bytes. */
export const MIN_TOMBSTONE_KEY_BYTES = 32;

/**
 * The tombstone of a message: a keyed hash, which names nobody to who has not the key. The same place and key always give the same one. The key is kept for as long as
 * a backup, a backfill or an echo can bring messages back, and can then be destroyed.
 * @throws {WeakTombstoneKeyError} when the key has fewer than 32 bytes
 * @example tombstone({ event_id: '$a' }, new Uint8Array(32)).length // 43
 */
export function tombstone(place: BridgedPlace, key: Uint8Array): string {
  assertTombstoneKey(key);
  return encodeBase64Url(hmacSha256(key, textOf(place)));
}

/**
 * Whether a message may be bridged: no place that it comes from or goes to has a tombstone.
 * @throws {WeakTombstoneKeyError} when the key has fewer than 32 bytes
 * @example mayBridge([{ event_id: '$a' }], { key: new Uint8Array(32), has: () => true }) // false
 */
export function mayBridge(places: readonly BridgedPlace[], { key, has }: TombstoneLookup): boolean {
  return !places.some((place) => has(tombstone(place, key)));
}

/** @throws {WeakTombstoneKeyError} when the key has fewer than 32 bytes */
export function assertTombstoneKey(key: Uint8Array): void {
  if (key.length < MIN_TOMBSTONE_KEY_BYTES) throw new WeakTombstoneKeyError();
}

/** JSON keeps the parts apart: no chat and message together read like another chat and message. */
function textOf(place: BridgedPlace): string {
  return JSON.stringify('event_id' in place ? ['event', place.event_id] : ['message', place.network, place.chat, place.remoteId]);
}

/** The key of tombstones is too short to keep what they hash secret. */
export class WeakTombstoneKeyError extends Error {
  override readonly name = 'WeakTombstoneKeyError';

  constructor() {
    super(`a tombstone key needs at least ${MIN_TOMBSTONE_KEY_BYTES} random bytes`);
  }
}
