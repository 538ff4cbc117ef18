import type { Command } from 'commander';
import { registerVerify } from './verify.ts';
import { registerVerifyLedger } from './verify-ledger.ts';
import { registerView } from './view.ts';
import { registerShow } from './show.ts';
import { registerPlan } from './plan.ts';
import { registerCompareRules } from './compare-rules.ts';
import { registerApply } from './apply.ts';
import { registerRedact } from './redact.ts';
import { registerExplain } from './explain.ts';
import { registerGraph } from './graph.ts';
import { registerBatch } from './batch.ts';
import { registerImport } from './import.ts';
import { registerStatus } from './status.ts';
import { registerCancel } from './cancel.ts';
import { registerReplay } from './replay.ts';
import { registerNotify } from './notify.ts';

/** What adds each command to a program, in the order in which help lists them. */
export const commands: readonly ((program: Command) => void)[] = [
  registerPlan,
  registerShow,
  registerApply,
  registerImport,
  registerStatus,
  registerCancel,
  registerReplay,
  registerVerify,
  registerVerifyLedger,
  registerNotify,
  registerView,
  registerRedact,
  registerExplain,
  registerGraph,
  registerCompareRules,
  registerBatch,
];
