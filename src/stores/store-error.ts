const EXPLANATIONS: Readonly<Record<StoreProblem, string>> = {
  missing: 'there is no such store; make one with "matrix-erasure import FILES --store"',
  unwritable: 'it cannot be made there; check the folder',
  unreadable: 'it cannot be read as a store: another file, damaged, or not yours',
  foreign: 'it is no store of matrix-erasure',
  newer: 'it was made by a newer version of this program; use that one',
  full: 'the disk is full: nothing of the last step was kept; make room, then run the same command again, which goes on from there',
  io: 'the disk could not be read or written: nothing of the last step was kept; run the same command again when it can',
  busy: 'another process kept it locked for too long; run the same command again, which goes on from there',
  crowded: 'the server has no connection left: end other programs, or allow more (max_connections), then run the same command again',
  'still-read': 'what was deleted is still in its log, because another process reads from the store; run the same command again when that has ended',
  unreachable: 'the server cannot be reached: nothing of the last step was kept; run the same command again when it can, which goes on from there',
  refused: 'the server does not let this user in; check user, password and database',
  oversized: 'an identifier is longer than a database can hold: of an event that no server would take; take it out of the input',
  'old-node': 'this Node.js is too old for stores in SQLite: take 22.20, 24.7 or a later one',
  'no-driver': 'the packages for PostgreSQL are not installed: npm install pg pg-boss',
};

/** Why a store cannot be used. */
export type StoreProblem =
  | 'missing' | 'unwritable' | 'unreadable' | 'foreign' | 'newer' | 'full' | 'io' | 'busy' | 'crowded' | 'still-read' | 'unreachable' | 'refused' | 'oversized' | 'old-node' | 'no-driver';

/** A store cannot be used now; the message says what to do. It names the store without a password. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: StoreProblem;

  constructor(store: string, reason: StoreProblem) {
    super(`${store}: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}

/** An event came before with this ID and was another: one of the two is not what the room has. */
export class OtherEventError extends Error {
  override readonly name = 'OtherEventError';
  readonly eventId: string;

  constructor(eventId: string) {
    super(`${eventId}: the store has another event of this ID; find out which is right, and import one of them`);
    this.eventId = eventId;
  }
}

/** A room came before with another version. */
export class OtherRoomVersionError extends Error {
  override readonly name = 'OtherRoomVersionError';
  readonly roomId: string;

  constructor(roomId: string, stored: string, given: string) {
    super(`${roomId}: it is of version ${stored}, and an event says ${given}; a room never changes its version: give the right one`);
    this.roomId = roomId;
  }
}

/** There is no such erasure. */
export class UnknownErasureError extends Error {
  override readonly name = 'UnknownErasureError';

  constructor() {
    super('there is no erasure of this ID in the store; "matrix-erasure status" lists them');
  }
}
