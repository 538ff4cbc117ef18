import type { ImportCounts } from '../../stores/import/import.ts';
import type { ErasureProgress, ErasureRow } from '../../stores/store.ts';
import { countOf, formatCount, formatTime } from './numbers.ts';
import { visible } from './visible.ts';

/** An erasure of a store, and how far it is. */
export type ErasureState = ErasureRow & { readonly progress: ErasureProgress };

/** What was imported, in a line. */
export function importedText({ added, known, rooms }: ImportCounts, unreadable: number): string {
  const bad = unreadable === 0 ? '' : ` ${countOf(unreadable, 'line')} could not be read.`;
  return `Imported: ${countOf(added, 'event')} in ${countOf(rooms.length, 'room')}; ${formatCount(known)} were there already.${bad}\n`;
}

/** What was done to the events of a store, in a line. */
export function progressText({ counts: { redacted, hidden, purged, 'copies-removed': copies }, rooms, roomsDone }: ErasureProgress): string {
  const removed = copies === 0 ? '' : `, copies removed from ${countOf(copies, 'event')}`;
  return `${formatCount(redacted)} redacted, ${formatCount(hidden)} hidden, ${formatCount(purged)} purged${removed}; ${formatCount(roomsDone)} of ${countOf(rooms, 'room')} done`;
}

/** The erasures of a store, a few lines each. */
export function statusText(erasures: readonly ErasureState[]): string {
  if (erasures.length === 0) return 'No erasures.\n';
  return `${erasures.map(stateText).join('\n')}\n`;
}

function stateText({ id, status, request, createdAt, changedAt, progress }: ErasureState): string {
  const who = request.subjects.map(visible).join(', ');
  return `${id}  ${status}  ${who}  (${request.profile})
  recorded ${formatTime(createdAt)}, ${status} since ${formatTime(changedAt)}
  ${progressText(progress)}, ${formatCount(progress.eventsDone)} of ${countOf(progress.events, 'event')}`;
}
