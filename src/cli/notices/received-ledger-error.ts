const EXPLANATIONS = {
  unwritable: 'it cannot be made there; check the folder',
  unreadable: 'it cannot be read as a ledger of received notices: another file, damaged, or not yours',
  foreign: 'it is no ledger of received notices',
  version: 'it was made by another version of this program',
  'key-missing': 'its key, the file of the same name with .key, is not there: without it nobody in the ledger can be known again; put it back, or begin a new ledger',
  'key-damaged': 'its key, the file of the same name with .key, is damaged; put it back from a copy',
} as const;

/** A ledger of received notices cannot be used. */
export class ReceivedLedgerError extends Error {
  override readonly name = 'ReceivedLedgerError';
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(path: string, reason: keyof typeof EXPLANATIONS) {
    super(`${path}: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
