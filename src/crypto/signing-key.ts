import { createSigner, publicKeyOf } from '#crypto-backend';
import type { Signer } from './backend.ts';
import { encodeBase64, readBase64 } from './base64.ts';

/** `ed25519:` and a version: what a signature is filed under. */
export type KeyId = `ed25519:${string}`;

/** A server's signing key. The seed is in no property, so that neither JSON nor a log shows it. */
export type SigningKey = {
  readonly keyId: KeyId;
  /** In unpadded base64, as servers publish it. */
  readonly publicKey: string;
  readonly sign: Signer;
  /** The secret itself, for who must store it. */
  readonly exportSeed: () => Uint8Array;
};

const SEED_BYTES = 32;
const VERSION = /^[A-Za-z0-9_]+$/;

/**
 * The signing key of a seed. Take the seed's 32 bytes from a generator that is fit for secrets: this library has none.
 * @throws {InvalidSigningKeyError} when the seed has not 32 bytes or the version other characters than letters, digits and `_`
 * @see https://spec.matrix.org/v1.19/appendices/#signing-details
 * @example generateSigningKey(new Uint8Array(32), '1').publicKey // 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik'
 */
export function generateSigningKey(seed: Uint8Array, version: string): SigningKey {
  if (seed.length !== SEED_BYTES) throw new InvalidSigningKeyError('seed');
  if (!VERSION.test(version)) throw new InvalidSigningKeyError('version');
  const secret = Uint8Array.from(seed);
  return {
    keyId: `ed25519:${version}`,
    publicKey: encodeBase64(publicKeyOf(secret)),
    sign: createSigner(secret),
    exportSeed: () => Uint8Array.from(secret),
  };
}

/**
 * Reads a key file as Synapse writes it: one line of algorithm, version and seed.
 * @throws {InvalidSigningKeyError} when it is anything else; the message never holds the seed
 * @example parseSigningKey('ed25519 a_key YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1').keyId // 'ed25519:a_key'
 */
export function parseSigningKey(text: string): SigningKey {
  const [algorithm, version, seed, ...more] = text.trim().split(/\s+/);
  if (version === undefined || seed === undefined || more.length > 0) throw new InvalidSigningKeyError('form');
  if (algorithm !== 'ed25519') throw new InvalidSigningKeyError('algorithm');
  const bytes = readBase64(seed);
  if (bytes === undefined) throw new InvalidSigningKeyError('seed');
  return generateSigningKey(bytes, version);
}

/**
 * A key file as Synapse reads it, without the newline. It holds the secret.
 * @example formatSigningKey(generateSigningKey(new Uint8Array(32), '1')) // 'ed25519 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
 */
export function formatSigningKey(key: SigningKey): string {
  return key.keyId.replace(':', ' ') + ` ${encodeBase64(key.exportSeed())}`;
}

const EXPLANATIONS = {
  form: 'expected one line "ed25519 VERSION SEED"',
  algorithm: 'the only algorithm is "ed25519"',
  version: 'a version has one or more of the characters A-Z, a-z, 0-9 and "_"',
  seed: `a seed is ${SEED_BYTES} bytes in unpadded base64`,
} as const;

/** A signing key cannot be read or made. Nothing of the key is repeated. */
export class InvalidSigningKeyError extends Error {
  override readonly name = 'InvalidSigningKeyError';
  readonly reason: 'form' | 'algorithm' | 'version' | 'seed';

  constructor(reason: 'form' | 'algorithm' | 'version' | 'seed') {
    super(`invalid signing key: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
