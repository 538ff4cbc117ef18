import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { roomVersionIds, stableRoomVersionIds } from '../rules/room-versions.ts';

const SEED_BYTES = 32;

/**
 * The ID of a room version, unstable ones included unless only stable ones are asked for. It shrinks towards version 1.
 * @example fc.sample(arbitraryRoomVersion(), 3).every((id) => roomVersion(id).id === id) // true
 */
export function arbitraryRoomVersion({ stableOnly = false }: { readonly stableOnly?: boolean } = {}): Arbitrary<string> {
  return fc.constantFrom(...(stableOnly ? stableRoomVersionIds : roomVersionIds));
}

/**
 * The seed of an Ed25519 key, for tests only.
 * @example fc.sample(arbitrarySigningSeed(), 1)[0].length // 32
 */
export function arbitrarySigningSeed(): Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: SEED_BYTES, maxLength: SEED_BYTES });
}
