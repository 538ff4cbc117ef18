import { hostileRooms } from './hostile-rooms.ts';

// A program of its own, for its memory is limited.
process.stdout.write(JSON.stringify(Object.entries(hostileRooms).map(([name, judge]) => [name, judge()])));
