/** The error codes with which notices are refused. @see https://spec.matrix.org/v1.19/client-server-api/#standard-error-response */
export type RefusalCode =
  | 'M_UNAUTHORIZED' | 'M_FORBIDDEN' | 'M_BAD_JSON' | 'M_NOT_JSON' | 'M_TOO_LARGE' | 'M_UNRECOGNIZED' | 'M_UNKNOWN';

/** Why a notice is refused. */
export type RefusalReason =
  /** 404: no such endpoint here. */
  | 'no-endpoint'
  /** 405: only `POST` is known. */
  | 'method'
  /** 401: no `Authorization` header. */
  | 'no-authorization'
  /** 401: a header that is not of the form it must have. */
  | 'malformed-authorization'
  /** 401: the request is for another server. */
  | 'wrong-destination'
  /** 401: the key is not known, or its server does not say. */
  | 'unknown-key'
  /** 401: the key no longer counts. */
  | 'expired-key'
  /** 401: the signature does not cover this request. */
  | 'bad-signature'
  /** 403: the token is not the homeserver's. */
  | 'wrong-token'
  /** 403: a server that is not the subject's own. */
  | 'not-own-server'
  /** 413. */
  | 'too-large'
  /** 400: the body is no JSON in UTF-8. */
  | 'not-json'
  /** 400: the body is JSON, but no notice. */
  | 'bad-json'
  /** 500: what a notice sets off failed, so that it was not taken in; it may be sent again. */
  | 'failed';

/** A refusal, as it is answered: HTTP status, error code, and a sentence for people that repeats nothing of the request. */
export type Refusal = { readonly status: number; readonly errcode: RefusalCode; readonly error: string };

/** How each refusal is answered. */
export const refusals: Readonly<Record<RefusalReason, Refusal>> = Object.freeze({
  'no-endpoint': { status: 404, errcode: 'M_UNRECOGNIZED', error: 'Unrecognized request' },
  method: { status: 405, errcode: 'M_UNRECOGNIZED', error: 'Only POST is understood here' },
  'no-authorization': { status: 401, errcode: 'M_UNAUTHORIZED', error: 'Missing Authorization header' },
  'malformed-authorization': { status: 401, errcode: 'M_UNAUTHORIZED', error: 'Malformed Authorization header' },
  'wrong-destination': { status: 401, errcode: 'M_UNAUTHORIZED', error: 'The request is for another server' },
  'unknown-key': { status: 401, errcode: 'M_UNAUTHORIZED', error: 'The signing key is not known' },
  'expired-key': { status: 401, errcode: 'M_UNAUTHORIZED', error: 'The signing key has expired' },
  'bad-signature': { status: 401, errcode: 'M_UNAUTHORIZED', error: 'The signature does not match the request' },
  'wrong-token': { status: 403, errcode: 'M_FORBIDDEN', error: 'The token is not that of the homeserver' },
  'not-own-server': { status: 403, errcode: 'M_FORBIDDEN', error: 'Only the server of a user may ask for their erasure' },
  'too-large': { status: 413, errcode: 'M_TOO_LARGE', error: 'The request body is too large' },
  'not-json': { status: 400, errcode: 'M_NOT_JSON', error: 'The request body is not JSON' },
  'bad-json': { status: 400, errcode: 'M_BAD_JSON', error: 'The request body must be an object with a valid "user_id"' },
  failed: { status: 500, errcode: 'M_UNKNOWN', error: 'The notice could not be taken in; send it again later' },
});
