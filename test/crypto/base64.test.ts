import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64, encodeBase64Url, InvalidBase64Error, readBase64 } from '../../src/crypto/base64.ts';
import { asArray, asText, at, parseVector } from './vectors.ts';

const official = asArray(at(parseVector('spec-signing/signing.json'), 'unpadded_base64', 'cases')).map((row) => asArray(row).map(asText));
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function reasonOf(text: string): string {
  try {
    decodeBase64(text);
    return 'none';
  } catch (error) {
    return error instanceof InvalidBase64Error ? error.reason : 'another error';
  }
}

describe('unpadded base64', () => {
  it.each(official)('of %j is %j', (plain = '', encoded = '') => {
    expect(encodeBase64(ascii(plain))).toBe(encoded);
    expect(decodeBase64(encoded)).toEqual(ascii(plain));
  });

  it('has seven official examples', () => {
    expect(official).toHaveLength(7);
  });

  it('reads back what it wrote, and agrees with the platform', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64').replaceAll('=', ''));
        expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
        expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
      }),
    );
  });

  it('reads bytes or refuses by a named error, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.stringMatching(/^[A-Za-z0-9+/=_\- ]{0,12}$/)), (text) => {
        const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text);
        expect(reasonOf(text) === 'none').toBe(isBase64);
        expect(readBase64(text) === undefined).toBe(!isBase64);
      }),
    );
  });
});

describe('decodeBase64', () => {
  it.each(['Zg==', 'Zm8='])('accepts the complete padding of %j', (text) => {
    expect(decodeBase64(text)).toEqual(decodeBase64(text.replaceAll('=', '')));
  });

  it('accepts unused bits, as the seed in the specification has them', () => {
    expect(decodeBase64('Zh')).toEqual(decodeBase64('Zg'));
    expect(decodeBase64('YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1')).toHaveLength(32);
  });

  it.each(['Zg=', 'Zm8==', 'Zm9v=', 'Zm9v==', '=', '==', '====', 'Zm9vZg='])('refuses the padding of %j', (text) => {
    expect(['padding', 'character']).toContain(reasonOf(text));
  });

  it.each([
    ['Z', 'length'],
    ['Zm9vY', 'length'],
    ['Zm9-', 'character'],
    ['Zm9_', 'character'],
    ['Zm\n9v', 'length'],
    ['Zm9v\n', 'length'],
    [' Zm9', 'character'],
    ['Zm9é', 'character'],
    ['Zm9\u{10000}v', 'character'],
    ['Zg==Zg==', 'character'],
  ])('refuses %j for its %s', (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  it('does not repeat the text, which may be a key', () => {
    expect(() => decodeBase64('c2VjcmV0*')).toThrow(InvalidBase64Error);
    expect(() => decodeBase64('c2VjcmV0*')).toThrow(/^(?!.*c2Vj)/);
  });

  it.each([undefined, null, 5, {}, []])('readBase64 knows that %j is none', (value) => {
    expect(readBase64(value)).toBeUndefined();
  });
});
