import { lookup, resolveSrv } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from '../../notices/discovery/ip-address.ts';
import type { SrvRecord, SrvService } from '../../notices/discovery/discovery.ts';
import { ExchangeError } from './exchange.ts';

/** Looks a name up: its IP addresses, none where there are none. */
export type ResolveAddresses = (host: string) => Promise<readonly string[]>;

/** Looks SRV records up, none where there are none. */
export type ResolveSrv = (service: SrvService, host: string) => Promise<readonly SrvRecord[]>;

/** How addresses are found, and whether they may be of this machine or its network. */
export type AddressOptions = { readonly resolve: ResolveAddresses; readonly allowPrivate: boolean };

/**
 * The addresses of a host that may be connected to. They are checked as addresses, after the lookup: a name proves nothing.
 * @throws {ExchangeError} when there are none, or none that may be
 */
export async function findAddresses(host: string, { resolve, allowPrivate }: AddressOptions): Promise<readonly string[]> {
  const found = isIP(host) === 0 ? await resolve(host) : [host];
  if (found.length === 0) throw new ExchangeError('no-address');
  const allowed = found.filter((address) => allowPrivate || isPublicAddress(address));
  if (allowed.length === 0) throw new ExchangeError('private-address');
  return allowed;
}

const NOTHING_THERE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME']);

/** The system's own lookup. @throws {ExchangeError} when the lookup itself fails */
export const resolveAddresses: ResolveAddresses = (host) =>
  orNothing(async () => (await lookup(host, { all: true })).map(({ address }) => address));

/** DNS. @throws {ExchangeError} when the lookup itself fails */
export const resolveService: ResolveSrv = (service, host) => orNothing(() => resolveSrv(`${service}.${host}`));

async function orNothing<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOTHING_THERE.has(String(error.code))) return [];
    throw new ExchangeError('dns');
  }
}
