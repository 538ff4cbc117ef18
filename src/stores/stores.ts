export type * from './store.ts';
export type { ImportCounts, ImportOptions, ImportingStore } from './import/import.ts';
export type { EventMarks, ImportedLine } from './import/imported-event.ts';
export { rowReader, type RowReader } from './stored-event.ts';
export { OtherEventError, OtherRoomVersionError, StoreError, UnknownErasureError, type StoreProblem } from './store-error.ts';
