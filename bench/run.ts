/** Every benchmark side by side in one run; the last line is JSON: name to ratio. `npm run bench -- canonical sign` runs some of them. */
import { cpus } from 'node:os';
import { canonicalTasks } from './canonical.ts';
import { hashTasks } from './hashes.ts';
import { measure, table } from './measure.ts';
import { recipientTask } from './recipients.ts';
import { measureRedactCommand } from './redact-command.ts';
import { redactTask } from './redact.ts';
import { measureRoomGrowth } from './room-growth.ts';
import { roomTasks } from './room.ts';
import { signTasks } from './sign.ts';
import { viewTasks } from './view.ts';

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((word) => name.toLowerCase().startsWith(word.toLowerCase()));
const ratios: Record<string, number> = {};
const round = (ratio: number): number => Math.round(ratio * 1000) / 1000;

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
for (const task of [...canonicalTasks, redactTask, ...hashTasks, ...signTasks, ...roomTasks, ...viewTasks, recipientTask].filter(({ name }) => isWanted(name))) {
  const results = measure(task);
  console.log(`${table(task, results)}\n`);
  ratios[task.name] = round((results[1]?.rate ?? 0) / (results[0]?.rate ?? 1));
}
if (isWanted('redactCommand')) {
  const { ratio, report } = measureRedactCommand();
  console.log(`${report}\n`);
  ratios['redactCommand'] = round(ratio);
}
if (isWanted('roomGrowth')) {
  const { ratio, report } = measureRoomGrowth();
  console.log(`${report}\n`);
  ratios['roomGrowth'] = round(ratio);
}
console.log(JSON.stringify(ratios));
