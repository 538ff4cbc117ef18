import { servers, type Server } from './script.ts';

/** Which events each server would build on, and which servers hear each other. */
export type Network = {
  readonly heads: ReadonlyMap<Server, readonly string[]>;
  readonly cutOff: ReadonlySet<Server>;
};

/** A network in which everybody hears everybody. */
export function connectedNetwork(): Network {
  return { heads: new Map(), cutOff: new Set() };
}

/** The network once a server has sent an event that builds on all that it knew. */
export function afterSending(network: Network, server: Server, eventId: string): Network {
  const hearing = network.cutOff.has(server) ? [server] : connected(network);
  return { ...network, heads: new Map([...network.heads, ...hearing.map((name) => [name, [eventId]] as const)]) };
}

/** The network without a server, which goes on alone. */
export function afterSplit(network: Network, server: Server): Network {
  return { ...network, cutOff: new Set([...network.cutOff, server]) };
}

/** The network with a server that is back: everybody has everything, and builds on what nothing else follows. */
export function afterHealing(network: Network, server: Server, parents: (eventId: string) => readonly string[]): Network {
  const cutOff = new Set([...network.cutOff].filter((name) => name !== server));
  const hearing = connected({ ...network, cutOff });
  const heads = [...new Set(hearing.flatMap((name) => network.heads.get(name) ?? []))];
  const past = ancestorsOf(heads, parents);
  const latest = heads.filter((head) => !past.has(head));
  return { cutOff, heads: new Map([...network.heads, ...hearing.map((name) => [name, latest] as const)]) };
}

function connected({ cutOff }: Network): readonly Server[] {
  return servers.filter((server) => !cutOff.has(server));
}

function ancestorsOf(eventIds: readonly string[], parents: (eventId: string) => readonly string[]): ReadonlySet<string> {
  const past = new Set<string>();
  const pending = eventIds.flatMap(parents);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (past.has(id)) continue;
    past.add(id);
    pending.push(...parents(id));
  }
  return past;
}
