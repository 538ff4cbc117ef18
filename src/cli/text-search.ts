import { hiddenSince } from '../erasure/marks.ts';
import { beginFileSearch, type FileSearch } from '../erasure/fingerprints/search-files.ts';
import type { Fingerprints } from '../erasure/fingerprints/fingerprints.ts';
import { beginFingerprintSearch, type OpenedText } from '../erasure/fingerprints/search.ts';
import type { ErasurePlan } from '../erasure/plan.ts';
import type { TextSearch } from '../erasure/verification.ts';
import { displayName, readBytes } from './io/inputs.ts';
import { createProgress } from './progress.ts';
import type { EventLine } from './records.ts';

/** A search of what is left, in the making. */
export type TextSearching = {
  /** Takes the records of the result one after the other; those that are hidden are passed over, as newcomers are not served them. */
  readonly record: (line: EventLine) => void;
  /** Searches whole files, such as served views or dumps of a database. */
  readonly files: (paths: readonly string[]) => Promise<void>;
  readonly finish: () => TextSearch;
};

/**
 * Begins to search what is left for fingerprints. Events of others that the plan lists as about the person are searched apart.
 * @throws {FingerprintKeyError} when the key is another than that of the fingerprints
 */
export function beginTextSearch(plan: ErasurePlan, fingerprints: Fingerprints, key: Uint8Array): TextSearching {
  const search = beginFileSearch(fingerprints, key);
  const about = beginFingerprintSearch(fingerprints, key);
  const isAbout = aboutTest(plan);
  const records = createRecordSearch(search);
  return {
    record: (line) => {
      if (hiddenSince(line.record) !== undefined) records.pass(line, '');
      else if (isAbout(line)) {
        records.pass(line, '');
        about.text(line.text, line.event.eventId);
      } else records.pass(line, line.text);
    },
    files: async (paths) => {
      records.end();
      for (const path of paths) await searchFile(path, search);
    },
    finish: () => {
      records.end();
      const found = search.found();
      const shared = fingerprints.texts.map((text) => new Set(text.shared ?? []));
      const isFound = (hits: ReadonlySet<number>, index: number): boolean => [...hits].some((hit) => shared[index]?.has(hit) !== true);
      const listed = about.hits().filter((hits, index) => isFound(hits, index) && !isFound(found[index]?.hits ?? new Set(), index)).length;
      return { ...search.finish(), listed };
    },
  };
}

function aboutTest({ rooms }: ErasurePlan): (line: EventLine) => boolean {
  const byRoom = new Map(rooms.map(({ room_id: id, about }) => [id, new Set(about.map((entry) => entry.event_id))]));
  return ({ event }) => byRoom.get(event.roomId)?.has(event.eventId) === true;
}

type RecordSearch = { readonly pass: (line: EventLine, text: string) => void; readonly end: () => void };

/** Records come from one file after the other. Lines that are passed over count, so that places are those of the file. */
function createRecordSearch(search: FileSearch): RecordSearch {
  let opened: { readonly source: string; readonly text: OpenedText; lines: number } | undefined;
  const end = (): void => {
    opened?.text.end();
    opened = undefined;
  };
  const pass = ({ source, line }: EventLine, text: string): void => {
    if (opened?.source !== source) end();
    opened ??= { source, text: search.open(source), lines: 1 };
    opened.text.write(`${'\n'.repeat(Math.max(0, line - opened.lines))}${text}`);
    opened.lines = Math.max(line, opened.lines);
  };
  return { pass, end };
}

/** A file of any kind of text, packed with gzip or not, in UTF-8. */
async function searchFile(path: string, search: FileSearch): Promise<void> {
  const progress = createProgress('searching');
  const decoder = new TextDecoder();
  const text = search.open(displayName(path));
  for await (const bytes of readBytes(path)) {
    const piece = decoder.decode(bytes, { stream: true });
    text.write(piece);
    progress.advance(piece.split('\n').length - 1);
  }
  text.write(decoder.decode());
  text.end();
  progress.clear();
}
