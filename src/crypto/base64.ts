const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// The value of each character code of the standard alphabet; 255 where a character is not in it.
const VALUES: Readonly<Uint8Array> = Uint8Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)) & 255);

/**
 * Bytes in the standard alphabet without padding: the form of keys, hashes and signatures.
 * @see https://spec.matrix.org/v1.19/appendices/#unpadded-base64
 * @example encodeBase64(Uint8Array.of(102, 111)) // 'Zm8'
 */
export function encodeBase64(bytes: Uint8Array): string {
  return encode(bytes, ALPHABET);
}

/**
 * Bytes in the URL-safe alphabet without padding: the form of event IDs from room version 4.
 * @see https://spec.matrix.org/v1.19/rooms/v4/#event-ids
 * @example encodeBase64Url(Uint8Array.of(251, 255)) // '-_8'
 */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_ALPHABET);
}

/**
 * The bytes of a text in the standard alphabet. Padding may be there if it is complete, and unused bits of the last
 * character may be set: the specification's own test key has such bits. Nothing else is tolerated, no space and no `-` or `_`.
 * @throws {InvalidBase64Error} when the text is anything else
 * @see https://spec.matrix.org/v1.19/appendices/#unpadded-base64
 * @example decodeBase64('Zm8=') // Uint8Array.of(102, 111)
 */
export function decodeBase64(text: string): Uint8Array {
  const length = lengthWithoutPadding(text);
  if (length % 4 === 1) throw new InvalidBase64Error('length');
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let held = 0;
  let written = 0;
  for (let i = 0; i < length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? 255;
    if (value === 255) throw new InvalidBase64Error('character');
    held = (held << 6) | value;
    const bits = ((i & 3) * 6 + 6) & 7;
    if (bits !== 6) bytes[written++] = held >> bits;
  }
  return bytes;
}

/** The same, or `undefined` where the text is no base64: for texts that come with an event, which decide and do not throw. */
export function readBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return decodeBase64(text);
  } catch (error) {
    if (error instanceof InvalidBase64Error) return undefined;
    throw error;
  }
}

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = (byteAt(bytes, i) << 16) | (byteAt(bytes, i + 1) << 8) | byteAt(bytes, i + 2);
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    if (left > 1) text += alphabet.charAt((group >> 6) & 63);
    if (left > 2) text += alphabet.charAt(group & 63);
  }
  return text;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

// Padding fills the last group of four characters: `xx==` or `xxx=`, never more and never less.
function lengthWithoutPadding(text: string): number {
  if (!text.endsWith('=')) return text.length;
  if (text.length % 4 !== 0) throw new InvalidBase64Error('padding');
  return text.endsWith('==') ? text.length - 2 : text.length - 1;
}

/** A text is no base64 in the standard alphabet. The text is not repeated: it may be a key. */
export class InvalidBase64Error extends Error {
  override readonly name = 'InvalidBase64Error';
  readonly reason: 'character' | 'length' | 'padding';

  constructor(reason: 'character' | 'length' | 'padding') {
    super(`invalid base64 (${EXPLANATIONS[reason]}): use A-Z, a-z, 0-9, "+" and "/", with complete padding or none`);
    this.reason = reason;
  }
}

const EXPLANATIONS = {
  character: 'a character outside the standard alphabet',
  length: 'a last group of one character',
  padding: 'incomplete padding',
} as const;
