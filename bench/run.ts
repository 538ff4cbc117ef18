/** Every benchmark side by side in one run; the last line is JSON: name to ratio. `npm run bench -- canonical sign` runs some of them. */
import { cpus } from 'node:os';
import { canonicalTasks } from './canonical.ts';
import { hashTasks } from './hashes.ts';
import type { CommandResult } from './command-run.ts';
import { measureExportCommand } from './export-command.ts';
import { measure, table } from './measure.ts';
import { measureNotices } from './notices.ts';
import { recordedRoomTask } from './recorded-room.ts';
import { recipientTask } from './recipients.ts';
import { measureRedactCommand } from './redact-command.ts';
import { redactTask } from './redact.ts';
import { measureResolutionGrowth } from './resolution-growth.ts';
import { measureRoomCommands } from './room-commands.ts';
import { measureRoomGrowth } from './room-growth.ts';
import { roomTasks } from './room.ts';
import { signTasks } from './sign.ts';
import { viewTasks } from './view.ts';

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((word) => name.toLowerCase().startsWith(word.toLowerCase()));
const ratios: Record<string, number> = {};
const round = (ratio: number): number => Math.round(ratio * 1000) / 1000;

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
for (const task of [...canonicalTasks, redactTask, ...hashTasks, ...signTasks, ...roomTasks, recordedRoomTask, ...viewTasks, recipientTask].filter(({ name }) => isWanted(name))) {
  const results = measure(task);
  console.log(`${table(task, results)}\n`);
  ratios[task.name] = round((results[1]?.rate ?? 0) / (results[0]?.rate ?? 1));
}
const report = (name: string, result: CommandResult): void => {
  console.log(`${result.report}\n`);
  ratios[name] = round(result.ratio);
};
if (isWanted('redactCommand')) report('redactCommand', measureRedactCommand());
if (isWanted('exportCommand')) report('exportCommand', measureExportCommand());
for (const [name, result] of measureRoomCommands(isWanted)) report(name, result);
if (isWanted('notices')) report('notices', await measureNotices());
if (isWanted('roomGrowth')) report('roomGrowth', measureRoomGrowth());
if (isWanted('resolutionGrowth')) report('resolutionGrowth', measureResolutionGrowth());
console.log(JSON.stringify(ratios));
