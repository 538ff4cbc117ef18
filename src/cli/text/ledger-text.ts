import type { ReceiptVerdict } from '../../notices/receipt.ts';
import type { LedgerFault, LedgerVerdict } from '../../notices/verify-ledger.ts';
import { countOf } from './numbers.ts';
import { visible } from './visible.ts';

/** What is wrong with a ledger of proof. */
export const faults: Readonly<Record<LedgerFault, string>> = {
  unreadable: 'it is not JSON: damaged, or not written to its end',
  form: 'it is no record, or not written as one is',
  hash: 'it was changed',
  chain: 'it does not follow the one before it: something was changed, left out, put in or moved',
  key: 'it was made with a key that was said to be destroyed',
  head: 'it is not what it was when a receipt was given: the ledger was written anew, or its end is missing',
};

const reasons: Readonly<Record<Extract<ReceiptVerdict, { readonly valid: false }>['reason'], string>> = {
  form: 'it is no receipt',
  unsigned: 'its server has not signed it',
  'unknown-key': 'the server\'s key is not among the keys',
  'expired-key': 'the key had expired',
  'bad-signature': 'it was changed, or somebody else made it',
};

type Receipt = { readonly file: string; readonly verdict: ReceiptVerdict };

/** What was found of a ledger and receipts, for people at a terminal; the last line sums it up. */
export function renderLedgerText(verdict: LedgerVerdict, receipts: readonly Receipt[]): string {
  const lines = receipts.map(({ file, verdict: one }) =>
    (one.valid ? `✓ ${visible(file)} is a receipt of ${visible(one.receipt.server)}` : `✗ ${visible(file)} is not valid: ${reasons[one.reason]}`));
  return `${[...lines, ledgerLine(verdict, receipts.some((one) => one.verdict.valid))].join('\n')}\n`;
}

function ledgerLine(verdict: LedgerVerdict, anchored: boolean): string {
  if (verdict.verdict === 'broken') return `Ledger: broken at record ${verdict.line}: ${faults[verdict.fault]}.`;
  const caution = anchored ? '' : ' Only a receipt can show that none is missing at its end.';
  return `Ledger: intact, ${countOf(verdict.head.seq, 'record')}.${caution}`;
}
