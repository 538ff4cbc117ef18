import type { CanonicalJsonReason } from './careful.ts';
import { pythonRepr } from './float.ts';
import { floatValue, type JsonFloat } from './value.ts';

type Formed = { readonly text: string } | { readonly reason: CanonicalJsonReason };

/** Numbers as Canonical JSON has them: integers within 2^53-1, and no -0. */
export function strictNumber(value: number | bigint | JsonFloat): Formed {
  if (typeof value === 'object') return { reason: Number.isFinite(value[floatValue]) ? 'float' : 'not-finite' };
  if (typeof value === 'bigint') return isSafe(value) ? { text: String(value) } : { reason: 'unsafe-integer' };
  if (!Number.isFinite(value)) return { reason: 'not-finite' };
  if (!Number.isInteger(value)) return { reason: 'float' };
  if (!Number.isSafeInteger(value)) return { reason: 'unsafe-integer' };
  return Object.is(value, -0) ? { reason: 'negative-zero' } : { text: String(value) };
}

/**
 * Numbers as servers hashed them in room versions 1 to 5: integers of any size, floats as Python prints them. An integer
 * beyond 2^53-1 must be a bigint: as a number it may already have lost digits.
 */
export function historicalNumber(value: number | bigint | JsonFloat): Formed {
  if (typeof value === 'object') return historicalFloat(value[floatValue]);
  if (typeof value === 'bigint') return { text: String(value) };
  if (!Number.isInteger(value)) return historicalFloat(value);
  return Number.isSafeInteger(value) ? { text: String(value) } : { reason: 'unsafe-integer' };
}

function historicalFloat(value: number): Formed {
  return Number.isFinite(value) ? { text: pythonRepr(value) } : { reason: 'not-finite' };
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
