const EXPLANATIONS = {
  missing: 'there is no such ledger; make one with "matrix-erasure notify plan" or "receive"',
  unwritable: 'it cannot be made there; check the folder',
  unreadable: 'it cannot be read as a ledger of deliveries: another file, damaged, or not yours',
  foreign: 'it is no ledger of deliveries',
  version: 'it was made by another version of this program',
  busy: 'another process sends from it; wait for it, or stop it',
  'other-key': 'its users were hashed with another key; give the one that it was made with',
  lost: 'an entry has gone while it was used',
} as const;

/** A ledger of deliveries cannot be used. */
export class DeliveryLedgerError extends Error {
  override readonly name = 'DeliveryLedgerError';
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(path: string, reason: keyof typeof EXPLANATIONS) {
    super(`${path}: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
