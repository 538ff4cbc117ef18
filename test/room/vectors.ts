import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Pdu } from '../../src/event/pdu.ts';
import { stateKeyOf } from '../../src/room/state-map.ts';

/** The text of a vector file, unpacked. */
export function vectorText(path: string): string {
  const bytes = readFileSync(new URL(`../vectors/${path}`, import.meta.url));
  return path.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
}

/** The lines of a vector file. */
export function vectorLines(path: string): readonly string[] {
  return vectorText(path).split('\n').filter((line) => line !== '');
}

/** A lookup over some events, as the state of a room. */
export function stateOf(events: readonly Pdu[]): (type: string, stateKey: string) => Pdu | undefined {
  const state = new Map(events.map((event) => [stateKeyOf(event.type, event.state_key ?? ''), event]));
  return (type, stateKey) => state.get(stateKeyOf(type, stateKey));
}
