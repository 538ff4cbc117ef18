import type { Check, CheckName } from './verification.ts';

const MAX_EXAMPLES = 10;

/** Counts what one check found. */
export type Tally = {
  readonly note: (eventId: string, right: boolean) => void;
  /** Says that the check, or part of it, could not be made. */
  readonly unknown: (reason: string) => void;
  readonly result: () => Check;
};

function createTally(check: CheckName): Tally {
  let checked = 0;
  let failed = 0;
  let unknown: string | undefined;
  const examples: string[] = [];
  return {
    note: (eventId, right) => {
      checked += 1;
      if (right) return;
      failed += 1;
      if (examples.length < MAX_EXAMPLES) examples.push(eventId);
    },
    unknown: (reason) => {
      unknown = reason;
    },
    result: () => {
      const status = failed > 0 ? 'failed' : unknown === undefined ? 'passed' : 'unknown';
      return { check, status, checked, failed, ...(unknown === undefined ? {} : { unknown }), examples };
    },
  };
}

/** A tally for every check, in the order in which they are reported. */
export type Tallies = Readonly<Record<CheckName, Tally>>;

/** Tallies with nothing counted yet. */
export function createTallies(): Tallies {
  return {
    'events-complete': createTally('events-complete'),
    'treatments-applied': createTally('treatments-applied'),
    'others-untouched': createTally('others-untouched'),
    'ids-unchanged': createTally('ids-unchanged'),
    'content-hashes': createTally('content-hashes'),
    signatures: createTally('signatures'),
    'state-unchanged': createTally('state-unchanged'),
    'authorization-unchanged': createTally('authorization-unchanged'),
    'nothing-left-for-new-viewers': createTally('nothing-left-for-new-viewers'),
    idempotent: createTally('idempotent'),
  };
}
