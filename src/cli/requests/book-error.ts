const EXPLANATIONS = {
  missing: 'there is no such book of requests; make one with "matrix-erasure requests open"',
  unwritable: 'it cannot be made there; check the folder',
  unreadable: 'it cannot be read as a book of requests: another file, damaged, or not yours',
  foreign: 'it is no book of requests',
  version: 'it was made by another version of this program',
  damaged: 'a request in it is not as it should be; restore the file from a backup',
  busy: 'another process holds it; try again',
} as const;

/** A book of requests cannot be used. */
export class RequestBookError extends Error {
  override readonly name = 'RequestBookError';
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(path: string, reason: keyof typeof EXPLANATIONS) {
    super(`${path}: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
