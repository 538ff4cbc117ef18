import type { AccountCategoryId } from '../erasure/account/categories.ts';

/** What can be missing from an export. */
export type MissingWhat = 'account' | AccountCategoryId | 'events' | 'texts' | 'files' | 'other-people';

/** Why something is missing. */
export type MissingReason = 'not-given' | 'not-stated' | 'secret' | 'about-others' | 'unusable' | 'encrypted' | 'redacted' | 'not-found' | 'of-others' | 'left-out' | 'pseudonyms';

/** What is missing from an export and why; `count` where it can be counted. */
export type Missing = { readonly what: MissingWhat; readonly reason: MissingReason; readonly count?: number; readonly explanation: string };

/** The reasons in sentences, for the person whose data it is. */
const EXPLANATIONS: ReadonlyMap<string, string> = new Map(Object.entries({
  'account/not-given': 'What is held of the account beside messages (profile, devices, addresses and the like) was not given to the program that made this copy.',
  'category/not-stated': 'Nobody stated what is held of this. Ask whoever runs the server.',
  'category/secret': 'It is held, and left out, because whoever finds this copy could sign in with it.',
  'category/about-others': 'It is held, and left out, because it can tell who else was involved. Ask whoever runs the server; they have to look at it first.',
  'events/unusable': 'Some stored lines could not be read. Whether they are yours is not known.',
  'texts/encrypted': 'These messages are encrypted, and the server has no key. They are in this copy as they are stored; your own devices can read them.',
  'texts/redacted': 'What these events said was removed before this copy was made. What is left of them is in it.',
  'files/not-given': 'Files were not given to the program that made this copy. It lists what refers to them.',
  'files/not-found': 'Your messages or your account refer to these files, and they were not found.',
  'files/of-others': 'Pictures of other people, to which invites and the like of yours refer.',
  'other-people/left-out': 'What other people wrote is theirs. It can be asked for as context. What you quoted of it in replies is left out of the pages; it stays in the event files, as it was signed.',
  'other-people/pseudonyms': 'Other people stand under pseudonyms, numbered in each room. Names by which they call each other in their texts stay.',
} satisfies { readonly [entry: `${string}/${MissingReason}`]: string }));

const NO_CATEGORY: ReadonlySet<string> = new Set(['account', 'events', 'texts', 'files', 'other-people'] satisfies readonly MissingWhat[]);

/** An entry of the list of what is missing. */
export function missing(what: MissingWhat, reason: MissingReason, count?: number): Missing {
  const kind = NO_CATEGORY.has(what) ? what : 'category';
  return { what, reason, ...(count === undefined ? {} : { count }), explanation: EXPLANATIONS.get(`${kind}/${reason}`) ?? '' };
}
