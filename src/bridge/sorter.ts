import { createBatcher, type Call, type Deletable } from './batches.ts';
import type { BridgeCause } from './cause.ts';
import { decideRemote, type RemoteTreatment, type RemoteVerdict } from './decide.ts';
import { parseMessageMapping, type MessageMapping } from './mapping.ts';
import { roomFeatures, type BridgeNetworks } from './networks.ts';
import type { BridgeTotals, RemoteMessagePlan } from './plan.ts';
import type { RoomFeatures } from './room-features.ts';
import { assertTombstoneKey, tombstone, type BridgedPlace } from './tombstones.ts';

/** What one mapping, or the end of them, adds to a plan. */
export type Sorted = {
  readonly messages: readonly RemoteMessagePlan[];
  readonly tombstones: readonly string[];
  readonly calls: readonly Call[];
};

/** The counts of a plan that do not depend on the order of its calls. */
export type Counts = Omit<BridgeTotals, 'networks' | 'takes'>;

/** Says of each mapping whether the cause touches it, what can be done, and in which call. */
export type Sorter = {
  readonly add: (mapping: MessageMapping) => Sorted;
  readonly finish: () => Sorted;
  readonly counts: () => Counts;
};

/** What the sorter has to know. */
export type SorterOptions = {
  readonly at: number;
  readonly tombstoneKey: Uint8Array;
  readonly networks: BridgeNetworks;
  readonly publishedFeatures: (roomId: string) => RoomFeatures | undefined;
};

const NOTHING: Sorted = { messages: [], tombstones: [], calls: [] };

const COUNTED: Readonly<Record<RemoteTreatment, keyof Counts>> = {
  delete: 'delete', 'delete-for-me': 'deleteForMe', 'too-old': 'tooOld', impossible: 'impossible', 'unknown-remote': 'unknownRemote',
};

/** Begins to sort the mappings of a bridge by what a cause asks for. */
export function createSorter(cause: BridgeCause, { at, tombstoneKey, networks, publishedFeatures }: SorterOptions): Sorter {
  const counts: Record<keyof Counts, number> = { delete: 0, deleteForMe: 0, tooOld: 0, impossible: 0, unknownRemote: 0, revoked: 0, others: 0 };
  const scope = scopeOf(cause);
  const stones = createStones(tombstoneKey);
  const batcher = createBatcher(at);
  let row = 0;
  const deletedOn = cause.kind === 'redaction' && cause.deletedOn !== undefined ? { deletedOn: cause.deletedOn } : {};

  const count = (message: RemoteMessagePlan): RemoteMessagePlan => {
    counts[COUNTED[message.treatment]] += 1;
    counts.revoked += message.revoke?.length ?? 0;
    return message;
  };
  const add = (value: MessageMapping): Sorted => {
    row += 1;
    const mapping = parseMessageMapping(value, { row });
    if (!scope.has(mapping)) {
      counts.others += 1;
      return NOTHING;
    }
    const features = roomFeatures(mapping.network, { networks, published: publishedFeatures(mapping.room_id) });
    const verdict = decideRemote(mapping, { at, features, ...deletedOn });
    const message = deletable(mapping, verdict, features);
    const calls = message !== undefined && stones.firstCall(message.mapping) ? batcher.add(message) : [];
    return { messages: [count(describe(mapping, verdict))], tombstones: stones.of(mapping), calls };
  };
  const finish = (): Sorted => {
    const missing = scope.missing();
    const messages = missing.map((eventId) => count({ event_id: eventId, treatment: 'unknown-remote', reason: 'not-mapped' }));
    return { messages, tombstones: missing.flatMap((eventId) => stones.of({ event_id: eventId })), calls: batcher.finish() };
  };
  return { add, finish, counts: () => ({ ...counts }) };
}

type Scope = {
  readonly has: (mapping: MessageMapping) => boolean;
  /** The events that the cause names and no mapping did. */
  readonly missing: () => readonly string[];
};

function scopeOf(cause: BridgeCause): Scope {
  if (cause.kind === 'notice') {
    const subjects: ReadonlySet<string> = new Set(cause.subjects);
    return { has: ({ sender }) => subjects.has(sender), missing: () => [] };
  }
  const wanted: ReadonlySet<string> = new Set(cause.eventIds);
  const unseen = new Set(wanted);
  const has = ({ event_id: eventId }: MessageMapping): boolean => {
    unseen.delete(eventId);
    return wanted.has(eventId);
  };
  return { has, missing: () => [...unseen] };
}

type Stones = {
  /** The tombstones of a message that were not given out yet. */
  readonly of: (message: Pick<MessageMapping, 'event_id'> & Partial<MessageMapping>) => readonly string[];
  /** Whether no call deletes the message yet. Several mappings may name it, and a call that names one twice is refused by some networks. */
  readonly firstCall: (message: Deletable['mapping']) => boolean;
};

function createStones(key: Uint8Array): Stones {
  assertTombstoneKey(key);
  const given = new Set<string>();
  const called = new Set<string>();
  const of: Stones['of'] = ({ event_id, network, chat, remoteId }) => {
    const places: readonly BridgedPlace[] = [
      { event_id },
      ...(network === undefined || chat === undefined || remoteId === undefined ? [] : [{ network, chat, remoteId }]),
    ];
    return places.map((place) => tombstone(place, key)).filter((stone) => first(given, stone));
  };
  return { of, firstCall: (message) => first(called, JSON.stringify([message.network, message.chat, message.remoteId])) };
}

function first(seen: Set<string>, value: string): boolean {
  const before = seen.size;
  return seen.add(value).size > before;
}

function deletable(mapping: MessageMapping, verdict: RemoteVerdict, features: RoomFeatures | undefined): Deletable | undefined {
  const { remoteId, account } = mapping;
  const deletes = verdict.treatment === 'delete' || verdict.treatment === 'delete-for-me';
  if (!deletes || features === undefined || remoteId === undefined || account === undefined) return undefined;
  return { mapping: { ...mapping, remoteId, account }, verdict, features };
}

function describe({ event_id, network, chat, remoteId, links = [] }: MessageMapping, verdict: RemoteVerdict): RemoteMessagePlan {
  return {
    event_id, network, chat,
    ...(remoteId === undefined ? {} : { remoteId }),
    ...verdict,
    ...(links.length === 0 ? {} : { revoke: links }),
  };
}
