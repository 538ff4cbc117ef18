import type { PersonalText } from '../erasure/fingerprints/kinds.ts';
import type { Fingerprints } from '../erasure/fingerprints/fingerprints.ts';
import { beginPlanFingerprints, beginPlanSharing } from '../erasure/fingerprints/plan-fingerprints.ts';
import type { ErasurePlan } from '../erasure/plan.ts';
import { UsageError } from './errors.ts';
import { createFaultLog } from './fault-log.ts';
import { readOrMakeKey } from './fingerprints-file.ts';
import { checkInputs, isStandardInput } from './io/inputs.ts';
import { assertUnchanged, stampFiles } from './io/unchanged-files.ts';
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

/** Takes the fingerprints of a plan, with texts from elsewhere. */
export type Taking = (plan: ErasurePlan, texts: readonly PersonalText[]) => Promise<Fingerprints>;

/** The flags of `plan` that ask for fingerprints. */
export type FingerprintFlags = { readonly fingerprints?: string; readonly fingerprintKey?: string; readonly roomVersion?: string };

/**
 * What takes the fingerprints of a plan's files, which are read again for it: they must still be what the plan was made from.
 * @throws {UsageError} when flags are missing, or the input can be read only once
 * @throws {InputFileError | OutputError | FileShapeError} when a file, or the key, cannot be read or made
 */
export async function fingerprintingFor(files: readonly string[], { fingerprints, fingerprintKey, roomVersion }: FingerprintFlags): Promise<Taking | undefined> {
  if (fingerprints === undefined && fingerprintKey === undefined) return undefined;
  if (fingerprints === undefined || fingerprintKey === undefined) throw new UsageError('--fingerprints and --fingerprint-key go together');
  if (files.some(isStandardInput)) throw new UsageError('--fingerprints reads the input again: give a file instead of "-"');
  await checkInputs(files);
  const stamps = await stampFiles(files);
  const key = await readOrMakeKey(fingerprintKey);
  return async (plan, texts) => {
    const taken = await takeFromFiles(files, plan, { key, roomVersion, texts });
    await assertUnchanged(stamps);
    return taken;
  };
}

async function readQuietly(files: readonly string[], roomVersion: string | undefined, use: (line: EventLine) => void): Promise<void> {
  const progress = createProgress('taking fingerprints');
  const faults = createFaultLog({ write: () => undefined });
  for await (const lines of readEvents(files, { faults, roomVersion, progress })) {
    for (const line of lines) useLine(line, { use, faults });
  }
  progress.clear();
}
