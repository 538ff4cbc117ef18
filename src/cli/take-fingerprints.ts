import type { PersonalText } from '../erasure/fingerprints/kinds.ts';
import type { Fingerprints } from '../erasure/fingerprints/fingerprints.ts';
import { beginPlanFingerprints, beginPlanSharing } from '../erasure/fingerprints/plan-fingerprints.ts';
import type { ErasurePlan } from '../erasure/plan.ts';
import { createFaultLog } from './fault-log.ts';
import { createProgress } from './progress.ts';
import { readEvents, useLine, type EventLine } from './records.ts';

/** What fingerprints are taken with. */
export type TakingOptions = {
  readonly key: Uint8Array;
  readonly roomVersion?: string | undefined;
  /** Texts from elsewhere. */
  readonly texts?: readonly PersonalText[];
};

/**
 * Takes the fingerprints of what a plan takes away from its files: they are read once for what the subjects wrote, and once for what stays.
 * Lines that cannot be used have been reported by whoever read the files before.
 * @throws {InputFileError} when a file cannot be read
 */
export async function takeFromFiles(files: readonly string[], plan: ErasurePlan, { key, roomVersion, texts = [] }: TakingOptions): Promise<Fingerprints> {
  const taker = beginPlanFingerprints(plan, key);
  for (const { kind, text } of texts) taker.text(kind, text);
  await readQuietly(files, roomVersion, ({ event }) => taker.pass(event));
  const sharing = beginPlanSharing(taker.finish(), plan, key);
  await readQuietly(files, roomVersion, ({ event }) => sharing.pass(event));
  return sharing.finish();
}

async function readQuietly(files: readonly string[], roomVersion: string | undefined, use: (line: EventLine) => void): Promise<void> {
  const progress = createProgress('taking fingerprints');
  const faults = createFaultLog({ write: () => undefined });
  for await (const lines of readEvents(files, { faults, roomVersion, progress })) {
    for (const line of lines) useLine(line, { use, faults });
  }
  progress.clear();
}
