import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { erasureProfiles } from '../../erasure/profiles.ts';
import { writeOutput } from '../io/output.ts';

const EXAMPLES = `
Examples:
  $ matrix-erasure complete bash > /etc/bash_completion.d/matrix-erasure
  $ matrix-erasure complete zsh > ~/.zfunc/_matrix-erasure
  $ matrix-erasure complete fish > ~/.config/fish/completions/matrix-erasure.fish`;

/** Adds `complete`: the script that makes a shell complete commands, options, their values, and files. Comes last: what is added after it is not completed. */
export function registerComplete(program: Command): void {
  const root = tab(program);
  for (const { options } of root.commands.values()) {
    const profile = options.get('profile');
    if (profile !== undefined) profile.handler = (complete) => { for (const name of Object.keys(erasureProfiles)) complete(name, ''); };
  }
  const complete = program.commands.find((command) => command.name() === 'complete');
  let printed: readonly string[] = [];
  const output = console;
  const { log } = output;
  complete
    ?.description('print the script that completes commands and options in a shell: bash, zsh, fish or powershell')
    .addHelpText('after', EXAMPLES)
    // What the library prints is held back and mended: it can turn file names off, and never on.
    .hook('preAction', () => { output.log = (line: string) => { printed = [...printed, line]; }; })
    .hook('postAction', async () => {
      output.log = log;
      await writeOutput(undefined, printed.map((line) => `${withFiles(line, printed.length)}\n`).join(''));
    });
}

/** Where there is nothing else to offer, the shell offers files, in its own way. */
const NOTHING_BUT_FILES = ':0';
const BASH = 'complete -F ';

function withFiles(line: string, lines: number): string {
  if (lines === 1 && line === ':4') return NOTHING_BUT_FILES;
  return line.replaceAll(`\n${BASH}`, `\n${BASH.replace('-F', '-o default -F')}`);
}
