import * as v from 'valibot';

/**
 * One erased user, as the list of the erased keeps them: the list is personal data itself, so that user and rooms are keyed hashes. Times are in ms
 * since 1970, UTC. JSON.
 */
export type SuppressionEntry = {
  readonly subject: string;
  /** The name of the erasure profile, which says how events are stored. */
  readonly profile: string;
  readonly effectiveAt: number;
  /** When the person came back: what they sent after that is their own again. */
  readonly revokedAt?: number;
  readonly keepLabels?: boolean;
  /** The scope of the erasure; what is left out is unlimited. */
  readonly rooms?: readonly string[];
  readonly types?: readonly string[];
  readonly before?: number;
  readonly after?: number;
  /** Rooms that were purged as a whole: nothing of them is stored again. */
  readonly purgedRooms?: readonly string[];
};

const hash = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));
const time = v.pipe(v.number(), v.safeInteger());
const schema = v.strictObject({
  subject: hash,
  profile: v.string(),
  effectiveAt: time,
  revokedAt: v.exactOptional(time),
  keepLabels: v.exactOptional(v.boolean()),
  rooms: v.exactOptional(v.array(hash)),
  types: v.exactOptional(v.array(v.string())),
  before: v.exactOptional(time),
  after: v.exactOptional(time),
  purgedRooms: v.exactOptional(v.array(hash)),
});

/**
 * Reads an entry of the list of the erased, as it was stored. A key that is not known is an error: what is not understood could narrow or widen the erasure.
 * @throws {SuppressionEntryError} when it is no entry
 * @example readSuppressionEntry({ subject: '@alice:example.org' }) // throws SuppressionEntryError
 */
export function readSuppressionEntry(value: unknown): SuppressionEntry {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new SuppressionEntryError(v.getDotPath(result.issues[0]) ?? 'the whole');
}

/** A value is no entry of the list of the erased. The value is not repeated. */
export class SuppressionEntryError extends Error {
  override readonly name = 'SuppressionEntryError';
  /** The key, as a dotted path. */
  readonly key: string;

  constructor(key: string) {
    super(`no entry of the list of the erased: "${key}" is not as it should be; make entries with suppressionEntries`);
    this.key = key;
  }
}
