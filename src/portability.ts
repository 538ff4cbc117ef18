/**
 * Events in the forms in which people have them: exports of servers and clients, rows of a database, answers of the APIs, graphs of rooms; read as the records of
 * an event file. Nothing here reads files.
 * @module
 */
export { importFormats, detectFormat, type ImportFormat, type ImportFormatId } from './portability/import/formats.ts';
export { isHeadOpen, readHead, type ImportHead } from './portability/import/head.ts';
export { importEvents, ObjectStreamError, UnknownFormatError, type ImportedEvents, type ImportedRecord, type ImportOptions } from './portability/import/import-events.ts';
export { RowError } from './portability/import/event-json.ts';
export type { Found, ImportContext, Tally, UnitReader } from './portability/import/imported.ts';
export { createObjectSplitter, type ObjectFault, type ObjectPart, type ObjectSplitter, type ObjectSplitterOptions } from './portability/import/object-splitter.ts';
