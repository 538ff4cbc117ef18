import { createInterface } from 'node:readline/promises';

/** What cannot be undone, and what has to be typed to have it done. */
export type Confirmation = {
  /** One sentence that says what will be gone. */
  readonly what: string;
  /** What has to be typed: a name that nobody types by habit, such as the user ID. */
  readonly typed: string;
  /** Whether the command line has said yes already. */
  readonly yes: boolean;
};

/** Where questions are put: standard input and standard error, so that what is printed stays clean. */
export type Asking = { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream };

/**
 * Asks a person to type a name before something irreversible is done. Nobody is asked where there is no terminal: a script means what it says.
 * @throws {NotConfirmedError} when something else is typed, or nothing, or the question cannot be shown
 */
export async function confirmTyped({ what, typed, yes }: Confirmation, { input, output }: Asking = { input: process.stdin, output: process.stderr }): Promise<void> {
  if (yes || !input.isTTY) return;
  // A person sits there and cannot be shown the question.
  if (!output.isTTY) throw new NotConfirmedError();
  const prompt = createInterface({ input, output });
  try {
    output.write(`${what}\nThis cannot be undone. Type ${typed} to go on, anything else to stop.\n`);
    if ((await answerOf(prompt)).trim() !== typed) throw new NotConfirmedError();
  } finally {
    prompt.close();
  }
}

/** An end of input, or Ctrl-C, is an answer as well. */
function answerOf(prompt: ReturnType<typeof createInterface>): Promise<string> {
  return new Promise((resolve) => {
    prompt.once('close', () => resolve(''));
    prompt.once('SIGINT', () => resolve(''));
    prompt.question('> ').then(resolve, () => resolve(''));
  });
}

/** The question was not answered with the name that it asked for: run the command again, or with `--yes`. */
export class NotConfirmedError extends Error {
  override readonly name = 'NotConfirmedError';

  constructor() {
    super('not confirmed, so nothing was changed; run it again and type what it asks for, or add --yes');
  }
}
