import { DatabaseSync } from 'node:sqlite';
import type { EventRecord } from '../../src/event/record.ts';

const EVENTS = `
  SELECT e.event_id, e.room_id, r.room_version, e.stream_ordering, e.received_ts, e.outlier, x.reason AS rejected, j.json, j.internal_metadata
  FROM events e JOIN event_json j USING (event_id) LEFT JOIN rooms r ON r.room_id = e.room_id LEFT JOIN rejections x ON x.event_id = e.event_id
  ORDER BY e.stream_ordering`;

/** A Synapse's events in the form of an event file, as its database has them. */
export function readRecords(database: string): readonly EventRecord[] {
  return withDatabase(database, (db) => {
    const redactions = redactionsIn(db);
    return db.prepare(EVENTS).all().map((row): EventRecord => ({
      room_id: String(row['room_id']),
      room_version: String(row['room_version']),
      event_id: String(row['event_id']),
      stream_ordering: Number(row['stream_ordering']),
      received_ts: Number(row['received_ts']),
      outlier: Boolean(row['outlier']),
      rejected: row['rejected'] === null ? null : String(row['rejected']),
      soft_failed: JSON.parse(String(row['internal_metadata'])).soft_failed === true,
      redacted_by: redactions.get(String(row['event_id'])) ?? null,
      pdu: JSON.parse(String(row['json'])),
    }));
  });
}

/** Which redactions name an event, by its ID. */
export function readRedactions(database: string): ReadonlyMap<string, readonly string[]> {
  return withDatabase(database, redactionsIn);
}

function redactionsIn(db: DatabaseSync): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (const { event_id, redacts } of db.prepare('SELECT event_id, redacts FROM redactions').all()) {
    all.set(String(redacts), [...(all.get(String(redacts)) ?? []), String(event_id)]);
  }
  return all;
}

function withDatabase<T>(path: string, use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    return use(db);
  } finally {
    db.close();
  }
}
