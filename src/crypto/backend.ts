/** Signs a message; a text is signed as its UTF-8 bytes. The result has 64 bytes. */
export type Signer = (message: string | Uint8Array) => Uint8Array;

/** Whether a signature of a message is right by the rules of libsodium. Signatures of any other length than 64 bytes are not. */
export type Verifier = (message: string | Uint8Array, signature: Uint8Array) => boolean;

/**
 * The primitives, in two forms that give the same results: `node:crypto`, and portable libraries for where that is missing.
 * The condition `node` of `imports` in package.json chooses, and no line of code does.
 */
export type CryptoBackend = {
  readonly backendName: 'native' | 'portable';
  /** SHA-256 of a text's UTF-8 bytes, in unpadded base64. */
  readonly sha256Base64: (text: string) => string;
  /** The same in the URL-safe alphabet. */
  readonly sha256Base64Url: (text: string) => string;
  /** HMAC with SHA-256. */
  readonly hmacSha256: (key: Uint8Array, text: string) => Uint8Array;
  /** A signer that has derived its key once. The seed must have 32 bytes. */
  readonly createSigner: (seed: Uint8Array) => Signer;
  /** The public key of a seed of 32 bytes. */
  readonly publicKeyOf: (seed: Uint8Array) => Uint8Array;
  /** A verifier that has read its key once. Of a key that libsodium refuses, every signature is wrong. */
  readonly createVerifier: (publicKey: Uint8Array) => Verifier;
};
