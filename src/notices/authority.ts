import type { KeyRing } from '../crypto/key-ring.ts';
import { serverNameOf, type ServerName, type UserId } from '../identifiers/identifiers.ts';
import { ErasureNoticeError, parseErasureNotice, type ParsedErasureNotice } from './notice-body.ts';
import type { RefusalReason } from './refusal.ts';
import { bearerToken, isSameSecret } from './token.ts';
import { checkRequest } from './x-matrix.ts';
import { parseXMatrixHeader, XMatrixHeaderError, type XMatrixHeader } from './x-matrix-header.ts';

/** A request that may be a notice, as it came in. */
export type NoticeRequest = {
  readonly method: string;
  /** The path from `/_matrix` on with the query, as it was sent. */
  readonly uri: string;
  /** The `Authorization` header; `null` without one. */
  readonly authorization: string | null;
  readonly body: string;
};

/** A notice with authority: who is to be erased, and who says so: the user's own server, or the homeserver of an application service. */
export type ReceivedNotice =
  | { readonly endpoint: 'server'; readonly userId: UserId; readonly origin: ServerName }
  | { readonly endpoint: 'application-service'; readonly userId: UserId };

/** Whether a request is a notice with authority. */
export type NoticeVerdict = { readonly accepted: true; readonly notice: ReceivedNotice } | { readonly accepted: false; readonly reason: RefusalReason };

/** What a server judges notices with: its name, the keys of other servers, and the time (ms since 1970, UTC). */
export type ServerAuthority = { readonly serverName: ServerName; readonly keys: KeyRing; readonly now: number };

/**
 * Whether a server is to act on a notice: only the user's own server may send it, and it must have signed exactly this request, for this server.
 * @see https://spec.matrix.org/v1.19/server-server-api/#request-authentication
 * @example judgeServerNotice({ method: 'POST', uri: '/', authorization: null, body: '{}' }, { serverName: 'b.org', keys: () => undefined, now: 0 }) // { accepted: false, reason: 'no-authorization' }
 */
export function judgeServerNotice(request: NoticeRequest, { serverName, keys, now }: ServerAuthority): NoticeVerdict {
  const header = readAuthorization(request.authorization);
  if (typeof header === 'string') return refused(header);
  if (header.destination !== undefined && header.destination !== serverName) return refused('wrong-destination');
  const notice = readNotice(request.body);
  if (typeof notice === 'string') return refused(notice);
  const { content, userId } = notice;
  // Whoever it is: it is not the user's server. So no key is looked up, or fetched, for it.
  if (serverNameOf(userId) !== header.origin) return refused('not-own-server');
  const fault = checkRequest({ ...request, content }, header, { serverName, key: keys(header.origin, header.key), now });
  if (fault !== undefined) return refused(fault);
  return { accepted: true, notice: { endpoint: 'server', userId, origin: header.origin } };
}

/**
 * Whether an application service is to act on a notice: only its homeserver knows the token. The homeserver may speak for any user.
 * A token in the query, as older homeservers send it beside the header, must be the same.
 * @see https://spec.matrix.org/v1.19/application-service-api/#authorization
 * @example judgeServiceNotice({ method: 'POST', uri: '/', authorization: 'Bearer b', body: '{}' }, { hsToken: 'a' }) // { accepted: false, reason: 'wrong-token' }
 */
export function judgeServiceNotice(request: NoticeRequest, { hsToken }: { readonly hsToken: string }): NoticeVerdict {
  if (request.authorization === null) return refused('no-authorization');
  const token = bearerToken(request.authorization);
  if (token === undefined) return refused('malformed-authorization');
  const isRight = [token, ...tokensInQuery(request.uri)].map((one) => isSameSecret(one, hsToken)).every(Boolean);
  if (!isRight) return refused('wrong-token');
  const notice = readNotice(request.body);
  return typeof notice === 'string' ? refused(notice) : { accepted: true, notice: { endpoint: 'application-service', userId: notice.userId } };
}

/** The header of a request, or why there is none: so that the key that it names can be fetched. */
export function readAuthorization(authorization: string | null): XMatrixHeader | RefusalReason {
  if (authorization === null) return 'no-authorization';
  try {
    return parseXMatrixHeader(authorization);
  } catch (error) {
    if (error instanceof XMatrixHeaderError) return 'malformed-authorization';
    throw error;
  }
}

function readNotice(body: string): ParsedErasureNotice | RefusalReason {
  try {
    return parseErasureNotice(body);
  } catch (error) {
    if (error instanceof ErasureNoticeError) return error.errcode === 'M_NOT_JSON' ? 'not-json' : 'bad-json';
    throw error;
  }
}

function tokensInQuery(uri: string): readonly string[] {
  const query = uri.split('?', 2)[1] ?? '';
  return query.split('&').filter((pair) => pair.startsWith('access_token=')).map((pair) => decoded(pair.slice('access_token='.length)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refused(reason: RefusalReason): NoticeVerdict {
  return { accepted: false, reason };
}
