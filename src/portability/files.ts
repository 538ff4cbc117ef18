import type { ExportedFile } from './manifest.ts';
import type { ExportPlace, FinishedFile } from './place.ts';

/** Writes the files of an export, and remembers them for the manifest. */
export type ExportFiles = {
  /** Begins a file, which is there once it is ended, however little it holds. */
  readonly begin: (path: string, schema?: string) => FileWriter;
  /** Writes a whole file. */
  readonly write: (path: string, text: string, schema?: string) => Promise<void>;
  /** Notes a file that is there already. */
  readonly note: (path: string, file: FinishedFile) => void;
  /** Every file that is complete, by path. */
  readonly finished: () => readonly ExportedFile[];
};

/** Writes one file: much at once, as it would else be slow. */
export type FileWriter = {
  readonly add: (text: string) => void;
  /** Hands on what waits, if it is much. */
  readonly relieve: () => Promise<void>;
  readonly end: () => Promise<void>;
};

const MUCH = 64 * 1024;

/** The files of an export in a place. */
export function createExportFiles(place: ExportPlace): ExportFiles {
  const done: ExportedFile[] = [];
  const begin = (path: string, schema?: string): FileWriter => {
    let waiting = '';
    const handOn = async (): Promise<void> => {
      const text = waiting;
      waiting = '';
      await place.append(path, text);
    };
    return {
      add: (text) => {
        waiting += text;
      },
      relieve: async () => {
        if (waiting.length >= MUCH) await handOn();
      },
      end: async () => {
        await handOn();
        const { bytes, sha256 } = await place.finish(path);
        done.push({ path, bytes, sha256, ...(schema === undefined ? {} : { schema: `schema/${schema}` }) });
      },
    };
  };
  return {
    begin,
    write: async (path, text, schema) => {
      const file = begin(path, schema);
      file.add(text);
      await file.end();
    },
    note: (path, { bytes, sha256 }) => void done.push({ path, bytes, sha256 }),
    finished: () => done.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}
