import { accountCategories, type AccountCategory } from '../account/categories.ts';
import { categoryRights, type LawfulBasis } from './category-rights.ts';
import type { RightFacts, RightRecipient } from './facts.ts';
import type { RightsRequest } from './request.ts';
import { articleOf, rights, type RightKind } from './rights.ts';
import { countOf, day, NOT_STATED, type ReportSection } from './sections.ts';

const BASES: Readonly<Record<LawfulBasis, string>> = {
  consent: 'your consent (Article 6(1)(a))',
  contract: 'the account that you asked for (Article 6(1)(b))',
  'legal-obligation': 'a legal obligation (Article 6(1)(c))',
  'legitimate-interest': 'our legitimate interest (Article 6(1)(f))',
};

/** Every kind of account data: what for, how long, on what basis, and whether there is any. */
export function heldSection(facts: RightFacts): ReportSection {
  const rows = accountCategories.map((category) => [category.id, category.purpose, category.retention, BASES[categoryRights(category.id).basis], held(category, facts)]);
  return {
    id: 'held', heading: 'What is held of you, and why',
    paragraphs: ['These are the kinds of data that a homeserver holds of an account. Messages and files in rooms come on top of them.'],
    table: { caption: 'Kinds of data, what each is for, how long it is kept, on what basis, and whether we hold it of you', columns: ['Kind', 'What for', 'How long', 'Basis', 'Held'], rows },
  };
}

/** Whether there is any of a category. */
export function held({ id }: AccountCategory, { accounts }: RightFacts): string {
  const lists = (accounts ?? []).map(({ data }) => data[id]);
  if (lists.length === 0 || lists.includes(undefined)) return 'not looked at';
  const count = lists.reduce((sum, items) => sum + (items?.length ?? 0), 0);
  return count === 0 ? 'nothing' : countOf(count, 'item');
}

const RECIPIENT_KINDS: Readonly<Record<string, string>> = {
  server: 'the homeserver', 'application-service': 'the application service', 'identity-server': 'the identity server', bot: 'the bot', widget: 'the widget host', public: 'the public',
};

/** Who is given the data. */
export function recipientsSection({ recipients }: RightFacts): ReportSection {
  const paragraphs = recipients === undefined
    ? ['Nobody has looked yet who is given your data.']
    : [recipients.length === 0 ? 'We know of nobody who is given your data.' : 'Copies of what you sent into rooms are with these. They answer for them themselves. People who read your messages are not listed.'];
  return { id: 'recipients', heading: 'Who is given it', paragraphs, list: (recipients ?? []).map(recipientLine) };
}

function recipientLine({ kind, id, since }: RightRecipient): string {
  const who = Object.hasOwn(RECIPIENT_KINDS, kind) ? RECIPIENT_KINDS[kind] : kind;
  return `${who}${kind === 'public' ? '' : ` ${id}`}${since === undefined ? '' : `, since ${day(since, undefined)}`}`;
}

/** Where the data go. */
export function transfersSection({ controller }: RightFacts): ReportSection {
  return { id: 'transfers', heading: 'Where it goes', paragraphs: [controller?.transfers ?? 'Rooms are copied to every server that takes part in them, wherever it stands. Safeguards for third countries: not stated.'] };
}

/** What a legitimate interest is, where there is one. */
export function interestsSection({ controller }: RightFacts): readonly ReportSection[] {
  return controller?.interests === undefined ? [] : [{ id: 'interests', heading: 'Our legitimate interests', paragraphs: [controller.interests] }];
}

/** The rights beside the one that was asked for. */
export function otherRights(kind: RightKind): ReportSection {
  return {
    id: 'rights', heading: 'Your other rights', paragraphs: ['You may also ask for these. Where something rests on your consent, you may take it back at any time.'],
    list: rights.filter((right) => right.kind !== kind).map((right) => `${right.title} (${articleOf(right)}): ${right.promise}`),
  };
}

/** Article 15(1) point by point. */
export function accessSection(request: RightsRequest, facts: RightFacts): ReportSection {
  const { rooms, recipients, controller } = facts;
  const inRooms = rooms === undefined ? 'Rooms were not looked at.' : `In the rooms that were looked at: ${countOf(rooms.own, 'event')} that you sent, in ${countOf(rooms.rooms, 'room')}, and ${countOf(rooms.about, 'event')} of others that name or quote you.`;
  const rows = [
    ['(a) what for', 'What each kind of data is for stands in the table below.'],
    ['(b) which kinds', `${accountCategories.length} kinds of account data, in the table below. ${inRooms}`],
    ['(c) who is given it', recipients === undefined ? 'Not looked at.' : `${countOf(recipients.length, 'recipient')}, listed below.`],
    ['(d) how long', 'How long each kind is kept stands in the table below.'],
    ['(e) your rights', 'You may ask for rectification, erasure or restriction, and may object. See below.'],
    ['(f) complaint', 'You may complain to a supervisory authority. See below.'],
    ['(g) where it comes from', 'From you and your devices; what others wrote about you, from them and from the servers that they use.'],
    ['(h) automated decisions', decisionText(facts)],
    ['15(2) third countries', controller?.transfers ?? NOT_STATED],
  ];
  return {
    id: 'access', heading: 'What you may know',
    paragraphs: [isNothing(facts) ? `No: in all that was looked at there is nothing about ${request.subjects.join(', ')}.` : `Yes, we process data about ${request.subjects.join(', ')}.`],
    table: { caption: 'The points of Article 15(1)', columns: ['Point', 'Answer'], rows },
  };
}

/** Whether every category and all rooms were looked at, and nothing was found. */
function isNothing({ accounts = [], rooms }: RightFacts): boolean {
  if (accounts.length === 0 || rooms === undefined || rooms.own + rooms.about > 0) return false;
  return accounts.every(({ data }) => accountCategories.every(({ id }) => data[id]?.length === 0));
}

/** That the copy is there. */
export function copySection(): ReportSection {
  return {
    id: 'copy', heading: 'Your copy',
    paragraphs: [
      "Your copy comes with this answer: your events room by room, your profile, your account data and your files, in JSON and as a page to read. Other people's data are left out.",
    ],
  };
}

/** Whether programs decide by themselves, as far as the controller states it. */
export function decisionText({ controller }: RightFacts): string {
  const { decisions } = controller ?? {};
  if (decisions === undefined) return NOT_STATED;
  return decisions.length === 0 ? 'No decision that affects you seriously is made by a program alone.' : `${countOf(decisions.length, 'such decision')}, listed below.`;
}
