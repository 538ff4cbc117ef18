import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beginBridgePlan, planBridgeErasure, tombstone,
  type BridgeCapabilities, type BridgeCause, type BridgeNetworks, type BridgePlanItem, type DeletionBatch, type MessageMapping, type RoomFeatures,
} from '../../src/bridge.ts';

const at = 1_700_000_000_000;
const tombstoneKey = new Uint8Array(32).fill(7);

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const present = <T extends object>(value: T): Partial<{ [K in keyof T]: Exclude<T[K], undefined> }> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<{ [K in keyof T]: Exclude<T[K], undefined> }>;

/** Most can delete and most take several at a time, as what cannot shows little of what calls are like. */
const features: fc.Arbitrary<RoomFeatures> = fc.record({
  delete: optional(fc.constantFrom(-2 as const, -1 as const, 0 as const, ...Array.from({ length: 4 }, () => [1 as const, 2 as const]).flat())),
  delete_max_age: optional(fc.constantFrom(0, 1, 100, 250.5)),
  delete_for_me: optional(fc.boolean()),
  delete_batch_size: optional(fc.constantFrom(1, 2, 3, 4, 4, 9)),
  delete_batch_min_size: optional(fc.integer({ min: 1, max: 3 })),
  delete_batch_max_age: optional(fc.constantFrom(0, 50, 150)),
  delete_batch_bots_only: optional(fc.boolean()),
  delete_calls_per_minute: optional(fc.constantFrom(7, 60, 1000)),
}).map(present);

const mapping: fc.Arbitrary<MessageMapping> = fc.record({
  event_id: fc.constantFrom('$1', '$2', '$3', '$4', '__proto__'),
  room_id: fc.constantFrom('!a', '!b'),
  sender: fc.constantFrom('@alice:a' as const, '@alice:a' as const, '@alice:a' as const, '@ghost:a' as const, '@bob:a' as const),
  network: fc.constantFrom('one', 'one', 'one', 'one', 'two', 'two', 'three', '__proto__'),
  chat: fc.constantFrom('x', 'x', 'x', 'y'),
  remoteId: optional(fc.integer({ min: 1, max: 30 }).map(String)),
  account: optional(fc.constantFrom('alice', 'bot', 'bot', 'bot')),
  relayed: optional(fc.boolean()),
  sentAt: fc.integer({ min: at - 300_000, max: at + 1000 }),
  goneThere: optional(fc.constantFrom(false, false, false, false, true)),
  links: optional(fc.array(fc.constantFrom('https://x/1', 'https://x/2'), { maxLength: 2 })),
}).map((value) => present(value) as MessageMapping);

const cause: fc.Arbitrary<BridgeCause> = fc.oneof(
  fc.subarray(['@alice:a' as const, '@ghost:a' as const], { minLength: 1 }).map((subjects) => ({ kind: 'notice' as const, subjects })),
  fc.record({ eventIds: fc.subarray(['$1', '$2', '$unmapped', '__proto__']), deletedOn: optional(fc.constantFrom('one', 'three')) })
    .map((value) => ({ kind: 'redaction' as const, ...(present(value) as { eventIds: string[] }) })),
);

type Given = { readonly cause: BridgeCause; readonly mappings: readonly MessageMapping[]; readonly capabilities: BridgeCapabilities };

const given: fc.Arbitrary<Given> = fc.record({
  cause, mappings: fc.oneof(fc.array(mapping, { maxLength: 5 }), fc.array(mapping, { minLength: 20, maxLength: 40 })), one: features, two: features, room: optional(features),
}).map(({ one, two, room, ...rest }) => {
  const networks: BridgeNetworks = { one: { title: 'one', features: one, remains: [], facts: [] }, two: { title: 'two', features: two, remains: ['logs'], facts: [] } };
  return { ...rest, capabilities: { at, tombstoneKey, networks, publishedFeatures: (roomId) => (roomId === '!b' ? room : undefined) } };
});

/** What a mapping's network can do, by the words of the documentation and not by the code. */
function featuresOf({ network, room_id }: MessageMapping, { networks = {}, publishedFeatures = () => undefined }: BridgeCapabilities): RoomFeatures | undefined {
  const known = network === 'one' || network === 'two' ? networks[network]?.features : undefined;
  const room = publishedFeatures(room_id);
  if (room === undefined) return known;
  const batches = Object.fromEntries(Object.entries(known ?? {}).filter(([key]) => /batch|calls/.test(key)));
  return { ...batches, ...room };
}

/** Every verdict whose conditions hold; exactly one has to. */
function verdicts(message: MessageMapping, { cause: why, capabilities }: Given): readonly string[] {
  const can = featuresOf(message, capabilities);
  const gone = message.goneThere === true || (why.kind === 'redaction' && why.deletedOn === message.network);
  const known = !gone && message.remoteId !== undefined && can !== undefined;
  const supported = (can?.delete ?? 0) >= 1;
  const seconds = (at - message.sentAt) / 1000;
  const young = !can?.delete_max_age || seconds <= Math.floor(can.delete_max_age * 1000) / 1000;
  const mine = can?.delete_for_me === true && message.relayed !== true;
  const account = message.account !== undefined;
  const all: readonly (readonly [string, boolean])[] = [
    ['unknown-remote gone-there', gone],
    ['unknown-remote not-bridged-yet', !gone && message.remoteId === undefined],
    ['unknown-remote unknown-network', !gone && message.remoteId !== undefined && can === undefined],
    ['delete for-everyone', known && supported && young && account && can.delete === 2],
    ['delete in-part', known && supported && young && account && can.delete === 1],
    ['delete-for-me too-old', known && supported && !young && mine && account],
    ['delete-for-me network-cannot', known && !supported && mine && account],
    ['too-old too-old', known && supported && !young && !mine],
    ['impossible network-cannot', known && !supported && !mine],
    ['impossible no-account', known && !account && ((supported && young) || mine)],
  ];
  return all.filter(([, holds]) => holds).map(([name]) => name);
}

function inScope({ cause: why, mappings }: Given): readonly MessageMapping[] {
  return mappings.filter((each) => (why.kind === 'notice' ? why.subjects.includes(each.sender) : why.eventIds.includes(each.event_id)));
}

const placeOf = ({ network, chat, remoteId }: Pick<MessageMapping, 'network' | 'chat' | 'remoteId'>): string => `${network} ${chat} ${remoteId ?? ''}`;
const placesOf = (batches: readonly DeletionBatch[]): readonly string[] =>
  batches.flatMap(({ network, chat, remoteIds }) => remoteIds.map((remoteId) => placeOf({ network, chat, remoteId })));

const planned = (all: Given) => planBridgeErasure(all.cause, all.mappings, all.capabilities);

describe('laws of bridge plans', () => {
  test('each mapping in scope has one verdict, which an account of the rules in other words gives as well, and no other mapping has any', () => {
    fc.assert(fc.property(given, (all) => {
      const scoped = inScope(all);
      const { messages, totals } = planned(all);
      const expected = scoped.map((each) => verdicts(each, all));
      expect(expected.filter((each) => each.length !== 1)).toEqual([]);
      expect(messages.slice(0, scoped.length).map(({ event_id, treatment, reason }) => `${event_id} ${treatment} ${reason}`)).toEqual(
        scoped.map(({ event_id }, index) => `${event_id} ${expected[index]?.[0] ?? ''}`),
      );
      const unmapped = all.cause.kind === 'redaction' ? all.cause.eventIds.filter((id) => !all.mappings.some(({ event_id }) => event_id === id)) : [];
      expect(messages.slice(scoped.length).map(({ event_id, reason }) => [event_id, reason])).toEqual(unmapped.map((id) => [id, 'not-mapped']));
      expect(totals.others).toBe(all.mappings.length - scoped.length);
      expect(totals.revoked).toBe(scoped.reduce((sum, { links = [] }) => sum + links.length, 0));
    }));
  });

  test('what can be deleted is deleted by exactly one call, and nothing else by any', () => {
    fc.assert(fc.property(given, (all) => {
      const { messages, batches } = planned(all);
      const places = placesOf(batches);
      expect(new Set(places).size).toBe(places.length);
      const wanted = messages.filter(({ treatment }) => treatment === 'delete' || treatment === 'delete-for-me')
        .map(({ network = '', chat = '', remoteId = '' }) => placeOf({ network, chat, remoteId }));
      expect(new Set(places)).toEqual(new Set(wanted));
    }));
  });

  /** Whether one mapping of a message allows that it is in a batch. */
  const fits = (batch: DeletionBatch, message: MessageMapping, limit: RoomFeatures): boolean => {
    const count = batch.remoteIds.length;
    const right = message.account === batch.account && (batch.action === 'delete' ? (limit.delete ?? 0) > 0 : limit.delete_for_me === true);
    if (count === 1) return right;
    return right && batch.action === 'delete' && count <= (limit.delete_batch_size ?? 1) && count >= (limit.delete_batch_min_size ?? 1)
      && (limit.delete_batch_bots_only !== true || message.relayed === true)
      && (!limit.delete_batch_max_age || at - message.sentAt <= limit.delete_batch_max_age * 1000);
  };

  test('no call asks a network for more than it takes', () => {
    fc.assert(fc.property(given, (all) => {
      for (const batch of planned(all).batches) {
        const misfits = batch.remoteIds.filter((remoteId) => !all.mappings.some((each) => (
          each.network === batch.network && each.chat === batch.chat && each.remoteId === remoteId && fits(batch, each, featuresOf(each, all.capabilities) ?? {})
        )));
        expect(misfits).toEqual([]);
      }
    }));
  });

  test('calls to a network follow each other, the urgent ones first, and the totals say when the last one ends', () => {
    fc.assert(fc.property(given, (all) => {
      const { batches, totals } = planned(all);
      const moments = batches.map(({ before }) => before ?? Infinity);
      expect(moments).toEqual([...moments].sort((one, other) => (one === other ? 0 : one - other)));
      for (const { network, takes, batches: count, late } of totals.networks) {
        const own = batches.filter((batch) => batch.network === network);
        const ends = own.map(({ startsAfter, takes: each }) => startsAfter + each);
        expect(own.map(({ startsAfter }) => startsAfter)).toEqual([0, ...ends].slice(0, own.length));
        expect({ takes, count }).toEqual({ takes: ends.at(-1) ?? 0, count: own.length });
        expect(late).toBe(own.reduce((sum, { before, startsAfter, remoteIds }) => sum + (at + startsAfter > (before ?? Infinity) ? remoteIds.length : 0), 0));
      }
      expect(totals.takes).toBe(Math.max(0, ...totals.networks.map(({ takes }) => takes)));
    }));
  });

  test('tombstones stand at every place in scope, each once, and nowhere else', () => {
    fc.assert(fc.property(given, (all) => {
      const events = [...inScope(all).map(({ event_id }) => event_id), ...(all.cause.kind === 'redaction' ? all.cause.eventIds : [])];
      const remote = inScope(all).flatMap(({ network, chat, remoteId }) => (remoteId === undefined ? [] : [{ network, chat, remoteId }]));
      const expected = new Set([...events.map((event_id) => ({ event_id })), ...remote].map((place) => tombstone(place, tombstoneKey)));
      const { tombstones } = planned(all);
      expect(tombstones).toHaveLength(expected.size);
      expect(new Set(tombstones)).toEqual(expected);
    }));
  });

  test('a plan in parts is the whole plan, but for the order of its calls', () => {
    fc.assert(fc.property(given, (all) => {
      const planner = beginBridgePlan(all.cause, all.capabilities);
      const items: BridgePlanItem[] = all.mappings.flatMap((each) => planner.add(each));
      const end = planner.finish();
      items.push(...end.items);
      const whole = planned(all);
      const parts = <K extends BridgePlanItem['kind']>(wanted: K) => items.flatMap(({ kind, ...rest }) => (kind === wanted ? [rest] : []));
      expect(parts('message')).toEqual(whole.messages);
      expect(parts('tombstone')).toEqual(whole.tombstones.map((each) => ({ tombstone: each })));
      expect(placesOf(parts('batch') as unknown as DeletionBatch[]).toSorted()).toEqual(placesOf(whole.batches).toSorted());
      const { networks: _1, ...counts } = end.totals;
      const { networks: _2, ...expected } = whole.totals;
      expect(counts).toEqual(expected);
    }));
  });

  test('planning again gives the same plan, and changes no mapping', () => {
    fc.assert(fc.property(given, (all) => {
      const before = JSON.stringify(all.mappings);
      expect(planned(all)).toEqual(planned(all));
      expect(JSON.stringify(all.mappings)).toBe(before);
    }));
  });
});
