import { hash } from 'node:crypto';
import { contentHash, eventId, redact, type Pdu } from '../src/index.ts';
import { each, events, rules } from './events.ts';
import type { Task } from './measure.ts';

/** The parts of an event that a hash covers, made beforehand: the baseline only writes and hashes the same bytes. */
function without(event: Pdu, keys: readonly string[]): Pdu {
  return Object.fromEntries(Object.entries(event).filter(([key]) => !keys.includes(key))) as Pdu;
}

const hashed = events.map((event) => without(event, ['unsigned', 'signatures', 'hashes']));
const referenced = events.map((event) => without(redact(event, rules.redaction), ['unsigned', 'signatures']));

const stringifyAndHash = (name: string, items: readonly Pdu[]): Task['baseline'] => ({
  name, run: each(items, (item) => hash('sha256', JSON.stringify(item), 'base64')),
});

export const hashTasks: readonly Task[] = [
  {
    name: 'contentHash',
    what: 'content hash of parsed events',
    atLeast: 0.6,
    baseline: stringifyAndHash('JSON.stringify + SHA-256 of the same bytes', hashed),
    ours: { name: 'matrix-erasure', run: each(events, (event) => contentHash(event, rules)) },
    peers: [],
  },
  {
    name: 'eventId',
    what: 'event ID of parsed events',
    atLeast: 0.6,
    baseline: stringifyAndHash('JSON.stringify + SHA-256 of the same bytes', referenced),
    ours: { name: 'matrix-erasure', run: each(events, (event) => eventId(event, rules)) },
    peers: [],
  },
];
