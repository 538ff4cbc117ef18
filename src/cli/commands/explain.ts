import type { Command } from 'commander';
import { eventId } from '../../crypto/event-hashes.ts';
import { explainRedaction } from '../../event/explain.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { coloursFor } from '../colours.ts';
import { asLineError, isNamedError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog, type FaultLog } from '../fault-log.ts';
import { withOutput, type Output } from '../io/output.ts';
import { inputsOf, withFiles, type FileOptions } from '../options.ts';
import { createProgress } from '../progress.ts';
import { readRuled, type RuledLine } from '../records.ts';
import { explanationText, type ExplainedEvent } from '../text/explanation-text.ts';

type Options = FileOptions & { readonly json?: boolean };

const EXAMPLES = `
Examples:
  matrix-erasure explain room.ndjson
  echo '{"type":"m.room.name","content":{"name":"x"}}' | matrix-erasure explain --room-version 12
  matrix-erasure explain room.ndjson.gz --json

Keys are shown, values are not.
Exit codes: 0 every line was explained; 1 some could not be used, or the command failed.`;

/** Adds `explain` to a program. */
export function registerExplain(program: Command): void {
  withFiles(program.command('explain'))
    .summary('say why each key of events stays or goes when they are redacted')
    .description('Says why each key of events stays or goes when they are redacted, with the section of the specification.')
    .option('--json', 'print one JSON document: a list of events with their keys')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => {
      process.exitCode = await explainFiles(inputsOf(files), options);
    });
}

async function explainFiles(inputs: readonly string[], { roomVersion, strict = false, json = false }: Options): Promise<number> {
  const progress = createProgress('Explaining');
  const faults = createFaultLog({ strict, progress });
  await withOutput(undefined, async (output) => {
    const show = json ? jsonPrinter(output) : textPrinter(output);
    for await (const batch of readRuled(inputs, { roomVersion, faults, progress })) {
      progress.clear();
      await show.events(batch.flatMap((line) => explainLine(line, faults)));
    }
    await show.end();
  });
  progress.clear();
  faults.finish();
  return faults.count() > 0 ? EXIT.error : EXIT.done;
}

function explainLine(line: RuledLine, faults: FaultLog): readonly ExplainedEvent[] {
  const { source, record, rules } = line;
  try {
    const keys = explainRedaction(record.pdu, rules.redaction);
    const named = { source, line: line.line, type: record.pdu.type, roomVersion: rules.id, ...idOf(line) };
    return [{ ...named, spec: rules.redaction.spec, keys }];
  } catch (error) {
    faults.add(asLineError(line, error));
    return [];
  }
}

/** The ID helps to find the event again; without one it is explained all the same. */
function idOf({ record, rules }: RuledLine): { readonly eventId?: string } {
  if (typeof record.event_id === 'string') return { eventId: record.event_id };
  try {
    return { eventId: eventId(record.pdu, rules) };
  } catch (error) {
    if (isNamedError(error)) return {};
    throw error;
  }
}

type Printer = { readonly events: (events: readonly ExplainedEvent[]) => Promise<void>; readonly end: () => Promise<void> };

function textPrinter({ write }: Output): Printer {
  const colours = coloursFor(process.stdout);
  return {
    events: (events) => write(events.map((event) => explanationText(event, colours)).join('')),
    end: () => Promise.resolve(),
  };
}

function jsonPrinter({ write }: Output): Printer {
  let before = '[\n';
  return {
    events: async (events) => {
      if (events.length === 0) return;
      await write(before + events.map(jsonOf).join(',\n'));
      before = ',\n';
    },
    end: () => write(before === '[\n' ? '[]\n' : '\n]\n'),
  };
}

function jsonOf({ source, line, type, roomVersion, eventId: id, keys }: ExplainedEvent): string {
  return stringifyJson({ source, line, type, room_version: roomVersion, ...(id === undefined ? {} : { event_id: id }), keys });
}
