import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBase64 } from '../../src/crypto/base64.ts';
import { formatXMatrixHeader, parseXMatrixHeader, XMatrixHeaderError } from '../../src/notices/x-matrix-header.ts';

const sig = 'A'.repeat(85) + 'Q';
const whole = { origin: 'a.example', destination: 'b.example', key: 'ed25519:k_1', sig };

describe('parseXMatrixHeader', () => {
  test.each([
    ['as the specification writes it', `X-Matrix origin="a.example",destination="b.example",key="ed25519:k_1",sig="${sig}"`],
    ['values without quotes, colons among them', `X-Matrix origin=a.example,destination=b.example,key=ed25519:k_1,sig="${sig}"`],
    ['in any case and order', `x-mATRIX SIG="${sig}",KEY="ed25519:k_1",Destination=b.example,ORIGIN=a.example`],
    ['with spaces', `X-Matrix   origin = "a.example" ,\tdestination="b.example" , key="ed25519:k_1",  sig="${sig}"  `],
    ['with empty list elements', `X-Matrix ,origin="a.example",,destination="b.example", ,key="ed25519:k_1",sig="${sig}",`],
    ['with what is not known', `X-Matrix realm="x, \\"y\\"=z",origin="a.example",destination="b.example",key="ed25519:k_1",sig="${sig}",v=2`],
    ['with backslashes', `X-Matrix origin="\\a.\\e\\x\\ample",destination="b.example",key="ed25519\\:k_1",sig="${sig}"`],
    ['with padding', `X-Matrix origin="a.example",destination="b.example",key="ed25519:k_1",sig="${sig}=="`],
  ])('reads it %s', (_, header) => {
    const read = parseXMatrixHeader(header);
    expect({ ...read, sig: read.sig.replaceAll('=', '') }).toEqual(whole);
  });

  test('the destination may be missing, as older servers leave it out', () => {
    expect(parseXMatrixHeader(`X-Matrix origin=a.example,key=ed25519:k_1,sig="${sig}"`)).toEqual({ origin: 'a.example', key: 'ed25519:k_1', sig });
  });

  test.each([
    ['', 'scheme'], ['X-Matrix', 'scheme'], ['X-Matrix ', 'scheme'], ['Bearer abc', 'scheme'], ['X-Matrixorigin=a', 'scheme'], [' X-Matrix origin=a', 'scheme'],
    ['X-Matrix\torigin=a', 'scheme'], [`X-Matrix origin="${'a'.repeat(5000)}"`, 'scheme'],
    ['X-Matrix origin', 'syntax'], ['X-Matrix origin=', 'syntax'], ['X-Matrix origin="a', 'syntax'], ['X-Matrix origin="a"b', 'syntax'],
    ['X-Matrix origin=a key=b', 'syntax'], ['X-Matrix origin=a/b', 'syntax'], ['X-Matrix =a', 'syntax'], ['X-Matrix origin="a\n"', 'syntax'],
    ['X-Matrix origin="a\\', 'syntax'], ['X-Matrix origin="a\\"', 'syntax'], ['X-Matrix or igin=a', 'syntax'],
    [`X-Matrix origin=a,key=ed25519:1,sig="${sig}", X-Matrix origin=b,key=ed25519:1,sig="${sig}"`, 'syntax'],
    ['X-Matrix origin=a,ORIGIN=b', 'duplicate'], ['X-Matrix x=a,x=a', 'duplicate'],
    ['X-Matrix origin=a', 'missing'], [`X-Matrix key=ed25519:1,sig="${sig}"`, 'missing'], [`X-Matrix origin=a,sig="${sig}"`, 'missing'],
    [`X-Matrix origin=a,key=ed25519:1,signature="${sig}"`, 'missing'],
    [`X-Matrix origin="",key=ed25519:1,sig="${sig}"`, 'origin'], [`X-Matrix origin="a b",key=ed25519:1,sig="${sig}"`, 'origin'],
    [`X-Matrix origin=a,destination="b/c",key=ed25519:1,sig="${sig}"`, 'destination'],
    [`X-Matrix origin=a,key=ed25519,sig="${sig}"`, 'key'], [`X-Matrix origin=a,key=rsa:1,sig="${sig}"`, 'key'], [`X-Matrix origin=a,key="ed25519:a.b",sig="${sig}"`, 'key'],
    ['X-Matrix origin=a,key=ed25519:1,sig="AAAA"', 'sig'], [`X-Matrix origin=a,key=ed25519:1,sig="${sig.replace('A', '-')}"`, 'sig'],
    [`X-Matrix origin=a,key=ed25519:1,sig="${sig}="`, 'sig'],
  ])('refuses %j: %s', (header, fault) => {
    expect(faultOf(() => parseXMatrixHeader(header))).toBe(fault);
  });

  test('names no part of what it refuses', () => {
    expect(() => parseXMatrixHeader(`X-Matrix origin="s3cret name",key=ed25519:1,sig="${sig}"`)).toThrow(/^((?!s3cret).)*$/);
  });

  test('takes no more than linear time on hostile headers', () => {
    for (const header of [`X-Matrix ${',\t'.repeat(2000)}`, `X-Matrix a="${'\\\\'.repeat(2000)}`, `X-Matrix a=b${' \t'.repeat(2000)}x`, 'X-Matrix'.padEnd(4096)]) {
      expect(() => parseXMatrixHeader(header)).toThrow(XMatrixHeaderError);
    }
  });
});

describe('formatXMatrixHeader', () => {
  const name = fc.constantFrom('a.example', 'A-1.b:8448', '127.0.0.1', '[::1]:1', '1');
  const header = fc.record({
    origin: name, destination: name, key: fc.stringMatching(/^[A-Za-z0-9_]{1,20}$/).map((version) => `ed25519:${version}`),
    sig: fc.uint8Array({ minLength: 64, maxLength: 64 }).map(encodeBase64),
  });

  test('is read back as it was', () => {
    fc.assert(fc.property(header, (values) => {
      const text = formatXMatrixHeader(values);
      expect(text).toMatch(/^X-Matrix origin="[^"\\]+",destination="[^"\\]+",key="[^"\\]+",sig="[^"\\]+"$/);
      expect(parseXMatrixHeader(text)).toEqual(values);
    }));
  });

  test.each(['origin', 'destination', 'key', 'sig'] as const)('refuses a %s that would end its value', (field) => {
    expect(faultOf(() => formatXMatrixHeader({ ...whole, [field]: `${whole[field]}",x="` }))).toBe(field);
  });
});

function faultOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof XMatrixHeaderError ? error.fault : String(error);
  }
}
