import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../errors.ts';

/** Where a server listens; port 0 lets the system choose one. */
export type ListenAddress = { readonly host: string; readonly port: number };

/** A certificate with its chain and its key, as PEM. */
export type ServerCertificate = { readonly cert: string; readonly key: string };

/** How long (ms) a client may take, and how much of everything it may have. */
export type ServerLimits = { readonly headersMs: number; readonly requestMs: number; readonly idleMs: number; readonly connections: number };

/** Enough for a proxy far away; whoever sends a byte now and then is gone after ten seconds. */
export const serverLimits: ServerLimits = Object.freeze({ headersMs: 10_000, requestMs: 15_000, idleMs: 20_000, connections: 512 });

/** A server that listens. */
export type Listening = {
  readonly url: string;
  /** Takes no more connections, lets requests under way come to their end for so long (ms), and lets go. */
  readonly stop: (patience: number) => Promise<void>;
};

const HEADER_BYTES = 16 * 1024;

/**
 * Listens for requests, over TLS with a certificate, else in plain HTTP for a proxy.
 * @throws {UsageError} when the certificate is none, or nobody may listen there
 */
export async function listen(listener: RequestListener, at: ListenAddress, { tls, limits = serverLimits }: { readonly tls?: ServerCertificate | undefined; readonly limits?: ServerLimits }): Promise<Listening> {
  const server = createListener(listener, tls, limits);
  server.maxConnections = limits.connections;
  server.setTimeout(limits.idleMs, (socket) => socket.destroy());
  await bound(server, at);
  const { address, port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${address.includes(':') ? `[${address}]` : address}:${port}`,
    stop: (patience) => stopped(server, patience),
  };
}

function createListener(listener: RequestListener, tls: ServerCertificate | undefined, { headersMs, requestMs }: ServerLimits): Server {
  const options = {
    headersTimeout: headersMs, requestTimeout: requestMs, keepAliveTimeout: 5000, connectionsCheckingInterval: Math.min(1000, headersMs), maxHeaderSize: HEADER_BYTES,
    insecureHTTPParser: false,
  };
  if (tls === undefined) return createHttp(options, listener);
  try {
    return createHttps({ ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: headersMs }, listener);
  } catch {
    throw new UsageError('--tls-cert and --tls-key are no certificate and its key, as PEM');
  }
}

function bound(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new UsageError(`nobody can listen on ${host}:${port} (${'code' in error ? String(error.code) : error.name}); give another --listen`)));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      // What a single connection meets with ends that connection.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

async function stopped(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(timer);
}
