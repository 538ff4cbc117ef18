import * as v from 'valibot';
import type { KeyRing } from '../crypto/key-ring.ts';
import { signJson, type SignAs } from '../crypto/sign.ts';
import { verifyJson } from '../crypto/verify-json.ts';
import { isServerName, isUserId, type ServerName } from '../identifiers/identifiers.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { LedgerHead } from './ledger.ts';

/** What a receipt says. Times are in ms since 1970, UTC. */
export type ReceiptFacts = {
  readonly case: string;
  /** The person's user IDs. They are given to the person, who knows them; the ledger has their hashes only. */
  readonly subjects: readonly string[];
  readonly requestedAt: number;
  readonly completedAt: number;
  readonly profile: string;
  /** How many events got each treatment. */
  readonly treatments: Readonly<Record<string, number>>;
  /** What the verification found: `clean`, `leftovers` or `unknown`. */
  readonly verification: 'clean' | 'leftovers' | 'unknown';
  /** How many recipients are in each state: `acknowledged`, `unsupported`, … */
  readonly recipients: Readonly<Record<string, number>>;
  /** Where the ledger of proof ended when the receipt was made. */
  readonly ledger: LedgerHead;
};

/** A receipt that was read: what it says, and the server that signed it. */
export type ErasureReceipt = ReceiptFacts & { readonly server: ServerName };

/** Whether a receipt is what a server once gave to a person. */
export type ReceiptVerdict =
  | { readonly valid: true; readonly receipt: ErasureReceipt }
  | { readonly valid: false; readonly reason: 'form' | 'unsigned' | 'unknown-key' | 'expired-key' | 'bad-signature' };

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const counts = v.record(v.string(), whole);
const schema = v.looseObject({
  type: v.literal('matrix-erasure/receipt-1'),
  server: v.pipe(v.string(), v.check(isServerName)),
  case: v.string(),
  subjects: v.array(v.pipe(v.string(), v.check(isUserId))),
  requested_at: whole,
  completed_at: whole,
  profile: v.string(),
  treatments: counts,
  verification: v.picklist(['clean', 'leftovers', 'unknown']),
  recipients: counts,
  ledger: v.strictObject({ seq: whole, hash: v.string() }),
});

/**
 * The receipt for the person, signed by the server: JSON that they can keep, and show to anybody who has the server's keys. It proves that the server said
 * this, and that its ledger went on from there; not that it is true of copies elsewhere.
 * @throws {CanonicalJsonError} when a number is no whole one
 * @example signReceipt({ case: '1', subjects: [], requestedAt: 0, completedAt: 0, profile: 'notice', treatments: {}, verification: 'clean', recipients: {}, ledger: emptyLedger }, { server: 'a.org', ...generateSigningKey(new Uint8Array(32), '1') }).type // 'matrix-erasure/receipt-1'
 */
export function signReceipt(facts: ReceiptFacts, signAs: SignAs): JsonObject {
  const { case: number, subjects, requestedAt, completedAt, profile, treatments, verification, recipients, ledger } = facts;
  return signJson({
    type: 'matrix-erasure/receipt-1', server: signAs.server, case: number, subjects, requested_at: requestedAt, completed_at: completedAt, profile,
    treatments, verification, recipients, ledger: { seq: ledger.seq, hash: ledger.hash },
  }, signAs);
}

/**
 * Whether a receipt was signed by the server that it names, with a key that counted at the time. Its `ledger` is a head for {@link verifyLedger}.
 * @example verifyReceipt({}, () => undefined) // { valid: false, reason: 'form' }
 */
export function verifyReceipt(value: JsonValue, keys: KeyRing): ReceiptVerdict {
  const result = v.safeParse(schema, value);
  if (!result.success || !isJsonObject(value)) return { valid: false, reason: 'form' };
  const receipt = receiptOf(result.output);
  const reason = signatureFault(value, receipt, keys);
  return reason === undefined ? { valid: true, receipt } : { valid: false, reason };
}

function receiptOf(read: v.InferOutput<typeof schema>): ErasureReceipt {
  const { server, case: number, subjects, requested_at: requestedAt, completed_at: completedAt, profile, treatments, verification, recipients, ledger } = read;
  return { server, case: number, subjects, requestedAt, completedAt, profile, treatments, verification, recipients, ledger };
}

type SignatureFault = Extract<ReceiptVerdict, { readonly valid: false }>['reason'];

/** One good signature is enough, and a bad one by a known key is one too many. */
function signatureFault(value: JsonObject, { server, completedAt }: ErasureReceipt, keys: KeyRing): SignatureFault | undefined {
  const signatures = own(value, 'signatures');
  const ofServer = isJsonObject(signatures) ? own(signatures, server) : undefined;
  const keyIds = isJsonObject(ofServer) ? Object.keys(ofServer).filter((keyId) => keyId.startsWith('ed25519:')) : [];
  let fault: SignatureFault | undefined = keyIds.length === 0 ? 'unsigned' : 'unknown-key';
  for (const keyId of keyIds) {
    const key = keys(server, keyId);
    if (key === undefined) continue;
    if (key.validUntil !== undefined && key.validUntil < completedAt) fault &&= 'expired-key';
    else if (verifyJson(value, { server, keyId, publicKey: key.verify })) fault = undefined;
    else return 'bad-signature';
  }
  return fault;
}
