import anotherJson from 'another-json';
import { walk } from 'canonical-json';
import canonicalize from 'canonicalize';
import stableStringify from 'json-stable-stringify';
import { configure } from 'safe-stable-stringify';
import type { Pdu } from '../src/index.ts';
import { compareCodePoints, encodeCanonicalJson } from '../src/json.ts';
import { each, events, sortedEvents } from './events.ts';
import type { Contestant, Task } from './measure.ts';

const safe = configure({ strict: true, deterministic: compareCodePoints });

const peers = (input: readonly Pdu[]): readonly Contestant[] => [
  { name: 'safe-stable-stringify, strict, code points', run: each(input, (event) => safe(event)) },
  { name: 'canonicalize', run: each(input, (event) => canonicalize(event)) },
  { name: 'another-json', run: each(input, (event) => anotherJson.stringify(event)) },
  { name: 'json-stable-stringify', run: each(input, (event) => stableStringify(event)) },
  { name: 'canonical-json, walk, code points', run: each(input, walked) },
];

function walked(event: Pdu): string {
  let text = '';
  walk(event, (chunk: string) => { text += chunk; }, compareCodePoints);
  return text;
}

function task(name: string, input: readonly Pdu[], atLeast: number): Task {
  return {
    name,
    what: `canonical JSON of parsed events, ${name === 'canonicalSorted' ? 'keys sorted already' : 'keys in wire order'}`,
    atLeast,
    baseline: { name: 'JSON.stringify', run: each(input, (event) => JSON.stringify(event)) },
    ours: { name: 'matrix-erasure', run: each(input, (event) => encodeCanonicalJson(event as never)) },
    peers: peers(input),
  };
}

export const canonicalTasks: readonly Task[] = [task('canonicalSorted', sortedEvents, 0.8), task('canonicalWire', events, 0.6)];
