import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cli, EVENTS, timed, type CommandResult } from './command-run.ts';
import { SUBJECT, timeOf } from './large-room.ts';

const MEMORY_LIMIT_MIB = 300;
const ROOMS = 20;
const LINES_AT_ONCE = 2000;
const bareParse = fileURLToPath(new URL('bare-parse.ts', import.meta.url));
const SIGNATURE = createHash('sha512').update('signature').digest('base64').slice(0, 86);
const idOf = (place: number): string => `$${createHash('sha256').update(String(place)).digest('base64url')}`;

/** Times the command `export` on events of which all are the person's, the latest first and the rooms mixed, against a bare loop that reads and parses them. */
export function measureExportCommand(): CommandResult {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-bench-'));
  try {
    const [input, out] = [join(folder, 'events.ndjson'), join(folder, 'copy')];
    writeEvents(input);
    const bare = timed([bareParse, input]).seconds;
    const { seconds, mebibytes } = timed([cli, 'export', input, '--subject', SUBJECT, '--at', '0', '--out', out]);
    if (!existsSync(join(out, 'manifest.json'))) throw new Error('export wrote nothing');
    const report = [
      `exportCommand: the command export on ${EVENTS.toLocaleString('en')} events of the person, ${Math.round(statSync(input).size / 1e6)} MB (at most ${MEMORY_LIMIT_MIB} MiB)`,
      `  bare loop: read, parse                     ${bare.toFixed(1)} s`,
      `  matrix-erasure export                      ${seconds.toFixed(1)} s  ${(bare / seconds).toFixed(3)} ×  peak ${Math.round(mebibytes)} MiB${mebibytes > MEMORY_LIMIT_MIB ? ': TOO MUCH' : ''}`,
    ].join('\n');
    return { ratio: bare / seconds, report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeEvents(path: string): void {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  for (let place = EVENTS - 1; place >= 0; place--) {
    if (lines.push(JSON.stringify(recordOf(place))) < LINES_AT_ONCE && place > 0) continue;
    writeSync(file, `${lines.join('\n')}\n`);
    lines = [];
  }
  closeSync(file);
}

/** Half of all events are in the first room. */
function recordOf(place: number): object {
  const room = `!export${place % 2 === 0 ? 0 : place % ROOMS}:a.example`;
  const pdu = {
    type: 'm.room.message', sender: SUBJECT, room_id: room, origin_server_ts: timeOf(place), depth: place + 1, prev_events: [idOf(place - 1)], auth_events: [idOf(0), idOf(1), idOf(2)],
    content: { msgtype: 'm.text', body: `Message ${place} ${'of some length '.repeat(1 + (place % 9))}` },
    hashes: { sha256: idOf(place).slice(1) }, signatures: { 'a.example': { 'ed25519:key': SIGNATURE } },
  };
  return { event_id: idOf(place), room_id: room, room_version: '10', stream_ordering: place + 1, received_ts: timeOf(place), pdu };
}
