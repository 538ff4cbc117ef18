import { own, type JsonObject } from '../json/value.ts';
import { errcodeIn, objectIn, waitIn } from './notice-answer.ts';

/** What a request is sent with; the platform's `fetch` takes it. */
export type SendInit = { readonly method: string; readonly headers: Record<string, string>; readonly redirect: 'error'; readonly body?: string };
/** An answer of the platform's `fetch`, as far as it is read. */
export type SendAnswer = {
  readonly status: number;
  readonly headers: { readonly get: (name: string) => string | null };
  readonly text: () => Promise<string>;
};
/** The platform's `fetch`, as far as it is used. */
export type SendFetch = (url: string, init: SendInit) => Promise<SendAnswer>;

/** The homeserver to which sends go, and what is needed to get through to it. */
export type HomeserverOptions = {
  /** Where its client-server API is, without `/_matrix`: `https:`, or `http:` on this machine. */
  readonly baseUrl: string;
  /** The platform's, with a limit of time: `(url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(30_000) })`. */
  readonly fetch: SendFetch;
  /** Waits (ms): `(ms) => new Promise((done) => setTimeout(done, ms))`. */
  readonly wait: (ms: number) => Promise<void>;
  /** How often a request is sent at most, where the server asks to wait, fails or does not answer. Without it, 8 times. */
  readonly attempts?: number;
  /** The longest wait (ms) that a server may ask for; beyond it, a send fails for now. Without it, 10 minutes. */
  readonly longestWait?: number;
};

/** What a homeserver answered at last; without a status it did not answer. */
export type HomeserverAnswer = { readonly status?: number; readonly errcode?: string; readonly body: JsonObject };

/** A request to a homeserver. Names in the path are encoded already. */
export type HomeserverRequest = { readonly method: 'GET' | 'PUT' | 'POST'; readonly path: string; readonly token: string; readonly body?: JsonObject };

/** Asks a homeserver, again and again where that may help. */
export type Homeserver = (request: HomeserverRequest) => Promise<HomeserverAnswer>;

const ATTEMPTS = 8;
const LONGEST_WAIT = 10 * 60 * 1000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

/**
 * Opens the client-server API of a homeserver. Requests that got no lasting answer are repeated, after the time that the server asks for.
 * @throws {HomeserverAddressError} when access tokens would be sent in the clear, or the address is none
 * @example openHomeserver({ baseUrl: 'https://a.org', fetch: async () => ({ status: 200, headers: { get: () => null }, text: async () => '{}' }), wait: async () => {} })({ method: 'GET', path: '/v3/account/whoami', token: 't' }) // { status: 200, body: {} }
 * @example openHomeserver({ baseUrl: 'http://a.org', fetch, wait: async () => {} }) // throws HomeserverAddressError
 */
export function openHomeserver(options: HomeserverOptions): Homeserver {
  const base = baseOf(options.baseUrl);
  const { attempts = ATTEMPTS, longestWait = LONGEST_WAIT, wait } = options;
  return async (request) => {
    for (let tried = 1; ; tried += 1) {
      const { answer, after } = await ask(base, request, options.fetch);
      if (after === undefined) return answer;
      const pause = Math.max(after, 0) || Math.min(FIRST_PAUSE * 2 ** (tried - 1), LONGEST_PAUSE);
      if (tried >= attempts || pause > longestWait) return answer;
      await wait(pause);
    }
  };
}

type Asked = { readonly answer: HomeserverAnswer; /** What is to be waited for (ms) before the next try, 0 if that is not said. */ readonly after?: number };

async function ask(base: string, { method, path, token, body }: HomeserverRequest, fetch: SendFetch): Promise<Asked> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const init: SendInit = { method, headers, redirect: 'error', ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  try {
    const response = await fetch(`${base}/_matrix/client${path}`, init);
    return read(response.status, objectIn(await response.text()), response.headers.get('retry-after'));
  } catch {
    // Refused, cut off, too late: whether it arrived is not known, and what is sent may be sent again.
    return { answer: { body: {} }, after: 0 };
  }
}

const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

function read(status: number, body: JsonObject | undefined, retryAfter: string | null): Asked {
  const errcode = errcodeIn(body);
  // A 200 that is no JSON is somebody else's page: the homeserver has not answered.
  if (status === 200 && body === undefined) return { answer: { body: {} }, after: 0 };
  const answer: HomeserverAnswer = { status, ...(errcode === undefined ? {} : { errcode }), body: body ?? {} };
  const isLater = LATER.has(status) || status >= 500 || errcode === 'M_LIMIT_EXCEEDED';
  return isLater ? { answer, after: waitIn(body, retryAfter).after ?? 0 } : { answer };
}

/** Whether the server did what it was asked. */
export function isDone({ status }: HomeserverAnswer): boolean {
  return status === 200;
}

/** Whether the server will not do it however often it is asked. */
export function isFinal({ status, errcode }: HomeserverAnswer): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 401 && !LATER.has(status) && errcode !== 'M_LIMIT_EXCEEDED';
}

/** The text at a key of an answer. */
export function textIn(body: JsonObject, key: string): string | undefined {
  const value = own(body, key);
  return typeof value === 'string' ? value : undefined;
}

const ADDRESS = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/:@?#\s]+)(:\d{1,5})?((?:\/[^?#\s]*)?)$/i;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

function baseOf(baseUrl: string): string {
  const match = ADDRESS.exec(baseUrl);
  if (match === null) throw new HomeserverAddressError('form');
  if (match[1]?.toLowerCase() === 'http' && !LOOPBACK.test(match[2] ?? '')) throw new HomeserverAddressError('plain');
  return baseUrl.replace(/\/+$/, '');
}

const EXPLANATIONS = {
  form: 'it must be an address like https://matrix.example.org, without user, query and fragment',
  plain: 'access tokens would be sent in the clear: use https:, or http: on this machine',
} as const;

/** The address of a homeserver cannot be used. */
export class HomeserverAddressError extends Error {
  override readonly name = 'HomeserverAddressError';
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(reason: keyof typeof EXPLANATIONS) {
    super(`baseUrl: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
