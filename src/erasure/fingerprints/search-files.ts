import { findingsOf, type FingerprintFindings, type FingerprintPlace, type FoundText } from './findings.ts';
import type { Fingerprints } from './fingerprints.ts';
import { gramKey } from './grams.ts';
import { beginFingerprintSearch, FingerprintKeyError, MAX_PLACES, type OpenedText } from './search.ts';

/** What was found in one file. */
export type SearchedFile = { readonly file: string } & Pick<FingerprintFindings, 'verdict' | 'counts'>;

/** What was found in several files: of each, and in all of them. */
export type FileFindings = FingerprintFindings & { readonly files: readonly SearchedFile[] };

/** A search of files in the making. */
export type FileSearch = {
  /** Begins a file, which comes in pieces, cut anywhere; it has to be ended before another is begun. */
  readonly open: (file: string) => OpenedText;
  /** What was found so far in the files that were ended, by the place of each fingerprint in its list. */
  readonly found: () => readonly FoundText[];
  readonly finish: () => FileFindings;
};

/**
 * Begins a search for fingerprints in files, with a result for each. Memory depends on the fingerprints, and not on what is searched.
 * @throws {WeakFingerprintKeyError} for a key of fewer than 32 bytes
 * @throws {FingerprintKeyError} when the key is another than that of the fingerprints
 * @example beginFileSearch(beginFingerprints([], new Uint8Array(32)).finish(), new Uint8Array(32)).finish().files // []
 */
export function beginFileSearch(fingerprints: Fingerprints, key: Uint8Array): FileSearch {
  if (gramKey(key).check !== fingerprints.keyCheck) throw new FingerprintKeyError();
  const found = fingerprints.texts.map(() => ({ hits: new Set<number>(), places: [] as FingerprintPlace[] }));
  const files: SearchedFile[] = [];
  const open = (file: string): OpenedText => {
    const search = beginFingerprintSearch(fingerprints, key);
    const opened = search.open(file);
    const end = (): void => {
      opened.end();
      const { verdict, counts } = search.finish();
      files.push({ file, verdict, counts });
      for (const [index, { hits, places }] of search.found().entries()) {
        for (const hit of hits) found[index]?.hits.add(hit);
        found[index]?.places.push(...places.slice(0, MAX_PLACES - found[index].places.length));
      }
    };
    return { write: opened.write, end };
  };
  return { open, found: () => found, finish: () => ({ ...findingsOf(fingerprints, found, files.length > 0), files }) };
}
