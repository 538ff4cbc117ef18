/** A change of the tables: its number, and what it does. */
export type Migration = { readonly version: number; readonly sql: string };

/**
 * Every form that the tables ever had, as the way from each to the next: never changed, only added to. Written for both databases: `BIGINT`, `TEXT`,
 * `SERIAL KEY` and `TABLE … END` are put into the words of each. Rooms and users stand once and are referred to by number, which keeps rows short.
 */
export const migrations: readonly Migration[] = [{
  version: 1,
  sql: `
CREATE TABLE facts (name TEXT PRIMARY KEY, value BIGINT NOT NULL) END;
INSERT INTO facts (name, value) VALUES ('places', 0), ('unreadable', 0);
CREATE TABLE rooms (
  id SERIAL KEY,
  room_id TEXT NOT NULL UNIQUE,
  version TEXT NOT NULL,
  events BIGINT NOT NULL DEFAULT 0,
  revision BIGINT NOT NULL DEFAULT 0,
  indexed BIGINT,
  summary TEXT
) END;
CREATE TABLE users (id SERIAL KEY, user_id TEXT NOT NULL UNIQUE) END;
CREATE TABLE events (
  place BIGINT PRIMARY KEY,
  room BIGINT NOT NULL REFERENCES rooms (id),
  sender BIGINT NOT NULL REFERENCES users (id),
  event_id TEXT NOT NULL,
  bare BIGINT NOT NULL,
  copies BIGINT NOT NULL,
  marked BIGINT NOT NULL,
  changed BIGINT NOT NULL DEFAULT 0,
  json TEXT NOT NULL
) END;
CREATE UNIQUE INDEX events_by_id ON events (event_id, room);
CREATE INDEX events_by_sender ON events (sender, room, place);
CREATE INDEX events_in_room ON events (room, place);
CREATE INDEX events_with_copies ON events (room, place) WHERE copies = 1;
CREATE TABLE names (user_id BIGINT NOT NULL, room BIGINT NOT NULL, place BIGINT NOT NULL REFERENCES events (place) ON DELETE CASCADE, PRIMARY KEY (user_id, room, place)) END;
CREATE INDEX names_of ON names (place);
CREATE TABLE refs (event_id TEXT NOT NULL, room BIGINT NOT NULL, place BIGINT NOT NULL REFERENCES events (place) ON DELETE CASCADE, PRIMARY KEY (event_id, room, place)) END;
CREATE INDEX refs_of ON refs (place);
CREATE TABLE media_refs (uri TEXT NOT NULL, place BIGINT NOT NULL REFERENCES events (place) ON DELETE CASCADE, PRIMARY KEY (uri, place)) END;
CREATE INDEX media_refs_of ON media_refs (place);
CREATE TABLE index_events (
  room BIGINT NOT NULL REFERENCES rooms (id), event_id TEXT NOT NULL, position BIGINT NOT NULL, verdict TEXT NOT NULL, state_known BIGINT NOT NULL, cited BIGINT NOT NULL,
  named BIGINT NOT NULL, replaced TEXT, redacted BIGINT NOT NULL, applies BIGINT, withheld BIGINT, PRIMARY KEY (room, event_id)
) END;
CREATE TABLE index_spans (
  room BIGINT NOT NULL REFERENCES rooms (id), type TEXT NOT NULL, state_key TEXT NOT NULL, from_position BIGINT NOT NULL, to_position BIGINT NOT NULL, event_id TEXT NOT NULL,
  membership TEXT, PRIMARY KEY (room, type, state_key, from_position)
) END;
CREATE INDEX index_spans_of ON index_spans (room, event_id);
CREATE INDEX index_members ON index_spans (room, membership, from_position) WHERE membership IS NOT NULL;
CREATE TABLE index_stays (
  room BIGINT NOT NULL REFERENCES rooms (id), user_id TEXT NOT NULL, from_place BIGINT NOT NULL, to_place BIGINT, PRIMARY KEY (room, from_place, user_id)
) END;
CREATE INDEX index_stays_of ON index_stays (room, user_id);
CREATE TABLE index_clock (room BIGINT NOT NULL REFERENCES rooms (id), time BIGINT NOT NULL, place BIGINT NOT NULL, stream BIGINT, PRIMARY KEY (room, time)) END;
CREATE TABLE erasures (
  seq SERIAL KEY, id TEXT NOT NULL UNIQUE, request TEXT NOT NULL, status TEXT NOT NULL, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL
) END;
CREATE TABLE erasure_subjects (user_id TEXT NOT NULL, erasure_id TEXT NOT NULL REFERENCES erasures (id), PRIMARY KEY (user_id, erasure_id)) END;
CREATE TABLE erasure_parts (
  erasure_id TEXT NOT NULL REFERENCES erasures (id), room_id TEXT NOT NULL, revision BIGINT NOT NULL, status TEXT NOT NULL, events BIGINT NOT NULL,
  redacted BIGINT NOT NULL, hidden BIGINT NOT NULL, purged BIGINT NOT NULL, copies_removed BIGINT NOT NULL, plan TEXT NOT NULL, PRIMARY KEY (erasure_id, room_id)
) END;
CREATE TABLE erasure_media (erasure_id TEXT NOT NULL REFERENCES erasures (id), uri TEXT NOT NULL, done BIGINT NOT NULL, PRIMARY KEY (erasure_id, uri)) END;
CREATE TABLE erasure_dues (erasure_id TEXT NOT NULL REFERENCES erasures (id), what TEXT NOT NULL, due BIGINT NOT NULL, PRIMARY KEY (erasure_id, what)) END;
CREATE INDEX erasure_dues_in_turn ON erasure_dues (due);
CREATE TABLE account_data (user_id TEXT NOT NULL, category TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (user_id, category, item)) END;
CREATE TABLE ledger (seq SERIAL KEY, at BIGINT NOT NULL, erasure_id TEXT NOT NULL, step TEXT NOT NULL, detail TEXT NOT NULL) END;
`,
}];

/** The form that this program knows. */
export const SCHEMA_VERSION: number = migrations.at(-1)?.version ?? 0;

/** The words of a database for what is written the same in all migrations. */
export type SchemaWords = { readonly integer: string; readonly text: string; readonly serialKey: string; readonly end: string };

/** A migration in the words of a database. */
export function inWords({ sql }: Migration, { integer, text, serialKey, end }: SchemaWords): string {
  return sql.replaceAll('SERIAL KEY', serialKey).replaceAll(') END;', `)${end};`).replaceAll('BIGINT', integer).replaceAll(/\bTEXT\b/g, text);
}
