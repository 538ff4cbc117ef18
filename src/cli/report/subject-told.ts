import { recipientStates } from '../../portability/report/recipients.ts';
import type { SubjectReport } from '../../portability/report/report.ts';
import { capital } from '../page/parts-table.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import type { Block, Prose, Section } from './blocks.ts';
import { recipientKinds, recipientWords } from './subject-words.ts';

/** Who has copies, and how far telling them has come. */
export function subjectTold({ recipients, recipientStates: counts, elsewhere, contact }: SubjectReport): Section {
  const frame = { id: 'told', heading: 'Who else has copies, and who was told', short: 'Who was told' };
  const intro: Block = { kind: 'prose', text: 'Rooms can be spread over many servers, and each keeps its own copy. We tell those who have copies that you asked to be erased. They answer for their copies themselves, and we cannot make them obey.' };
  if (recipients === undefined || counts === undefined) return { ...frame, blocks: [intro, ...untold(elsewhere.servers, contact)] };
  if (recipients.length === 0) return { ...frame, blocks: [{ kind: 'prose', text: 'Nobody else has a copy that we know of.' }] };
  return {
    ...frame,
    blocks: [intro, {
      kind: 'parts', id: 'told', caption: 'Those who have copies, by whether they were told', heading: 'How far it has come', noun: ['recipient', 'recipients'],
      parts: recipientStates.map((state) => ({ ...recipientWords[state], count: counts[state] })).filter(({ count }) => count > 0),
      ring: { done: counts.confirmed + counts.told, title: 'How many of those who have copies were told' },
    }, {
      kind: 'table', caption: 'Who has copies', columns: [{ name: 'Who' }, { name: 'Told?' }, { name: 'By' }],
      rows: recipients.map(({ kind, name, state, count, by }) => [whoOf(kind, count, name), recipientWords[state].label, by === undefined ? '' : { day: by }]),
    }],
  };
}

function whoOf(kind: keyof typeof recipientKinds, count: number, name: string | undefined): Prose {
  const what = count === 1 ? recipientKinds[kind].one : `${formatCount(count)} ${recipientKinds[kind].many}`;
  const shown = kind === 'public' ? 'the public: anybody could read there, without an account' : what;
  return name === undefined ? capital(shown) : [{ code: name }, `, ${shown}`];
}

function untold(servers: readonly string[], contact: string | undefined): readonly Block[] {
  if (servers.length === 0) return [{ kind: 'prose', text: 'No other server had members in your rooms.' }];
  return [
    { kind: 'prose', text: `${countOf(servers.length, 'other server')} had members in your rooms, and so ${servers.length === 1 ? 'has' : 'have'} copies. This report does not say which of them have been told${contact === undefined ? '.' : `; ask ${contact}.`}` },
    { kind: 'list', items: servers.map((code) => ({ code })) },
  ];
}
