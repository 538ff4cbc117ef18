import type { Command } from 'commander';
import { writeOutput } from '../io/output.ts';
import { manPage } from '../man-page.ts';

/** Adds `man`: the manual of the whole command line, as a page for man. */
export function registerMan(program: Command): void {
  program.command('man')
    .description('print the manual as a page for man')
    .option('--out <path>', 'write it to a file')
    .addHelpText('after', `
Examples:
  $ matrix-erasure man --out matrix-erasure.1 && man ./matrix-erasure.1
  $ matrix-erasure man | man -l -`)
    .action(({ out }: { readonly out?: string }) => writeOutput(out, manPage(program)));
}
