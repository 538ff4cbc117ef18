/**
 * Telling those who hold copies of a person's data that it is to be erased, being told so, keeping erased data from coming back, and a ledger that proves
 * what was done. Nothing here stores anything, and nothing is sent but by `carryOutSends`, with the `fetch` that it is given.
 * @module
 */
export {
  channelTo, recipientReasons, type NoticeChannel, type Recipient, type RecipientKind, type RecipientReason, type RecipientRoom,
} from './notices/recipient.ts';
export { findRecipients, type RecipientSources } from './notices/recipients.ts';
export type { CopiedErasure } from './notices/room-copies.ts';
export { readNoticeRegistration, readServiceRegistration, RegistrationError, type NoticeRegistration } from './notices/registration.ts';

export { noticePaths, type NoticeEndpoint, type NoticePaths } from './notices/endpoints.ts';
export { buildErasureNotices, type ErasureNotice, type NoticeAddress, type NoticesOptions, type ThirdPartyBinding, type UnbindBody } from './notices/build-notices.ts';
export { ErasureNoticeError, parseErasureNotice, type ErasureNoticeBody, type ParsedErasureNotice } from './notices/notice-body.ts';
export { readNoticeAnswer, type HttpAnswer, type NoticeAnswer } from './notices/notice-answer.ts';
export {
  checkNoticeTemplate, noticeTemplates, recipientNoticeText, subjectNoticeText, type NoticeSender, type NoticeTemplate, type NoticeTextOptions,
} from './notices/notice-text.ts';
export { TemplateError } from './notices/template.ts';
export { erasureContact, readSupportFile, SupportFileError, type SupportContact, type SupportFile } from './notices/support-file.ts';

export { formatXMatrixHeader, parseXMatrixHeader, XMatrixHeaderError, type XMatrixFault, type XMatrixHeader } from './notices/x-matrix-header.ts';
export { checkRequest, signRequest, type FederationRequest, type RequestCheck, type RequestFault } from './notices/x-matrix.ts';
export { readServerKeys, ServerKeysError, type ServerKeysOptions } from './notices/server-keys.ts';

export {
  judgeServerNotice, judgeServiceNotice, type NoticeRequest, type NoticeVerdict, type ReceivedNotice, type ServerAuthority,
} from './notices/authority.ts';
export { refusals, type Refusal, type RefusalCode, type RefusalReason } from './notices/refusal.ts';
export { ErasureApiOptionsError, serveErasureApi, type Awaitable, type ErasureApiOptions, type FindKey, type SubjectStanding } from './notices/serve.ts';
export type { FetchBody, FetchHandler, FetchReader, FetchRequest, FetchResponse } from './notices/fetch-types.ts';
export { toNodeHandler, type NodeRequest, type NodeResponse } from './notices/node-handler.ts';

export { buildRedaction, type RedactionEvent } from './notices/redaction-event.ts';
export { assertSendLimits, sendTime, SendLimitsError, synapseSendLimits, type SendLimits } from './notices/send-limits.ts';
export {
  planSends, SendPlanError, type Send, type SendOptions, type SendPlan, type Substitute, type Unsent, type UnsentReason,
} from './notices/send-plan.ts';
export { carryOutSends, type CarryOutOptions, type SendOutcome, type SendStatus } from './notices/carry-out-sends.ts';
export {
  HomeserverAddressError, openHomeserver, type Homeserver, type HomeserverAnswer, type HomeserverOptions, type HomeserverRequest, type SendAnswer, type SendFetch,
  type SendInit,
} from './notices/client-server.ts';

export { hashKeyId, HashKeyError, keyedHash, type HashedKind, type HashKey } from './notices/keyed-hash.ts';
export { createSuppressionList, suppressionEntries, type Suppression, type SuppressionList } from './notices/suppression.ts';
export { readSuppressionEntry, SuppressionEntryError, type SuppressionEntry } from './notices/suppression-entry.ts';
export { ingestVerdict, type IngestOptions, type IngestReason, type IngestVerdict } from './notices/ingest.ts';

export { appendKeyDestruction, appendToLedger, emptyLedger, LedgerEntryError, type AppendedRecord, type LedgerEntry, type LedgerHead } from './notices/ledger.ts';
export { ledgerKinds, type LedgerKind, type LedgerRecord } from './notices/ledger-record.ts';
export {
  beginLedgerCheck, verifyLedger, type LedgerCheck, type LedgerCheckOptions, type LedgerFault, type LedgerVerdict,
} from './notices/verify-ledger.ts';
export { signReceipt, verifyReceipt, type ErasureReceipt, type ReceiptFacts, type ReceiptVerdict } from './notices/receipt.ts';

export {
  afterSrv, afterWellKnown, beginDiscovery, discoverServer, ServerNameError, sortSrv, type DiscoveryLookups, type DiscoveryStep, type ServerTarget,
  type SrvAnswer, type SrvRecord, type SrvService,
} from './notices/discovery/discovery.ts';
export { isPublicAddress } from './notices/discovery/ip-address.ts';
export { readWellKnown, wellKnownErrorLifetime, wellKnownLifetime, type WellKnownAnswer } from './notices/discovery/well-known.ts';

export {
  afterAttempt, afterPerson, beginDelivery, nextAttempt, type AttemptResult, type Delivery, type DeliveryAsk, type DeliveryMoment, type DeliveryStatus,
  type NextAttempt, type PersonsDecision,
} from './notices/delivery/delivery.ts';
export { afterContact, delayAfter, deliveryPolicy, type DeliveryPolicy, type DestinationHealth } from './notices/delivery/policy.ts';
