import type { ReceivedNotice } from '../../notices/authority.ts';
import type { HashKey } from '../../notices/keyed-hash.ts';
import type { RefusalReason } from '../../notices/refusal.ts';
import { serveErasureApi, type ErasureApiOptions } from '../../notices/serve.ts';
import type { FetchHandler } from '../../notices/fetch-types.ts';
import { KeysUnreachableError } from './fetch-keys.ts';
import type { ReceivedNotices, Taken } from './received.ts';

/** What came of one request, for whoever watches: no user, no token, no content. */
export type ReceiverNote =
  | { readonly outcome: Taken['outcome']; readonly number: number; readonly origin?: string; readonly deadline: number }
  | { readonly outcome: 'refused'; readonly reason: RefusalReason; readonly claimedOrigin?: string }
  | { readonly outcome: 'failed'; readonly why: 'keys' | 'request' | 'store' };

/** What notices are taken in with. */
export type TakeInOptions = Pick<ErasureApiOptions, 'serverName' | 'keys' | 'hsToken'> & {
  readonly received: ReceivedNotices;
  readonly suppressionKey: HashKey;
  readonly note: (note: ReceiverNote) => void;
  readonly now: () => number;
};

/** Not of notices: whatever knocks at a web server. */
const NO_NOTICE: ReadonlySet<RefusalReason> = new Set(['no-endpoint', 'method', 'failed']);

/** A handler that takes notices into a ledger, and says what came of each. A notice is answered 200 when it is on disk. */
export function createTakeIn({ received, suppressionKey, note, now, ...authority }: TakeInOptions): FetchHandler {
  const take = (notice: ReceivedNotice): void => {
    const { outcome, entry: { number, deadline } } = received.take(notice, suppressionKey, now());
    note({ outcome, number, ...(notice.endpoint === 'server' ? { origin: notice.origin } : {}), deadline });
  };
  return serveErasureApi({
    ...authority, now,
    // The ledger decides what a repeat is, in one transaction: another receiver may have taken the notice in meanwhile.
    standing: () => 'none',
    onErasure: take,
    onReview: take,
    onRefusal: (reason, claimedOrigin) => {
      if (!NO_NOTICE.has(reason)) note({ outcome: 'refused', reason, ...(claimedOrigin === undefined ? {} : { claimedOrigin }) });
    },
    onFault: (error) => note({ outcome: 'failed', why: whyNot(error) }),
  });
}

function whyNot(error: unknown): 'keys' | 'request' | 'store' {
  if (error instanceof KeysUnreachableError) return 'keys';
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET' ? 'request' : 'store';
}
