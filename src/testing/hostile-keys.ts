/** Keys that a plain object inherits, or that change it when they are assigned: content may own every one of them. */
export const PROTOTYPE_KEYS: readonly string[] = Object.freeze([
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', 'valueOf', 'prototype', '__defineGetter__',
]);

/** Keys that engines put in another order than they came: integers come first, and by value. */
export const INTEGER_LIKE_KEYS: readonly string[] = Object.freeze(['10', '9', '0', '-1', '01', '4294967295']);

/**
 * Keys of which UTF-16 and Unicode disagree: the end of the Basic Multilingual Plane comes before U+10000 by code point, and
 * after it by code unit. The empty key and the controls are here too.
 */
export const UNICODE_KEYS: readonly string[] = Object.freeze([
  '\u{ff61}', '\u{ffff}', '\u{e000}', '\u{d7ff}', '\u{10000}', '\u{1f600}', '\u{10ffff}', '\u{e9}', '', '\0', '"', '\\', '\n',
]);

/** Keys that mean something to Matrix in one spelling and nothing in every other. */
export const MISSPELT_KEYS: readonly string[] = Object.freeze(['Type', 'Sender', 'CONTENT', 'Membership', 'membership ', 'creator\0']);

/** Event types that an object's prototype has as keys. */
export const PROTOTYPE_TYPES: readonly string[] = Object.freeze(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
