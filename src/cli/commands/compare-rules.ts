import { Option, type Command } from 'commander';
import { compareRules, type RuleDifference } from '../../lab/compare-rules.ts';
import { asLineError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog, type FaultLog } from '../fault-log.ts';
import { withOutput, type Output } from '../io/output.ts';
import { inputsOf } from '../options.ts';
import { createProgress } from '../progress.ts';
import { readEvents, type EventLine } from '../records.ts';
import { readRules, type RuleTable } from '../rules-file.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { visible } from '../text/visible.ts';
import { NoEventsError } from './plan.ts';

type Options = { readonly json?: boolean; readonly strict?: boolean; readonly out?: string };
type Tables = readonly [first: RuleTable, second: RuleTable];
type Tally = { events: number; different: number; ids: number; readonly byType: Map<string, number> };

/** Adds `compare-rules`: two rule tables over a corpus of events. */
export function registerCompareRules(program: Command): void {
  program.command('compare-rules')
    .argument('<first>', 'a room version, or a JSON file with a rule table')
    .argument('<second>', 'another')
    .argument('[files...]', 'event files (NDJSON, plain or gzip), or - for standard input')
    .summary('show which events two rule tables redact differently')
    .description('Shows which events two rule tables redact differently, and whose IDs change.')
    .option('--json', 'one JSON object a line for each event that differs')
    .addOption(new Option('--out <path>', 'write to a file instead of standard output; packed if the name ends with .gz'))
    .option('--strict', 'stop at the first line that cannot be used, and write nothing')
    .addHelpText('after', `
Every event is judged by both tables, whatever the version of its room.
A rule table is {"id": "org.example.test", "base": "11", "redaction": {"content": {"m.room.topic": {"topic": true}}}}.

Examples:
  matrix-erasure compare-rules 10 11 room.ndjson.gz
  matrix-erasure compare-rules 12 proposal.json rooms/*.ndjson.gz --json

Exit codes: 0 the events were compared, whatever was found; 1 some lines could not be used, or the command failed; 64 wrong usage.`)
    .action(async (first: string, second: string, files: readonly string[], options: Options) => {
      const tables = [await readRules(first), await readRules(second)] as const;
      process.exitCode = await compareFiles(tables, inputsOf(files), options);
    });
}

async function compareFiles(tables: Tables, inputs: readonly string[], { json = false, strict = false, out }: Options): Promise<number> {
  const progress = createProgress('Comparing');
  const faults = createFaultLog({ strict, progress });
  const tally: Tally = { events: 0, different: 0, ids: 0, byType: new Map() };
  await withOutput(out, async (output) => {
    for await (const batch of readEvents(inputs, { faults, progress, roomVersion: tables[0].base })) {
      await writeBatch(output, batch.flatMap((line) => compareLine(line, { tables, tally, faults, json })));
    }
    progress.clear();
    if (tally.events === 0 && faults.count() === 0) throw new NoEventsError(inputs);
    if (!json) await output.write(summary(tables, tally));
  });
  faults.finish();
  return faults.count() > 0 ? EXIT.error : EXIT.done;
}

async function writeBatch(output: Output, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await output.write(`${lines.join('\n')}\n`);
}

type Comparing = { readonly tables: Tables; readonly tally: Tally; readonly faults: FaultLog; readonly json: boolean };

function compareLine(line: EventLine, { tables, tally, faults, json }: Comparing): readonly string[] {
  try {
    const difference = compareRules(line.event.pdu, tables[0].rules, tables[1].rules);
    tally.events += 1;
    if (difference === undefined) return [];
    note(tally, line, difference);
    return [json ? asJsonLine(line, difference) : asText(line, difference, tables)];
  } catch (error) {
    faults.add(asLineError(line, error));
    return [];
  }
}

function note(tally: Tally, { event }: EventLine, { onlyFirst, onlySecond, idChanges }: RuleDifference): void {
  if (idChanges) tally.ids += 1;
  if (onlyFirst.length + onlySecond.length === 0) return;
  tally.different += 1;
  tally.byType.set(event.pdu.type, (tally.byType.get(event.pdu.type) ?? 0) + 1);
}

function asJsonLine({ event }: EventLine, { onlyFirst, onlySecond, hashChanges, idChanges }: RuleDifference): string {
  return JSON.stringify({ room_id: event.roomId, event_id: event.eventId, type: event.pdu.type, only_first: onlyFirst, only_second: onlySecond, hash_changes: hashChanges, id_changes: idChanges });
}

function asText({ event }: EventLine, { onlyFirst, onlySecond, hashChanges, idChanges }: RuleDifference, [first, second]: Tables): string {
  const kept = [
    ...onlyFirst.map((path) => `  kept by ${first.rules.id} only: ${visible(path)}`),
    ...onlySecond.map((path) => `  kept by ${second.rules.id} only: ${visible(path)}`),
  ];
  return [`${visible(event.eventId)} ${visible(event.pdu.type)}${idChanges ? ', another ID' : hashChanges ? ', another hash' : ''}`, ...kept].join('\n');
}

function summary([first, second]: Tables, { events, different, ids, byType }: Tally): string {
  const types = [...byType].toSorted(([, a], [, b]) => b - a).map(([type, count]) => `  ${visible(type)} ${formatCount(count)}`);
  return `${[`${countOf(events, 'event')} compared under ${first.rules.id} and ${second.rules.id}: ${formatCount(different)} redacted differently, ${formatCount(ids)} with another ID.`, ...types].join('\n')}\n`;
}
