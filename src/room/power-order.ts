import { compareCodePoints } from '../json/compare.ts';
import type { EventTable } from './event-table.ts';
import type { AuthorizationRules } from '../rules/types.ts';
import { userLevel } from './power-levels.ts';
import type { PowerLevel } from './power-levels.ts';
import { compareNumbers, sortingNumber } from './readable.ts';

/** What the order is worked out with. */
export type PowerOrderContext = {
  readonly table: EventTable;
  readonly rules: AuthorizationRules;
  /** The create event where no event cites it (from version 12). */
  readonly create: number | undefined;
};

type Ranked = { readonly event: number; readonly power: PowerLevel; readonly sent: number | bigint; readonly id: string };

/**
 * The reverse topological power ordering: auth events before the events that cite them and, where that leaves a choice,
 * by the sender's power (most first), then time, then ID.
 * @see https://spec.matrix.org/v1.19/rooms/v2/#definitions
 */
export function reverseTopologicalPowerOrder(events: ReadonlySet<number>, context: PowerOrderContext): readonly number[] {
  const { table } = context;
  const waiting = new Map<number, number>();
  const citedBy = new Map<number, number[]>();
  for (const event of events) {
    const cited = [...new Set(table.auth(event))].filter((auth) => events.has(auth));
    waiting.set(event, cited.length);
    for (const auth of cited) {
      const by = citedBy.get(auth);
      if (by === undefined) citedBy.set(auth, [event]);
      else by.push(event);
    }
  }
  // Kahn's algorithm: of all events that wait for nothing, the smallest comes next.
  const ready: Ranked[] = [];
  for (const [event, count] of waiting) if (count === 0) pushHeap(ready, rank(event, context));
  const order: number[] = [];
  for (let next = popHeap(ready); next !== undefined; next = popHeap(ready)) {
    order.push(next.event);
    for (const event of citedBy.get(next.event) ?? []) {
      const count = (waiting.get(event) ?? 0) - 1;
      waiting.set(event, count);
      if (count === 0) pushHeap(ready, rank(event, context));
    }
  }
  return order;
}

function rank(number: number, context: PowerOrderContext): Ranked {
  const event = context.table.event(number);
  return { event: number, power: senderPower(number, context), sent: sortingNumber(event.origin_server_ts), id: context.table.id(number) };
}

/** The sender's power level by the event's own auth events. */
function senderPower(number: number, { table, rules, create }: PowerOrderContext): PowerLevel {
  const auth = table.auth(number).map((at) => table.event(at));
  const createEvent = auth.find((event) => event.type === 'm.room.create') ?? (create === undefined ? undefined : table.event(create));
  const content = auth.find((event) => event.type === 'm.room.power_levels' && event.state_key === '')?.content;
  return userLevel({ create: createEvent ?? { type: 'm.room.create', content: {} }, content, rules }, table.event(number).sender ?? '');
}

function isBefore(one: Ranked, other: Ranked): boolean {
  return (compareNumbers(other.power, one.power) || compareNumbers(one.sent, other.sent) || compareCodePoints(one.id, other.id)) < 0;
}

function pushHeap(heap: Ranked[], item: Ranked): void {
  let at = heap.length;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(item, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = item;
}

function popHeap(heap: Ranked[]): Ranked | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    const [left, right] = [heap[child], heap[child + 1]];
    const smaller = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
    if (smaller === undefined || !isBefore(smaller, last)) break;
    heap[at] = smaller;
    at = smaller === right ? child + 1 : child;
  }
  heap[at] = last;
  return top;
}
