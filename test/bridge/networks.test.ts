import { describe, expect, test } from 'vitest';
import { bridgeNetworks, parseRoomFeatures, roomFeatures } from '../../src/bridge.ts';

const networks = Object.entries(bridgeNetworks);

describe('the table of networks', () => {
  test.each(networks)('%s: each thing said has a source, and each source is for something said', (_name, { features, remains, facts }) => {
    const said = [...Object.keys(features), ...remains].toSorted();
    expect([...new Set(facts.flatMap(({ about }) => about))].toSorted()).toEqual(said);
    expect(facts.filter(({ source }) => !URL.canParse(source) || !source.startsWith('https://'))).toEqual([]);
  });

  test.each(networks)('%s can be published: its features are read as they are', (_name, { features }) => {
    expect(parseRoomFeatures(JSON.parse(JSON.stringify(features)))).toEqual(features);
  });

  test('a limit of batches stands only where there are batches, and no message may be older in a batch than alone', () => {
    const limits = networks.map(([, { features }]) => features);
    expect(limits.filter((each) => each.delete_batch_size === undefined && (each.delete_batch_min_size ?? each.delete_batch_max_age) !== undefined)).toEqual([]);
    expect(limits.filter((each) => (each.delete_batch_max_age ?? 0) > (each.delete_max_age ?? Infinity))).toEqual([]);
  });

  test('cannot be changed', () => {
    expect(() => Object.assign(bridgeNetworks, { irc: undefined })).toThrow(TypeError);
    expect(() => Object.assign(bridgeNetworks['irc']?.features ?? {}, { delete: 2 })).toThrow(TypeError);
  });
});

describe('features of one room', () => {
  test('are the network\'s where the bridge publishes none', () => {
    expect(roomFeatures('signal')).toEqual({ delete: 2, delete_max_age: 86_400, delete_for_me: false });
  });

  test('that are published say no by leaving out, and leave batches and rates alone', () => {
    expect(roomFeatures('signal', { published: {} })).toEqual({});
    expect(roomFeatures('slack', { published: { delete: -2 } })).toEqual({ delete: -2, delete_calls_per_minute: 50 });
    expect(roomFeatures('discord', { published: { delete: 2, delete_batch_size: 10 } })).toMatchObject({ delete: 2, delete_batch_size: 10, delete_batch_min_size: 2 });
  });

  test('of a network that nothing is known of are those published, or none', () => {
    expect(roomFeatures('carrier-pigeon')).toBeUndefined();
    expect(roomFeatures('carrier-pigeon', { published: { delete: 1 } })).toEqual({ delete: 1 });
    expect(roomFeatures('constructor')).toBeUndefined();
    expect(roomFeatures('irc', { networks: {} })).toBeUndefined();
  });
});
