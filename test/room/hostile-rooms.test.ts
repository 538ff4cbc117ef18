import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { hostileRooms, type Summary } from './hostile-rooms.ts';

/** What they may take, one after another; a program that needs more is ended. */
const MEMORY_MIB = 400;
const PROGRAM = fileURLToPath(new URL('./run-hostile-rooms.ts', import.meta.url));

const expected: Readonly<Record<string, Summary>> = {
  'an event that is its own parent': { events: 4, ends: 1, verdict: 'cycle', topic: 'cycle' },
  'two events that are each other\'s parents': { events: 4, ends: 1, verdict: 'cycle', topic: 'cycle' },
  'events that cite themselves and each other': { events: 5, ends: 1, verdict: 'authorized', topic: undefined },
  'power levels that cite each other': { events: 5, ends: 1, verdict: 'authorized', topic: '$t' },
  'a parent that is not there': { events: 4, ends: 1, verdict: 'incomplete-ancestry', topic: 'incomplete-ancestry' },
  'an auth event that is not there': { events: 5, ends: 1, verdict: 'missing-state-events', topic: 'missing-state-events' },
  'a chain of 100,000 events, backwards': { events: 100_002, ends: 1, verdict: 'authorized', topic: undefined },
  '20,000 messages that all have 20 parents': { events: 20_002, ends: 1, verdict: 'authorized', topic: undefined },
  '20,000 topics that all have 20 parents': { events: 20_002, ends: 1, verdict: 'authorized', topic: '$19999' },
  '500 power levels that all have 20 parents': { events: 502, ends: 1, verdict: 'authorized', topic: undefined },
  '1,000 places of the state over 20 parents each': { events: 1_002, ends: 1, verdict: 'authorized', topic: undefined },
  '1,000 events of 1,000 auth events': { events: 1_005, ends: 1, verdict: 'authorized', topic: '$y' },
  'an event of 1,000,000 auth events': { events: 5, ends: 1, verdict: 'missing-state-events', topic: 'missing-state-events' },
  'a chain of 20,000 power levels': { events: 20_005, ends: 1, verdict: 'authorized', topic: '$x' },
  'an event that 30,000 others follow and cite': { events: 30_003, ends: 29_701, verdict: 'authorized', topic: undefined },
  'an event after 2,000 others': { events: 2_003, ends: 1, verdict: 'authorized', topic: undefined },
  'a parent that is named 10,000 times': { events: 22, ends: 1, verdict: 'authorized', topic: '$19' },
  'an auth event that is named 10,000 times': { events: 3, ends: 1, verdict: 'auth-events-duplicate', topic: undefined },
  'a web of 1,000,000 auth edges, in version 2': { events: 0, ends: 0, verdict: 'resolved', topic: undefined },
  'a web of 1,000,000 auth edges, in version 2.1': { events: 0, ends: 0, verdict: 'resolved', topic: undefined },
  '200,000 events that all cite one, and are cited by one': { events: 0, ends: 0, verdict: 'resolved', topic: undefined },
};

const judged = new Map<string, Summary>();

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=matrix-erasure-source', `--max-old-space-size=${MEMORY_MIB}`, PROGRAM]);
  const rooms: readonly (readonly [string, Summary])[] = JSON.parse(stdout);
  for (const [name, summary] of rooms) judged.set(name, summary);
}, 300_000);

test('each room has its summary', () => {
  expect(Object.keys(expected)).toEqual(Object.keys(hostileRooms));
});

test.each(Object.entries(expected))('%s', (name, summary) => {
  expect({ topic: undefined, ...judged.get(name) }).toEqual(summary);
});
