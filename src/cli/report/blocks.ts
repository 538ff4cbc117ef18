import type { ExplainedPart, Noun } from '../page/charts.ts';
import type { Moment } from '../text/moments.ts';

/**
 * A piece of a sentence: words, an identifier that came from elsewhere, a time to the minute, a day, words that stand out, or how something stands with a
 * sign before it. Nothing in it is markup.
 */
export type Piece = string | Stands | { readonly code: string } | { readonly time: number } | { readonly day: number } | { readonly strong: string };

/** How something stands, in a word and a sign. */
export type Stands = { readonly stands: 'passed' | 'failed' | 'unknown'; readonly sign: string; readonly word: string };

/** A sentence or more. */
export type Prose = Piece | readonly Piece[];

/** How something stands: shown with a sign and a word, never by colour alone. */
export type Standing = 'good' | 'bad' | 'open';

/** A part of a report. Pages and Markdown are both made from these, so that they say the same. */
export type Block =
  | { readonly kind: 'prose'; readonly text: Prose; readonly soft?: true }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Prose[] }
  | { readonly kind: 'table'; readonly caption: string; readonly columns: readonly Column[]; readonly rows: readonly (readonly Prose[])[] }
  /** Parts of a whole: bars, or a ring with how many are done in its middle, and always a table. */
  | { readonly kind: 'parts'; readonly id: string; readonly caption: string; readonly heading: string; readonly noun: Noun; readonly parts: readonly ExplainedPart[]; readonly ring?: Ring }
  | { readonly kind: 'moments'; readonly id: string; readonly title: string; readonly moments: readonly Moment[]; readonly now: number; readonly grain: 'day' | 'minute' }
  | { readonly kind: 'command'; readonly text: string };

/** The middle of a ring: how many are done. */
export type Ring = { readonly done: number; readonly title: string };

/** A column of a table; numbers stand to the right. */
export type Column = { readonly name: string; readonly number?: true };

/** A section, with a heading and a shorter name for the list of contents. */
export type Section = { readonly id: string; readonly heading: string; readonly short: string; readonly blocks: readonly Block[] };

/** A report to be written: what it is, how things stand, and its sections. */
export type ReportDocument = {
  readonly eyebrow: string;
  readonly heading: Prose;
  /** The title of the page, as plain text. */
  readonly title: string;
  readonly summary: Prose;
  readonly standing: { readonly how: Standing; readonly text: string };
  readonly facts: readonly (readonly [name: string, value: Prose])[];
  readonly sections: readonly Section[];
  readonly foot: Prose;
};

/** The pieces of some prose. */
export function piecesOf(prose: Prose): readonly Piece[] {
  return Array.isArray(prose) ? prose : [prose as Piece];
}

/** Prose in a row, with commas between. */
export function inRow(parts: readonly Piece[]): readonly Piece[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [i === parts.length - 1 ? ' and ' : ', ', part]));
}

/** The signs beside how something stands. */
export const standingSigns: Readonly<Record<Standing, string>> = { good: '✓', bad: '✗', open: '○' };
