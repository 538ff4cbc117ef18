import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { dayAt } from '../../erasure/calendar.ts';
import type { RightsRequest } from '../../erasure/rights/request.ts';
import { createPrivateFile, inTransaction, isEmpty, isForeign, prepareAll, readNumber } from '../../stores/sqlite/database-file.ts';
import { RequestBookError } from './book-error.ts';
import { requestShape } from './request-shape.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION, SQL } from './schema.ts';

/** A book of requests on disk. It names people, and holds no content of events. What was written is there after a crash at any moment. */
export type RequestBook = {
  /** Adds a request; `make` is given a free ID. @throws {RequestIdError} when it takes one that is not free */
  readonly open: (make: (freeId: string) => RightsRequest) => RightsRequest;
  /** Changes a request, whatever others do meanwhile. @throws {RequestIdError} when there is none of this ID */
  readonly change: (id: string, change: (request: RightsRequest) => RightsRequest) => RightsRequest;
  /** A request as it was after each change. @throws {RequestIdError} when there is none of this ID */
  readonly history: (id: string) => readonly [RightsRequest, ...RightsRequest[]];
  readonly all: () => readonly RightsRequest[];
  /** Deletes a request that has ended, and all that is known of it. @throws {RequestIdError} when there is none, or it has not ended */
  readonly forget: (id: string) => void;
  readonly close: () => void;
};

/** How to open a book. */
export type BookOptions = {
  /** Whether to make it where there is none. */
  readonly create?: boolean;
  /** The day that free IDs are numbered by (ms since 1970, UTC), and where. */
  readonly receivedAt?: number;
  readonly timeZone?: string | undefined;
  /** How long to wait for others (ms). */
  readonly wait?: number;
};

/**
 * Opens a book of requests. Only its owner can read it.
 * @throws {RequestBookError} when there is none, or the file is something else
 */
export function openRequestBook(path: string, { create = false, receivedAt = 0, timeZone = 'UTC', wait = 10_000 }: BookOptions = {}): RequestBook {
  const database = openDatabase(path, create, wait);
  const prepared = prepareAll(database, SQL);
  const read = (row: Record<string, unknown>): RightsRequest => requestIn(row, path);
  const last = (id: string): { readonly revision: number; readonly request: RightsRequest } => {
    const row = prepared.last.get({ id });
    if (row === undefined) throw new RequestIdError(id, 'unknown');
    return { revision: Number(row['revision']), request: read(row) };
  };
  const together = <T>(work: () => T): T => alone(database, path, work);
  return {
    open: (make) => together(() => {
      const ids = new Set(prepared.ids.all().map(({ id }) => String(id)));
      const year = dayAt(receivedAt, timeZone).slice(0, 4);
      const request = make(freeId(ids, year, Number(prepared.used.get({ year })?.['number'] ?? 0)));
      if (ids.has(request.id)) throw new RequestIdError(request.id, 'taken');
      prepared.insert.run({ id: request.id, revision: 1, request: JSON.stringify(request) });
      return request;
    }),
    change: (id, change) => together(() => {
      const { revision, request } = last(id);
      const changed = change(request);
      prepared.insert.run({ id, revision: revision + 1, request: JSON.stringify(changed) });
      return changed;
    }),
    history: (id) => {
      const [first, ...later] = prepared.history.all({ id }).map(read);
      if (first === undefined) throw new RequestIdError(id, 'unknown');
      return [first, ...later];
    },
    all: () => prepared.all.all().map(read),
    forget: (id) => together(() => {
      if (last(id).request.ended === undefined) throw new RequestIdError(id, 'open');
      const [year = '', number = ''] = id.split('-');
      if (NUMBER.test(number)) prepared.use.run({ year, number: Number(number) });
      prepared.forget.run({ id });
    }),
    close: () => database.close(),
  };
}

const NUMBER = /^[1-9]\d{0,8}$/;

/** The next number of a year, `2026-12`: one that no case has, or had before it was forgotten. */
function freeId(ids: ReadonlySet<string>, year: string, used: number): string {
  const numbers = [...ids].flatMap((id) => {
    const [of, number = ''] = id.split('-');
    return of === year && NUMBER.test(number) ? [Number(number)] : [];
  });
  return `${year}-${Math.max(used, ...numbers) + 1}`;
}

function requestIn({ request }: Record<string, unknown>, path: string): RightsRequest {
  try {
    return v.parse(requestShape, JSON.parse(String(request)));
  } catch {
    throw new RequestBookError(path, 'damaged');
  }
}

function openDatabase(path: string, create: boolean, wait: number): DatabaseSync {
  if (!existsSync(path)) {
    if (!create) throw new RequestBookError(path, 'missing');
    createFile(path);
  }
  try {
    const database = new DatabaseSync(path, { timeout: wait });
    if (isForeign(database, { applicationId: APPLICATION_ID, create })) throw new RequestBookError(path, 'foreign');
    // Nothing that was written is lost when the machine stops, and nothing that was forgotten can be read from the file.
    database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    prepareSchema(database, path, create);
    return database;
  } catch (error) {
    throw error instanceof RequestBookError ? error : new RequestBookError(path, isBusy(error) ? 'busy' : 'unreadable');
  }
}

/** Somebody else may make it at the same time. */
function createFile(path: string): void {
  try {
    createPrivateFile(path);
  } catch {
    if (!existsSync(path)) throw new RequestBookError(path, 'unwritable');
  }
}

function prepareSchema(database: DatabaseSync, path: string, create: boolean): void {
  if (create && isEmpty(database)) {
    alone(database, path, () => {
      // Whoever came first has made it.
      if (isEmpty(database)) database.exec(`${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`);
    });
  }
  if (readNumber(database, 'PRAGMA user_version') !== SCHEMA_VERSION) throw new RequestBookError(path, 'version');
}

/** Does all of some work, or none of it, while nobody else writes. @throws {RequestBookError} when others do for too long */
function alone<T>(database: DatabaseSync, path: string, work: () => T): T {
  try {
    return inTransaction(database, work);
  } catch (error) {
    throw isBusy(error) ? new RequestBookError(path, 'busy') : error;
  }
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

const PROBLEMS = {
  unknown: 'there is no request',
  taken: 'there is already a request',
  open: 'nothing is forgotten before it has ended: there is an open request',
} as const;

/** A request is not there, or is there already, or is still open: see `matrix-erasure requests`. */
export class RequestIdError extends Error {
  override readonly name = 'RequestIdError';
  readonly problem: keyof typeof PROBLEMS;

  constructor(id: string, problem: keyof typeof PROBLEMS) {
    super(`${PROBLEMS[problem]} ${id}; "matrix-erasure requests list BOOK --all" lists all, with the path of the book`);
    this.problem = problem;
  }
}
