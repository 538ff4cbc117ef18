import { floatValue, isJsonFloat, isJsonObject, type JsonValue } from '../json/value.ts';

/**
 * Canonical JSON once more, by the shortest program that follows the text, with nothing in common with `encodeCanonicalJson`: a
 * judge for it, and slow.
 * @throws {RangeError} when the value has no canonical form
 * @see https://spec.matrix.org/v1.19/appendices/#canonical-json
 * @example canonicalJsonByTheText({ b: [1, true], a: 'x' }) // '{"a":"x","b":[1,true]}'
 */
export function canonicalJsonByTheText(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'bigint') return integer(value);
  if (isJsonFloat(value)) throw new RangeError(`no canonical form: ${value[floatValue]} was written as a float`);
  if (!isJsonObject(value)) return `[${value.map(canonicalJsonByTheText).join(',')}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => compareByCodePoint([...a], [...b]));
  return `{${entries.map(([key, part]) => `${quoted(key)}:${canonicalJsonByTheText(part)}`).join(',')}}`;
}

/** The order of keys: "lexicographically by the Unicode codepoint". */
export function compareByCodePoint(a: readonly string[], b: readonly string[]): number {
  const [first, ...restOfA] = a;
  const [second, ...restOfB] = b;
  if (first === undefined || second === undefined) return a.length - b.length;
  const difference = (first.codePointAt(0) ?? 0) - (second.codePointAt(0) ?? 0);
  return difference === 0 ? compareByCodePoint(restOfA, restOfB) : difference;
}

function integer(value: number | bigint): string {
  const isInteger = typeof value === 'bigint' || (Number.isInteger(value) && !Object.is(value, -0));
  if (!isInteger || value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) throw new RangeError('no canonical form: not an integer within 2^53-1');
  return String(value);
}

/** The only escapes are those that JSON cannot do without. */
function quoted(text: string): string {
  const characters = [...text].map((character) => {
    const point = character.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) throw new RangeError('no canonical form: a lone surrogate');
    return SHORT_ESCAPES.get(character) ?? (point < 0x20 ? `\\u${point.toString(16).padStart(4, '0')}` : character);
  });
  return `"${characters.join('')}"`;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'], ['\\', '\\\\'], ['\b', '\\b'], ['\f', '\\f'], ['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t'],
]);
