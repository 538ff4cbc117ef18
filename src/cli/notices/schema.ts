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
`;

/** "mxer" in ASCII: what tells a ledger of deliveries from any other SQLite file. */
export const APPLICATION_ID = 0x6d786572;
/** The form of the tables; another one is another number. */
export const SCHEMA_VERSION = 1;

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
