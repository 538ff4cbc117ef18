import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog } from '../fault-log.ts';
import { createGraphReader, namesOf, type GraphReader } from '../graph/collect.ts';
import { writeDot } from '../graph/dot.ts';
import type { GraphModel } from '../graph/model.ts';
import { renderGraphPage } from '../graph/page.ts';
import { renderGraphText } from '../graph/text.ts';
import { writeOutput } from '../io/output.ts';
import { inputsOf, withFiles, type FileOptions } from '../options.ts';
import { createProgress } from '../progress.ts';
import { readEvents } from '../records.ts';
import { textOptions } from '../text/terminal.ts';
import { countOf } from '../text/numbers.ts';
import { visible } from '../text/visible.ts';
import { NoEventsError } from './plan.ts';

type GraphOptions = FileOptions & {
  readonly room?: string;
  readonly all?: boolean;
  readonly auth?: boolean;
  readonly html?: string;
  readonly dot?: string;
  readonly json?: boolean;
};

/** Adds `graph`: the graph of a room's events as a picture. */
export function registerGraph(program: Command): void {
  withFiles(program.command('graph'))
    .summary('draw the graph of a room\'s events')
    .description('Draws the graph of a room\'s events, with its forks and what is redacted, rejected, soft-failed or a hazard. Shows no content.')
    .option('--html <file>', 'write a page with the picture and the same in words')
    .option('--dot <file>', 'write text for Graphviz')
    .option('--json', 'print the drawing as JSON: rows, lanes, edges')
    .option('--room <id>', 'the room to draw; without it, the first one in the files')
    .option('--all', 'give every event a row of its own, and fold none')
    .option('--auth', 'draw the lines to the events that allow others, too (not on a terminal)')
    .addHelpText('after', `
Examples:
  matrix-erasure graph room.ndjson.gz
  matrix-erasure graph room.ndjson.gz --html graph.html
  matrix-erasure graph rooms.ndjson --room '!abc:example.org' --all --dot - | dot -Tsvg > graph.svg

Exit codes: 0 the graph was drawn; 1 some lines could not be used, or the command failed; 64 the room is not there.`)
    .action(async (files: readonly string[], options: GraphOptions) => {
      process.exitCode = await runGraph(inputsOf(files), options);
    });
}

async function runGraph(files: readonly string[], options: GraphOptions): Promise<number> {
  const outputs = [options.html, options.dot, ...(options.json === true ? ['-'] : [])];
  if (outputs.filter((path) => path === '-').length > 1) throw new UsageError('two results for standard output: write one of them to a file');
  const progress = createProgress('Reading');
  const faults = createFaultLog({ strict: options.strict === true, progress });
  const reader = createGraphReader(options.room);
  for await (const lines of readEvents(files, { faults, roomVersion: options.roomVersion, progress })) {
    for (const { event } of lines) reader.add(event);
  }
  progress.clear();
  faults.finish();
  if (reader.seen() === 0) throw new NoEventsError(files);
  const model = reader.draw({ all: options.all === true, auth: options.auth === true });
  if (options.room === undefined) noteOtherRooms(reader, model);
  await writeModel(model, options);
  return faults.count() > 0 ? EXIT.error : EXIT.done;
}

function noteOtherRooms(reader: GraphReader, { room_id: room }: GraphModel): void {
  const others = reader.otherRooms();
  if (others.length === 0) return;
  process.stderr.write(`${visible(`drawing ${room}, the first of ${countOf(others.length + 1, 'room')}; --room can also be ${namesOf(others)}`)}\n`);
}

async function writeModel(model: GraphModel, { html, dot, json = false }: GraphOptions): Promise<void> {
  if (html !== undefined) await writeOutput(html, renderGraphPage(model));
  if (dot !== undefined) await writeOutput(dot, writeDot(model));
  if (json) await writeOutput(undefined, `${JSON.stringify(model)}\n`);
  if (html === undefined && dot === undefined && !json) await writeOutput(undefined, renderGraphText(model, textOptions()));
}
