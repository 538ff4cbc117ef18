import * as v from 'valibot';

/** How far a network supports something: 2 fully, 1 in part, 0 not, -1 not and it is lost silently, -2 not and it is refused. */
export type SupportLevel = -2 | -1 | 0 | 1 | 2;

/**
 * What a network can delete, in the words of the state event `com.beeper.room_features`, in which bridges publish what their network can do. The keys from
 * `delete_batch_size` on are not published today; they follow its style.
 * @see https://github.com/mautrix/go/blob/main/event/capabilities.d.ts
 */
export type RoomFeatures = {
  /** Whether a message can be deleted for everyone; 0 if omitted. */
  readonly delete?: SupportLevel;
  /** How old a message that is deleted for everyone may be (seconds); 0 or omitted: of any age. */
  readonly delete_max_age?: number;
  /** Whether a message of any age can be deleted in the account of its sender alone. */
  readonly delete_for_me?: boolean;
  /** How many messages of one chat one call can delete; 1 if omitted. */
  readonly delete_batch_size?: number;
  /** How many messages such a call needs at least. */
  readonly delete_batch_min_size?: number;
  /** How old the messages of such a call may be (seconds); 0 or omitted: of any age. */
  readonly delete_batch_max_age?: number;
  /** Whether only an account of the bridge itself can make such a call, and no person's. */
  readonly delete_batch_bots_only?: boolean;
  /** How many calls that delete one message are answered in a minute. */
  readonly delete_calls_per_minute?: number;
  /** How many calls that delete several are; if omitted, as many as of the others. */
  readonly delete_batch_calls_per_minute?: number;
};

const seconds = v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0)));
const size = v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const rate = v.exactOptional(v.pipe(v.number(), v.finite(), v.gtValue(0)));

/** The keys that say what can be deleted. The event has many others, which are passed over. */
const schema = v.object({
  delete: v.exactOptional(v.picklist([-2, -1, 0, 1, 2])),
  delete_max_age: seconds,
  delete_for_me: v.exactOptional(v.boolean()),
  delete_batch_size: size,
  delete_batch_min_size: size,
  delete_batch_max_age: seconds,
  delete_batch_bots_only: v.exactOptional(v.boolean()),
  delete_calls_per_minute: rate,
  delete_batch_calls_per_minute: rate,
});

/**
 * Reads the content of a `com.beeper.room_features` event: what it says of deletion. Other keys are passed over.
 * @throws {InvalidRoomFeaturesError} when a key that it reads holds something else than it may
 * @example parseRoomFeatures({ delete: 2, delete_max_age: 172800, reply: 2 }) // { delete: 2, delete_max_age: 172800 }
 */
export function parseRoomFeatures(content: unknown): RoomFeatures {
  const result = v.safeParse(schema, content);
  if (result.success) return result.output;
  throw new InvalidRoomFeaturesError(v.getDotPath(result.issues[0]) ?? 'the whole');
}

/** A description of what a network can delete is not of the form that `com.beeper.room_features` has. */
export class InvalidRoomFeaturesError extends Error {
  override readonly name = 'InvalidRoomFeaturesError';
  /** The key that is wrong. */
  readonly key: string;

  constructor(key: string) {
    super(`room features: "${key}" is not as it should be; levels are -2 to 2, ages seconds from 0, sizes whole numbers from 1, rates above 0`);
    this.key = key;
  }
}
