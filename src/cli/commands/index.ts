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
import { registerExport } from './export.ts';
import { registerGraph } from './graph.ts';
import { registerBatch } from './batch.ts';
import { registerComplete } from './complete.ts';
import { registerMan } from './man.ts';
import { registerImport } from './import.ts';
import { registerStatus } from './status.ts';
import { registerCancel } from './cancel.ts';
import { registerReplay } from './replay.ts';
import { registerWork } from './work.ts';
import { registerNotify } from './notify.ts';
import { registerReport } from './report.ts';
import { registerRequests } from './requests.ts';

/** What adds each command to a program, in the order in which help lists them. */
export const commands: readonly ((program: Command) => void)[] = [
  registerPlan,
  registerShow,
  registerApply,
  registerImport,
  registerStatus,
  registerWork,
  registerCancel,
  registerReplay,
  registerVerify,
  registerVerifyLedger,
  registerNotify,
  registerReport,
  registerRequests,
  registerView,
  registerExport,
  registerRedact,
  registerExplain,
  registerGraph,
  registerCompareRules,
  registerBatch,
  registerMan,
  registerComplete,
];
