import { residueRules } from '../../erasure/residue/kinds.ts';
import { hazardOf } from '../../erasure/what-stays.ts';
import type { KeptCount, OperatorReport } from '../../portability/report/report.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { warningCount } from '../text/plan-text.ts';
import { reaches, treatmentReasons, warningCodes } from '../text/sentences.ts';
import type { Block, Prose, Section } from './blocks.ts';

const SERVERS_LISTED = 100;

/** What stays, what cannot be reached, and what was warned of. */
export function operatorStays(report: OperatorReport): readonly Section[] {
  const stays = [...kept(report), ...residue(report)];
  const unreached = [...outOfReach(report), ...copies(report)];
  return [
    ...(stays.length === 0 ? [] : [{ id: 'stays', heading: 'What stays, and why', short: 'What stays', blocks: stays }]),
    ...(unreached.length === 0 ? [] : [{ id: 'unreached', heading: 'What cannot be reached', short: 'Out of reach', blocks: unreached }]),
    ...warnings(report),
  ];
}

function kept({ kept: counts }: OperatorReport): readonly Block[] {
  if (counts.length === 0) return [];
  return [{ kind: 'heading', text: 'Events that are kept' }, { kind: 'list', items: counts.map(keptItem) }];
}

function keptItem({ reason, hazard, events, rooms }: KeptCount): Prose {
  const counted = { strong: `${countOf(events, 'event')} in ${countOf(rooms, 'room')}.` };
  const known = hazardOf(hazard);
  if (known !== undefined) return [counted, ' Type ', { code: known.type }, `. ${known.consequence} What can be done: ${known.remedy}`];
  return [counted, ` ${treatmentReasons[reason]}`, ...(hazard === undefined ? [] : [' ', { code: hazard }])];
}

function residue({ residue: counts, texts }: OperatorReport): readonly Block[] {
  const rows = residueRules.filter(({ kind }) => (counts[kind] ?? 0) > 0).map(({ kind, sentence }): readonly Prose[] => [sentence, formatCount(counts[kind] ?? 0)]);
  if (rows.length === 0) return [];
  return [
    { kind: 'heading', text: 'What redaction cannot remove' },
    { kind: 'table', caption: 'What stays, by kind', columns: [{ name: 'What stays' }, { name: 'Events', number: true }], rows },
    ...(texts === 0 ? [] : [{ kind: 'prose', text: `${countOf(texts, 'free text')} ${texts === 1 ? 'stays' : 'stay'} in place: the plan says where.` } as const]),
  ];
}

function outOfReach({ outOfReach: counts }: OperatorReport): readonly Block[] {
  const items = (Object.keys(reaches) as readonly (keyof typeof reaches)[]).filter((reach) => (counts[reach] ?? 0) > 0)
    .map((reach) => `${countOf(counts[reach] ?? 0, 'event')}. ${reaches[reach].sentence}`);
  return items.length === 0 ? [] : [{ kind: 'heading', text: 'Events out of reach of a redaction' }, { kind: 'list', items }];
}

function copies({ elsewhere: { servers, bridges, replacedRooms } }: OperatorReport): readonly Block[] {
  const more = servers.length - SERVERS_LISTED;
  const items: readonly Prose[] = [
    ...servers.slice(0, SERVERS_LISTED).map((code) => ({ code })),
    ...(more > 0 ? [`${countOf(more, 'more server')}, in the plan file`] : []),
    ...(bridges === 0 ? [] : [`Other networks, over ${countOf(bridges, 'bridge')}: they delete what their network lets them.`]),
    ...(replacedRooms === 0 ? [] : [`${countOf(replacedRooms, 'room')} that ${replacedRooms === 1 ? 'was' : 'were'} replaced and ${replacedRooms === 1 ? 'is' : 'are'} not in the input.`]),
  ];
  return items.length === 0 ? [] : [{ kind: 'heading', text: 'Copies elsewhere' }, { kind: 'list', items }];
}

function warnings({ warnings: all }: OperatorReport): readonly Section[] {
  if (all.length === 0) return [];
  const items = all.map((group): Prose => [{ strong: `${warningCount(group)}.` }, ` ${warningCodes[group.code].sentence}`]);
  return [{ id: 'warnings', heading: 'What the plan warned of', short: 'Warnings', blocks: [{ kind: 'list', items }] }];
}
