import type { Fingerprint, Fingerprints } from './fingerprints.ts';
import type { TextKind } from './kinds.ts';

/** Where something was found: what the caller called it, and the line in it, from 1. */
export type FingerprintPlace = { readonly source: string; readonly line: number };

/** Whether a text is still there. */
export type FindingStatus = 'found' | 'not-found' | 'unknown';

/**
 * Why it cannot be said: the text is too short to be one person's, others wrote what was found of it as well (or it stands in what the erasure leaves
 * in place), or nothing was searched.
 */
export type UnknownReason = 'too-short' | 'others-wrote-it' | 'nothing-searched';

/** A text that was found, or of which it is not known. Never the text itself. */
export type FingerprintFinding = {
  readonly kind: TextKind;
  readonly room_id?: string;
  readonly event_id?: string;
  readonly status: Exclude<FindingStatus, 'not-found'>;
  readonly reason?: UnknownReason;
  /** How many of its excerpts were found, of how many. */
  readonly excerpts: { readonly found: number; readonly of: number };
  /** At most ten. */
  readonly places: readonly FingerprintPlace[];
};

/** How many texts of a kind there are by status. */
export type FindingCounts = Readonly<Record<FindingStatus, number>>;

/** What a search found: `found` if anything was, `unknown` if something could not be told, else `not-found`. */
export type FingerprintFindings = {
  readonly verdict: FindingStatus;
  readonly counts: { readonly [kind in TextKind]?: FindingCounts };
  /** What was found, then what is not known. */
  readonly texts: readonly FingerprintFinding[];
};

/** What was found of one text. */
export type FoundText = { readonly hits: ReadonlySet<number>; readonly places: readonly FingerprintPlace[] };

/** Sums up a search. */
export function findingsOf({ texts }: Fingerprints, found: readonly FoundText[], searched: boolean): FingerprintFindings {
  const counts = new Map<TextKind, Record<FindingStatus, number>>();
  const findings: FingerprintFinding[] = [];
  for (const [index, text] of texts.entries()) {
    const { hits, places } = found[index] ?? { hits: new Set(), places: [] };
    const reason = unknownReason(text, hits, searched);
    const status: FindingStatus = reason === undefined ? (hits.size > 0 ? 'found' : 'not-found') : 'unknown';
    const ofKind = counts.get(text.kind) ?? { found: 0, 'not-found': 0, unknown: 0 };
    counts.set(text.kind, { ...ofKind, [status]: ofKind[status] + 1 });
    if (status === 'not-found') continue;
    const { grams, shared: _, ...place } = text;
    findings.push({ ...place, status, ...(reason === undefined ? {} : { reason }), excerpts: { found: hits.size, of: grams.length }, places });
  }
  const order = [...findings.filter(({ status }) => status === 'found'), ...findings.filter(({ status }) => status === 'unknown')];
  const verdict = !searched ? 'unknown' : (order[0]?.status ?? 'not-found');
  return { verdict, counts: Object.fromEntries(counts), texts: order };
}

function unknownReason({ grams, shared = [] }: Fingerprint, hits: ReadonlySet<number>, searched: boolean): UnknownReason | undefined {
  if (!searched) return 'nothing-searched';
  if (grams.length === 0) return 'too-short';
  return hits.size > 0 && [...hits].every((gram) => shared.includes(gram)) ? 'others-wrote-it' : undefined;
}
