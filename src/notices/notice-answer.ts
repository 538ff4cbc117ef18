import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import { parseJson } from '../json/parse-json.ts';
import { JsonSyntaxError } from '../json/reader.ts';

/** How a recipient answered a notice. */
export type NoticeAnswer =
  | { readonly outcome: 'acknowledged' }
  /** There is no such endpoint: no error, but somebody has to be written to. */
  | { readonly outcome: 'unsupported' }
  /** Not now: `after` (ms) is what the recipient asks to wait for, if it says. */
  | { readonly outcome: 'later'; readonly after?: number }
  /** It will not do it, however often it is asked. */
  | { readonly outcome: 'refused'; readonly status: number; readonly errcode?: string };

/** An HTTP answer, as far as it counts. */
export type HttpAnswer = { readonly status: number; readonly body: string; readonly retryAfter?: string | null };

const LATER: ReadonlySet<number> = new Set([408, 421, 425, 429]);
const ERRCODE = /^[A-Z][A-Z0-9_.]{0,63}$/;
/** Nobody has to be waited for longer than a day. */
const LONGEST_WAIT = 24 * 60 * 60 * 1000;

/**
 * What an HTTP answer to a notice means. `M_UNRECOGNIZED` with any status says that there is no such endpoint, as older servers answered 400;
 * so does a 404 or 405 of something that is no Matrix server. A 200 that is no JSON object is somebody else's page, not an acknowledgement.
 * @see https://spec.matrix.org/v1.19/server-server-api/#unsupported-endpoints
 * @example readNoticeAnswer({ status: 404, body: '{"errcode":"M_UNRECOGNIZED"}' }) // { outcome: 'unsupported' }
 */
export function readNoticeAnswer({ status, body, retryAfter }: HttpAnswer): NoticeAnswer {
  const json = objectIn(body);
  const errcode = errcodeIn(json);
  if (status === 200 && json !== undefined) return { outcome: 'acknowledged' };
  if (errcode === 'M_UNRECOGNIZED') return { outcome: 'unsupported' };
  if (status === 405 || (status === 404 && (errcode === undefined || errcode === 'M_NOT_FOUND'))) return { outcome: 'unsupported' };
  if (LATER.has(status) || status >= 500 || errcode === 'M_LIMIT_EXCEEDED' || status < 400) return { outcome: 'later', ...waitIn(json, retryAfter) };
  return { outcome: 'refused', status, ...(errcode === undefined ? {} : { errcode }) };
}

/** The JSON object that a body holds, if it holds one. */
export function objectIn(body: string): JsonObject | undefined {
  try {
    const value = parseJson(body);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** The error code of an answer. What is none is not repeated: an answer may hold anything. */
export function errcodeIn(json: JsonObject | undefined): string | undefined {
  const errcode = json === undefined ? undefined : own(json, 'errcode');
  return typeof errcode === 'string' && ERRCODE.test(errcode) ? errcode : undefined;
}

/** How long an answer asks to wait (ms), if it does. */
export function waitIn(json: JsonObject | undefined, retryAfter: string | null | undefined): { readonly after?: number } {
  const inBody: JsonValue | undefined = json === undefined ? undefined : own(json, 'retry_after_ms');
  const inHeader = typeof retryAfter === 'string' && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
  const after = inHeader ?? inBody;
  return typeof after === 'number' && after >= 0 ? { after: Math.min(after, LONGEST_WAIT) } : {};
}
