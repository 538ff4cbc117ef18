/**
 * The table of a book of requests. Every change of a request is a row of its own, with the whole request after it; no row changes, so that it can be seen what
 * was known when. Rows go together, when a request is forgotten; of those only the highest number of each year stays, so that no other case gets it.
 */
export const SCHEMA = `
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  request TEXT NOT NULL,
  UNIQUE (id, revision)
) STRICT;
CREATE TABLE used (year TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER changes_stay BEFORE UPDATE ON changes BEGIN SELECT RAISE(ABORT, 'a change stays as it was'); END;
`;

/** "mxrq" in ASCII: what tells a book of requests from any other SQLite file. */
export const APPLICATION_ID = 0x6d787271;
/** The form of the table; another one is another number. */
export const SCHEMA_VERSION = 1;

/** Every statement that a book makes. */
export const SQL = {
  insert: 'INSERT INTO changes (id, revision, request) VALUES (:id, :revision, :request)',
  last: 'SELECT revision, request FROM changes WHERE id = :id ORDER BY revision DESC LIMIT 1',
  all: 'SELECT request FROM changes AS one WHERE revision = (SELECT max(revision) FROM changes WHERE id = one.id) ORDER BY seq',
  history: 'SELECT request FROM changes WHERE id = :id ORDER BY revision',
  ids: 'SELECT DISTINCT id FROM changes',
  used: 'SELECT number FROM used WHERE year = :year',
  use: 'INSERT INTO used (year, number) VALUES (:year, :number) ON CONFLICT (year) DO UPDATE SET number = max(number, excluded.number)',
  forget: 'DELETE FROM changes WHERE id = :id',
} as const;
