import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cli, EVENTS, timed, type CommandResult } from './command-run.ts';
import { LATE, SUBJECT, timeOf, writeLargeRoom } from './large-room.ts';

const MEMORY_LIMIT_MIB = 1536;
const bareParse = fileURLToPath(new URL('bare-parse.ts', import.meta.url));
const halfway = ['--subject', SUBJECT, '--requested-at', String(timeOf(EVENTS / 2)), '--effective-at', String(timeOf(EVENTS / 2))];

type Command = { readonly what: string; readonly args: readonly string[] };

const commands: Readonly<Record<string, Command>> = {
  planCommand: { what: 'the command plan', args: ['plan', ...halfway, '--out'] },
  viewCommand: { what: 'the command view --events', args: ['view', ...halfway, '--as', LATE(EVENTS), '--events'] },
};

/** Times commands that hold a whole room against a bare loop that reads it, each in a process of its own. */
export function measureRoomCommands(isWanted: (name: string) => boolean): ReadonlyMap<string, CommandResult> {
  const wanted = Object.entries(commands).filter(([name]) => isWanted(name));
  if (wanted.length === 0) return new Map();
  const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-bench-'));
  try {
    const input = join(folder, 'room.ndjson');
    writeLargeRoom(input, EVENTS);
    return new Map(wanted.map(([name, command]) => [name, measureCommand(name, command, folder)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureCommand(name: string, { what, args }: Command, folder: string): CommandResult {
  const input = join(folder, 'room.ndjson');
  const output = join(folder, 'output');
  const writesFile = args.at(-1) === '--out';
  const bare = timed([bareParse, input]).seconds;
  const { seconds, mebibytes } = timed([cli, ...args, ...(writesFile ? [output] : []), input], writesFile ? undefined : output);
  const megabytes = [input, output].map((path) => Math.round(statSync(path).size / 1e6));
  if (megabytes[1] === 0) throw new Error(`${name} wrote nothing`);
  const report = [
    `${name}: ${what} on a room of ${EVENTS.toLocaleString('en')} events and ${(EVENTS / 20).toLocaleString('en')} members, ${megabytes[0]} MB (at most ${MEMORY_LIMIT_MIB} MiB)`,
    `  bare loop: read, parse                     ${bare.toFixed(1)} s`,
    `  matrix-erasure ${what.slice('the command '.length).padEnd(28)}${seconds.toFixed(1)} s  ${(bare / seconds).toFixed(3)} ×  peak ${Math.round(mebibytes)} MiB${mebibytes > MEMORY_LIMIT_MIB ? ': TOO MUCH' : ''}  ${megabytes[1]} MB written`,
  ].join('\n');
  return { ratio: bare / seconds, report };
}
