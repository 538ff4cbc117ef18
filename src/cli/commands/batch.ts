import { Option, type Command } from 'commander';
import { BackendError, runAgainOnPortable, runsOn, type BackendName } from '../batch/backend.ts';
import { createOperations } from '../batch/operations.ts';
import { createReplier } from '../batch/replies.ts';
import { EXIT } from '../exit-codes.ts';
import { readLines } from '../io/lines.ts';
import { withOutput } from '../io/output.ts';

/** A request may hold the whole state of a room. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
const FLUSH_CHARACTERS = 64 * 1024;

const EXAMPLES = `
Examples:
  echo '{"id":1,"op":"canonical","json":{"b":1,"a":2}}' | matrix-erasure batch
  matrix-erasure batch --crypto portable < requests.ndjson > replies.ndjson

A reply is {"id":…,"ok":…} or {"id":…,"err":"message"}, in the order of the requests.
Exit codes: 0 at the end of input, whatever the replies were; 1 the command failed.`;

/** Adds `batch` to a program. */
export function registerBatch(program: Command): void {
  program
    .command('batch')
    .summary('answer requests of other programs, one a line')
    .description('Reads one JSON request a line on standard input and writes one JSON reply a line.')
    .addOption(new Option('--crypto <backend>', 'what hashes and signs; the replies are the same').choices(['portable', 'native']))
    .addHelpText('after', EXAMPLES)
    .action(async ({ crypto }: { readonly crypto?: BackendName }) => {
      process.exitCode = await runBatch(crypto);
    });
}

async function runBatch(backend: BackendName | undefined): Promise<number> {
  if (backend === undefined || runsOn(backend)) return answerRequests();
  if (backend === 'native') throw new BackendError(backend);
  return runAgainOnPortable();
}

async function answerRequests(): Promise<number> {
  const reply = createReplier(createOperations());
  await withOutput(undefined, async ({ write }) => {
    for await (const lines of readLines('-', { maxLineBytes: MAX_REQUEST_BYTES })) {
      let text = '';
      for (const line of lines) {
        text += `${reply(line)}\n`;
        if (text.length < FLUSH_CHARACTERS) continue;
        await write(text);
        text = '';
      }
      if (text !== '') await write(text);
    }
  });
  return EXIT.done;
}
