/** Resolves the two states of a forked room of so many members, and prints how long that took, and how much processor time: medians of several times, in ms. */
import { roomVersion } from '../src/index.ts';
import { resolveState, stateKeyOf } from '../src/room.ts';
import { forkedRoom, type ForkedRoom } from './forked-room.ts';
import { memberOf } from './room-events.ts';

const TIMES = 7;
const members = Number(process.argv[2]);
const rules = roomVersion('10');
const resolve = ({ states, events }: ForkedRoom): ReadonlyMap<string, string> => resolveState(states, { rules, fetchEvent: (id) => events.get(id) });

// The compiler has seen a small room, as it has in any program that runs for long.
const small = forkedRoom(300);
for (let warm = 0; warm < 50; warm++) resolve(small);

const room = forkedRoom(members);
type Times = { readonly milliseconds: number; readonly processor: number };

const times = Array.from({ length: TIMES }, (): Times => {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const resolved = resolve(room);
  const { user, system } = process.cpuUsage(used);
  const milliseconds = performance.now() - start;
  check(resolved);
  return { milliseconds, processor: (user + system) / 1000 };
});
const median = (time: (times: Times) => number): number => times.map(time).toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
const places = [...room.states[0] ?? []].filter(([key, id]) => room.states[1]?.get(key) !== id).length;
console.log(JSON.stringify({ places, milliseconds: median((time) => time.milliseconds), processor: median((time) => time.processor) }));

/** Removals and power levels hold, and every member is there once. */
function check(resolved: ReadonlyMap<string, string>): void {
  const idOf = (member: number): string | undefined => resolved.get(stateKeyOf('m.room.member', memberOf(member).userId));
  const isRight = resolved.size === members + 4 && resolved.get(stateKeyOf('m.room.power_levels', '')) === '$levels.b'
    && idOf(1) === '$remove0' && idOf(2) === memberOf(2).joinId && idOf(10)?.startsWith('$name1.') === true;
  if (!isRight) throw new Error('the states were resolved to something else');
}
