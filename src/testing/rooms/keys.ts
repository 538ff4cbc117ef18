import { generateSigningKey, type SigningKey } from '../../crypto/signing-key.ts';
import type { PublicKeys } from '../../crypto/key-ring.ts';
import { servers, type Server } from './script.ts';

const SEED_BYTES = 32;

/** The name of the server that vouches for addresses in generated rooms. */
export const IDENTITY_SERVER = 'identity.example';

/** The keys of a room's servers: made of fixed seeds, for tests and for nothing else. */
export type RoomKeys = {
  readonly of: (server: Server) => SigningKey;
  readonly identity: SigningKey;
  /** Of a server that says it were the identity server. */
  readonly impostor: SigningKey;
};

/** Keys that are made when they are first asked for, for each room its own: nothing is kept between calls. */
export function createRoomKeys(): RoomKeys {
  const made = new Map<number, SigningKey>();
  const key = (seed: number): SigningKey => {
    const known = made.get(seed) ?? generateSigningKey(new Uint8Array(SEED_BYTES).fill(seed), 'test');
    made.set(seed, known);
    return known;
  };
  return {
    of: (server) => key(servers.indexOf(server) + 1),
    get identity() { return key(10); },
    get impostor() { return key(11); },
  };
}

/** The public keys of the servers, as {@link verifyEvent} takes them. */
export function publicKeysOf(keys: RoomKeys): PublicKeys {
  return Object.fromEntries(servers.map((server) => [server, { [keys.of(server).keyId]: keys.of(server).publicKey }]));
}
