import { describe, expect, test } from 'vitest';
import { encodeCanonicalJson, encodeHistoricalJson, writeCanonicalJson } from '../../src/json/canonical-json.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { stringifyJson } from '../../src/json/stringify-json.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { arbitraryJsonValue, assertAgree, assertPreserves, canonicalJsonLaws } from '../../src/testing.ts';

function written(value: JsonValue): string {
  const chunks: string[] = [];
  writeCanonicalJson(value, (chunk) => chunks.push(chunk));
  return chunks.join('');
}

describe.each([
  { name: 'encodeCanonicalJson', encode: encodeCanonicalJson },
  { name: 'writeCanonicalJson', encode: written },
])('$name', ({ encode }) => {
  test.each(canonicalJsonLaws({ encode }))('$name', ({ check }) => {
    expect(check()).toBeUndefined();
  });
});

describe('the JSON of room versions 1 to 5', () => {
  const values = arbitraryJsonValue({ strictCanonicalJson: false });

  test('is that of the later versions where they have one', () => {
    assertAgree([encodeHistoricalJson, encodeCanonicalJson], arbitraryJsonValue());
  });

  test('reads back as it was, floats and large integers included', () => {
    assertPreserves({ transform: (value) => parseJson(encodeHistoricalJson(value)), observe: (value) => value }, values);
    assertPreserves({ transform: (value) => parseJson(stringifyJson(value)), observe: (value) => value }, values);
  });
});
