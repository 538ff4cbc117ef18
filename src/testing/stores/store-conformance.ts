import type { ImportedLine } from '../../stores/import/imported-event.ts';
import { erasureChecks } from './erasure-checks.ts';
import { eventChecks } from './event-checks.ts';
import { indexChecks } from './index-checks.ts';
import { generatedLines } from './lines.ts';
import type { OpenStore, StoreCheck } from './store-check.ts';
import { wholeErasureChecks } from './whole-erasure-checks.ts';

/** On which rooms a store is tried; each list is one room, and no two are the same. Generated rooms, unless it is said. */
export type StoreConformanceOptions = { readonly rooms?: readonly (readonly ImportedLine[])[] };

/**
 * What a homeserver's database has to do so that erasures can be planned and carried out in it, each as a check that any test runner can run: what is asked is
 * compared with what the engine says of the same rooms, and whole erasures with those of event files.
 * @example storeConformance(async () => { throw new Error('opens an empty store'); }).length > 20 // true
 */
export function storeConformance(open: OpenStore, { rooms = generatedLines() }: StoreConformanceOptions = {}): readonly StoreCheck[] {
  return [...eventChecks(open, rooms), ...indexChecks(open, rooms), ...erasureChecks(open, rooms), ...wholeErasureChecks(open, rooms)];
}
