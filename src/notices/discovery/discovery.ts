import { isServerName, type ServerName } from '../../identifiers/identifiers.ts';
import { parseIpAddress } from './ip-address.ts';

/** Where a server takes in requests, and as whom it must show itself there. */
export type ServerTarget = {
  /** A name to look up, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** The `Host` header. */
  readonly hostHeader: string;
  /** The name, or IP address without brackets, that its certificate must be for. */
  readonly tlsName: string;
};

/** Under what other servers look for a server by DNS: the second is deprecated, and asked last. */
export type SrvService = '_matrix-fed._tcp' | '_matrix._tcp';

/** An SRV record. */
export type SrvRecord = { readonly name: string; readonly port: number; readonly priority: number; readonly weight: number };

/** What is to be asked next, or the targets, to be tried in this order. Without any, the server takes in nothing. */
export type DiscoveryStep =
  | { readonly ask: 'well-known'; readonly host: string }
  | { readonly ask: 'srv'; readonly host: string; readonly service: SrvService }
  | { readonly ask: 'nothing'; readonly targets: readonly ServerTarget[] };

/** The port where nobody says another. */
export const DEFAULT_PORT = 8448;

const PARTS = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/;

/**
 * The first step of finding a server: an IP address or a port in its name answers everything, else its own word is asked for.
 * @throws {ServerNameError} when the name is none
 * @see https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names
 * @example beginDiscovery('example.org') // { ask: 'well-known', host: 'example.org' }
 */
export function beginDiscovery(server: ServerName): DiscoveryStep {
  const parts = partsOf(server);
  if (parts === undefined) throw new ServerNameError();
  return direct(parts) ?? { ask: 'well-known', host: parts.host };
}

/**
 * The step after `/.well-known/matrix/server` was asked for: `delegated` is its `m.server`, `undefined` where there is no answer that is valid.
 * @see https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names
 * @example afterWellKnown('example.org', 'matrix.example.org:443').targets[0].hostHeader // 'matrix.example.org:443'
 */
export function afterWellKnown(host: string, delegated: string | undefined): DiscoveryStep {
  const parts = delegated === undefined ? undefined : partsOf(delegated);
  if (parts === undefined) return { ask: 'srv', host, service: '_matrix-fed._tcp' };
  return direct(parts) ?? { ask: 'srv', host: parts.host, service: '_matrix-fed._tcp' };
}

/** A question about SRV records, and what came back, in the order in which it is to be tried. */
export type SrvAnswer = { readonly host: string; readonly service: SrvService; readonly records: readonly SrvRecord[] };

/**
 * The step after SRV records were asked for. A single record without a name says that there is no such service.
 * @see https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names
 * @example afterSrv({ host: 'example.org', service: '_matrix._tcp', records: [] }).targets[0].port // 8448
 */
export function afterSrv({ host, service, records }: SrvAnswer): DiscoveryStep {
  const at = (name: string, port: number): ServerTarget => ({ host: name, port, hostHeader: host, tlsName: host });
  const named = records.filter(({ name }) => name !== '' && name !== '.');
  if (records.length > 0) return { ask: 'nothing', targets: named.map(({ name, port }) => at(name.replace(/\.$/, ''), port)) };
  if (service === '_matrix-fed._tcp') return { ask: 'srv', host, service: '_matrix._tcp' };
  return { ask: 'nothing', targets: [at(host, DEFAULT_PORT)] };
}

/**
 * Records in the order of RFC 2782: by priority, and among equals by a draw in which the weight counts. `random` gives numbers from 0 to below 1.
 * @see https://www.rfc-editor.org/rfc/rfc2782
 * @example sortSrv([{ name: 'b', port: 1, priority: 2, weight: 0 }, { name: 'a', port: 1, priority: 1, weight: 0 }], () => 0).map(({ name }) => name) // ['a', 'b']
 */
export function sortSrv(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  const left = [...records].sort((one, other) => one.priority - other.priority || one.weight - other.weight);
  const sorted: SrvRecord[] = [];
  while (left.length > 0) {
    const equals = left.filter(({ priority }) => priority === left[0]?.priority);
    const drawn = random() * equals.reduce((sum, { weight }) => sum + weight, 0);
    let sum = 0;
    const index = Math.max(0, equals.findIndex(({ weight }) => (sum += weight) > drawn));
    sorted.push(...left.splice(index, 1));
  }
  return sorted;
}

type NameParts = { readonly host: string; readonly port: number | undefined };

function partsOf(name: string): NameParts | undefined {
  const [, host = '', digits] = isServerName(name) ? (PARTS.exec(name) ?? []) : [];
  const port = digits === undefined ? undefined : Number(digits);
  if (host === '' || (port !== undefined && (port < 1 || port > 65_535))) return undefined;
  return { host, port };
}

/** What needs no question: an IP address, or a name with a port. */
function direct({ host, port }: NameParts): DiscoveryStep | undefined {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (port === undefined && parseIpAddress(bare) === undefined) return undefined;
  const hostHeader = port === undefined ? host : `${host}:${port}`;
  return { ask: 'nothing', targets: [{ host: bare, port: port ?? DEFAULT_PORT, hostHeader, tlsName: bare }] };
}

/** What a server is looked up with. Each is asked at most once, but for SRV, which is asked for two services. */
export type DiscoveryLookups = {
  /** The `m.server` of a host, `undefined` where it has no valid one. */
  readonly wellKnown: (host: string) => Promise<string | undefined>;
  /** The SRV records of a service at a host, none where there are none; sorted with {@link sortSrv}. */
  readonly srv: (service: SrvService, host: string) => Promise<readonly SrvRecord[]>;
};

/**
 * Where a server takes in requests, by the steps of the specification.
 * @throws {ServerNameError} when the name is none, and what the lookups throw
 * @see https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names
 * @example discoverServer('[2001:db8::1]', { wellKnown: async () => undefined, srv: async () => [] }).then(([target]) => target.port) // 8448
 */
export async function discoverServer(server: ServerName, { wellKnown, srv }: DiscoveryLookups): Promise<readonly ServerTarget[]> {
  let step = beginDiscovery(server);
  while (step.ask !== 'nothing') {
    const { host } = step;
    step = step.ask === 'well-known'
      ? afterWellKnown(host, await wellKnown(host))
      : afterSrv({ host, service: step.service, records: await srv(step.service, host) });
  }
  return step.targets;
}

/** A text is no name of a server. */
export class ServerNameError extends Error {
  override readonly name = 'ServerNameError';

  constructor() {
    super('no server name: give a host name or an IP address, with a port if need be, such as example.org:8448');
  }
}
