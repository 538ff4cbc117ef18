import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.ts';
import { UsageError } from './errors.ts';
import { idsApart } from './stores/erasure-id.ts';

const DESCRIPTION = `Decides what happens to a person's data in Matrix rooms when they ask to be forgotten, does it, and proves it.
Works offline on event files: one JSON object a line, an event or a record around one, plain or packed with gzip.`;

const EXAMPLES = `
Examples:
  matrix-erasure plan room.ndjson.gz --subject @alice:example.org --out plan.json
  matrix-erasure show plan.json
  matrix-erasure redact room.ndjson.gz --out redacted.ndjson.gz

"matrix-erasure <command> --help" has examples for each command.`;

/** The command line with all its commands. Its errors are thrown, and nothing but help is printed. */
export function createProgram(version: string): Command {
  const program = new Command('matrix-erasure')
    .description(DESCRIPTION)
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print help')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError(true);
  for (const register of commands) register(program);
  return program;
}

/**
 * Runs a command line; the exit code is in `process.exitCode`.
 * @throws {UsageError} when it asks for something that does not exist
 */
export async function runProgram(program: Command, args: readonly string[]): Promise<void> {
  if (args.length === 0) throw new UsageError('no command; "matrix-erasure --help" lists them');
  try {
    await program.parseAsync(idsApart(args, optionsOf(program, args)), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageError(usageMessage(error.message, program, args));
  }
}

/** The options of the command that is named. */
function optionsOf(program: Command, [name]: readonly string[]): readonly string[] {
  return program.commands.find((one) => one.name() === name)?.options.flatMap(({ long }) => long ?? []) ?? [];
}

/** What commander says when a command that only has commands was given none. */
const HELP_SHOWN = '(outputHelp)';

/** commander's message and its suggestion in one line, or where to look where it has none. */
function usageMessage(message: string, program: Command, args: readonly string[]): string {
  const command = ['matrix-erasure', ...namesIn(program, args)].join(' ');
  if (message === HELP_SHOWN) return `no command; "${command} --help" lists them`;
  const line = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  if (line.includes('Did you mean') || line.includes('is invalid.')) return line;
  return `${line}; see "${command} --help"`;
}

/** The names of a command and its subcommand, as far as there are such. */
function namesIn(parent: Command, [name, ...rest]: readonly string[]): readonly string[] {
  const command = parent.commands.find((one) => one.name() === name);
  return command === undefined ? [] : [command.name(), ...namesIn(command, rest)];
}
