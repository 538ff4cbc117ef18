/**
 * What a person is given: the report of an erasure, to them and to the operator.
 * @module
 */
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
