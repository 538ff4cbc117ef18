import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ReceivedNotice } from '../../notices/authority.ts';
import type { FetchHandler, FetchRequest, FetchResponse } from '../../notices/fetch-types.ts';
import { toNodeHandler } from '../../notices/node-handler.ts';
import { serveErasureApi, type ErasureApiOptions } from '../../notices/serve.ts';
import type { ReceivedLedger } from './received-ledger.ts';

/** What became of a request: taken in, known before, for a person to look at, or refused, with the error of Matrix. */
export type Received = { readonly at: number } & (
  | { readonly outcome: 'taken-in' | 'review'; readonly notice: ReceivedNotice }
  | { readonly outcome: 'known' }
  | { readonly outcome: 'refused'; readonly status: number; readonly errcode: string }
);

/** Who is served, with what, and who is told. */
export type ReceiverOptions = Pick<ErasureApiOptions, 'serverName' | 'keys' | 'hsToken'> & {
  readonly ledger: Pick<ReceivedLedger, 'standing' | 'take' | 'review'>;
  readonly now: () => number;
  readonly onReceived: (received: Received) => void;
  readonly onFault: (error: unknown) => void;
};

/** Takes in notices, writes them into a ledger before it answers, and tells what became of each request. */
export function createReceiver({ ledger, now, onReceived, onFault, ...api }: ReceiverOptions): FetchHandler {
  const current = new AsyncLocalStorage<{ notice?: ReceivedNotice; outcome?: 'taken-in' | 'review' }>();
  const note = (outcome: 'taken-in' | 'review', notice: ReceivedNotice): void => void Object.assign(current.getStore() ?? {}, { outcome, notice });
  const handle = serveErasureApi({
    ...api, now, onFault,
    standing: ledger.standing,
    onErasure: (notice) => {
      ledger.take(notice, now());
      note('taken-in', notice);
    },
    onReview: (notice) => {
      ledger.review(notice, now());
      note('review', notice);
    },
  });
  return (request) => current.run({}, async () => {
    const answer = await handle(request);
    const { outcome, notice } = current.getStore() ?? {};
    if (outcome !== undefined && notice !== undefined) onReceived({ at: now(), outcome, notice });
    else if (answer.status === OK) onReceived({ at: now(), outcome: 'known' });
    else return refusal(answer, (errcode) => onReceived({ at: now(), outcome: 'refused', status: answer.status, errcode }));
    return answer;
  });
}

const OK = 200;

/** The same answer, whose body has been read. */
async function refusal(answer: FetchResponse, tell: (errcode: string) => void): Promise<FetchResponse> {
  const body = await answer.text();
  tell((JSON.parse(body) as { readonly errcode: string }).errcode);
  return new Response(body, { status: answer.status, headers: ['content-type', 'allow'].flatMap((name): [string, string][] => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value]];
  }) });
}

/** Where to listen, and the certificate (PEM) and its key where TLS is not done by somebody before. */
export type ListenOptions = { readonly host: string; readonly port: number; readonly tls?: { readonly cert: string; readonly key: string } };

/** A server that listens. */
export type Listening = { readonly url: string; readonly stop: () => Promise<void> };

/** A request has to be there within so many ms, its headers sooner, and an idle connection goes: whoever sends slowly holds nobody up. */
const REQUEST_MS = 30_000;
const HEADERS_MS = 10_000;
const IDLE_MS = 5000;
const CONNECTIONS = 512;
const REQUESTS_PER_CONNECTION = 1000;

/** Listens. Rejects with the system's error where it cannot. */
export function listen(handler: (request: FetchRequest) => Promise<FetchResponse>, { host, port, tls }: ListenOptions): Promise<Listening> {
  const handle = toNodeHandler(handler);
  const listener: RequestListener = (request, response) => {
    response.on('error', () => undefined);
    // Whoever goes away in the middle of a request is answered by nobody.
    handle(request, response).catch(() => response.destroy());
  };
  const server = withLimits(tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve({ url: urlOf(server, tls !== undefined), stop: () => stop(server) }));
  });
}

function withLimits<S extends Server>(server: S): S {
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = HEADERS_MS;
  server.keepAliveTimeout = IDLE_MS;
  server.maxConnections = CONNECTIONS;
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION;
  return server;
}

function urlOf(server: Server, secure: boolean): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${secure ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** What is being answered is answered; who says nothing is not waited for. */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), IDLE_MS).unref();
  });
}
