import { Option, type Command } from 'commander';
import { asJson } from '../../event/pdu.ts';
import { redact } from '../../event/redact.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { asLineError, NothingUsableError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog, type FaultLog } from '../fault-log.ts';
import { withOutput } from '../io/output.ts';
import { inputsOf, withFiles, type FileOptions } from '../options.ts';
import { createProgress } from '../progress.ts';
import { readRuled, type RuledLine } from '../records.ts';

type Options = FileOptions & { readonly out?: string };

const EXAMPLES = `
Examples:
  matrix-erasure redact room.ndjson
  matrix-erasure redact room.ndjson.gz --out redacted.ndjson.gz
  matrix-erasure redact - --room-version 10 < events.ndjson

A line is an event, or a record around one. The redacted event is written, without the record.
Exit codes: 0 every line was redacted; 1 some could not be used, or the command failed.`;

/** Adds `redact` to a program. */
export function registerRedact(program: Command): void {
  withFiles(program.command('redact'))
    .summary('write the redacted form of events')
    .description('Writes the redacted form of events, one a line.')
    .addOption(new Option('--out <path>', 'write to a file instead of standard output; packed if the name ends with .gz'))
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => {
      process.exitCode = await redactFiles(inputsOf(files), options);
    });
}

async function redactFiles(inputs: readonly string[], { roomVersion, strict = false, out }: Options): Promise<number> {
  const progress = createProgress('Redacting');
  const faults = createFaultLog({ strict, progress });
  let written = 0;
  await withOutput(out, async ({ write }) => {
    for await (const batch of readRuled(inputs, { roomVersion, faults, progress })) {
      const text = redactBatch(batch, faults);
      written += text.length;
      await write(text);
    }
    if (out !== undefined && written === 0 && faults.count() > 0) throw new NothingUsableError(faults.count());
  });
  progress.clear();
  faults.finish();
  return faults.count() > 0 ? EXIT.error : EXIT.done;
}

function redactBatch(batch: readonly RuledLine[], faults: FaultLog): string {
  let text = '';
  for (const line of batch) {
    const redacted = redactLine(line, faults);
    if (redacted !== undefined) text += `${redacted}\n`;
  }
  return text;
}

function redactLine(line: RuledLine, faults: FaultLog): string | undefined {
  try {
    return stringifyJson(asJson(redact(line.record.pdu, line.rules.redaction)));
  } catch (error) {
    faults.add(asLineError(line, error));
    return undefined;
  }
}
