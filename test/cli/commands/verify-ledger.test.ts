import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateSigningKey } from '../../../src/crypto/signing-key.ts';
import { appendToLedger, emptyLedger } from '../../../src/notices/ledger.ts';
import { signReceipt } from '../../../src/notices/receipt.ts';
import { folder, lines, runCli } from '../run.ts';

const KEY = new Uint8Array(32).fill(9);
const signing = generateSigningKey(new Uint8Array(32), '1');

type Files = { readonly ledger: string; readonly receipt: string; readonly keys: string; readonly written: readonly string[] };

async function files(): Promise<Files> {
  const at = await folder();
  let head = emptyLedger;
  const written = ['1', '2', '3'].map((number) => {
    const next = appendToLedger(head, { at: 0, kind: 'requested', case: number }, KEY);
    head = next.head;
    return next.line;
  });
  const receipt = signReceipt({
    case: '3', subjects: ['@alice:a.example'], requestedAt: 0, completedAt: 0, profile: 'notice', treatments: {}, verification: 'clean', recipients: {}, ledger: head,
  }, { server: 'a.example', ...signing });
  const paths = { ledger: join(at, 'ledger.ndjson'), receipt: join(at, 'receipt.json'), keys: join(at, 'keys.json') };
  await writeFile(paths.ledger, `${written.join('\n')}\n`);
  await writeFile(paths.receipt, JSON.stringify(receipt));
  await writeFile(paths.keys, JSON.stringify({ 'a.example': { [signing.keyId]: signing.publicKey } }));
  return { ...paths, written };
}

describe('verify-ledger', () => {
  test('finds a whole ledger intact, and says what a receipt adds', async () => {
    const { ledger, receipt, keys } = await files();
    const alone = await runCli(['verify-ledger', ledger]);
    expect([alone.code, alone.stdout, alone.stderr]).toEqual([0, 'Ledger: intact, 3 records. Only a receipt can show that none is missing at its end.\n', '']);
    const anchored = await runCli(['verify-ledger', ledger, '--receipt', receipt, '--keys', keys]);
    expect([anchored.code, lines(anchored.stdout)[0]?.endsWith('is a receipt of a.example'), lines(anchored.stdout)[1]]).toEqual([0, true, 'Ledger: intact, 3 records.']);
    const json = await runCli(['verify-ledger', ledger, '--receipt', receipt, '--keys', keys, '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ verdict: 'intact', records: 3, head: expect.stringMatching(/^[\w-]{43}$/), receipts: [{ file: receipt, valid: true }] });
  });

  test('finds a change, and a missing end by the receipt', async () => {
    const { ledger, receipt, keys, written } = await files();
    const stdin = `${written.slice(0, 2).join('\n')}\n`;
    const cut = await runCli(['verify-ledger', '-', '--receipt', receipt, '--keys', keys, '--json'], { stdin });
    expect([cut.code, JSON.parse(cut.stdout)]).toEqual([4, { verdict: 'broken', fault: 'head', record: 3, receipts: [{ file: receipt, valid: true }] }]);
    await writeFile(ledger, written.map((line) => `${line.replace('"at":0', '"at":1')}\n`).join(''));
    const changed = await runCli(['verify-ledger', ledger]);
    expect([changed.code, changed.stdout]).toEqual([4, 'Ledger: broken at record 1: it was changed.\n']);
  });

  test('finds a receipt that is not valid', async () => {
    const { ledger, receipt, keys } = await files();
    await writeFile(receipt, '{}');
    const result = await runCli(['verify-ledger', ledger, '--receipt', receipt, '--keys', keys, '--json']);
    expect([result.code, JSON.parse(result.stdout).receipts]).toEqual([4, [{ file: receipt, valid: false, reason: 'form' }]]);
  });

  test.each([
    ['a receipt without keys', ['--receipt', 'x'], 64, /needs --keys/],
    ['a file that is not there', ['--receipt', 'no-such-file', '--keys', 'no-such-file'], 64, /no-such-file/],
  ])('%s', async (_, args, code, message) => {
    const { ledger } = await files();
    const result = await runCli(['verify-ledger', ledger, ...args]);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(message);
  });
});
