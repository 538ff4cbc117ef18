import type { ImportedLine } from './imported-event.ts';

/** What an import did. Times do not count: the same files give the same. */
export type ImportCounts = {
  /** Events that are new in the store. */
  readonly added: number;
  /** Events that were there already, byte for byte or as an erasure left them. */
  readonly known: number;
  /** Rooms that got new events. */
  readonly rooms: readonly string[];
};

/** How to import. */
export type ImportOptions = {
  /** Is told after each step how many events have been dealt with since the last. */
  readonly onProgress?: (events: number) => void;
  /** Ends the import after the step that it is in: what was done by then stays. */
  readonly signal?: { readonly aborted: boolean };
};

/** A store into which event files can be imported. */
export type ImportingStore = {
  /**
   * Adds events, batch after batch. Doing it again, or after it broke off, adds what is missing.
   * @throws {OtherEventError} when an event has the ID of another
   * @throws {OtherRoomVersionError} when a room has another version than before
   */
  readonly importEvents: (batches: AsyncIterable<readonly ImportedLine[]> | Iterable<readonly ImportedLine[]>, options?: ImportOptions) => Promise<ImportCounts>;
  /** Notes that lines could not be read: what they held may be anybody's, so nobody can be said to have been alone. */
  readonly noteUnreadable: (lines: number) => Promise<void>;
  /** Adds what is held of an account, each item by a name; its value is not needed. */
  readonly addAccountData: (user: string, category: string, items: readonly string[]) => Promise<void>;
};
