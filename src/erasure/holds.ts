import { dayAt } from './calendar.ts';
import type { ErasureRequest, ErasureScope } from './request.ts';
import type { OwnEvent } from './own-event.ts';
import { roomScope, timesIn, type Timeline } from './scope.ts';

/** Why something must not be destroyed: a legal hold, or a ground of Article 17(3). @see https://eur-lex.europa.eu/eli/reg/2016/679/oj */
export type HoldGround =
  | 'legal-hold'
  /** Freedom of expression and information. */
  | 'article-17-3-a'
  /** A legal obligation, or a task in the public interest. */
  | 'article-17-3-b'
  /** Public health. */
  | 'article-17-3-c'
  /** Archiving in the public interest, research, statistics. */
  | 'article-17-3-d'
  /** Legal claims. */
  | 'article-17-3-e';

/** Every ground, in the order of the article. */
export const holdGrounds: readonly HoldGround[] = Object.freeze([
  'legal-hold', 'article-17-3-a', 'article-17-3-b', 'article-17-3-c', 'article-17-3-d', 'article-17-3-e',
] satisfies readonly HoldGround[]);

/** What a hold covers; what is left out is unlimited. */
export type HoldScope = ErasureScope & { readonly events?: readonly string[] };

/** A hold: it blocks destruction (redaction and purge), never hiding. */
export type ErasureHold = {
  /** What the plan names it by. */
  readonly id: string;
  readonly ground: HoldGround;
  /** What it rests on: a file number, a statute. Stands in the plan, so it should name nobody. */
  readonly basis: string;
  /** When somebody has to look whether it is still needed (ms since 1970, UTC). */
  readonly reviewAt: number;
  readonly scope: HoldScope;
};

/** The holds that cover an event of a room, by their IDs. */
export function roomHolds(holds: readonly ErasureHold[] | undefined, roomId: string, timeline: Timeline): (event: OwnEvent) => readonly string[] {
  const tests = (holds ?? []).map(({ id, scope }) => ({ id, events: scope.events && new Set(scope.events), covers: roomScope(scope, roomId, timeline) }));
  return (event) => tests.flatMap(({ id, events, covers }) => (covers(event) && events?.has(event.eventId) !== false ? [id] : []));
}

/** The times (ms) that limit holds. */
export function timesOfHolds(holds: readonly ErasureHold[] | undefined): readonly number[] {
  return (holds ?? []).flatMap(({ scope }) => timesIn(scope));
}

/**
 * Throws unless the holds of a request make sense, each by itself and all together.
 * @throws {InvalidHoldError} when one has no ID or basis, or is to be reviewed before the request was made
 * @throws {UncountableTimeError} when a review is on no day
 * @throws {ContradictoryHoldsError} when two have one ID, or the limits of one exclude each other
 */
export function assertHolds({ holds = [], requestedAt }: Pick<ErasureRequest, 'holds' | 'requestedAt'>): void {
  const ids = new Set<string>();
  for (const [index, hold] of holds.entries()) {
    const place = index + 1;
    if (hold.id === '') throw new InvalidHoldError(place, 'it has no "id"');
    if (hold.basis.trim() === '') throw new InvalidHoldError(place, 'it has no "basis"');
    if (!(hold.reviewAt > requestedAt)) throw new InvalidHoldError(place, 'its review date is not after the request: a hold that has run out is no longer one');
    // A time that is on no day cannot be waited for.
    dayAt(hold.reviewAt, 'UTC');
    if (ids.has(hold.id)) throw new ContradictoryHoldsError(place, 'another hold before it has the same "id"');
    if (excludesItself(hold.scope)) throw new ContradictoryHoldsError(place, 'its limits exclude each other, so that it holds nothing');
    ids.add(hold.id);
  }
}

function excludesItself({ rooms, types, events, before, after }: HoldScope): boolean {
  if ([rooms, types, events].some((list) => list?.length === 0)) return true;
  return before !== undefined && after !== undefined && after >= before;
}

/** A hold lacks what every hold needs: add it, or leave the hold out. */
export class InvalidHoldError extends Error {
  override readonly name = 'InvalidHoldError';
  /** Which of the holds it is, from 1. */
  readonly place: number;

  constructor(place: number, problem: string) {
    super(`hold ${place} cannot be used: ${problem}`);
    this.place = place;
  }
}

/** Holds that cannot all be meant: give each its own ID, and limits that something can fit. */
export class ContradictoryHoldsError extends Error {
  override readonly name = 'ContradictoryHoldsError';
  /** Which of the holds it is, from 1. */
  readonly place: number;

  constructor(place: number, problem: string) {
    super(`hold ${place} contradicts: ${problem}`);
    this.place = place;
  }
}
