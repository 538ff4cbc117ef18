import { own } from '../json/value.ts';
import { earlier, type Call } from './batches.ts';
import type { BridgeNetworks } from './networks.ts';
import type { DeletionBatch, NetworkTotals } from './plan.ts';

/** Gives calls their turn, and adds up what they take. */
export type Schedule = {
  /** Names a network that the plan has to do with, whether or not it can be called. */
  readonly meet: (network: string) => void;
  readonly add: (call: Call) => DeletionBatch;
  readonly totals: () => readonly NetworkTotals[];
};

/** What a schedule is made with. */
export type ScheduleOptions = {
  /** When the first call is made (ms since 1970, UTC). */
  readonly at: number;
  readonly networks: BridgeNetworks;
  /** Calls a minute to a network whose rate is not known. */
  readonly assumedCallsPerMinute: number;
};

/**
 * Each network takes its calls one after the other, at its rate; the networks do not wait for each other.
 * @throws {InvalidCallRateError} when the assumed rate is not above 0
 */
export function createSchedule({ at, networks, assumedCallsPerMinute }: ScheduleOptions): Schedule {
  if (!(assumedCallsPerMinute > 0)) throw new InvalidCallRateError();
  const totals = new Map<string, NetworkTotals>();
  const meet = (network: string): NetworkTotals => {
    const known = totals.get(network) ?? nothingYet(network, networks);
    totals.set(network, known);
    return known;
  };
  const add = ({ rate, ...call }: Call): DeletionBatch => {
    const before = meet(call.network);
    const takes = Math.ceil(60_000 / (rate ?? assumedCallsPerMinute));
    const late = call.before !== undefined && at + before.takes > call.before ? call.remoteIds.length : 0;
    totals.set(call.network, {
      ...before,
      batches: before.batches + 1,
      messages: before.messages + call.remoteIds.length,
      takes: before.takes + takes,
      assumed: before.assumed || rate === undefined,
      late: before.late + late,
    });
    return { ...call, startsAfter: before.takes, takes };
  };
  return { meet, add, totals: () => [...totals.values()] };
}

function nothingYet(network: string, networks: BridgeNetworks): NetworkTotals {
  return { network, batches: 0, messages: 0, takes: 0, assumed: false, late: 0, remains: own(networks, network)?.remains ?? [] };
}

/** What works only until a moment goes before what works for longer, and what always works last; otherwise the order stays. */
export function inOrderOfUrgency(calls: readonly Call[]): readonly Call[] {
  return calls.toSorted((one, other) => {
    if (one.before === other.before) return 0;
    return earlier(one.before, other.before) === one.before ? -1 : 1;
  });
}

/** A rate that is assumed of networks is not above 0. */
export class InvalidCallRateError extends Error {
  override readonly name = 'InvalidCallRateError';

  constructor() {
    super('assumedCallsPerMinute is not above 0');
  }
}
