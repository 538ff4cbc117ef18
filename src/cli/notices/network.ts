import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { ServerName } from '../../identifiers/identifiers.ts';
import { discoverServer, sortSrv, type ServerTarget } from '../../notices/discovery/discovery.ts';
import { findAddresses, resolveAddresses, resolveService, type ResolveAddresses, type ResolveSrv } from './addresses.ts';
import { exchange, ExchangeError, type ExchangeAnswer, type ExchangeLimits, type ExchangeRequest } from './exchange.ts';
import { createWellKnown } from './well-known.ts';

/** How requests go out. What is not said is the system's own, and the internet only. */
export type NetworkOptions = {
  /** Certificates (PEM) of authorities that count beside the known ones. */
  readonly ca?: string | undefined;
  /** Whether addresses of this machine and its network may be connected to. */
  readonly allowPrivate?: boolean;
  readonly limits?: Partial<ExchangeLimits>;
  readonly resolve?: ResolveAddresses;
  readonly resolveSrv?: ResolveSrv;
  /** Where `/.well-known` is asked for: 443. */
  readonly wellKnownPort?: number;
  readonly now?: () => number;
  readonly random?: () => number;
};

/** A request to whoever is behind a target. */
export type OutgoingRequest = Pick<ExchangeRequest, 'method' | 'path' | 'headers' | 'body'>;

/** A target, whether it speaks TLS, and whether it is this server's own and so may be anywhere. */
export type Target = ServerTarget & { readonly secure?: boolean; readonly isOurs?: boolean };

/** Sends requests, within limits, to addresses that may be connected to. */
export type Network = {
  /** Where a server takes in requests. @throws {ExchangeError} when that cannot be found out */
  readonly targetsOf: (server: ServerName) => Promise<readonly ServerTarget[]>;
  /** Sends to the first address that takes the connection. @throws {ExchangeError} when there is no answer */
  readonly send: (targets: readonly Target[], request: OutgoingRequest) => Promise<ExchangeAnswer>;
  readonly close: () => void;
};

const LIMITS: ExchangeLimits = { timeoutMs: 30_000, maxBytes: 64 * 1024 };
const SOCKETS = 64;
/** So many addresses of a name are tried, each for as long as a request may take. */
const ADDRESSES = 4;

/** Makes a network. Connections are kept, and used again for the same address, name and certificate. */
export function createNetwork(options: NetworkOptions = {}): Network {
  const { ca, allowPrivate = false, resolve = resolveAddresses, resolveSrv = resolveService, random = Math.random } = options;
  const limits = { ...LIMITS, ...options.limits };
  const agents = {
    // Made once: an agent that is given certificates reads all of them for each connection, and puts their text into the name of each request's.
    secure: new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS, secureContext: createSecureContext({ minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) }) }),
    plain: new HttpAgent({ keepAlive: true, maxSockets: SOCKETS }),
  };
  const send = async (targets: readonly Target[], request: OutgoingRequest): Promise<ExchangeAnswer> => {
    let last: ExchangeError | undefined;
    // However many addresses a server names, it gets no more than twice the time of one: when that of one is over, no other is begun.
    const began = performance.now();
    const isLate = (): boolean => performance.now() - began > limits.timeoutMs;
    for (const { host, secure = true, isOurs = false, ...target } of targets) {
      if (isLate()) break;
      try {
        for (const address of (await findAddresses(host, { resolve, allowPrivate: allowPrivate || isOurs })).slice(0, ADDRESSES)) {
          if (isLate()) break;
          try {
            return await exchange({ ...request, ...target, address, secure }, secure ? agents.secure : agents.plain, limits);
          } catch (error) {
            last = elsewhere(error);
          }
        }
      } catch (error) {
        last = elsewhere(error);
      }
    }
    throw last ?? new ExchangeError(targets.length === 0 ? 'no-address' : 'timeout');
  };
  const wellKnown = createWellKnown({ send, port: options.wellKnownPort ?? 443, now: options.now ?? Date.now });
  const srv: ResolveSrv = async (service, host) => sortSrv(await resolveSrv(service, host), random);
  return {
    targetsOf: (server) => discoverServer(server, { wellKnown, srv }),
    send,
    close: () => {
      agents.secure.destroy();
      agents.plain.destroy();
    },
  };
}

/** Another address may be tried, but not where this one may have taken the request in. */
function elsewhere(error: unknown): ExchangeError {
  if (!(error instanceof ExchangeError) || error.handedOver) throw error;
  return error;
}
