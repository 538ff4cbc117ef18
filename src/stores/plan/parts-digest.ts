import { digestOf } from '../../erasure/digest.ts';
import type { RoomPlan } from '../../erasure/plan.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import { compareCodePoints } from '../../json/compare.ts';

/** A digest over the parts of a plan that is too large to be held at once. */
export type PartsDigest = { readonly add: (part: RoomPlan) => void; readonly finish: () => string };

/**
 * Begins a digest over the parts of a plan, room by room and in any order: what is approved room by room is so approved as a whole. SHA-256 (unpadded
 * base64) over the request and the digest of each part, as Canonical JSON; a room that is added again replaces what was added of it.
 * @example createPartsDigest({ subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }).finish().length // 43
 */
export function createPartsDigest(request: ErasureRequest): PartsDigest {
  const parts = new Map<string, string>();
  return {
    add: (part) => void parts.set(part.room_id, digestOf(part)),
    finish: () => digestOf({ request, parts: [...parts].sort(([one], [other]) => compareCodePoints(one, other)) }),
  };
}
