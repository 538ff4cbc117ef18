import { redact } from '../src/index.ts';
import { each, events, lines, rules } from './events.ts';
import type { Task } from './measure.ts';

export const redactTask: Task = {
  name: 'redact',
  what: 'redaction of parsed events',
  atLeast: 4,
  baseline: { name: 'JSON.parse of the same', run: each(lines, (line) => JSON.parse(line)) },
  ours: { name: 'matrix-erasure', run: each(events, (event) => redact(event, rules.redaction)) },
  peers: [],
};
