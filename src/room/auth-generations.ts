import type { EventTable } from './event-table.ts';

/** How many steps an event's longest auth chain has: whatever it can reach has fewer. */
export type AuthGenerations = (event: number) => number;

/** Works out generations once for each event, without recursion. An event in a cycle has an infinite one. */
export function createAuthGenerations(auth: EventTable['auth']): AuthGenerations {
  const known = new Map<number, number>();
  return (start) => {
    const path = [start];
    const open = new Set<number>();
    for (let event = path.at(-1); event !== undefined; event = path.at(-1)) {
      const unknown = open.has(event) ? [] : auth(event).filter((cited) => !known.has(cited) && !open.has(cited));
      open.add(event);
      path.push(...unknown);
      if (unknown.length > 0) continue;
      path.pop();
      // What is still open when it is asked for is cited in a circle.
      if (!known.has(event)) known.set(event, auth(event).reduce((longest, cited) => Math.max(longest, 1 + (known.get(cited) ?? Infinity)), 0));
    }
    return known.get(start) ?? 0;
  };
}
