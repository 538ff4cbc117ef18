import * as v from 'valibot';
import type { PublicKey, PublicKeys } from '../crypto/key-ring.ts';
import { verifyJson } from '../crypto/verify-json.ts';
import type { ServerName } from '../identifiers/identifiers.ts';
import { isJsonObject, type JsonValue } from '../json/value.ts';

/** Whose keys are read, and when they were fetched (ms since 1970, UTC). */
export type ServerKeysOptions = { readonly server: ServerName; readonly fetchedAt: number };

const LONGEST_VALIDITY = 7 * 24 * 60 * 60 * 1000;

const keyList = v.record(v.string(), v.looseObject({ key: v.string() }));
const schema = v.looseObject({ server_name: v.string(), verify_keys: keyList, valid_until_ts: v.pipe(v.number(), v.safeInteger()) });

/**
 * The keys with which a server may sign requests, as it publishes them under `/_matrix/key/v2/server`, each with the time (ms) until which it counts:
 * what the server says, and seven days at most. Keys that it no longer uses sign no requests and are left out. Fetch them from the server itself.
 * @throws {ServerKeysError} when it is no such answer, is another server's, or is not signed with each of its own keys
 * @see https://spec.matrix.org/v1.19/server-server-api/#publishing-keys
 * @example readServerKeys({}, { server: 'a.org', fetchedAt: 0 }) // throws ServerKeysError
 */
export function readServerKeys(answer: JsonValue, { server, fetchedAt }: ServerKeysOptions): PublicKeys {
  const result = v.safeParse(schema, answer);
  if (!result.success || !isJsonObject(answer)) throw new ServerKeysError('form');
  const { server_name: name, verify_keys: keys, valid_until_ts: until } = result.output;
  if (name !== server) throw new ServerKeysError('server');
  const own = Object.entries(keys).filter(([keyId]) => keyId.startsWith('ed25519:'));
  const isSigned = own.length > 0 && own.every(([keyId, { key }]) => verifyJson(answer, { server, keyId, publicKey: key }));
  if (!isSigned) throw new ServerKeysError('signature');
  const validUntil = Math.min(until, fetchedAt + LONGEST_VALIDITY);
  return { [server]: Object.fromEntries(own.map(([keyId, { key }]): readonly [string, PublicKey] => [keyId, { key, validUntil }])) };
}

const EXPLANATIONS = {
  form: '"server_name", "verify_keys" and "valid_until_ts" must be there',
  server: 'it is of another server',
  signature: 'it must be signed with every Ed25519 key that it names, and name one',
} as const;

/** An answer does not say which keys a server has. */
export class ServerKeysError extends Error {
  override readonly name = 'ServerKeysError';
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(reason: keyof typeof EXPLANATIONS) {
    super(`no keys of the server: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
