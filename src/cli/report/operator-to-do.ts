import type { OperatorReport, ReportedStep } from '../../portability/report/report.ts';
import { asks } from '../text/delivery-text.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { checks as checkWords, steps as stepWords } from '../text/sentences.ts';
import type { Piece, Prose } from './blocks.ts';

const SHOWN = 5;

/** What somebody has to do or look at, the most urgent first. */
export function toDo(report: OperatorReport): readonly Prose[] {
  return [...broken(report), ...overdue(report), ...letters(report), ...holdsToReview(report), ...openSteps(report), ...notLookedAt(report)];
}

function broken({ checks = [], ledger, drift = {}, standing }: OperatorReport): readonly Prose[] {
  const failed = checks.filter(({ status }) => status === 'failed');
  const unknown = checks.filter(({ status }) => status === 'unknown');
  const moved = Object.values(drift).reduce((sum, count) => sum + count, 0);
  return [
    ...failed.map(({ check, failed: count }): Prose => [{ strong: 'A check failed' }, `: ${checkWords[check].label}, ${formatCount(count)}. ${checkWords[check].sentence}`]),
    ...(ledger?.verdict === 'broken' ? [[{ strong: 'The ledger of proof is broken' }, `, at record ${ledger.record}. Find out what happened to it.`]] : []),
    ...(moved === 0 ? [] : [[{ strong: 'The events have drifted' }, `: ${formatCount(moved)}. Make a supplement to the plan, or plan again.`]]),
    ...(standing === 'not-checked' ? ['Check the result with "matrix-erasure verify", and give what it finds with --verification.'] : []),
    ...(unknown.length === 0 ? [] : [`${countOf(unknown.length, 'check')} could not be made in full: see below why.`]),
  ];
}

function overdue({ deadlines, generatedAt, steps }: OperatorReport): readonly Prose[] {
  const isOpen = (name: ReportedStep['step']): boolean => steps.some(({ step, standing }) => step === name && standing !== 'done');
  return [
    ...(deadlines.answer < generatedAt && isOpen('report') ? [[...late(deadlines.answer), 'the answer to the person, unless they have it.']] : []),
    ...(deadlines.purge < generatedAt && isOpen('purge') ? [[...late(deadlines.purge), 'the purge, unless it is done.']] : []),
  ];
}

function late(at: number): readonly Piece[] {
  return [{ strong: 'Overdue' }, ' since ', { time: at }, ': '];
}

function letters({ recipients = [] }: OperatorReport): readonly Prose[] {
  const whys = [...new Set(recipients.flatMap(({ ask }) => ask ?? []))];
  return whys.map((why): Prose => {
    const asked = recipients.filter(({ ask }) => ask === why);
    return [{ strong: countOf(asked.length, 'recipient') }, `: ${asks[why]}. `, ...asked.slice(0, SHOWN).flatMap(({ destination }, i) => [...(i === 0 ? [] : [', ']), { code: destination }]), asked.length > SHOWN ? ` and ${formatCount(asked.length - SHOWN)} more.` : '.'];
  });
}

function holdsToReview({ holds, generatedAt }: OperatorReport): readonly Prose[] {
  return holds.filter(({ reviewAt }) => reviewAt < generatedAt).map(({ id, reviewAt }): Prose => [{ strong: `Hold ${id}` }, ' should have been reviewed by ', { time: reviewAt }, '.']);
}

/** What a machine or a person still has to do, and what nothing that was given says anything of. */
function openSteps({ steps, generatedAt }: OperatorReport): readonly Prose[] {
  return steps.filter(({ standing, step, due }) => standing === 'open' && step !== 'notices' && !(due !== undefined && due < generatedAt))
    .map(({ step, due }): Prose => [`${stepWords[step].sentence}`, ...(due === undefined ? ['.'] : [', by ', { time: due }, '.'])]);
}

function notLookedAt({ account = [], files, steps }: OperatorReport): readonly Prose[] {
  const silent = account.reduce((sum, { notLookedAt: categories }) => sum + categories.length, 0);
  const isUnplanned = account.length === 0 && steps.some(({ step }) => step === 'account');
  return [
    ...(files.deleted === 0 ? [] : [[`Delete ${countOf(files.deleted, 'file')} by `, { time: files.due }, ', if that has not been done: a report cannot see them.']]),
    ...(silent === 0 ? [] : [`Look at ${countOf(silent, 'category', 'categories')} of account data on which the file of the account says nothing.`]),
    ...(isUnplanned ? ['Plan what happens to the account, with --account: this plan does not say.'] : []),
  ];
}
