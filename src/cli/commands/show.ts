import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { writeOutput } from '../io/output.ts';
import { assertOutputsApart } from '../io/outputs-apart.ts';
import { renderPlanPage } from '../page/page.ts';
import { readPlan } from '../plan-file.ts';
import { renderPlanText } from '../text/plan-text.ts';
import { renderVerificationText } from '../text/verification-text.ts';
import { textOptions } from '../text/terminal.ts';
import { readVerification } from '../verification-file.ts';

type ShowOptions = { readonly html?: string; readonly verification?: string; readonly json?: boolean };

/** Adds `show`: a plan for people, on the terminal or as a page. */
export function registerShow(program: Command): void {
  program.command('show')
    .argument('<plan>', 'a plan file')
    .description('print a plan, or write it as a page')
    .option('--html <file>', 'write one self-contained page instead of printing')
    .option('--verification <file>', 'what verify found, as written by its --out')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', `
Examples:
  $ matrix-erasure show plan.json
  $ matrix-erasure show plan.json --html plan.html`)
    .action(async (file: string, options: ShowOptions) => {
      process.exitCode = await runShow(file, options);
    });
}

async function runShow(file: string, options: ShowOptions): Promise<number> {
  await assertOutputsApart([options.html, ...(options.json === true ? ['-'] : [])], [file, ...(options.verification === undefined ? [] : [options.verification])]);
  const plan = await readPlan(file);
  const verification = options.verification === undefined ? undefined : await readVerification(options.verification);
  if (options.html !== undefined) await writeOutput(options.html, renderPlanPage(plan, verification === undefined ? {} : { verification }));
  if (options.json === true) await writeOutput(undefined, `${JSON.stringify(plan)}\n`);
  if (options.html !== undefined || options.json === true) return EXIT.done;
  await writeOutput(undefined, renderPlanText(plan, textOptions()));
  if (verification !== undefined) await writeOutput(undefined, `\n${renderVerificationText(verification, textOptions())}`);
  return EXIT.done;
}
