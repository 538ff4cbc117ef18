import type { ExportFiles } from './files.ts';
import { numbered } from './names.ts';
import { embedded, searchPageEnd, searchPageStart } from './page/search-page.ts';
import type { ScratchFiles } from './place.ts';

/** A text that can be found: the room by its place in the list, its page there, its anchor, and its time in words. */
export type Searchable = { readonly room: number; readonly page: string; readonly anchor: number; readonly text: string; readonly time: string };

/** The pages that search an export. */
export type SearchWriter = {
  readonly add: (text: Searchable) => Promise<void>;
  /** Writes the pages; `rooms` are folders below `rooms/` and labels. */
  readonly finish: (rooms: readonly (readonly [folder: string, label: string])[]) => Promise<void>;
};

const MAX_ENTRIES = 20_000;
const MAX_LENGTH = 3 * 1024 * 1024;
const LONGEST_TEXT = 4000;

/** Collects texts, in parts that a browser reads in a moment. */
export function createSearchWriter(files: ExportFiles, scratch: ScratchFiles): SearchWriter {
  const parts: string[] = [];
  let [lines, entries]: [string, number] = ['', 0];
  const close = async (): Promise<void> => {
    const name = `search-${parts.length + 1}`;
    await scratch.append(name, lines);
    parts.push(name);
    [lines, entries] = ['', 0];
  };
  return {
    add: async ({ room, page, anchor, text, time }) => {
      if (entries >= MAX_ENTRIES || lines.length >= MAX_LENGTH) await close();
      lines += `${entries === 0 ? '' : ','}${JSON.stringify([room, page, anchor, text.slice(0, LONGEST_TEXT), time])}`;
      entries += 1;
    },
    finish: async (rooms) => {
      await close();
      const names = parts.map((_, index) => (index === 0 ? 'index.html' : numbered('part', index + 1, '.html')));
      for (const [index, part] of parts.entries()) {
        const file = files.begin(`search/${names[index]}`);
        file.add(`${searchPageStart(names, index)}{"next":${index + 1 < parts.length},"rooms":${embedded(JSON.stringify(rooms))},"entries":[`);
        for await (const piece of scratch.read(part)) {
          file.add(embedded(piece));
          await file.relieve();
        }
        file.add(`]}${searchPageEnd()}`);
        await file.end();
        await scratch.remove(part);
      }
    },
  };
}
