import { own } from '../../json/value.ts';
import type { KeptCount, SubjectReport } from '../../portability/report/report.ts';
import { countOf, formatCount, inWords } from '../text/numbers.ts';
import type { Block, Prose, Section } from './blocks.ts';
import { aboutForSubject, groundsForSubject, keptBecause, keptFor, KEPT_OTHERWISE, residueForSubject } from './subject-words.ts';

/** What stays, and why. */
export function subjectStays(report: SubjectReport): Section {
  return { id: 'stays', heading: 'What stays, and why', short: 'What stays', blocks: [...kept(report), ...held(report), ...others(report), ...everywhere(report), ...beyond(report)] };
}

function kept({ kept: counts, texts }: SubjectReport): readonly Block[] {
  if (counts.length === 0) return [];
  const free = texts === 0 ? [] : [{ kind: 'prose', text: `Among these and the empty entries, ${countOf(texts, 'text')} that you wrote ${texts === 1 ? 'stays' : 'stay'}, because the rules of the network keep ${texts === 1 ? 'it' : 'them'}.` } as const];
  return [
    { kind: 'heading', text: 'Kept, so that rooms go on working' },
    { kind: 'table', caption: 'What is kept', columns: [{ name: 'What it is, and why' }, { name: 'Entries', number: true }], rows: joinAlike(counts).map(([why, events]) => [why, formatCount(events)]) },
    ...free,
  ];
}

/** Different hazards can have the same words. */
function joinAlike(counts: readonly KeptCount[]): readonly (readonly [why: string, events: number])[] {
  const joined = new Map<string, number>();
  for (const { reason, hazard, events } of counts) {
    const why = (hazard === undefined ? own(keptFor, reason) : own(keptBecause, hazard)) ?? KEPT_OTHERWISE;
    joined.set(why, (joined.get(why) ?? 0) + events);
  }
  return [...joined];
}

function held({ holds, contact }: SubjectReport): readonly Block[] {
  const items = holds.filter(({ events }) => events > 0).map(({ ground, reviewAt, events }): Prose => [
    `${countOf(events, 'entry', 'entries')}. ${groundsForSubject[ground]} We look at this again by `, { day: reviewAt }, '.',
  ]);
  if (items.length === 0) return [];
  return [
    { kind: 'heading', text: 'Held back for now' }, { kind: 'list', items },
    { kind: 'prose', text: `You may ask what this rests on, and dispute it${contact === undefined ? '.' : `: write to ${contact}.`}` },
  ];
}

function others({ about }: SubjectReport): readonly Block[] {
  if (about.events === 0) return [];
  const named = keysIn(aboutForSubject).filter((reason) => (about.reasons[reason] ?? 0) > 0).map((reason) => aboutForSubject[reason]);
  return [
    { kind: 'heading', text: 'What others wrote about you' },
    { kind: 'prose', text: `${countOf(about.events, 'entry', 'entries')} of other people ${about.events === 1 ? 'is' : 'are'} about you: ${inWords(named)}. ${about.events === 1 ? 'It is' : 'They are'} theirs as well, and we do not touch ${about.events === 1 ? 'it' : 'them'} unasked. If one of them harms you, tell us.` },
  ];
}

function everywhere({ residue }: SubjectReport): readonly Block[] {
  const present = keysIn(residueForSubject).filter((kind) => (residue[kind] ?? 0) > 0);
  if (present.length === 0) return [];
  return [
    { kind: 'heading', text: 'What no erasure can take out' },
    { kind: 'prose', text: 'Entries are chained to one another, so that nobody can forge them. For that reason the empty ones still hold:' },
    { kind: 'list', items: present.map((kind) => residueForSubject[kind]) },
  ];
}

function beyond({ elsewhere: { servers, bridges, replacedRooms } }: SubjectReport): readonly Block[] {
  const items = [
    ...(servers.length === 0 ? [] : [`Copies on ${countOf(servers.length, 'other server')}, until whoever runs ${servers.length === 1 ? 'it' : 'them'} removes them.`]),
    ...(bridges === 0 ? [] : [`${countOf(bridges, 'bridge')} may have carried messages of yours into other networks, which delete what they can and no more.`]),
    ...(replacedRooms === 0 ? [] : [`${countOf(replacedRooms, 'older room')} that ${replacedRooms === 1 ? 'was' : 'were'} replaced ${replacedRooms === 1 ? 'is' : 'are'} not among what we looked at.`]),
    'Whatever people have seen, copied or printed while they could.',
  ];
  return [{ kind: 'heading', text: 'What we cannot reach' }, { kind: 'list', items }];
}

function keysIn<Key extends string>(table: Readonly<Record<Key, string>>): readonly Key[] {
  return Object.keys(table) as Key[];
}
