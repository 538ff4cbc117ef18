/** What became of a room of an erasure: `waiting` where the erasure was paused, cancelled or taken back. */
export type RoomOutcome = 'done' | 'waiting';

/**
 * The part of an erasure that a job calls, as a store does it. Each function may be called again at any time, by two processes at once, and after any of them
 * was killed: the store's own transactions see to it that nothing takes effect twice.
 */
export type ErasureWork = {
  /** Erasures that are under way, oldest first. */
  readonly running: () => Promise<readonly string[]>;
  /** Rooms of an erasure that are still to be done, in order of their IDs, from behind `after` on. */
  readonly pendingRooms: (erasure: string, page: { readonly after?: string; readonly limit: number }) => Promise<readonly string[]>;
  readonly carryOutRoom: (erasure: string, roomId: string) => Promise<RoomOutcome>;
  /** Notes that a room failed for good; `error` is the name of an error, never its text. */
  readonly failRoom: (erasure: string, roomId: string, error: string) => Promise<void>;
  /** What is done once no room is left: files, accounts, proof. */
  readonly finish: (erasure: string) => Promise<RoomOutcome>;
  /** What falls due by a time (ms): each is told once. */
  readonly dueBy: (at: number) => Promise<readonly DueErasure[]>;
};

/** Something that has to be done about an erasure by a time (ms). */
export type DueErasure = { readonly erasure: string; readonly what: DueKind; readonly due: number };

/** The answer to the person, the purge of what was theirs alone, the logs, or the review of a hold. */
export type DueKind = 'answer' | 'purge' | 'logs' | 'review';
