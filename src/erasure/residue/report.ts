import { residueRules, type ResidueKind } from './kinds.ts';

/** How many events have residue of each kind; a kind that is not there has none. */
export type ResidueCounts = { readonly [kind in ResidueKind]?: number };

/** An event that has residue of a kind, and whom it tells of, by another name. */
export type ResidueExample = { readonly kind: ResidueKind; readonly event_id: string; readonly who: string };

/** A place where free text of the person stays: never the text itself. */
export type ResidueText = {
  readonly event_id: string;
  readonly type: string;
  /** The keys that lead to it, dots in keys escaped; keys that could be somebody's words are `*`. */
  readonly path: string;
  /** The room version's redaction keeps it, or the event is not redacted: a hazard, a label, or a redaction that has to keep working. */
  readonly because: 'redaction-keeps' | 'event-kept';
};

/** What stays in one room. */
export type RoomResidue = {
  readonly room_id: string;
  readonly counts: ResidueCounts;
  /** How many servers signed events of the person. */
  readonly servers: number;
  /** At most three of each kind. */
  readonly examples: readonly ResidueExample[];
  /** All of them, by event ID, or the first so many as were asked for. */
  readonly texts: readonly ResidueText[];
  /** How many more there are. */
  readonly more?: number;
};

/** What stays in all rooms. Holds no content. */
export type ResidueReport = {
  readonly rooms: readonly RoomResidue[];
  readonly counts: ResidueCounts;
  /** How many free texts stay, listed or not. */
  readonly texts: number;
};

/** The counts of several rooms together. */
export function sumCounts(rooms: readonly RoomResidue[]): ResidueCounts {
  const sums = residueRules.map(({ kind }) => [kind, rooms.reduce((sum, { counts }) => sum + (counts[kind] ?? 0), 0)] as const);
  return Object.fromEntries(sums.filter(([, count]) => count > 0));
}
