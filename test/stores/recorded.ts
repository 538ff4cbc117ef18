import { importedLines } from '../../src/testing/stores/lines.ts';
import type { ImportedLine } from '../../src/stores/import/imported-event.ts';
import { readRecords, recordedRooms } from '../erasure/rooms.ts';

/** The recorded rooms, as an import reads them. */
export function recordedLines(files: readonly string[] = recordedRooms): readonly (readonly ImportedLine[])[] {
  return files.map((file) => importedLines(readRecords(file)));
}
