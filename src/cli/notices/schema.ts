/** The tables of a ledger of deliveries. What a notice says is kept as it was planned; what became of it stands beside it, and changes. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  queue TEXT NOT NULL,
  notice TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL,
  since INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  path TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  refusals INTEGER NOT NULL,
  next_at INTEGER,
  reason TEXT,
  ask TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS in_turn ON deliveries (queue, attempts, seq) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS destinations (queue TEXT PRIMARY KEY, failures INTEGER NOT NULL, rest_until INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS contacts (server TEXT PRIMARY KEY, asked_at INTEGER NOT NULL, contact TEXT) STRICT;
CREATE TABLE IF NOT EXISTS received (
  number INTEGER PRIMARY KEY,
  subject TEXT NOT NULL UNIQUE,
  user_id TEXT,
  state TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  origin TEXT,
  received_at INTEGER NOT NULL,
  since INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
`;

/** "mxer" in ASCII: what tells a ledger of deliveries from any other SQLite file. */
export const APPLICATION_ID = 0x6d786572;
/** The form of the tables; another one is another number. 1 had the deliveries alone, and gets the other tables when it is opened. */
export const SCHEMA_VERSION = 2;

const COLUMNS = 'status, since, deadline, path, attempts, refusals, next_at, reason, ask';

/** Every statement that a ledger makes. Times are ms since 1970, UTC. */
export const SQL = {
  insert: `INSERT INTO deliveries (id, queue, notice, ${COLUMNS}) VALUES (:id, :queue, :notice, :status, :since, :deadline, :path, :attempts, :refusals, :nextAt, :reason, :ask)
    ON CONFLICT (id) DO NOTHING`,
  update: `UPDATE deliveries SET revision = revision + 1, status = :status, since = :since, deadline = :deadline, path = :path, attempts = :attempts, refusals = :refusals,
    next_at = :nextAt, reason = :reason, ask = :ask WHERE id = :id AND revision = :revision`,
  all: `SELECT id, notice, revision, ${COLUMNS} FROM deliveries ORDER BY seq`,
  one: `SELECT id, notice, revision, ${COLUMNS} FROM deliveries WHERE id = :id`,
  // Whoever was tried less often comes first, so that one that always fails holds up no other.
  due: `SELECT id, notice, revision, ${COLUMNS} FROM deliveries WHERE queue = :queue AND next_at <= :now AND deadline > :now ORDER BY attempts, seq LIMIT :limit`,
  dueQueues: `SELECT queue FROM deliveries LEFT JOIN destinations USING (queue)
    WHERE next_at <= :now AND deadline > :now AND coalesce(rest_until, 0) <= :now GROUP BY queue ORDER BY min(seq)`,
  nextAt: `SELECT min(max(next_at, coalesce(rest_until, 0))) AS at FROM deliveries LEFT JOIN destinations USING (queue) WHERE next_at < deadline AND deadline > :now`,
  health: 'SELECT failures, rest_until AS restUntil FROM destinations WHERE queue = :queue',
  setHealth: `INSERT INTO destinations (queue, failures, rest_until) VALUES (:queue, :failures, :restUntil)
    ON CONFLICT (queue) DO UPDATE SET failures = excluded.failures, rest_until = excluded.rest_until`,
  fact: 'SELECT value FROM facts WHERE name = :name',
  setFact: 'INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING',
} as const;

const RECEIVED = 'number, user_id AS userId, state, endpoint, origin, received_at AS receivedAt, since, deadline, revoked_at AS revokedAt';

/** The statements about notices that came in. A user ID is there for as long as somebody has something to do about it. */
export const RECEIVED_SQL = {
  take: `INSERT INTO received (subject, user_id, state, endpoint, origin, received_at, since, deadline) VALUES (:subject, :userId, 'due', :endpoint, :origin, :now, :now, :deadline)
    ON CONFLICT (subject) DO NOTHING`,
  review: `UPDATE received SET state = 'review', user_id = :userId, endpoint = :endpoint, origin = :origin, since = :now, deadline = :deadline WHERE subject = :subject AND state = 'revoked'`,
  decide: `UPDATE received SET state = :state, user_id = :userId, since = :now, deadline = :deadline, revoked_at = :revokedAt WHERE number = :number`,
  bySubject: `SELECT ${RECEIVED} FROM received WHERE subject = :subject`,
  byNumber: `SELECT ${RECEIVED} FROM received WHERE number = :number`,
  byUser: `SELECT ${RECEIVED} FROM received WHERE user_id = :userId`,
  all: `SELECT subject, ${RECEIVED} FROM received ORDER BY number`,
} as const;

/** The statements about whom other servers name to be written to. */
export const CONTACT_SQL = {
  contact: 'SELECT asked_at AS askedAt, contact FROM contacts WHERE server = :server',
  setContact: `INSERT INTO contacts (server, asked_at, contact) VALUES (:server, :askedAt, :contact)
    ON CONFLICT (server) DO UPDATE SET asked_at = excluded.asked_at, contact = excluded.contact`,
} as const;
