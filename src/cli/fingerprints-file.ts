import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { InvalidBase64Error, decodeBase64 } from '../crypto/base64.ts';
import type { Fingerprints } from '../erasure/fingerprints/fingerprints.ts';
import { FINGERPRINT_KEY_BYTES } from '../erasure/fingerprints/grams.ts';
import { textKinds } from '../erasure/fingerprints/kinds.ts';
import { InputFileError } from './io/inputs.ts';
import { OutputError } from './io/output.ts';
import { FileShapeError, readJsonFile, readText } from './json-file.ts';

// 21 bytes: 16 of the keyed hash, 5 under their pad.
const gram = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{28}$/));
const place = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const fingerprint = v.strictObject({
  kind: v.picklist(textKinds),
  room_id: v.exactOptional(v.string()),
  event_id: v.exactOptional(v.string()),
  grams: v.array(gram),
  shared: v.exactOptional(v.array(place)),
});

const schema = v.strictObject({
  format: v.literal('matrix-erasure/fingerprints'),
  formatVersion: v.literal(1),
  keyCheck: v.string(),
  texts: v.array(fingerprint),
});

/**
 * Reads fingerprints that were taken before an erasure.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else
 */
export async function readFingerprints(path: string): Promise<Fingerprints> {
  return readJsonFile(path, schema, 'fingerprints');
}

const WHAT = `a key: ${FINGERPRINT_KEY_BYTES} random bytes or more in base64, as "openssl rand -base64 ${FINGERPRINT_KEY_BYTES}" writes them`;

/**
 * Reads the key of fingerprints or pseudonyms: base64, on a line of its own.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is no base64, or too short
 */
export async function readSecretKey(path: string): Promise<Uint8Array> {
  const key = keyIn((await readText(path)).trim());
  if (key === undefined) throw new FileShapeError(path, WHAT, 'it is no base64');
  if (key.length < FINGERPRINT_KEY_BYTES) throw new FileShapeError(path, WHAT, 'it is too short');
  return key;
}

/** A new key. */
export function randomKey(): Uint8Array {
  return new Uint8Array(randomBytes(FINGERPRINT_KEY_BYTES));
}

/**
 * Reads a key, or makes one where there is no such file: only its owner may read it.
 * @throws {FileShapeError} when the file is no key
 * @throws {InputFileError | OutputError} when it can be neither read nor written
 */
export async function readOrMakeKey(path: string): Promise<Uint8Array> {
  try {
    return await readSecretKey(path);
  } catch (error) {
    if (!(error instanceof InputFileError) || error.reason !== 'ENOENT') throw error;
  }
  const key = randomKey();
  try {
    await writeFile(path, `${encodePadded(key)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new OutputError(path, error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
  }
  return key;
}

/** As `openssl rand -base64` writes it. */
function encodePadded(key: Uint8Array): string {
  return Buffer.from(key).toString('base64');
}

function keyIn(text: string): Uint8Array | undefined {
  try {
    return decodeBase64(text);
  } catch (error) {
    if (error instanceof InvalidBase64Error) return undefined;
    throw error;
  }
}
