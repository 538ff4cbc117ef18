import type { Command } from 'commander';
import { registerNotifyMark } from './notify/mark.ts';
import { registerNotifyPlan } from './notify/plan.ts';
import { registerNotifyReceive } from './notify/receive.ts';
import { registerNotifyRooms } from './notify/rooms.ts';
import { registerNotifySend } from './notify/send.ts';
import { registerNotifyStatus } from './notify/status.ts';

const EXAMPLES = `
The ledger is one file that says of each recipient how far its notice has come; it outlives a crash at any moment. Only "send", "receive" and "rooms" use the network.

Examples:
  matrix-erasure notify plan plan.json room.ndjson.gz --ledger notices.db --operator "Example e. V." --contact dpo@example.org
  matrix-erasure notify send --ledger notices.db --key signing.key --server example.org
  matrix-erasure notify status --ledger notices.db
  matrix-erasure notify mark --ledger notices.db --to other.example --as sent
  matrix-erasure notify receive --ledger notices.db --suppression-key erased.key --server example.org --listen 127.0.0.1:8449`;

/** Adds `notify`: whoever holds copies is told, and it is known who has been. */
export function registerNotify(program: Command): void {
  const notify = program.command('notify')
    .description('tell those who hold copies that data is to be erased, see who has been told, and be told')
    .helpCommand(false)
    // Without a command it says so in a line, instead of printing its help as an error.
    .configureOutput({ writeErr: () => undefined })
    .addHelpText('after', EXAMPLES);
  for (const register of [registerNotifyPlan, registerNotifySend, registerNotifyStatus, registerNotifyMark, registerNotifyReceive, registerNotifyRooms]) register(notify);
}
