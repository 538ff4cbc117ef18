import * as v from 'valibot';
import { isUserId, type UserId } from '../identifiers/identifiers.ts';
import { JsonSyntaxError } from '../json/reader.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject } from '../json/value.ts';
import { refusals, type RefusalCode } from './refusal.ts';

/** The body of a notice, to a server or an application service. @see https://github.com/matrix-org/matrix-spec-proposals/pull/2438 */
export type ErasureNoticeBody = { readonly user_id: UserId };

/** A notice that was read: whose data are to be erased, and the whole body, which the signature covers. */
export type ParsedErasureNotice = { readonly userId: UserId; readonly content: JsonObject };

const schema = v.looseObject({ user_id: v.pipe(v.string(), v.check(isUserId)) });

/**
 * Reads the body of a notice. Keys that MSC2438 does not name are passed over, but are covered by the signature.
 * @throws {ErasureNoticeError} when it is no JSON, has a key twice, or has no user ID
 * @see https://github.com/matrix-org/matrix-spec-proposals/pull/2438
 * @example parseErasureNotice('{"user_id":"@alice:example.org"}').userId // '@alice:example.org'
 */
export function parseErasureNotice(text: string): ParsedErasureNotice {
  const content = parsed(text);
  const result = v.safeParse(schema, content);
  if (!result.success) throw new ErasureNoticeError('M_BAD_JSON');
  return { userId: result.output.user_id as UserId, content: content as JsonObject };
}

/** Of a key that is there twice, one reader may take the first value and another the last: what was signed would not be what is done. */
function parsed(text: string): unknown {
  try {
    return parseJson(text, { duplicateKeys: 'error' });
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new ErasureNoticeError(error.reason === 'duplicate-key' ? 'M_BAD_JSON' : 'M_NOT_JSON');
    throw error;
  }
}

/** A body is no notice: `errcode` is the Matrix error to answer it with. Nothing of the body is repeated. */
export class ErasureNoticeError extends Error {
  override readonly name = 'ErasureNoticeError';
  readonly errcode: Extract<RefusalCode, 'M_NOT_JSON' | 'M_BAD_JSON'>;

  constructor(errcode: Extract<RefusalCode, 'M_NOT_JSON' | 'M_BAD_JSON'>) {
    super(`no erasure notice: ${refusals[errcode === 'M_NOT_JSON' ? 'not-json' : 'bad-json'].error}`);
    this.errcode = errcode;
  }
}
