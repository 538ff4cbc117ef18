import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { parseIpAddress } from '../../../src/notices/discovery/ip-address.ts';

/** A certificate and its key, as PEM. */
export type Certificate = { readonly cert: string; readonly key: string };
/** An authority that makes certificates for names and IP addresses. */
export type Authority = { readonly cert: string; readonly issue: (...names: readonly string[]) => Certificate };

// DER by hand: Node reads certificates, but makes none, and not every machine has openssl.
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const ED25519 = sequence(oid('2b6570'));
const nameOf = (text: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
const utcTime = (text: string): Buffer => der(0x17, Buffer.from(text));
const extension = (id: string, value: Uint8Array): Buffer => sequence(oid(id), der(0x04, value));
const alternative = (name: string): Buffer => (isIP(name) === 0 ? der(0x82, Buffer.from(name)) : der(0x87, Buffer.from(parseIpAddress(name) ?? [])));

let serial = 0;

type Form = { readonly subject: string; readonly issuer: string; readonly publicKey: KeyObject; readonly by: KeyObject; readonly extensions: readonly Buffer[] };

function signed({ subject, issuer, publicKey, by, extensions }: Form): string {
  serial += 1;
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), der(0x02, Buffer.from([1, serial])), ED25519, nameOf(issuer), sequence(utcTime('200101000000Z'), utcTime('490101000000Z')), nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, sequence(...extensions)),
  );
  const whole = sequence(tbs, ED25519, der(0x03, Buffer.from([0]), sign(null, tbs, by)));
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** A new authority. */
export function createAuthority(name = 'Test authority'): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const cert = signed({ subject: name, issuer: name, publicKey, by: privateKey, extensions: [extension('551d13', sequence(der(0x01, Buffer.from([255]))))] });
  return {
    cert,
    issue: (...names) => {
      const pair = generateKeyPairSync('ed25519');
      const extensions = [extension('551d11', sequence(...names.map(alternative)))];
      return {
        cert: signed({ subject: names[0] ?? '', issuer: name, publicKey: pair.publicKey, by: privateKey, extensions }),
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}
