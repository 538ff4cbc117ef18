import type { Command } from 'commander';
import * as v from 'valibot';
import type { JsonValue } from '../../json/value.ts';
import type { LedgerHead } from '../../notices/ledger.ts';
import { verifyReceipt, type ReceiptVerdict } from '../../notices/receipt.ts';
import { beginLedgerCheck, type LedgerVerdict } from '../../notices/verify-ledger.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { readLines } from '../io/lines.ts';
import { writeOutput } from '../io/output.ts';
import { readJsonFile } from '../json-file.ts';
import { readKeys } from '../keys-file.ts';
import { renderLedgerText } from '../text/ledger-text.ts';

type Options = { readonly receipt?: readonly string[]; readonly keys?: string; readonly json?: boolean };

/** A receipt that was given, and what it is worth. */
export type CheckedReceipt = { readonly file: string; readonly verdict: ReceiptVerdict };

const EXAMPLES = `
Without a receipt, nobody can tell whether the end was cut off. Exits with 4 if the ledger is broken, or a receipt is not valid.

Examples:
  matrix-erasure verify-ledger ledger.ndjson
  matrix-erasure verify-ledger ledger.ndjson --receipt alice.json --keys keys.json`;

/** Adds `verify-ledger`: a ledger of proof in, whether it was changed out. */
export function registerVerifyLedger(program: Command): void {
  program.command('verify-ledger')
    .argument('<ledger>', 'a ledger of proof (NDJSON, plain or gzip), or - for standard input')
    .description('check that no record of a ledger of proof was changed, left out, put in or moved')
    .option('--receipt <files...>', 'receipts that were given to people: the ledger must be what it was then')
    .option('--keys <file>', 'public keys of servers, {server: {key ID: base64}}, to check receipts')
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (ledger: string, options: Options) => {
      process.exitCode = await runVerifyLedger(ledger, options);
    });
}

async function runVerifyLedger(ledger: string, { receipt = [], keys, json = false }: Options): Promise<number> {
  const receipts = await readReceipts(receipt, keys);
  const heads = receipts.flatMap(({ verdict }) => (verdict.valid ? [verdict.receipt.ledger] : []));
  const verdict = await checkLedger(ledger, heads);
  await writeOutput(undefined, json ? `${JSON.stringify(jsonOf(verdict, receipts))}\n` : renderLedgerText(verdict, receipts));
  return verdict.verdict === 'intact' && receipts.every((one) => one.verdict.valid) ? EXIT.done : EXIT.leftovers;
}

async function readReceipts(files: readonly string[], keysFile: string | undefined): Promise<readonly CheckedReceipt[]> {
  if (files.length === 0) return [];
  if (keysFile === undefined) throw new UsageError('--receipt needs --keys: without the server\'s public keys nobody can tell who made it');
  const keys = await readKeys(keysFile);
  return Promise.all(files.map(async (file) => ({ file, verdict: verifyReceipt(await readJsonFile(file, v.custom<JsonValue>(() => true), 'a receipt'), keys) })));
}

async function checkLedger(input: string, heads: readonly LedgerHead[]): Promise<LedgerVerdict> {
  const check = beginLedgerCheck({ heads });
  // What is no text is no record either.
  for await (const lines of readLines(input)) for (const line of lines) check.add(line.error === undefined ? line.text : '');
  return check.finish();
}

function jsonOf(verdict: LedgerVerdict, receipts: readonly CheckedReceipt[]): object {
  const found = verdict.verdict === 'intact'
    ? { verdict: verdict.verdict, records: verdict.head.seq, head: verdict.head.hash }
    : { verdict: verdict.verdict, fault: verdict.fault, record: verdict.line };
  return { ...found, receipts: receipts.map(({ file, verdict: { valid, ...rest } }) => ({ file, valid, ...('reason' in rest ? { reason: rest.reason } : {}) })) };
}
