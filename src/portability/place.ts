import type { MxcUri } from '../identifiers/identifiers.ts';

/** A file that is complete: how long it is, and its SHA-256 in hexadecimal digits. */
export type FinishedFile = { readonly bytes: number; readonly sha256: string };

/** A value, now or later. */
export type NowOrLater<T> = T | Promise<T>;

/**
 * Where an export goes: a folder, an archive, a memory. Paths are relative, with `/`, of letters, digits, `-`, `_` and `.` only, no two of them alike in lower case,
 * whatever the rooms and files are called.
 */
export type ExportPlace = {
  /** Adds text to a file, which comes into being with the first text. */
  readonly append: (path: string, text: string) => NowOrLater<void>;
  /** Ends a file: nothing is added after that. */
  readonly finish: (path: string) => NowOrLater<FinishedFile>;
  /** Takes the bytes of an upload into the export under a path; `undefined` where they are not to be had. Left out where there are no bytes at all. */
  readonly addMedia?: (uri: MxcUri, path: string) => NowOrLater<FinishedFile | undefined>;
  /** Room to put events in order. */
  readonly scratch: ScratchFiles;
};

/** Files for the time of the work, which are no part of the export. Their names are of lower-case letters, digits and `-`. */
export type ScratchFiles = {
  readonly append: (name: string, text: string) => NowOrLater<void>;
  /** The text of a file in pieces, cut anywhere. */
  readonly read: (name: string) => Iterable<string> | AsyncIterable<string>;
  readonly remove: (name: string) => NowOrLater<void>;
};
