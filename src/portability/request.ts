import type { AccountFile } from '../erasure/account/schema.ts';
import type { StoredEvent } from '../erasure/apply.ts';
import { isUserId, type UserId } from '../identifiers/identifiers.ts';
import type { RoomEvent } from '../room/resolve-record.ts';

/** Stored events, of any rooms and in any order: those of files, of a store, or of a list. */
export type ExportSource = Iterable<StoredEvent> | AsyncIterable<StoredEvent>;

/** Whose data is exported, and what goes with it. */
export type ExportRequest = {
  /** The person's user IDs: one, and those of bridge ghosts of the same person. */
  readonly subjects: readonly UserId[];
  /** When the copy is made (ms since 1970, UTC). It stands in the manifest and on the pages. */
  readonly at: number;
  /** What the server holds of the accounts beside events. */
  readonly account?: AccountFile;
  /** Also list other people's events that name the person, by ID and without what they say. Memberships that others gave the person are always listed. */
  readonly about?: boolean;
  /** Messages of others around those of the person, with their user IDs replaced. Left out, nobody else's text is in the export. */
  readonly context?: ExportContext;
  /** How many lines of the input could not be used. Asked when all events have been read; it is said in the manifest. */
  readonly unusable?: () => number;
};

/** Which messages of others go with those of the person. */
export type ExportContext = {
  /** How many messages before and after each of the person's. */
  readonly around: number;
  /** Whether the person could see an event: what they could not see is not theirs to have. */
  readonly sees: (event: RoomEvent) => boolean;
};

const LAST_TIME = Date.UTC(9998, 0, 1) - 1;

/** Checks a request. @throws {InvalidExportRequestError} when it asks for something that cannot be */
export function assertExportRequest({ subjects, at, account, context }: ExportRequest): void {
  if (subjects.length === 0) throw new InvalidExportRequestError('subjects', 'name at least one user ID');
  if (!subjects.every((subject) => isUserId(subject))) throw new InvalidExportRequestError('subjects', 'each must be a user ID, such as @alice:example.org');
  if (!Number.isSafeInteger(at) || at < 0 || at > LAST_TIME) throw new InvalidExportRequestError('at', 'give ms since 1970, before the year 9998');
  if (account?.accounts.some(({ user }) => !subjects.includes(user)) === true) {
    throw new InvalidExportRequestError('account', 'it has an account that is none of the subjects; name its user as a subject, or take it out');
  }
  const around = context?.around ?? 0;
  if (!Number.isSafeInteger(around) || around < 0 || around > MAX_AROUND) throw new InvalidExportRequestError('context.around', `give a number from 0 to ${MAX_AROUND}`);
}

const MAX_AROUND = 100;

/** An export is asked for that cannot be made. */
export class InvalidExportRequestError extends Error {
  override readonly name = 'InvalidExportRequestError';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`cannot export: "${field}" is wrong: ${problem}`);
    this.field = field;
  }
}
