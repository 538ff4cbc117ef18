import { recipientStates, type ReportedRecipient } from '../../portability/report/recipients.ts';
import type { OperatorReport, ReportedStep, StepStanding } from '../../portability/report/report.ts';
import { treatmentParts } from '../page/charts.ts';
import { asks } from '../text/delivery-text.ts';
import { faults } from '../text/ledger-text.ts';
import { momentsOf } from '../text/moments.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { checks as checkWords, checkSigns, exceptedSentence, holdGroundWords, steps as stepWords, verdicts } from '../text/sentences.ts';
import { inRow, standingSigns, type Block, type Piece, type Prose, type ReportDocument, type Section, type Stands } from './blocks.ts';
import { operatorStays } from './operator-stays.ts';
import { toDo } from './operator-to-do.ts';
import { recipientWords } from './subject-words.ts';

const LISTED = 200;

/** The report to whoever runs the server: what is left to do first, then how far each step has come. */
export function operatorDocument(report: OperatorReport): ReportDocument {
  const sections = [todo(report), steps(report), treatments(report), checked(report), recipients(report), holds(report), when(report), ...operatorStays(report), proof(report)];
  return {
    eyebrow: 'Report of an erasure, for the operator',
    heading: ['Erasure of ', ...inRow(report.subjects.map((code) => ({ code })))],
    title: `Report of an erasure: ${report.subjects.join(', ')}`,
    summary: `${countOf(report.input.events, 'event')} read in ${countOf(report.input.rooms, 'room')}; the person sent ${countOf(sent(report), 'event')} in ${countOf(report.rooms, 'room')}.${report.limited ? ' The request covers a part of what they sent.' : ''}`,
    standing: standing(report),
    facts: [
      ['Requested', { time: report.requestedAt }], ['In effect from', { time: report.effectiveAt }],
      ...(report.revokedAt === undefined ? [] : [['Revoked', { time: report.revokedAt }] as const]),
      ['Profile', { code: report.profile }], ['This report', { time: report.generatedAt }], ['Plan', { code: report.plan }],
      ...(report.supplements === undefined ? [] : [['Adds to plan', { code: report.supplements }] as const]),
    ],
    sections: sections.filter((section) => section !== undefined),
    foot: 'This report holds identifiers, types and counts, and no content of events. It names people: keep it as long as you need it to show what was done, and no longer.',
  };
}

function sent({ totals: { redact, hide, purge, keep } }: OperatorReport): number {
  return redact + hide + purge + keep;
}

function standing({ standing: known }: OperatorReport): ReportDocument['standing'] {
  if (known === 'not-checked') return { how: 'open', text: 'Not checked: no verification was given.' };
  return { how: known === 'clean' ? 'good' : known === 'leftovers' ? 'bad' : 'open', text: `Carried out and checked. ${verdicts[known]}` };
}

function todo(report: OperatorReport): Section {
  const items = toDo(report);
  return {
    id: 'todo', heading: 'What is left to do', short: 'To do',
    blocks: [items.length === 0 ? { kind: 'prose', text: 'Nothing that this report knows of.' } : { kind: 'list', items }],
  };
}

const stepStands: Readonly<Record<StepStanding, Omit<Stands, 'word'>>> = {
  done: { stands: 'passed', sign: checkSigns.passed }, failed: { stands: 'failed', sign: checkSigns.failed },
  open: { stands: 'unknown', sign: standingSigns.open }, unknown: { stands: 'unknown', sign: checkSigns.unknown },
};

function steps({ steps: made }: OperatorReport): Section {
  return {
    id: 'steps', heading: 'Steps, and how far they have come', short: 'Steps',
    blocks: [
      { kind: 'table', caption: 'Steps of the plan', columns: [{ name: 'Step, and by when' }, { name: 'Standing' }], rows: made.map(stepRow) },
      { kind: 'prose', soft: true, text: 'Done and failed come from the verification, the ledger of deliveries and the ledger of proof. What none of them speaks of is unknown, never done.' },
    ],
  };
}

function stepRow({ step, count, due, standing: known }: ReportedStep): readonly Prose[] {
  return [[`${stepWords[step].sentence}: ${countOf(count, stepWords[step].unit)}`, ...(due === undefined ? ['.'] : [', by ', { time: due }, '.'])], { ...stepStands[known], word: known }];
}

function treatments({ totals }: OperatorReport): Section {
  return {
    id: 'treatments', heading: 'What happens to the events', short: 'Events',
    blocks: [
      { kind: 'parts', id: 'share', caption: "The person's events by what happens to them", heading: 'Treatment', noun: ['event', 'events'], parts: treatmentParts(totals) },
      { kind: 'prose', soft: true, text: `Beside these: ${formatCount(totals.held)} held, ${formatCount(totals.outOfReach)} out of reach of a redaction sent into their room, ${formatCount(totals.about)} events of others about the person.` },
    ],
  };
}

function checked({ checks, textSearch }: OperatorReport): Section | undefined {
  if (checks === undefined) return undefined;
  const rows = checks.map(({ check, status, checked: looked, failed, unknown, excepted }): readonly Prose[] => [
    [{ strong: checkWords[check].label }, ` ${checkWords[check].sentence}${excepted === undefined ? '' : ` ${exceptedSentence(excepted)}`}${unknown === undefined ? '' : ` Not checked: ${unknown}`}`],
    { stands: status, sign: checkSigns[status], word: status }, formatCount(looked), formatCount(failed),
  ]);
  const examples = checks.filter(({ examples: shown }) => shown.length > 0).map(({ check, examples: shown }): Prose => [`${checkWords[check].label}: `, ...inRow(shown.map((code) => ({ code }))), '.']);
  return {
    id: 'checked', heading: 'What was checked', short: 'Checks',
    blocks: [
      { kind: 'table', caption: 'Checks', columns: [{ name: 'Check' }, { name: 'Result' }, { name: 'Checked', number: true }, { name: 'Failed', number: true }], rows },
      ...(examples.length === 0 ? [] : [{ kind: 'heading', text: 'Examples of what failed' }, { kind: 'list', items: examples }] as const),
      ...(textSearch === undefined ? [] : [{ kind: 'prose', text: `Texts of the person that were searched for: ${formatCount(textSearch.found)} found, ${formatCount(textSearch.notFound)} not found, ${formatCount(textSearch.unknown)} unknown.` } as const]),
    ],
  };
}

function recipients({ recipients: all, recipientStates: counts, elsewhere: { servers } }: OperatorReport): Section {
  const frame = { id: 'recipients', heading: 'Who was told', short: 'Recipients' };
  if (all === undefined || counts === undefined) {
    return { ...frame, blocks: [{ kind: 'prose', text: `Not known: no ledger of deliveries was given. ${countOf(servers.length, 'other server')} had members in these rooms.` }] };
  }
  if (all.length === 0) return { ...frame, blocks: [{ kind: 'prose', text: 'Nobody else holds a copy that the ledger knows of.' }] };
  const unsettled = all.filter(({ state }) => state !== 'confirmed');
  return {
    ...frame,
    blocks: [
      {
        kind: 'parts', id: 'recipients', caption: 'Recipients by state', heading: 'State', noun: ['recipient', 'recipients'],
        parts: recipientStates.map((state) => ({ ...recipientWords[state], count: counts[state] })), ring: { done: counts.confirmed + counts.told, title: 'Recipients by state' },
      },
      ...(unsettled.length === 0 ? [] : unsettledTable(unsettled)),
    ],
  };
}

function unsettledTable(unsettled: readonly ReportedRecipient[]): readonly Block[] {
  const more = unsettled.length - LISTED;
  return [
    { kind: 'heading', text: 'Not confirmed' },
    {
      kind: 'table', caption: 'Recipients that have not confirmed', columns: [{ name: 'Recipient, and how it stands' }, { name: 'Until' }, { name: 'Tries', number: true }],
      rows: unsettled.slice(0, LISTED).map((one) => [[{ code: one.destination }, ` ${one.kind}. `, ...stateOf(one)], { time: one.deadline }, formatCount(one.attempts)]),
    },
    ...(more > 0 ? [{ kind: 'prose', text: `${countOf(more, 'more recipient')} in the ledger.` } as const] : []),
  ];
}

function stateOf({ status, reason, ask, nextAt, state }: ReportedRecipient): readonly Piece[] {
  const pieces: readonly Piece[] = [`${recipientWords[state].label}: ${status}`];
  const why = reason === undefined ? [] : [` (${reason})`];
  if (ask !== undefined) return [...pieces, ...why, `; ${asks[ask]}.`];
  return [...pieces, ...why, ...(nextAt === undefined ? ['.'] : ['; next ', { time: nextAt }, '.'])];
}

function holds({ holds: all }: OperatorReport): Section | undefined {
  if (all.length === 0) return undefined;
  return {
    id: 'holds', heading: 'What is held', short: 'Holds',
    blocks: [{
      kind: 'table', caption: 'Holds, what they rest on, and when they are reviewed', columns: [{ name: 'Hold' }, { name: 'Review by' }, { name: 'Events', number: true }],
      rows: all.map(({ id, ground, basis, reviewAt, events, rooms }) => [[{ strong: id }, ` ${holdGroundWords[ground]}. ${basis}`], { time: reviewAt }, `${formatCount(events)} in ${countOf(rooms, 'room')}`]),
    }],
  };
}

function when({ requestedAt, effectiveAt, revokedAt, deadlines, totals, files, generatedAt }: OperatorReport): Section {
  const request = { requestedAt, effectiveAt, ...(revokedAt === undefined ? {} : { revokedAt }) };
  return {
    id: 'when', heading: 'What happens when', short: 'When',
    blocks: [{ kind: 'moments', id: 'time', title: 'What happens when', moments: momentsOf({ request, deadlines, totals, files: files.deleted }), now: generatedAt, grain: 'minute' }],
  };
}

function proof({ ledger, drift }: OperatorReport): Section {
  return { id: 'proof', heading: 'Proof and drift', short: 'Proof', blocks: [...ledgerBlocks(ledger), { kind: 'prose', text: driftSentence(drift) }] };
}

function ledgerBlocks(ledger: OperatorReport['ledger']): readonly Block[] {
  if (ledger === undefined) return [{ kind: 'prose', text: 'No ledger of proof was given.' }];
  if (ledger.verdict === 'broken') return [{ kind: 'prose', text: `The ledger of proof is broken at record ${ledger.record}: ${faults[ledger.fault]}. Nothing in it counts as proof.` }];
  return [
    { kind: 'prose', text: [`The ledger of proof is intact, ${countOf(ledger.records, 'record')}. It ends with the hash `, { code: ledger.head }, '. Only a receipt can show that none is missing at its end.'] },
    ledger.ofPlan.length === 0
      ? { kind: 'prose', text: 'None of its records has the digest of this plan.' }
      : { kind: 'table', caption: 'Records of this plan', columns: [{ name: 'Record' }, { name: 'When' }, { name: 'Number', number: true }], rows: ledger.ofPlan.map(({ kind, at, seq }) => [kind, { time: at }, formatCount(seq)]) },
  ];
}

function driftSentence(drift: OperatorReport['drift']): string {
  if (drift === undefined) return 'Whether the events are still those that the plan was made on was not looked at: give them as FILES.';
  const found = Object.entries(drift).map(([kind, count]) => `${kind} ${formatCount(count)}`);
  return found.length === 0 ? 'The events are those that the plan was made on.' : `The events are no longer those that the plan was made on: ${found.join(', ')}. Make a supplement, or plan again.`;
}
