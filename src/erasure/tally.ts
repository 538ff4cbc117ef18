import type { Check, CheckName, VerdictChange } from './verification.ts';

const MAX_EXAMPLES = 10;

/** Counts what one check found. */
export type Tally = {
  readonly note: (eventId: string, right: boolean, change?: VerdictChange) => void;
  /** Counts an event that the check passes over, because the plan does. */
  readonly except: () => void;
  /** Says that the check, or part of it, could not be made. */
  readonly unknown: (reason: string) => void;
  readonly result: () => Check;
};

function createTally(check: CheckName): Tally {
  let checked = 0;
  let failed = 0;
  let excepted = 0;
  let unknown: string | undefined;
  const examples: string[] = [];
  const changes: VerdictChange[] = [];
  return {
    note: (eventId, right, change) => {
      checked += 1;
      if (right) return;
      failed += 1;
      if (examples.length >= MAX_EXAMPLES) return;
      examples.push(eventId);
      if (change !== undefined) changes.push(change);
    },
    except: () => {
      excepted += 1;
    },
    unknown: (reason) => {
      unknown = reason;
    },
    result: () => {
      const status = failed > 0 ? 'failed' : unknown === undefined ? 'passed' : 'unknown';
      return {
        check, status, checked, failed,
        ...(unknown === undefined ? {} : { unknown }),
        ...(excepted === 0 ? {} : { excepted }),
        ...(changes.length === 0 ? {} : { changes }),
        examples,
      };
    },
  };
}

/** A tally for every check, in the order in which they are reported. */
export type Tallies = Readonly<Record<CheckName, Tally>>;

/** Tallies with nothing counted yet. */
export function createTallies(): Tallies {
  return {
    'plan-complete': createTally('plan-complete'),
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
