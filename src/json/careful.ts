import { compareCodePoints } from './compare.ts';
import { floatValue, type JsonFloat } from './value.ts';

/**
 * How many arrays and objects may stand inside each other; `[]` is one level. The specification has no limit. Synapse 1.163
 * reads about 990 levels of plain JSON and 127 of an event, ruma 127; what either reads is read here, and no stack is exhausted.
 */
export const MAX_JSON_DEPTH = 1000;

/** Why a value has no canonical form. */
export type CanonicalJsonReason =
  | 'float'
  | 'negative-zero'
  | 'not-finite'
  | 'unsafe-integer'
  | 'lone-surrogate'
  | 'depth'
  | 'cycle'
  | 'unsupported-type';

/** What is written for a number, or why it cannot be written. */
export type NumberForm = (value: number | bigint | JsonFloat) => { readonly text: string } | { readonly reason: CanonicalJsonReason };

type Walk = { readonly form: NumberForm; readonly open: Set<object>; readonly path: (string | number)[] };

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Canonical JSON built piece by piece. It is right for every key, integer-like ones and `__proto__` included, and knows the
 * place of an error, so it is also what says why the fast encoder gave up.
 * @throws {CanonicalJsonError} when the value has no canonical form
 */
export function encodeCarefully(value: unknown, form: NumberForm): string {
  return encode(value, { form, open: new Set(), path: [] });
}

function encode(value: unknown, walk: Walk): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return quote(value, walk);
    case 'boolean':
      return String(value);
    case 'number':
    case 'bigint':
      return encodeNumber(value, walk);
    case 'object':
      return isFloat(value) ? encodeNumber(value, walk) : encodeContainer(value, walk);
    default:
      throw new CanonicalJsonError('unsupported-type', walk.path);
  }
}

function quote(text: string, walk: Walk): string {
  if (LONE_SURROGATE.test(text)) throw new CanonicalJsonError('lone-surrogate', walk.path);
  return JSON.stringify(text);
}

function encodeNumber(value: number | bigint | JsonFloat, walk: Walk): string {
  const formed = walk.form(value);
  if ('reason' in formed) throw new CanonicalJsonError(formed.reason, walk.path);
  return formed.text;
}

function encodeContainer(value: object, walk: Walk): string {
  if (walk.open.has(value)) throw new CanonicalJsonError('cycle', walk.path);
  if (walk.open.size >= MAX_JSON_DEPTH) throw new CanonicalJsonError('depth', walk.path);
  walk.open.add(value);
  const text = Array.isArray(value) ? encodeArray(value, walk) : encodeObject(value, walk);
  walk.open.delete(value);
  return text;
}

function encodeArray(items: readonly unknown[], walk: Walk): string {
  if (!isPlainArray(items)) throw new CanonicalJsonError('unsupported-type', walk.path);
  let text = '[';
  for (let i = 0; i < items.length; i++) {
    walk.path.push(i);
    text += (i === 0 ? '' : ',') + encode(items[i], walk);
    walk.path.pop();
  }
  return `${text}]`;
}

function encodeObject(value: object, walk: Walk): string {
  if (!isPlainObject(value)) throw new CanonicalJsonError('unsupported-type', walk.path);
  let text = '{';
  for (const key of Object.keys(value).sort(compareCodePoints)) {
    walk.path.push(key);
    text += `${text === '{' ? '' : ','}${quote(key, walk)}:${encode(value[key], walk)}`;
    walk.path.pop();
  }
  return `${text}}`;
}

function isFloat(value: object): value is JsonFloat {
  return floatValue in value && typeof value[floatValue] === 'number';
}

/** Whether an array is written as its items: a `toJSON` would have its say before them. */
export function isPlainArray(items: readonly unknown[] & { readonly toJSON?: unknown }): boolean {
  return items.toJSON === undefined;
}

/** Whether an object is a plain record, of this realm or another: no Date, Map, boxed primitive or class instance. */
export function isPlainObject(value: object): value is { readonly [key: string]: unknown } {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || isObjectPrototype(prototype as object);
}

function isObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

const EXPLANATIONS: Readonly<Record<CanonicalJsonReason, string>> = {
  float: 'a number with a fraction or an exponent; write it as an integer or a string',
  'negative-zero': 'the number -0; write 0',
  'not-finite': 'a number that is not finite; leave it out or write it as a string',
  'unsafe-integer': 'an integer beyond 2^53-1; write it as a string, or read the text with parseJson where the room version allows it',
  'lone-surrogate': 'an unpaired surrogate, which UTF-8 cannot express; remove it',
  depth: `more than ${MAX_JSON_DEPTH} arrays and objects inside each other; flatten the value`,
  cycle: 'an array or object that contains itself; break the cycle',
  'unsupported-type': 'a value that JSON does not have; use null, booleans, integers, strings, arrays and plain objects',
};

const SHOWN_KEY = /^[a-z0-9_.]{1,64}$/;
const SHOWN_LEVELS = 8;

/** A value has no canonical JSON. The message names no key that could be personal data; `path` has them all. */
export class CanonicalJsonError extends Error {
  override readonly name = 'CanonicalJsonError';
  readonly reason: CanonicalJsonReason;
  /** The keys and indices that lead to the value, from the outermost. Keys of content may be personal data. */
  readonly path: readonly (string | number)[];

  constructor(reason: CanonicalJsonReason, path: readonly (string | number)[]) {
    super(`no canonical JSON for the value at ${showPath(path)}: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
    this.path = Object.freeze([...path]);
  }
}

function showPath(path: readonly (string | number)[]): string {
  const shown = path.slice(0, SHOWN_LEVELS).map((step) => (typeof step === 'number' ? `[${step}]` : `.${SHOWN_KEY.test(step) ? step : '*'}`));
  return `$${shown.join('')}${path.length > SHOWN_LEVELS ? '…' : ''}`;
}
