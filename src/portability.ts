/**
 * What a person is given (Articles 12, 15 and 20 of the GDPR): a copy of their data, with pages that people can read and files that programs can, and the report of an
 * erasure, to them and to the operator. Where a copy goes is given as a place, so that a folder, an archive or a memory will do.
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
export { reportToSubject } from './portability/report/subject.ts';
export { reportToOperator, type OperatorReportOptions } from './portability/report/operator.ts';
export type { ReportOptions } from './portability/report/shared.ts';
export { ReportShapeError, readReport } from './portability/report/schema.ts';
export {
  recipientState, recipientStates, type RecipientCounts, type RecipientState, type ReportedDelivery, type ReportedRecipient, type ReportedRecipientKind,
  type SubjectRecipient,
} from './portability/report/recipients.ts';
export type {
  CopiesElsewhere, DatedCategory, ErasureReport, FateCounts, FileCounts, KeptCount, LedgerNote, OperatorReport, ReportContacts, ReportedAccount, ReportedHold,
  ReportedLedger, ReportedStep, ReportHead, ReportStanding, StepStanding, SubjectReport,
} from './portability/report/report.ts';
export { importFormats, detectFormat, type ImportFormat, type ImportFormatId } from './portability/import/formats.ts';
export { isHeadOpen, readHead, type ImportHead } from './portability/import/head.ts';
export { importEvents, ObjectStreamError, UnknownFormatError, type ImportedEvents, type ImportedRecord, type ImportOptions } from './portability/import/import-events.ts';
export { RowError } from './portability/import/event-json.ts';
export type { Found, ImportContext, Tally, UnitReader } from './portability/import/imported.ts';
export { createObjectSplitter, type ObjectFault, type ObjectPart, type ObjectSplitter, type ObjectSplitterOptions } from './portability/import/object-splitter.ts';
