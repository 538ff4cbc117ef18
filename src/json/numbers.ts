import type { NumberText } from './emit.ts';
import { pythonRepr } from './python-repr.ts';
import { floatValue, type JsonFloat } from './value.ts';

/** Numbers as Canonical JSON has them: integers within 2^53-1, and no -0. */
export function strictNumber(value: number | bigint | JsonFloat): NumberText {
  if (typeof value === 'object') return { fault: Number.isFinite(value[floatValue]) ? 'float' : 'not-finite' };
  if (typeof value === 'bigint') return isSafe(value) ? { text: String(value) } : { fault: 'unsafe-integer' };
  if (!Number.isFinite(value)) return { fault: 'not-finite' };
  if (!Number.isInteger(value)) return { fault: 'float' };
  if (!Number.isSafeInteger(value)) return { fault: 'unsafe-integer' };
  return Object.is(value, -0) ? { fault: 'negative-zero' } : { text: String(value) };
}

/**
 * Numbers as servers hashed them in room versions 1 to 5: integers of any size, floats as Python prints them. An integer
 * beyond 2^53-1 must be a bigint: as a number it may already have lost digits.
 */
export function historicalNumber(value: number | bigint | JsonFloat): NumberText {
  if (typeof value === 'object') return finiteFloat(value[floatValue]);
  if (typeof value === 'bigint') return { text: String(value) };
  if (!Number.isInteger(value)) return finiteFloat(value);
  return Number.isSafeInteger(value) ? { text: String(value) } : { fault: 'unsafe-integer' };
}

/** Numbers such that `parseJson` reads back the same value, -0 and a float beyond the largest double included. */
export function ordinaryNumber(value: number | bigint | JsonFloat): NumberText {
  if (typeof value === 'object') return { text: floatText(value[floatValue]) };
  if (typeof value === 'bigint') return { text: String(value) };
  if (!Number.isFinite(value)) return { fault: 'not-finite' };
  return { text: Object.is(value, -0) ? '-0' : String(value) };
}

function finiteFloat(value: number): NumberText {
  return Number.isFinite(value) ? { text: pythonRepr(value) } : { fault: 'not-finite' };
}

function floatText(value: number): string {
  if (Number.isFinite(value)) return pythonRepr(value);
  return value > 0 ? '1e999' : '-1e999';
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
