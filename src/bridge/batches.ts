import { lastMoment, type RemoteVerdict } from './decide.ts';
import type { MessageMapping } from './mapping.ts';
import type { DeletionBatch } from './plan.ts';
import type { RoomFeatures } from './room-features.ts';

/** A call whose turn is not known yet. */
export type Call = Omit<DeletionBatch, 'startsAfter' | 'takes'> & {
  /** How many such calls are answered in a minute; none where that is not known. */
  readonly rate: number | undefined;
};

/** A message that a network can delete: who can, and which it is, is known. */
export type Deletable = {
  readonly mapping: MessageMapping & { readonly remoteId: string; readonly account: string };
  readonly verdict: RemoteVerdict;
  readonly features: RoomFeatures;
};

/** Collects messages until a call is full. It remembers no more than the calls that are not. */
export type Batcher = {
  readonly add: (message: Deletable) => readonly Call[];
  readonly finish: () => readonly Call[];
};

type Open = { readonly features: RoomFeatures; readonly messages: Deletable[] };

/** Collects the deletions of one moment (ms) into calls: by network, chat, account and room, in the sizes and to the ages that the network takes. */
export function createBatcher(at: number): Batcher {
  const open = new Map<string, Open>();
  const add = (message: Deletable): readonly Call[] => {
    if (!goesInBatch(message, at)) return [single(message)];
    const { mapping, features } = message;
    // By room as well, as a bridge may publish other features in another room.
    const place = JSON.stringify([mapping.network, mapping.chat, mapping.account, mapping.room_id]);
    const batch = open.get(place) ?? { features, messages: [] };
    batch.messages.push(message);
    if (batch.messages.length < sizeOf(features)) {
      open.set(place, batch);
      return [];
    }
    open.delete(place);
    return calls(batch);
  };
  const finish = (): readonly Call[] => {
    const rest = [...open.values()].flatMap(calls);
    open.clear();
    return rest;
  };
  return { add, finish };
}

/** Only deletions for everyone are batched: of the other kind no network says that it can. */
function goesInBatch({ mapping, verdict, features }: Deletable, at: number): boolean {
  if (verdict.treatment !== 'delete' || sizeOf(features) === 1) return false;
  if (features.delete_batch_bots_only === true && mapping.relayed !== true) return false;
  const before = lastMoment(mapping.sentAt, features.delete_batch_max_age);
  return before === undefined || at <= before;
}

function sizeOf(features: RoomFeatures): number {
  return features.delete_batch_size ?? 1;
}

function calls({ features, messages }: Open): readonly Call[] {
  const [first] = messages;
  if (first === undefined) return [];
  if (messages.length < Math.max(2, features.delete_batch_min_size ?? 2)) return messages.map(single);
  const moments = messages.map(({ mapping, verdict }) => earlier(verdict.before, lastMoment(mapping.sentAt, features.delete_batch_max_age)));
  return [call(first, {
    remoteIds: messages.map(remoteIdOf),
    before: moments.reduce(earlier),
    rate: features.delete_batch_calls_per_minute ?? features.delete_calls_per_minute,
  })];
}

function single(message: Deletable): Call {
  return call(message, { remoteIds: [remoteIdOf(message)], before: message.verdict.before, rate: message.features.delete_calls_per_minute });
}

type Variable = { readonly remoteIds: readonly string[]; readonly before: number | undefined; readonly rate: number | undefined };

function call({ mapping, verdict }: Deletable, { remoteIds, before, rate }: Variable): Call {
  return {
    network: mapping.network,
    chat: mapping.chat,
    account: mapping.account,
    action: verdict.treatment === 'delete-for-me' ? 'delete-for-me' : 'delete',
    remoteIds,
    ...(before === undefined ? {} : { before }),
    rate,
  };
}

function remoteIdOf({ mapping }: Deletable): string {
  return mapping.remoteId;
}

/** The earlier of two moments, where nothing is later than everything. */
export function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : Math.min(one, other);
}
