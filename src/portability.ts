/**
 * A person's copy of their data (Articles 15 and 20 of the GDPR): their events, account data and files, with pages that people can read and files that programs can. Where
 * it goes is given as a place, so that a folder, an archive or a memory will do.
 * @module
 */
export { exportSubjectData } from './portability/export.ts';
export { InvalidExportRequestError, type ExportContext, type ExportRequest, type ExportSource } from './portability/request.ts';
export type { ExportPlace, FinishedFile, NowOrLater, ScratchFiles } from './portability/place.ts';
export { createMemoryExport, type MemoryExport } from './portability/memory.ts';
export type { ExportCounts, ExportedFile, ExportedRoom, ExportManifest } from './portability/manifest.ts';
export type { Missing, MissingReason, MissingWhat } from './portability/missing.ts';
export { publishedSchemas, type PublishedSchemas } from './portability/published-schemas.ts';
export type { AccountFile } from './erasure/account/schema.ts';
export type { StoredEvent } from './erasure/apply.ts';
export type { MxcUri, UserId } from './identifiers/identifiers.ts';
export type { RoomEvent } from './room/resolve-record.ts';
