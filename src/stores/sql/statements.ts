import type { Dialect } from './port.ts';

const ROOM = '(SELECT id FROM rooms WHERE room_id = $1)';
const EVENT = 'e.event_id, e.place, e.json, e.bare, e.marked';
const PAGED = 'AND e.place > $2 ORDER BY e.place LIMIT $3';
const ROOM_COLUMNS = 'id, room_id, version, events, revision, indexed, summary';

/** Every statement of a store but for the bulk ones of `tables.ts`, in the words of a database. */
export function statements(dialect: Dialect): Statements {
  return { ...eventStatements(dialect), ...indexStatements(dialect), ...erasureStatements(dialect) };
}

const eventStatements = ({ inList, forUpdate }: Dialect) => ({
  fact: 'SELECT value FROM facts WHERE name = $1',
  takePlaces: "UPDATE facts SET value = value + $1 WHERE name = 'places' RETURNING value",
  addToFact: 'UPDATE facts SET value = value + $2 WHERE name = $1',
  rooms: `SELECT ${ROOM_COLUMNS} FROM rooms WHERE events > 0 ORDER BY room_id`,
  totals: 'SELECT count(*) AS rooms, coalesce(sum(events), 0) AS events FROM rooms WHERE events > 0',
  room: `SELECT ${ROOM_COLUMNS} FROM rooms WHERE room_id = $1`,
  roomsNamed: `SELECT ${ROOM_COLUMNS} FROM rooms WHERE room_id ${inList(1, 'text')}`,
  lockRoom: `SELECT id FROM rooms WHERE room_id = $1 ${forUpdate}`,
  roomsOf: `SELECT room_id FROM rooms WHERE id IN (
      SELECT room FROM events WHERE sender IN (SELECT id FROM users WHERE user_id ${inList(1, 'text')})
      UNION SELECT room FROM names WHERE user_id IN (SELECT id FROM users WHERE user_id ${inList(1, 'text')})) ORDER BY room_id`,
  changeRoom: 'UPDATE rooms SET events = events + $2, revision = revision + 1 WHERE id = $1',
  usersNamed: `SELECT id, user_id FROM users WHERE user_id ${inList(1, 'text')}`,

  inRoom: `SELECT ${EVENT} FROM events e WHERE e.room = ${ROOM} ${PAGED}`,
  bySenders: `SELECT ${EVENT} FROM events e WHERE e.room = ${ROOM} AND e.sender IN (SELECT id FROM users WHERE user_id ${inList(4, 'text')}) ${PAGED}`,
  // Of one person, as nearly always, the index gives the order; with the plus, none is used for it: SQLite would go through the whole room for the order.
  bySender: `SELECT ${EVENT} FROM events e WHERE e.room = ${ROOM} AND e.sender = (SELECT id FROM users WHERE user_id = $4) ${PAGED}`,
  byIds: `SELECT ${EVENT} FROM events e WHERE e.room = ${ROOM} AND e.event_id ${inList(2, 'text')} ORDER BY +e.place`,
  naming: `SELECT ${EVENT} FROM events e WHERE e.place IN (
      SELECT n.place FROM names n WHERE n.room = ${ROOM} AND n.user_id IN (SELECT id FROM users WHERE user_id ${inList(4, 'text')})
      UNION SELECT f.place FROM events mine JOIN refs f ON f.room = mine.room AND f.event_id = mine.event_id
        WHERE mine.room = ${ROOM} AND mine.sender IN (SELECT id FROM users WHERE user_id ${inList(4, 'text')}))
    AND e.sender NOT IN (SELECT id FROM users WHERE user_id ${inList(4, 'text')}) ${PAGED}`,
  withCopies: `SELECT ${EVENT} FROM events e WHERE e.room = ${ROOM} AND e.copies = 1 AND e.sender NOT IN (SELECT id FROM users WHERE user_id ${inList(4, 'text')}) ${PAGED}`,
  mediaReferrers: `SELECT m.uri, r.room_id, e.event_id, u.user_id FROM media_refs m JOIN events e ON e.place = m.place JOIN rooms r ON r.id = e.room JOIN users u ON u.id = e.sender
    WHERE m.uri ${inList(1, 'text')} ORDER BY m.uri, e.place`,
  storedTexts: `SELECT event_id, json, changed FROM events WHERE room = $1 AND event_id ${inList(2, 'text')}`,
  markedAmong: `SELECT place FROM events WHERE place ${inList(1, 'bigint')} AND marked = 1`,
  dropNames: `DELETE FROM names WHERE place ${inList(1, 'bigint')}`,
  dropRefs: `DELETE FROM refs WHERE place ${inList(1, 'bigint')}`,
  dropMediaRefs: `DELETE FROM media_refs WHERE place ${inList(1, 'bigint')}`,
  dropEvents: `DELETE FROM events WHERE place ${inList(1, 'bigint')}`,
});

const indexStatements = ({ inList, ranges, forUpdate }: Dialect) => ({
  indexedRoom: `SELECT id FROM rooms WHERE room_id = $1 AND revision = $2 ${forUpdate}`,
  setIndexed: 'UPDATE rooms SET indexed = $2, summary = $3 WHERE id = $1',
  dropIndexEvents: 'DELETE FROM index_events WHERE room = $1',
  dropIndexSpans: 'DELETE FROM index_spans WHERE room = $1',
  dropIndexStays: 'DELETE FROM index_stays WHERE room = $1',
  dropIndexClock: 'DELETE FROM index_clock WHERE room = $1',
  indexFacts: `SELECT event_id, position, verdict, state_known, cited, named, replaced, redacted, applies, withheld FROM index_events WHERE room = ${ROOM} AND event_id ${inList(2, 'text')}`,
  company: `SELECT r.n FROM ${ranges(2)} WHERE EXISTS (SELECT 1 FROM index_spans s WHERE s.room = ${ROOM} AND s.membership ${inList(3, 'text')}
      AND s.from_position <= r.b AND s.to_position >= r.a AND NOT s.state_key ${inList(4, 'text')})`,
  presence: `SELECT r.n FROM ${ranges(2)} WHERE r.a <= r.b AND EXISTS (SELECT 1 FROM index_stays s WHERE s.room = ${ROOM}
      AND s.from_place <= r.b AND (s.to_place IS NULL OR s.to_place > r.a) AND NOT s.user_id ${inList(3, 'text')})`,
  stays: `SELECT user_id, from_place, to_place FROM index_stays WHERE room = ${ROOM} ORDER BY from_place, user_id`,
  staysOf: `SELECT user_id, from_place, to_place FROM index_stays WHERE room = ${ROOM} AND user_id ${inList(2, 'text')} ORDER BY from_place, user_id`,
  clock: `SELECT time, place, stream FROM index_clock WHERE room = ${ROOM} AND time <= $2 ORDER BY time DESC LIMIT 1`,
});

const erasureStatements = ({ inList }: Dialect) => ({
  erasure: 'SELECT id, request, status, created_at, changed_at FROM erasures WHERE id = $1',
  erasures: 'SELECT id, request, status, created_at, changed_at FROM erasures ORDER BY seq',
  changeErasure: `UPDATE erasures SET status = $2, changed_at = $3, request = coalesce($4, request) WHERE id = $1 AND status ${inList(5, 'text')}`,
  erasuresOf: `SELECT id, request, status, created_at, changed_at FROM erasures WHERE status <> 'cancelled'
    AND id IN (SELECT erasure_id FROM erasure_subjects WHERE user_id ${inList(1, 'text')}) ORDER BY seq`,
  part: 'SELECT room_id, revision, status, redacted, hidden, purged, copies_removed, plan FROM erasure_parts WHERE erasure_id = $1 AND room_id = $2',
  partState: 'SELECT revision, status FROM erasure_parts WHERE erasure_id = $1 AND room_id = $2',
  partRooms: 'SELECT room_id FROM erasure_parts WHERE erasure_id = $1 AND status = $2 AND room_id > $3 ORDER BY room_id LIMIT $4',
  setPart: `UPDATE erasure_parts SET status = $3, revision = coalesce($4, revision), redacted = coalesce($5, redacted), hidden = coalesce($6, hidden),
      purged = coalesce($7, purged), copies_removed = coalesce($8, copies_removed) WHERE erasure_id = $1 AND room_id = $2`,
  dues: 'SELECT erasure_id, what, due FROM erasure_dues WHERE due <= $1 ORDER BY due, erasure_id, what',
  dropDue: 'DELETE FROM erasure_dues WHERE erasure_id = $1 AND what = $2',
  progress: `SELECT count(*) AS rooms, coalesce(sum(CASE WHEN status = 'done' THEN 1 ELSE 0 END), 0) AS rooms_done, coalesce(sum(events), 0) AS events,
      coalesce(sum(CASE WHEN status = 'done' THEN events ELSE 0 END), 0) AS events_done, coalesce(sum(redacted), 0) AS redacted, coalesce(sum(hidden), 0) AS hidden,
      coalesce(sum(purged), 0) AS purged, coalesce(sum(copies_removed), 0) AS copies_removed FROM erasure_parts WHERE erasure_id = $1`,
  media: 'SELECT uri FROM erasure_media WHERE erasure_id = $1 AND done = $2 ORDER BY uri',
  mediaDone: `UPDATE erasure_media SET done = 1 WHERE erasure_id = $1 AND uri ${inList(2, 'text')}`,
  dropAccountData: 'DELETE FROM account_data WHERE user_id = $1 AND category = $2',
  ledger: 'SELECT seq, at, erasure_id, step, detail FROM ledger WHERE seq > $1 ORDER BY seq LIMIT $2',
});

/** The statements of a store, by name. */
export type Statements = ReturnType<typeof eventStatements> & ReturnType<typeof indexStatements> & ReturnType<typeof erasureStatements>;
