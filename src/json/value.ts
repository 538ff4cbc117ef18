/** Marks a number that was written with a fraction or an exponent, so that `1.0` stays apart from `1`. */
export const floatValue: unique symbol = Symbol('matrix-erasure.float');

/** A number that JSON text wrote as a float: `1.0`, `1e10`, `-0.0`. Only `parseJson` makes it. */
export type JsonFloat = { readonly [floatValue]: number };

export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonArray = readonly JsonValue[];

/**
 * A JSON value that has lost nothing. Integers within 2^53-1 are numbers, larger ones are bigints, and numbers
 * that were written as floats are {@link JsonFloat}; plain fractions such as `1.5` may be numbers as well.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonFloat | JsonArray | JsonObject;

/** Whether a value is a JSON object: not null, not an array, not a float. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(floatValue in value);
}

/** An own property, or `undefined`. Event content is hostile: `content.constructor` must not reach `Object`. */
export function own<T>(table: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
