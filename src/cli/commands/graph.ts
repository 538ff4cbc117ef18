import { setImmediate } from 'node:timers/promises';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog } from '../fault-log.ts';
import { createGraphReader, namesOf, type GraphReader } from '../graph/collect.ts';
import { dotLines } from '../graph/dot.ts';
import { jsonPieces } from '../graph/json.ts';
import type { GraphModel } from '../graph/model.ts';
import { MOST_ROWS, renderGraphPage } from '../graph/page.ts';
import { graphTextLines } from '../graph/text.ts';
import { withOutput, writeOutput } from '../io/output.ts';
import { inputsOf, withFiles, type FileOptions } from '../options.ts';
import { createProgress } from '../progress.ts';
import { readEvents } from '../records.ts';
import { textOptions } from '../text/terminal.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { visible } from '../text/visible.ts';
import { NoEventsError } from './plan.ts';

type GraphOptions = FileOptions & {
  readonly rooms?: string;
  readonly all?: boolean;
  readonly auth?: boolean;
  readonly html?: string;
  readonly dot?: boolean;
  readonly json?: boolean;
  readonly out?: string;
};

/** Adds `graph`: the graph of a room's events as a picture. */
export function registerGraph(program: Command): void {
  withFiles(program.command('graph'))
    .summary('draw the graph of a room\'s events')
    .description('Draws the graph of a room\'s events, with its forks and what is redacted, rejected, soft-failed or a hazard. Shows no content.')
    .option('--html <file>', 'write a page with the picture and the same in words')
    .option('--dot', 'print text for Graphviz')
    .option('--json', 'print the drawing as JSON: rows, lanes, edges')
    .option('--out <path>', 'write what would be printed to a file; packed if the name ends with .gz')
    .option('--rooms <id>', 'the room to draw, for a graph is of one; without it, the first in the files')
    .option('--all', 'give every event a row of its own, and fold none')
    .option('--auth', 'draw the lines to the events that allow others, too (not on a terminal)')
    .addHelpText('after', `
Lines without forks, and stretches of many small ones, are folded into a row each where nothing in them is marked.

Examples:
  matrix-erasure graph room.ndjson.gz
  matrix-erasure graph room.ndjson.gz --html graph.html
  matrix-erasure graph rooms.ndjson --rooms '!abc:example.org' --all --dot | dot -Tsvg > graph.svg

Exit codes: 0 the graph was drawn; 1 some lines could not be used, or the command failed; 64 the room is not there, or too large for a page.`)
    .action(async (files: readonly string[], options: GraphOptions) => {
      process.exitCode = await runGraph(inputsOf(files), options);
    });
}

async function runGraph(files: readonly string[], options: GraphOptions): Promise<number> {
  checkOutputs(options);
  const progress = createProgress('Reading');
  const faults = createFaultLog({ strict: options.strict === true, progress });
  const reader = createGraphReader(options.rooms);
  for await (const lines of readEvents(files, { faults, roomVersion: options.roomVersion, progress })) {
    for (const { event } of lines) reader.add(event);
  }
  progress.clear();
  faults.finish();
  if (reader.seen() === 0) throw new NoEventsError(files);
  const model = reader.draw({ all: options.all === true, auth: options.auth === true });
  if (options.rooms === undefined) noteOtherRooms(reader, model);
  // Whoever interrupts a long drawing is heard before a file is begun.
  await setImmediate();
  await writeModel(model, options);
  return faults.count() > 0 ? EXIT.error : EXIT.done;
}

function checkOutputs({ html, dot = false, json = false, out = '-' }: GraphOptions): void {
  if (dot && json) throw new UsageError('--dot and --json would be printed one after the other: give one of them');
  if (html === undefined) return;
  if (!dot && !json) {
    if (out !== '-') throw new UsageError('--out is for what is printed, and with --html alone nothing is: add --dot or --json, or leave it out');
    return;
  }
  if (html === out) throw new UsageError(`two results for ${out === '-' ? 'standard output' : 'one file'}: give --html another file`);
}

function noteOtherRooms(reader: GraphReader, { room_id: room }: GraphModel): void {
  const others = reader.otherRooms();
  if (others.length === 0) return;
  process.stderr.write(`${visible(`drawing ${room}, the first of ${countOf(others.length + 1, 'room')}; --rooms can also be ${namesOf(others)}`)}\n`);
}

async function writeModel(model: GraphModel, { html, dot = false, json = false, out, all = false }: GraphOptions): Promise<void> {
  if (html !== undefined && model.nodes.length > MOST_ROWS) throw new UsageError(tooLarge(model, all));
  if (html !== undefined) await writeOutput(html, renderGraphPage(model));
  if (dot) await writePieces(out, linesOf(dotLines(model)));
  else if (json) await writePieces(out, jsonPieces(model));
  else if (html === undefined) await writePieces(out, linesOf(graphTextLines(model, out === undefined ? textOptions() : {})));
}

function tooLarge({ nodes }: GraphModel, all: boolean): string {
  const fix = all ? 'leave out --all' : 'use --json or --dot';
  return `the page would have ${formatCount(nodes.length)} rows, and no browser draws more than ${formatCount(MOST_ROWS)} of them well: ${fix}`;
}

const CHUNK_CHARACTERS = 65_536;

async function writePieces(path: string | undefined, pieces: Iterable<string>): Promise<void> {
  await withOutput(path, async ({ write }) => {
    let chunk = '';
    for (const piece of pieces) {
      chunk += piece;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      await write(chunk);
      chunk = '';
    }
    if (chunk !== '') await write(chunk);
  });
}

function* linesOf(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
