import * as v from 'valibot';
import { createKeyRing, type KeyRing } from '../crypto/key-ring.ts';
import { readJsonFile } from './json-file.ts';

const schema = v.record(v.string(), v.record(v.string(), v.string()));

/**
 * Reads a file of public keys.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else
 */
export async function readKeys(path: string): Promise<KeyRing> {
  return createKeyRing(await readJsonFile(path, schema, 'a file of public keys, {server: {key ID: base64}}'));
}
