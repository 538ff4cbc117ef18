import type { Command } from 'commander';
import type { RevocationPlan } from '../../erasure/revocation.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { writeOutput } from '../io/output.ts';
import { assertOutputsApart } from '../io/outputs-apart.ts';
import { renderPlanPage } from '../page/page.ts';
import { renderRevocationPage } from '../page/revocation-page.ts';
import { readPlanOrRevocation } from '../plan-file.ts';
import { renderPlanText } from '../text/plan-text.ts';
import { renderRevocationText } from '../text/revocation-text.ts';
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
  const plan = await readPlanOrRevocation(file);
  if (plan.format === 'matrix-erasure/revocation') return showRevocation(plan, options);
  const verification = options.verification === undefined ? undefined : await readVerification(options.verification);
  if (options.html !== undefined) await writeOutput(options.html, renderPlanPage(plan, verification === undefined ? {} : { verification }));
  if (options.json === true) await writeOutput(undefined, `${JSON.stringify(plan)}\n`);
  if (options.html !== undefined || options.json === true) return EXIT.done;
  await writeOutput(undefined, renderPlanText(plan, textOptions()));
  if (verification !== undefined) await writeOutput(undefined, `\n${renderVerificationText(verification, textOptions())}`);
  return EXIT.done;
}

async function showRevocation(revocation: RevocationPlan, { html, verification, json }: ShowOptions): Promise<number> {
  if (verification !== undefined) throw new UsageError('--verification belongs to a plan, and this is a plan to revoke');
  if (html !== undefined) await writeOutput(html, renderRevocationPage(revocation));
  if (json === true) await writeOutput(undefined, `${JSON.stringify(revocation)}\n`);
  if (html === undefined && json !== true) await writeOutput(undefined, renderRevocationText(revocation, textOptions()));
  return EXIT.done;
}
