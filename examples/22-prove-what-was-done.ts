/** Keeps a ledger of an erasure, gives the person a receipt, destroys the key, and checks that nothing was changed: then that something was. */
import { createKeyRing, generateSigningKey } from '../src/index.ts';
import { appendKeyDestruction, appendToLedger, emptyLedger, signReceipt, verifyLedger, verifyReceipt, type LedgerEntry } from '../src/notices.ts';

const auditKey = crypto.getRandomValues(new Uint8Array(32));
const signing = generateSigningKey(crypto.getRandomValues(new Uint8Array(32)), '1');
const alice = '@alice:a.example';

const lines: string[] = [];
let head = emptyLedger;
const write = (entry: LedgerEntry): void => {
  const next = appendToLedger(head, entry, auditKey);
  lines.push(next.line);
  head = next.head;
};
write({ at: 1000, kind: 'requested', case: '2026-1', subjects: [alice] });
write({ at: 2000, kind: 'planned', case: '2026-1', counts: { redact: 28, hide: 25 } });
write({ at: 3000, kind: 'notified', case: '2026-1', recipients: ['b.example'], codes: { channel: 'federation' } });
write({ at: 4000, kind: 'applied', case: '2026-1', counts: { redact: 28, hide: 25 } });

const receipt = signReceipt({
  case: '2026-1', subjects: [alice], requestedAt: 1000, completedAt: 4000, profile: 'notice', treatments: { redact: 28, hide: 25 }, verification: 'clean',
  recipients: { acknowledged: 1 }, ledger: head,
}, { server: 'a.example', ...signing });

lines.push(appendKeyDestruction(head, { at: 5000, case: '2026-1' }, auditKey).line);
auditKey.fill(0);

const read = verifyReceipt(receipt, createKeyRing({ 'a.example': { [signing.keyId]: signing.publicKey } }));
const heads = read.valid ? [read.receipt.ledger] : [];
console.log(`receipt: ${read.valid ? 'valid' : read.reason}`);
console.log(`ledger of ${lines.length} records: ${verifyLedger(lines, { heads }).verdict}, and it names ${lines.join('').includes('alice') ? 'somebody' : 'nobody'}`);
console.log(`without its end: ${verifyLedger(lines.slice(0, 2)).verdict} by itself, ${verifyLedger(lines.slice(0, 2), { heads }).verdict} by the receipt`);
console.log(`with another number in it: ${verifyLedger(lines.map((line) => line.replace('"redact":28', '"redact":29'))).verdict}`);
