const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/**
 * Orders strings by Unicode code point, which is the order of their UTF-8 bytes and not that of `<`: UTF-16 puts
 * U+1F600, which is written with surrogates, before U+FF5E.
 * @see https://spec.matrix.org/v1.19/appendices/#canonical-json
 * @example compareCodePoints('\uff5e', '\u{1f600}') // -1
 */
export function compareCodePoints(a: string, b: string): -1 | 0 | 1 {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) < rank(right) ? -1 : 1;
  }
  if (a.length === b.length) return 0;
  return a.length < b.length ? -1 : 1;
}

// Surrogates stand for code points above U+FFFF, so they come after the units U+E000 to U+FFFF.
function rank(unit: number): number {
  if (unit < FIRST_SURROGATE) return unit;
  return unit < AFTER_SURROGATES ? unit + 0x2000 : unit - 0x800;
}
