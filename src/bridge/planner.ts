import type { BridgeCause } from './cause.ts';
import type { MessageMapping } from './mapping.ts';
import { bridgeNetworks, type BridgeNetworks } from './networks.ts';
import type { BridgeErasurePlan, BridgePlanItem, BridgeTotals } from './plan.ts';
import type { RoomFeatures } from './room-features.ts';
import { createSchedule, inOrderOfUrgency, type Schedule } from './schedule.ts';
import { createSorter, type Counts, type Sorted, type Sorter } from './sorter.ts';

/** What is known of the networks, and when and with which key a plan is carried out. */
export type BridgeCapabilities = {
  /** When the first call is made (ms since 1970, UTC). */
  readonly at: number;
  /** The key of the tombstones, at least 32 random bytes. */
  readonly tombstoneKey: Uint8Array;
  /** What the networks can do; `bridgeNetworks` if left out. */
  readonly networks?: BridgeNetworks;
  /** What the bridge publishes in a room as `com.beeper.room_features`, which goes before what the table says of the network. */
  readonly publishedFeatures?: (roomId: string) => RoomFeatures | undefined;
  /** Calls a minute to a network whose rate is not known; 60 if left out. */
  readonly assumedCallsPerMinute?: number;
};

/** A plan in the making: takes one mapping at a time, in any order, and says at once what it knows. */
export type BridgePlanner = {
  /** @throws {InvalidMessageMappingError} when it is none; the planner can go on */
  readonly add: (mapping: MessageMapping) => readonly BridgePlanItem[];
  /** What is left when all mappings have come. */
  readonly finish: () => { readonly items: readonly BridgePlanItem[]; readonly totals: BridgeTotals };
};

/**
 * Begins a plan of what to delete on bridged networks, for mappings that come as a stream. Give the oldest first: calls get their turn as they come. It remembers the calls
 * that are not full and the tombstones that it gave out.
 * @throws {WeakTombstoneKeyError} when the key has fewer than 32 bytes
 * @throws {InvalidCallRateError} when the assumed rate is not above 0
 * @example beginBridgePlan({ kind: 'redaction', eventIds: [] }, { at: 0, tombstoneKey: new Uint8Array(32) }).finish().totals.takes // 0
 */
export function beginBridgePlan(cause: BridgeCause, capabilities: BridgeCapabilities): BridgePlanner {
  const { sorter, schedule } = begin(cause, capabilities);
  const items = (sorted: Sorted): readonly BridgePlanItem[] => {
    meetNetworks(sorted, schedule);
    return [
      ...sorted.messages.map((message) => ({ kind: 'message' as const, ...message })),
      ...sorted.tombstones.map((tombstone) => ({ kind: 'tombstone' as const, tombstone })),
      ...sorted.calls.map((call) => ({ kind: 'batch' as const, ...schedule.add(call) })),
    ];
  };
  return {
    add: (mapping) => items(sorter.add(mapping)),
    finish: () => ({ items: items(sorter.finish()), totals: totalsOf(sorter.counts(), schedule) }),
  };
}

/**
 * Decides what happens on the bridged networks: for each remote message, whether it can be deleted, by which call, or why not; which addresses the bridge stops serving;
 * and what must not be bridged again. Nothing is sent, and the plan holds no content.
 * @throws {InvalidMessageMappingError} when a mapping is none
 * @throws {WeakTombstoneKeyError} when the key has fewer than 32 bytes
 * @throws {InvalidCallRateError} when the assumed rate is not above 0
 * @example planBridgeErasure({ kind: 'redaction', eventIds: ['$a'] }, [], { at: 0, tombstoneKey: new Uint8Array(32) }).messages // [{ event_id: '$a', treatment: 'unknown-remote', reason: 'not-mapped' }]
 */
export function planBridgeErasure(cause: BridgeCause, mappings: Iterable<MessageMapping>, capabilities: BridgeCapabilities): BridgeErasurePlan {
  const { sorter, schedule } = begin(cause, capabilities);
  const parts: Sorted[] = [];
  for (const mapping of mappings) parts.push(sorter.add(mapping));
  parts.push(sorter.finish());
  for (const part of parts) meetNetworks(part, schedule);
  const batches = inOrderOfUrgency(parts.flatMap(({ calls }) => calls)).map(schedule.add);
  return {
    messages: parts.flatMap(({ messages }) => messages),
    batches,
    tombstones: parts.flatMap(({ tombstones }) => tombstones),
    totals: totalsOf(sorter.counts(), schedule),
  };
}

function begin(cause: BridgeCause, capabilities: BridgeCapabilities): { readonly sorter: Sorter; readonly schedule: Schedule } {
  const { at, tombstoneKey, networks = bridgeNetworks, publishedFeatures = () => undefined, assumedCallsPerMinute = 60 } = capabilities;
  return {
    sorter: createSorter(cause, { at, tombstoneKey, networks, publishedFeatures }),
    schedule: createSchedule({ at, networks, assumedCallsPerMinute }),
  };
}

/** A network that can delete nothing is in the totals as well: what stays there has to be said. */
function meetNetworks({ messages }: Sorted, schedule: Schedule): void {
  for (const { network } of messages) if (network !== undefined) schedule.meet(network);
}

function totalsOf(counts: Counts, schedule: Schedule): BridgeTotals {
  const networks = schedule.totals();
  return { ...counts, networks, takes: networks.reduce((longest, { takes }) => Math.max(longest, takes), 0) };
}
