import { own } from '../../json/value.ts';
import type { FateCounts, SubjectReport } from '../../portability/report/report.ts';
import { countOf, formatCount, inWords } from '../text/numbers.ts';
import { inRow, type Block, type Prose, type ReportDocument, type Section } from './blocks.ts';
import { subjectAccount } from './subject-account.ts';
import { subjectStays } from './subject-stays.ts';
import { subjectTold } from './subject-told.ts';
import { ANY_AUTHORITY, fateInks, fates, hiddenUnder, rights } from './subject-words.ts';

/** The report to the person, in plain English. */
export function subjectDocument(report: SubjectReport): ReportDocument {
  return {
    eyebrow: 'Report on your request to be erased',
    heading: 'What became of your data',
    title: `What became of your data: ${report.subjects.join(', ')}`,
    summary: summary(report),
    standing: standing(report),
    facts: [
      ['Your account', inRow(report.subjects.map((code) => ({ code })))],
      ['You asked on', { day: report.requestedAt }],
      ['In effect since', { day: report.effectiveAt }],
      ['This report is of', { day: report.generatedAt }],
      ...(report.operator === undefined ? [] : [['From', report.operator] as const]),
    ],
    sections: [fatesAndFiles(report), ...subjectAccount(report), subjectStays(report), subjectTold(report), when(report), complain(report), checking(report)],
    foot: 'This report holds nothing of what you wrote, and names no other person. Keep it: it may be the last that we send you.',
  };
}

const becomes: Readonly<Record<keyof FateCounts, string>> = { deleted: 'deleted', emptied: 'emptied', hidden: 'hidden', held: 'held back for now', kept: 'kept' };

function summary({ fates: counts, rooms, standing: known, limited }: SubjectReport): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (all === 0) return 'We found nothing that you sent.';
  const isDone = known === 'clean' || known === 'unknown';
  const told = fateInks.filter(([fate]) => counts[fate] > 0).map(([fate]) => {
    const yet = !isDone && (fate === 'deleted' || fate === 'emptied') ? 'to be ' : '';
    return `${formatCount(counts[fate])} ${counts[fate] === 1 ? 'is' : 'are'} ${yet}${becomes[fate]}`;
  });
  const scope = limited ? 'Your request covered a part of what you sent: ' : 'You had sent ';
  return `${scope}${countOf(all, 'message or other entry', 'messages and other entries')} in ${countOf(rooms, 'room')}. Of these, ${inWords(told)}.`;
}

function standing({ standing: known }: SubjectReport): ReportDocument['standing'] {
  switch (known) {
    case 'clean':
      return { how: 'good', text: 'Done and checked: what you sent into rooms is as this report says.' };
    case 'unknown':
      return { how: 'open', text: 'Done. We checked what we could and found nothing wrong; not everything could be checked.' };
    case 'leftovers':
      return { how: 'bad', text: 'Not finished: our check found that something is left over. We have to put that right, and tell you.' };
    case 'not-checked':
      return { how: 'open', text: 'Decided. That it has been carried out was not checked when this report was made.' };
    default:
      return known satisfies never;
  }
}

function fatesAndFiles({ fates: counts, profile, files }: SubjectReport): Section {
  const parts = fateInks.map(([fate, ink]) => {
    const { label, sentence } = fates[fate];
    return { ink, label, sentence: fate === 'hidden' ? own(hiddenUnder, profile) ?? sentence : sentence, count: counts[fate] };
  });
  const ofFiles: Block[] = files.deleted + files.kept + files.unknown === 0 ? [] : [{ kind: 'heading', text: 'Your files' }, { kind: 'list', items: fileItems(files) }];
  return {
    id: 'what', heading: 'What was deleted, hidden and kept', short: 'What was deleted',
    blocks: [{ kind: 'parts', id: 'fate', caption: 'What you sent, by what became of it', heading: 'What became of it', noun: ['entry', 'entries'], parts: parts.filter(({ count }) => count > 0) }, ...ofFiles],
  };
}

function fileItems({ deleted, kept, unknown, due }: SubjectReport['files']): readonly Prose[] {
  return [
    ...(deleted === 0 ? [] : [[`${countOf(deleted, 'file')} ${deleted === 1 ? 'is' : 'are'} deleted, by `, { day: due }, ' at the latest.']]),
    ...(kept === 0 ? [] : [`${countOf(kept, 'file')} ${kept === 1 ? 'stays' : 'stay'} for the people who could see ${kept === 1 ? 'it' : 'them'}, because a message that stays refers to ${kept === 1 ? 'it' : 'them'}.`]),
    ...(unknown === 0 ? [] : [`Of ${countOf(unknown, 'file')} we cannot tell: encrypted messages that others have may refer to ${unknown === 1 ? 'it' : 'them'}. ${unknown === 1 ? 'It stays.' : 'They stay.'}`]),
  ];
}

function when({ requestedAt, effectiveAt, revokedAt, deadlines, generatedAt, fates: counts, files, recipients = [] }: SubjectReport): Section {
  const open = recipients.flatMap(({ by }) => by ?? []);
  const isPurge = counts.deleted + files.deleted > 0;
  const moments = [
    { at: requestedAt, what: 'You asked', more: 'The time that the law gives us runs from here.' },
    { at: effectiveAt, what: 'The erasure takes effect', more: 'From then on newcomers are no longer shown what you sent.' },
    { at: deadlines.answer, what: 'We have to have answered', more: 'With what was done, and what was not and why. This report is that answer.' },
    ...(isPurge ? [{ at: deadlines.purge, what: 'Deleted at the latest', more: 'What only you could see, and your files that nobody else needs, are gone by then.' }] : []),
    ...(open.length === 0 ? [] : [{ at: Math.max(...open), what: 'The last are told', more: 'Whoever has not been told by machine by then is written to by a person.' }]),
    ...(deadlines.review === undefined ? [] : [{ at: deadlines.review, what: 'We look again at what is held back', more: 'If the reason is gone, it is removed then.' }]),
    ...(revokedAt === undefined ? [] : [{ at: revokedAt, what: 'You took the request back', more: 'What you sent after that is not covered.' }]),
  ].sort((one, other) => one.at - other.at);
  return { id: 'when', heading: 'By when', short: 'By when', blocks: [{ kind: 'moments', id: 'time', title: 'What happens when', moments, now: generatedAt, grain: 'day' }] };
}

function complain({ contact, authority }: SubjectReport): Section {
  const ask: Block = { kind: 'prose', text: contact === undefined ? 'If something here is unclear or wrong, write to whoever runs your server.' : ['If something here is unclear or wrong, write to ', { strong: contact }, '.'] };
  const where: Block = { kind: 'prose', text: authority === undefined ? ANY_AUTHORITY : ['You may also complain to the data protection authority: ', { strong: authority }, '. It costs nothing.'] };
  return {
    id: 'rights', heading: 'Your rights, and where to complain', short: 'Your rights',
    blocks: [
      ask, where,
      { kind: 'prose', text: 'You may also go to court. What else you may ask of us:' },
      { kind: 'list', items: rights.map(([name, sentence]): Prose => [{ strong: `${name}.` }, ` ${sentence}`]) },
    ],
  };
}

function checking({ plan, subjects, limited }: SubjectReport): Section {
  return {
    id: 'check', heading: 'How you can check this', short: 'How to check',
    blocks: [
      { kind: 'list', items: [
        ...(limited ? [] : [['Try to sign in as ', { code: subjects[0] ?? '' }, ': it has to fail.'], 'Search for your name in the app of somebody who never met you: you must not be found.']),
        'Ask somebody who is new to a room that you were in: your messages from before must not be shown to them. Somebody who was there with you still sees them; that is no fault.',
        'If we gave you a receipt, keep it with this report. It is signed, and anybody can check it against our records.',
      ] },
      { kind: 'prose', text: ['Should you write to us about this, give this reference: ', { code: plan }, '.'] },
    ],
  };
}
