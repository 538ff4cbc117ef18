import { readBase64 } from '../crypto/base64.ts';
import { isServerName, type ServerName } from '../identifiers/identifiers.ts';

/** What the `Authorization` header of a request between servers says. */
export type XMatrixHeader = {
  /** The server that sends the request. */
  readonly origin: ServerName;
  /** The server that is to receive it; servers before version 1.3 of the specification leave it out. */
  readonly destination?: ServerName;
  /** The ID of the key, `ed25519:` and a version. */
  readonly key: string;
  /** The signature in base64. */
  readonly sig: string;
};

/** What is wrong with a header. */
export type XMatrixFault = 'scheme' | 'syntax' | 'duplicate' | 'missing' | 'origin' | 'destination' | 'key' | 'sig';

/** Longer headers are refused before they are looked at (UTF-16 units): two server names, a key ID and a signature need about 700. */
const MAX_HEADER_LENGTH = 4096;
const SIGNATURE_BYTES = 64;

// RFC 7230, section 3.2.6. Colons are no part of a token: recipients should allow them in values all the same.
const SCHEME = /^x-matrix +(?:,[ \t]*)*(?=[^ ,])/i;
const NAME = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*/y;
const VALUE = /[!#$%&'*+.^_`|~0-9A-Za-z:-]+|"(?:[\t !#-[\]-~\x80-\xff]|\\[\t !-~\x80-\xff])*"/y;
const SEPARATOR = /[ \t]*(?:,[ \t]*)+|[ \t]*$/y;
const KEY_ID = /^ed25519:[A-Za-z0-9_]+$/;

/**
 * Reads an `Authorization` header of the scheme `X-Matrix`. Names may be in any case and order, values quoted or not; unknown parameters are passed over.
 * @throws {XMatrixHeaderError} when it is no such header, says something twice, or lacks a parameter that must be there
 * @see https://spec.matrix.org/v1.19/server-server-api/#request-authentication
 * @example parseXMatrixHeader('Bearer abc') // throws XMatrixHeaderError
 */
export function parseXMatrixHeader(text: string): XMatrixHeader {
  const scheme = text.length <= MAX_HEADER_LENGTH ? SCHEME.exec(text) : null;
  if (scheme === null) throw new XMatrixHeaderError('scheme');
  return checked(readParameters(text, scheme[0].length));
}

/**
 * Writes the header as older servers read it, too: one space, names in lower case, every value in quotes and none with a backslash.
 * @throws {XMatrixHeaderError} when a value is not what it must be
 * @see https://spec.matrix.org/v1.19/server-server-api/#request-authentication
 * @example formatXMatrixHeader({ origin: 'a.org', destination: 'b.org', key: 'ed25519:1', sig: 'A'.repeat(86) }).slice(0, 45) // 'X-Matrix origin="a.org",destination="b.org",k'
 */
export function formatXMatrixHeader(header: XMatrixHeader & { readonly destination: ServerName }): string {
  const { origin, destination, key, sig } = checked(new Map(Object.entries(header)));
  return `X-Matrix origin="${origin}",destination="${destination}",key="${key}",sig="${sig}"`;
}

type Parameters = ReadonlyMap<string, string>;

function readParameters(text: string, start: number): Parameters {
  const parameters = new Map<string, string>();
  let at = start;
  const next = (expression: RegExp): RegExpExecArray => {
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (match === null) throw new XMatrixHeaderError('syntax');
    at += match[0].length;
    return match;
  };
  while (at < text.length) {
    const name = (next(NAME)[1] ?? '').toLowerCase();
    if (parameters.has(name)) throw new XMatrixHeaderError('duplicate');
    parameters.set(name, unquoted(next(VALUE)[0]));
    next(SEPARATOR);
  }
  return parameters;
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value;
}

function checked(parameters: Parameters): XMatrixHeader {
  const [origin, destination, key, sig] = ['origin', 'destination', 'key', 'sig'].map((name) => parameters.get(name));
  if (origin === undefined || key === undefined || sig === undefined) throw new XMatrixHeaderError('missing');
  if (!isServerName(origin)) throw new XMatrixHeaderError('origin');
  if (destination !== undefined && !isServerName(destination)) throw new XMatrixHeaderError('destination');
  if (!KEY_ID.test(key)) throw new XMatrixHeaderError('key');
  if (readBase64(sig)?.length !== SIGNATURE_BYTES) throw new XMatrixHeaderError('sig');
  return { origin, ...(destination === undefined ? {} : { destination }), key, sig };
}

const EXPLANATIONS: Readonly<Record<XMatrixFault, string>> = {
  scheme: `expected "X-Matrix", one or more spaces and parameters, at most ${MAX_HEADER_LENGTH} characters`,
  syntax: 'expected name=value pairs with commas between them, values with other characters than those of a token in quotes',
  duplicate: 'a parameter is there twice',
  missing: '"origin", "key" and "sig" must be there',
  origin: '"origin" is no server name',
  destination: '"destination" is no server name',
  key: '"key" is no "ed25519:" with a version of letters, digits and "_"',
  sig: `"sig" is not ${SIGNATURE_BYTES} bytes in base64`,
};

/** A header does not say who sends a request and how it is signed. Nothing of it is repeated. */
export class XMatrixHeaderError extends Error {
  override readonly name = 'XMatrixHeaderError';
  readonly fault: XMatrixFault;

  constructor(fault: XMatrixFault) {
    super(`invalid X-Matrix authorization: ${EXPLANATIONS[fault]}`);
    this.fault = fault;
  }
}
