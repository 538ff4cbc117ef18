import type { MxcUri } from '../../identifiers/identifiers.ts';
import type { ErasurePart } from '../store.ts';
import type { PageChanges } from './changes-in.ts';

/**
 * What is to be done in a room, found out in another thread while the rooms before it were written. It holds as long as the room has this revision, its part
 * was planned for that, and the erasure is asked for in these words: then nothing has changed since it was read.
 */
export type RoomAhead = Pick<ErasurePart, 'revision' | 'counts'> & {
  /** In JSON. */
  readonly request: string;
  /** How many events the plan names. */
  readonly events: number;
  /** Files to which these events refer no longer. */
  readonly media: readonly MxcUri[];
  /** All changes, in order. @throws {AheadLostError} when the rest cannot be had */
  readonly pages: () => AsyncIterable<PageChanges>;
};

/** A second reader of an erasure's rooms. What it cannot give is read as if it was not there. */
export type RoomsAhead = {
  /** Rooms that will be taken, in this order, after those that are expected already. */
  readonly expect: (rooms: readonly string[]) => void;
  /** What was found out of a room; rooms that were expected before it are given up. */
  readonly take: (roomId: string) => Promise<RoomAhead | undefined>;
  readonly close: () => Promise<void>;
};

/** The second reader ended in the middle of a room. */
export class AheadLostError extends Error {
  override readonly name = 'AheadLostError';

  constructor() {
    super('the thread that reads ahead ended in the middle of a room; run the erasure again');
  }
}
