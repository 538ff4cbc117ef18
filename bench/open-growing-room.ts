/** Opens a room of so many members and prints how long that took and what the open room holds in memory, beyond what was there before. */
import { openRoom } from '../src/room.ts';
import { growingRoom } from './room-events.ts';

const members = Number(process.argv[2]);
const held = (): number => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
// The compiler has seen a small room, as it has in any program that runs for long.
for (let warm = 0; warm < 10; warm++) openRoom(growingRoom(300));
const before = held();
const start = performance.now();
const room = openRoom(growingRoom(members));
const milliseconds = performance.now() - start;
const mebibytes = (held() - before) / 2 ** 20;
if (room.currentState().state !== 'known' || room.verdict(`$say${members - 1}`)?.verdict !== 'authorized') throw new Error('the room is not right');
console.log(JSON.stringify({ events: room.order.length, milliseconds, mebibytes }));
