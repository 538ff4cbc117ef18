import type { VerifyKey } from '../crypto/key-ring.ts';
import type { ServerName, UserId } from '../identifiers/identifiers.ts';
import { judgeServerNotice, judgeServiceNotice, readAuthorization, type NoticeVerdict, type NoticeRequest, type ReceivedNotice } from './authority.ts';
import { endpointAt, type NoticeEndpoint } from './endpoints.ts';
import type { FetchHandler, FetchRequest, FetchResponse } from './fetch-types.ts';
import { readBody } from './read-body.ts';
import { refusals, type RefusalReason } from './refusal.ts';
import { createTurns } from './turns.ts';

declare const Response: new (body: string, init: { readonly status: number; readonly headers: Readonly<Record<string, string>> }) => FetchResponse;

/** How a receiver knows a user. */
export type SubjectStanding =
  /** No erasure: the notice sets one off. */
  | 'none'
  /** Erased, or about to be: a repeat, which changes nothing. */
  | 'erased'
  /** The erasure was revoked, as the person came back: somebody has to look at the notice. */
  | 'revoked'
  /** Somebody is looking already. */
  | 'in-review';

/** A value, or the promise of one. */
export type Awaitable<T> = T | Promise<T>;

/** Finds a server's public key, in memory or by asking that server; `undefined` where it does not say. */
export type FindKey = (server: ServerName, keyId: string) => Awaitable<VerifyKey | undefined>;

/** What a receiver of notices is made of. Without `serverName` and `keys`, or without `hsToken`, that endpoint does not exist. */
export type ErasureApiOptions = {
  /** This server's name, to which notices must be addressed. */
  readonly serverName?: ServerName;
  /** The keys of other servers: a ring from `createKeyRing`, or a lookup that fetches. */
  readonly keys?: FindKey;
  /** The token in this application service's registration. */
  readonly hsToken?: string;
  readonly standing: (userId: UserId) => Awaitable<SubjectStanding>;
  /** Takes an erasure in, for good: the notice is acknowledged when this is done, and not if it throws. */
  readonly onErasure: (notice: ReceivedNotice) => Awaitable<void>;
  /** Opens a review. */
  readonly onReview: (notice: ReceivedNotice) => Awaitable<void>;
  /** Is told of each request that is refused: why, and which server it claims to be from, if it claims any. */
  readonly onRefusal?: (reason: RefusalReason, claimedOrigin?: ServerName) => void;
  /** Is told what the lookups and the two above threw. */
  readonly onFault?: (error: unknown) => void;
  /** The longest body (bytes), 65,536 if it is not said. */
  readonly maxBodyBytes?: number;
  /** The time (ms since 1970, UTC). */
  readonly now?: () => number;
};

const MAX_BODY_BYTES = 65_536;

/**
 * Takes in erasure notices by HTTP, from other servers and from the homeserver of an application service. Notices are at least once: a repeat is
 * answered 200 and changes nothing. Notices about one user are taken in one after another.
 * @throws {ErasureApiOptionsError} when there would be no endpoint, or the token is empty
 * @see https://github.com/matrix-org/matrix-spec-proposals/pull/2438
 * @example serveErasureApi({ hsToken: '', standing: () => 'none', onErasure: () => undefined, onReview: () => undefined }) // throws ErasureApiOptionsError
 */
export function serveErasureApi(options: ErasureApiOptions): FetchHandler {
  assertOptions(options);
  const turns = createTurns();
  const take = (notice: ReceivedNotice): Promise<void> => turns(notice.userId, () => takeIn(notice, options));
  return async (request) => {
    try {
      const verdict = await judge(request, options);
      if (!verdict.accepted) return refused(request, verdict.reason, options);
      await take(verdict.notice);
      return answer(200, {});
    } catch (error) {
      options.onFault?.(error);
      return refused(request, 'failed', options);
    }
  };
}

async function takeIn(notice: ReceivedNotice, { standing, onErasure, onReview }: ErasureApiOptions): Promise<void> {
  const found = await standing(notice.userId);
  switch (found) {
    case 'none':
      return onErasure(notice);
    case 'revoked':
      return onReview(notice);
    case 'erased':
    case 'in-review':
      return undefined;
    default:
      return found satisfies never;
  }
}

async function judge(request: FetchRequest, options: ErasureApiOptions): Promise<NoticeVerdict> {
  const uri = uriOf(request.url);
  const endpoint = endpointAt(uri.split('?', 1)[0] ?? '');
  if (endpoint === undefined || !isServed(endpoint, options)) return { accepted: false, reason: 'no-endpoint' };
  if (request.method !== 'POST') return { accepted: false, reason: 'method' };
  const head: NoticeRequest = { method: request.method, uri, authorization: request.headers.get('authorization'), body: '' };
  // Whoever has no authority, whatever the body says, is not listened to. Without a body, nothing else can be wrong but that.
  const early = await judgeNotice(head, endpoint, options);
  if (!early.accepted && early.reason !== 'not-json') return early;
  const body = await readBody(request.body, options.maxBodyBytes ?? MAX_BODY_BYTES);
  if ('fault' in body) return { accepted: false, reason: body.fault };
  return judgeNotice({ ...head, body: body.text }, endpoint, options);
}

async function judgeNotice(request: NoticeRequest, endpoint: NoticeEndpoint, options: ErasureApiOptions): Promise<NoticeVerdict> {
  const { serverName = '', keys, hsToken = '', now = Date.now } = options;
  if (endpoint === 'application-service') return judgeServiceNotice(request, { hsToken });
  const header = readAuthorization(request.authorization);
  // A key is looked up only for a request that would be accepted with it.
  const judgedWith = (key: VerifyKey | undefined): NoticeVerdict => judgeServerNotice(request, { serverName, keys: () => key, now: now() });
  const without = judgedWith(undefined);
  if (typeof header === 'string' || without.accepted || without.reason !== 'unknown-key') return without;
  return judgedWith(await keys?.(header.origin, header.key));
}

function isServed(endpoint: NoticeEndpoint, { serverName, keys, hsToken }: ErasureApiOptions): boolean {
  return endpoint === 'server' ? serverName !== undefined && keys !== undefined : hsToken !== undefined;
}

/** The path and query as they were sent: what stands behind scheme and host. */
function uriOf(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
}

function refused(request: FetchRequest, reason: RefusalReason, { onRefusal }: ErasureApiOptions): FetchResponse {
  const header = readAuthorization(request.headers.get('authorization'));
  onRefusal?.(reason, typeof header === 'string' ? undefined : header.origin);
  return refuse(reason);
}

function refuse(reason: RefusalReason): FetchResponse {
  const { status, errcode, error } = refusals[reason];
  return answer(status, { errcode, error }, reason === 'method' ? { allow: 'POST' } : {});
}

function answer(status: number, body: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): FetchResponse {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

function assertOptions({ serverName, keys, hsToken }: ErasureApiOptions): void {
  if (hsToken === '') throw new ErasureApiOptionsError('empty-token');
  if ((serverName === undefined) !== (keys === undefined)) throw new ErasureApiOptionsError('half-a-server');
  if (serverName === undefined && hsToken === undefined) throw new ErasureApiOptionsError('no-endpoint');
}

const EXPLANATIONS = {
  'empty-token': '"hsToken" is empty, so that everybody would have it; take it from the registration',
  'half-a-server': '"serverName" and "keys" go together',
  'no-endpoint': 'give "serverName" and "keys", or "hsToken"',
} as const;

/** A receiver of notices cannot be made of these options. */
export class ErasureApiOptionsError extends Error {
  override readonly name = 'ErasureApiOptionsError';
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(reason: keyof typeof EXPLANATIONS) {
    super(`no receiver of notices: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
