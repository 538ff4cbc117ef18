import { accountCategories } from '../account/categories.ts';
import { decisionText, held } from './answer-held.ts';
import type { AutomatedToolKind } from './automated-tools.ts';
import { categoriesWithObjection, categoryRights, type Portable } from './category-rights.ts';
import type { RightFacts } from './facts.ts';
import { countOf, NOT_STATED, type ReportSection } from './sections.ts';

const PORTABLE: Readonly<Record<Portable, string>> = {
  provided: 'yes, you gave it', observed: 'yes, it was observed of you', no: 'no',
};

/** What goes with the person. */
export function portabilitySection(facts: RightFacts): ReportSection {
  const { rooms } = facts;
  const rows = accountCategories.map((category) => [category.id, PORTABLE[categoryRights(category.id).portable], held(category, facts)]);
  return {
    id: 'portable', heading: 'What you can take with you',
    paragraphs: [
      `Your messages and files in rooms${rooms === undefined ? '' : `: ${countOf(rooms.own, 'event')} in ${countOf(rooms.rooms, 'room')}`}, and of your account what this table says.`,
      'There is no way yet to hand an account over from one homeserver to another, so we give the copy to you (Article 20(2)).',
    ],
    table: { caption: 'Kinds of data, whether they go with you, and whether we hold them', columns: ['Kind', 'Goes with you', 'Held'], rows },
  };
}

/** What an objection stops. */
export function stopsSection({ accounts }: RightFacts): ReportSection {
  const rows = categoriesWithObjection('stops').map((category) => [category.id, categoryRights(category.id).onObjection, held(category, accounts === undefined ? {} : { accounts })]);
  return {
    id: 'stops', heading: 'What stops',
    paragraphs: ['We stop what we do for a legitimate interest of ours or of others, unless the grounds below weigh more. Advertising, where there is any, stops without more.'],
    table: { caption: 'What stops, and what we hold of it', columns: ['Kind', 'What changes', 'Held'], rows },
  };
}

/** What goes on after an objection, and on what grounds. */
export function goesOnSection({ controller }: RightFacts): ReportSection {
  const grounds = controller?.grounds ?? {};
  const rows = categoriesWithObjection('goes-on').map(({ id }) => [id, categoryRights(id).onObjection, grounds[id] ?? NOT_STATED]);
  return {
    id: 'goes-on', heading: 'What goes on, and why',
    paragraphs: [
      'Of these we have to show compelling grounds that weigh more than your interests. Where none is stated, it stops too.',
      'What your account needs to work is none of them: it ends when you close the account. What rests on your consent ends when you take it back.',
    ],
    table: { caption: 'What goes on, and on what grounds', columns: ['Kind', 'What goes on', 'Grounds'], rows },
  };
}

/** Decisions that programs make alone. */
export function decisionsSection(facts: RightFacts): ReportSection {
  const decisions = facts.controller?.decisions ?? [];
  return {
    id: 'decisions', heading: 'Decisions by programs alone', paragraphs: [decisionText(facts)],
    list: decisions.map(({ decides, logic, consequences }) => `${decides} How: ${logic} What follows: ${consequences} You may have a person look at it, say what you think, and contest it.`),
  };
}

const TOOL_KINDS: Readonly<Record<AutomatedToolKind, string>> = {
  'policy-list': 'a list of rules that bots and servers follow', 'policy-server': 'a server that can keep events out', 'access-list': 'a list of servers that are shut out', bot: 'a bot',
};

/** Tools in rooms that act by themselves. */
export function toolsSection({ tools }: RightFacts): ReportSection {
  const heading = 'Tools in your rooms that act by themselves';
  if (tools === undefined) return { id: 'tools', heading, paragraphs: ['Rooms were not looked at.'] };
  if (tools.length === 0) return { id: 'tools', heading, paragraphs: ['None was found in the rooms that were looked at.'] };
  const rows = tools.map(({ kind, room_id, id, rules, matching }) =>
    [room_id, `${TOOL_KINDS[kind]}${id === undefined ? '' : ` (${id})`}`, rules === undefined ? '' : String(rules), matching.length === 0 ? 'no' : `yes: ${matching.join(', ')}`]);
  return {
    id: 'tools', heading,
    paragraphs: ['Whoever runs a room or a list decides what these do. A ban from a room is such a decision only if it affects you seriously; ask whoever is named in the room to look at it.'],
    table: { caption: 'Tools by room, how many rules they have, and whether one fits you or your server', columns: ['Room', 'Tool', 'Rules', 'Fits you'], rows },
  };
}
