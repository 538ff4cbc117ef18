/** Marks a number that was written with a fraction or an exponent, so that `1.0` stays apart from `1`. */
export const floatValue: unique symbol = Symbol('matrix-erasure.float');

/** A number that JSON text wrote with a fraction or an exponent: `1.0`, `1.5`, `1e10`, `-0.0`. */
export type JsonFloat = { readonly [floatValue]: number };

/** A JSON object, its keys in the order in which they were written, but for integer-like ones. */
export type JsonObject = { readonly [key: string]: JsonValue };
/** A JSON array. */
export type JsonArray = readonly JsonValue[];

/**
 * A JSON value that has lost nothing. Integers within 2^53-1 are numbers, larger ones are bigints, and numbers
 * that were written as floats are {@link JsonFloat}; values that were not made by `parseJson` may have plain fractions too.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonFloat | JsonArray | JsonObject;

/**
 * How many arrays and objects may stand inside each other; `[]` is one level. The specification names no limit. Synapse 1.163
 * reads about 990 levels of plain JSON and 127 of an event, and ruma 127; whatever either reads is read here, and no stack
 * is exhausted by it.
 */
export const MAX_JSON_DEPTH = 1000;

/**
 * Whether a value is a JSON object: not null, not an array, not a float.
 * @example isJsonObject(parseJson('{}')) // true
 */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(floatValue in value);
}

/**
 * Whether a value is a number that was written as a float.
 * @example isJsonFloat(parseJson('1.0')) // true
 */
export function isJsonFloat(value: JsonValue | undefined): value is JsonFloat {
  return typeof value === 'object' && value !== null && floatValue in value;
}

/**
 * A number that is written as a float even when it is whole.
 * @example stringifyJson({ ratio: jsonFloat(1) }) // '{"ratio":1.0}'
 */
export function jsonFloat(value: number): JsonFloat {
  return Object.freeze({ [floatValue]: value });
}

/** An own property, or `undefined`. Event content is hostile: `content.constructor` must not reach `Object`. */
export function own<T>(table: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
