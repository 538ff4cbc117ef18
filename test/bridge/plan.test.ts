import { describe, expect, test } from 'vitest';
import {
  beginBridgePlan, bridgeNetworks, planBridgeErasure, tombstone,
  type BridgeCapabilities, type BridgeCause, type BridgeErasurePlan, type BridgeNetworks, type MessageMapping, type RoomFeatures,
} from '../../src/bridge.ts';

const at = 1_700_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const tombstoneKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const alice: BridgeCause = { kind: 'notice', subjects: ['@alice:example.org'] };

function mapping(change: Partial<MessageMapping> = {}): MessageMapping {
  return {
    event_id: '$a', room_id: '!r:example.org', sender: '@alice:example.org', network: 'test', chat: 'general', remoteId: '1', account: 'alice', sentAt: at - HOUR,
    ...change,
  };
}

function without(key: keyof MessageMapping, change: Partial<MessageMapping> = {}): MessageMapping {
  const { [key]: _, ...rest } = mapping(change);
  return rest as MessageMapping;
}

function network(features: RoomFeatures): BridgeNetworks {
  return { test: { title: 'a network', features, remains: ['archives'], facts: [] } };
}

function plan(mappings: readonly MessageMapping[], features: RoomFeatures, more: Partial<BridgeCapabilities> = {}): BridgeErasurePlan {
  return planBridgeErasure(alice, mappings, { at, tombstoneKey, networks: network(features), ...more });
}

type Case = readonly [what: string, features: RoomFeatures, mapping: MessageMapping, verdict: string, reason: string];

const cases: readonly Case[] = [
  ['fully supported', { delete: 2 }, mapping(), 'delete', 'for-everyone'],
  ['supported in part', { delete: 1 }, mapping(), 'delete', 'in-part'],
  ['not supported', { delete: 0 }, mapping(), 'impossible', 'network-cannot'],
  ['lost silently', { delete: -1 }, mapping(), 'impossible', 'network-cannot'],
  ['refused', { delete: -2 }, mapping(), 'impossible', 'network-cannot'],
  ['nothing said', {}, mapping(), 'impossible', 'network-cannot'],
  ['not supported, but for oneself', { delete: 0, delete_for_me: true }, mapping(), 'delete-for-me', 'network-cannot'],
  ['for oneself, in the account that passes messages on', { delete_for_me: true }, mapping({ relayed: true }), 'impossible', 'network-cannot'],
  ['young enough by 1 ms', { delete: 2, delete_max_age: 60 }, mapping({ sentAt: at - 60_000 }), 'delete', 'for-everyone'],
  ['too old by 1 ms', { delete: 2, delete_max_age: 60 }, mapping({ sentAt: at - 60_001 }), 'too-old', 'too-old'],
  ['from a clock ahead of ours', { delete: 2, delete_max_age: 60 }, mapping({ sentAt: at + DAY }), 'delete', 'for-everyone'],
  ['of any age when the limit is 0', { delete: 2, delete_max_age: 0 }, mapping({ sentAt: 0 }), 'delete', 'for-everyone'],
  ['too old, but for oneself at any age', { delete: 2, delete_max_age: 60, delete_for_me: true }, mapping({ sentAt: 0 }), 'delete-for-me', 'too-old'],
  ['too old, and passed on', { delete: 2, delete_max_age: 60, delete_for_me: true }, mapping({ sentAt: 0, relayed: true }), 'too-old', 'too-old'],
  ['an age limit where nothing can be deleted', { delete: 0, delete_max_age: 60 }, mapping({ sentAt: 0 }), 'impossible', 'network-cannot'],
  ['deletable, but the bridge is logged out', { delete: 2 }, without('account'), 'impossible', 'no-account'],
  ['deletable for oneself, but the bridge is logged out', { delete_for_me: true }, without('account'), 'impossible', 'no-account'],
  ['not deletable by anybody, and the bridge is logged out', {}, without('account'), 'impossible', 'network-cannot'],
  ['too old, and the bridge is logged out', { delete: 2, delete_max_age: 60 }, without('account', { sentAt: 0 }), 'too-old', 'too-old'],
  ['not confirmed by the network', { delete: 2 }, without('remoteId'), 'unknown-remote', 'not-bridged-yet'],
  ['gone there', { delete: 2 }, mapping({ goneThere: true }), 'unknown-remote', 'gone-there'],
  ['on a network that nothing is known of', { delete: 2 }, mapping({ network: 'other' }), 'unknown-remote', 'unknown-network'],
  ['on a network with a name that every object has', { delete: 2 }, mapping({ network: 'constructor' }), 'unknown-remote', 'unknown-network'],
];

describe('a remote message', () => {
  test.each(cases)('%s', (...[, features, message, treatment, reason]) => {
    const { messages, batches, totals } = plan([message], features);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ event_id: '$a', treatment, reason });
    const action = treatment === 'delete' || treatment === 'delete-for-me' ? [treatment] : [];
    expect(batches.map((batch) => batch.action)).toEqual(action);
    expect(totals.delete + totals.deleteForMe + totals.tooOld + totals.impossible + totals.unknownRemote).toBe(1);
  });

  test('that was sent by somebody else is not touched', () => {
    const { messages, batches, tombstones, totals } = plan([mapping({ sender: '@bob:example.org', links: ['https://x/1'] })], { delete: 2 });
    expect({ messages, batches, tombstones, others: totals.others, revoked: totals.revoked }).toEqual({ messages: [], batches: [], tombstones: [], others: 1, revoked: 0 });
  });

  test('of a ghost of the person is planned when the notice names the ghost', () => {
    const both: BridgeCause = { kind: 'notice', subjects: ['@alice:example.org', '@_irc_alice:example.org'] };
    const messages = [mapping(), mapping({ event_id: '$b', remoteId: '2', sender: '@_irc_alice:example.org' })];
    expect(planBridgeErasure(both, messages, { at, tombstoneKey, networks: network({ delete: 2 }) }).totals).toMatchObject({ delete: 2, others: 0 });
    expect(plan(messages, { delete: 2 }).totals).toMatchObject({ delete: 1, others: 1 });
  });

  test('is what its room says before what its network says', () => {
    const publishedFeatures = (roomId: string): RoomFeatures | undefined => (roomId === '!no:example.org' ? { delete: -2 } : undefined);
    const messages = [mapping(), mapping({ event_id: '$b', remoteId: '2', room_id: '!no:example.org' })];
    expect(plan(messages, { delete: 2 }, { publishedFeatures }).messages.map(({ treatment }) => treatment)).toEqual(['delete', 'impossible']);
  });

  test('has its links revoked whatever the network does', () => {
    const { messages, totals } = plan([mapping({ links: ['https://x/1', 'https://x/2'] })], {});
    expect(messages[0]).toMatchObject({ treatment: 'impossible', revoke: ['https://x/1', 'https://x/2'] });
    expect(totals.revoked).toBe(2);
  });

  test('is no mapping: the error says which row, and which key', () => {
    expect(() => plan([mapping(), { ...mapping(), sentAt: '1' as unknown as number }], {})).toThrow('message mapping 2: "sentAt"');
  });
});

describe('a redaction', () => {
  const redaction: BridgeCause = { kind: 'redaction', eventIds: ['$a', '$late'] };
  const given = { at, tombstoneKey, networks: network({ delete: 2 }) };

  test('of an event in parts deletes each part, on each network', () => {
    const parts = [mapping(), mapping({ remoteId: '2' }), mapping({ remoteId: '1', chat: 'other' }), mapping({ event_id: '$b', remoteId: '3' })];
    const { batches, totals } = planBridgeErasure(redaction, parts, given);
    expect(batches.map(({ chat, remoteIds }) => [chat, ...remoteIds])).toEqual([['general', '1'], ['general', '2'], ['other', '1']]);
    expect(totals).toMatchObject({ delete: 3, unknownRemote: 1, others: 1 });
  });

  test('of an event that nothing is known of leaves a tombstone, for when it is bridged late', () => {
    const { messages, tombstones } = planBridgeErasure(redaction, [mapping()], given);
    expect(messages.at(-1)).toEqual({ event_id: '$late', treatment: 'unknown-remote', reason: 'not-mapped' });
    expect(tombstones).toContain(tombstone({ event_id: '$late' }, tombstoneKey));
  });

  test('that repeats a deletion on one network is not sent back there, and is to the others', () => {
    const echoed: BridgeCause = { kind: 'redaction', eventIds: ['$a'], deletedOn: 'test' };
    const networks = { ...network({ delete: 2 }), two: { title: 'another', features: { delete: 2 as const }, remains: [], facts: [] } };
    const { messages, batches } = planBridgeErasure(echoed, [mapping(), mapping({ network: 'two' })], { at, tombstoneKey, networks });
    expect(messages.map(({ treatment, reason }) => [treatment, reason])).toEqual([['unknown-remote', 'gone-there'], ['delete', 'for-everyone']]);
    expect(batches.map((batch) => batch.network)).toEqual(['two']);
  });
});

describe('calls', () => {
  const many = (count: number, change: (index: number) => Partial<MessageMapping> = () => ({})): readonly MessageMapping[] =>
    Array.from({ length: count }, (_, index) => mapping({ event_id: `$${index}`, remoteId: String(index), ...change(index) }));
  const sizes = (features: RoomFeatures, mappings: readonly MessageMapping[]): readonly number[] => plan(mappings, features).batches.map(({ remoteIds }) => remoteIds.length);

  test('take as many messages as the network says', () => {
    expect(sizes({ delete: 2 }, many(3))).toEqual([1, 1, 1]);
    expect(sizes({ delete: 2, delete_batch_size: 100 }, many(201))).toEqual([100, 100, 1]);
    expect(sizes({ delete: 2, delete_batch_size: 5, delete_batch_min_size: 3 }, many(7))).toEqual([5, 1, 1]);
    expect(sizes({ delete: 2, delete_batch_size: 5, delete_batch_min_size: 3 }, many(8))).toEqual([5, 3]);
  });

  test('are for one chat and one account', () => {
    const mixed = many(8, (index) => ({ chat: index % 2 === 0 ? 'a' : 'b', account: index < 4 ? 'one' : 'two' }));
    const { batches } = plan(mixed, { delete: 2, delete_batch_size: 10 });
    expect(batches.map(({ chat, account, remoteIds }) => [chat, account, ...remoteIds])).toEqual([
      ['a', 'one', '0', '2'], ['b', 'one', '1', '3'], ['a', 'two', '4', '6'], ['b', 'two', '5', '7'],
    ]);
  });

  test('are for one network, where two have a chat of the same name', () => {
    const networks = { ...network({ delete: 2, delete_batch_size: 9 }), two: { title: 'another', features: { delete: 2 as const, delete_batch_size: 9 }, remains: [], facts: [] } };
    const { batches } = plan(many(4, (index) => ({ network: index % 2 === 0 ? 'test' : 'two' })), {}, { networks });
    expect(batches.map(({ network: name, remoteIds }) => [name, ...remoteIds])).toEqual([['test', '0', '2'], ['two', '1', '3']]);
  });

  test('are for one room, as a bridge may publish other features in another', () => {
    const publishedFeatures = (roomId: string): RoomFeatures => ({ delete: 2, delete_batch_size: roomId === '!small:example.org' ? 2 : 9 });
    const mixed = many(6, (index) => ({ room_id: index < 3 ? '!large:example.org' : '!small:example.org' }));
    expect(plan(mixed, {}, { publishedFeatures }).batches.map(({ remoteIds }) => remoteIds)).toEqual([['3', '4'], ['0', '1', '2'], ['5']]);
  });

  test('of several messages take only what is young enough, and where only bots can make them, only what a bot sent', () => {
    const discord = bridgeNetworks['discord']?.features ?? {};
    const ages = many(6, (index) => ({ relayed: true, sentAt: at - (index + 11) * DAY }));
    expect(sizes(discord, ages)).toEqual([4, 1, 1]);
    expect(sizes(discord, many(6))).toEqual([1, 1, 1, 1, 1, 1]);
    expect(plan(ages, discord).batches[0]).toMatchObject({ before: at, remoteIds: ['0', '1', '2', '3'] });
  });

  test('name a message once, however many mappings do', () => {
    const twice = [mapping(), mapping({ event_id: '$edit' }), mapping({ event_id: '$other', remoteId: '2' })];
    const { messages, batches, tombstones } = plan(twice, { delete: 2, delete_batch_size: 10 });
    expect(messages.map(({ treatment }) => treatment)).toEqual(['delete', 'delete', 'delete']);
    expect(batches.map(({ remoteIds }) => remoteIds)).toEqual([['1', '2']]);
    expect(tombstones).toHaveLength(5);
  });

  test('are made for a message whose first mapping has no account', () => {
    expect(plan([without('account'), mapping({ event_id: '$b' })], { delete: 2 }).batches).toHaveLength(1);
  });

  test('deleting for oneself are made one by one', () => {
    expect(sizes({ delete_for_me: true, delete_batch_size: 100 }, many(3))).toEqual([1, 1, 1]);
  });

  test('that work only until a moment come first, the earliest first', () => {
    const mixed = [mapping({ remoteId: 'c', sentAt: at - HOUR }), mapping({ remoteId: 'a', sentAt: at - 9 * HOUR }), mapping({ remoteId: 'b', sentAt: at - 5 * HOUR })];
    const { batches } = plan(mixed, { delete: 2, delete_max_age: 86_400 });
    expect(batches.map(({ remoteIds }) => remoteIds[0])).toEqual(['a', 'b', 'c']);
  });
});

describe('the estimate', () => {
  const seven = Array.from({ length: 7 }, (_, index) => mapping({ event_id: `$${index}`, remoteId: String(index), relayed: true }));

  test('is one call after the other at the network\'s rate', () => {
    const { batches, totals } = plan(seven, { delete: 2, delete_calls_per_minute: 50 });
    expect(batches.map(({ startsAfter, takes }) => [startsAfter, takes]).slice(0, 3)).toEqual([[0, 1200], [1200, 1200], [2400, 1200]]);
    expect(totals).toMatchObject({ takes: 8400, networks: [{ network: 'test', batches: 7, messages: 7, takes: 8400, assumed: false, late: 0, remains: ['archives'] }] });
  });

  test('of a network whose rate is not known says that it is assumed', () => {
    expect(plan(seven, { delete: 2 }).totals).toMatchObject({ takes: 7000, networks: [{ assumed: true }] });
    expect(plan(seven, { delete: 2 }, { assumedCallsPerMinute: 600 }).totals.takes).toBe(700);
    expect(() => plan(seven, {}, { assumedCallsPerMinute: 0 })).toThrow('assumedCallsPerMinute');
    expect(() => plan(seven, {}, { assumedCallsPerMinute: Number.NaN })).toThrow('assumedCallsPerMinute');
  });

  test('stays assumed when only a part of the calls has a known rate', () => {
    const features: RoomFeatures = { delete: 2, delete_batch_size: 6, delete_batch_bots_only: true, delete_batch_calls_per_minute: 60 };
    const mixed = [mapping(), ...seven.slice(1)];
    expect(plan(mixed, features).totals.networks[0]).toMatchObject({ assumed: true, batches: 2 });
    expect(plan(mixed.slice(1), features).totals.networks[0]).toMatchObject({ assumed: false, batches: 1 });
  });

  test('counts large and small calls at their own rates', () => {
    const features: RoomFeatures = { delete: 2, delete_batch_size: 6, delete_calls_per_minute: 300, delete_batch_calls_per_minute: 60 };
    expect(plan(seven, features).batches.map(({ takes }) => takes)).toEqual([1000, 200]);
    expect(plan(seven, { delete: 2, delete_batch_size: 6, delete_calls_per_minute: 300 }).batches.map(({ takes }) => takes)).toEqual([200, 200]);
  });

  test('says how many will be too old by their turn', () => {
    const features: RoomFeatures = { delete: 2, delete_max_age: 3602, delete_calls_per_minute: 60 };
    expect(plan(seven, features).totals.networks[0]?.late).toBe(4);
  });

  test('lets networks be worked on at the same time, and names those that can be asked for nothing', () => {
    const { totals } = planBridgeErasure(alice, [mapping({ network: 'slack' }), mapping({ network: 'signal' }), mapping({ network: 'irc' })], { at, tombstoneKey });
    expect(totals.networks.map(({ network: name, batches, takes }) => [name, batches, takes])).toEqual([['slack', 1, 1200], ['signal', 1, 1000], ['irc', 0, 0]]);
    expect(totals.takes).toBe(1200);
    expect(totals.networks[2]?.remains).toEqual(['logs']);
  });
});

describe('a plan that comes in parts', () => {
  test('says of each mapping at once what it knows, and goes on after one that is none', () => {
    const planner = beginBridgePlan(alice, { at, tombstoneKey, networks: network({ delete: 2, delete_batch_size: 2 }) });
    expect(planner.add(mapping()).map(({ kind }) => kind)).toEqual(['message', 'tombstone', 'tombstone']);
    expect(() => planner.add({} as MessageMapping)).toThrow('message mapping');
    expect(planner.add(mapping({ event_id: '$b', remoteId: '2' })).map(({ kind }) => kind)).toEqual(['message', 'tombstone', 'tombstone', 'batch']);
    expect(planner.add(mapping({ event_id: '$c', remoteId: '3' })).map(({ kind }) => kind)).toEqual(['message', 'tombstone', 'tombstone']);
    const { items, totals } = planner.finish();
    expect(items).toEqual([
      { kind: 'batch', network: 'test', chat: 'general', account: 'alice', action: 'delete', remoteIds: ['3'], startsAfter: 1000, takes: 1000 },
    ]);
    expect(totals).toMatchObject({ delete: 3, takes: 2000 });
  });
});
