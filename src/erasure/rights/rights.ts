/** The rights that the privacy notice names (2.1.4), each a kind of request. */
export type RightKind = 'informed' | 'access' | 'rectification' | 'erasure' | 'restriction' | 'portability' | 'objection' | 'automated-decisions';

/** A right: where it stands, what a plan for it does, and what the answer has to say. */
export type Right = {
  readonly kind: RightKind;
  /** What the request is called in a letter. */
  readonly title: string;
  /** The article of the GDPR. */
  readonly article: string;
  /** The section of the matrix.org privacy notice (28 March 2018). */
  readonly section: '2.1.4';
  /** What the person may ask, in a sentence to them. */
  readonly promise: string;
  /** What is done, in its order. */
  readonly steps: readonly RightStep[];
};

/** A step of a plan: what somebody does. */
export type RightStep = {
  readonly id: string;
  readonly does: string;
  /** Whether it may not wait for the answer: it is done when the request comes in. */
  readonly atOnce?: boolean;
};

const IDENTIFY: RightStep = { id: 'identify', does: 'Make sure that the request comes from the person; ask for more only where there is doubt (Article 12(6)).' };
const ANSWER: RightStep = { id: 'answer', does: 'Answer the person, with what was done, what was not, and why.' };
const TELL_RECIPIENTS: RightStep = { id: 'recipients', does: 'Tell each recipient of the data, and tell the person who they are if they ask (Article 19).' };

/** The eight rights, in the order of the notice. The clock of each is that of Article 12(3): one month, three where it is extended. */
export const rights: readonly Right[] = Object.freeze([
  {
    kind: 'informed', title: 'To be informed', article: '13 and 14', section: '2.1.4',
    promise: 'You may know what is held of you, what for, for how long, and who is given it.',
    steps: [
      IDENTIFY,
      { id: 'inventory', does: 'Go through the inventory: every category has a purpose, a retention and a legal basis.' },
      { id: 'recipients-listed', does: 'List who is given the data.' },
      ANSWER,
    ],
  },
  {
    kind: 'access', title: 'Access', article: '15', section: '2.1.4',
    promise: 'You may know whether data about you are processed, and may have a copy of them.',
    steps: [
      IDENTIFY,
      { id: 'inventory', does: 'Look into every category of the inventory; what nobody has looked into is no answer.' },
      { id: 'copy', does: "Make the copy with \"matrix-erasure export\", without other people's data (Article 15(4))." },
      ANSWER,
    ],
  },
  {
    kind: 'rectification', title: 'Rectification', article: '16', section: '2.1.4',
    promise: 'You may have what is wrong about you corrected, and what is incomplete completed.',
    steps: [
      IDENTIFY,
      { id: 'replace', does: 'Send the right state event; it takes the place of the wrong one.' },
      { id: 'redact-old', does: 'Redact the old event where that harms nobody, because it stays in the history with its content.' },
      { id: 'copies', does: 'Correct the copies outside of rooms: the profile, the user directory, the search index, columns of memberships.' },
      TELL_RECIPIENTS,
      ANSWER,
    ],
  },
  {
    kind: 'erasure', title: 'Erasure', article: '17', section: '2.1.4',
    promise: 'You may have your data erased.',
    steps: [
      IDENTIFY,
      { id: 'plan', does: 'Plan the erasure ("matrix-erasure plan"), and have the plan read and approved.' },
      { id: 'apply', does: 'Carry the plan out ("apply"), and check the result independently ("verify").' },
      TELL_RECIPIENTS,
      { id: 'purge', does: 'Delete what only the person could access.' },
      ANSWER,
    ],
  },
  {
    kind: 'restriction', title: 'Restriction of processing', article: '18', section: '2.1.4',
    promise: 'You may have your data kept and not used, while something about them is being decided.',
    steps: [
      { ...IDENTIFY, atOnce: true },
      { id: 'hide', does: 'Serve the data to nobody; keep them as they are.', atOnce: true },
      { id: 'hold', does: 'Put a hold on them, so that no erasure destroys them.', atOnce: true },
      TELL_RECIPIENTS,
      ANSWER,
      { id: 'tell-before-lifting', does: 'Tell the person before the restriction is lifted (Article 18(3)).' },
    ],
  },
  {
    kind: 'portability', title: 'Data portability', article: '20', section: '2.1.4',
    promise: 'You may have what you provided in a form that other programs can read, and take it elsewhere.',
    steps: [
      IDENTIFY,
      { id: 'select', does: 'Take what the person provided, and what was observed of them; leave out what was inferred.' },
      { id: 'export', does: "Export it (\"matrix-erasure export\") in a structured, common and machine-readable form, without other people's data (Article 20(4))." },
      ANSWER,
    ],
  },
  {
    kind: 'objection', title: 'Objection', article: '21', section: '2.1.4',
    promise: 'You may object to what is done for a legitimate interest, on grounds of your situation; and to advertising without any.',
    steps: [
      IDENTIFY,
      { id: 'restrict', does: 'Restrict what is objected to until it is decided (Article 18(1)(d)).', atOnce: true },
      { id: 'stop', does: 'Stop what rests on a legitimate interest, unless compelling grounds are shown.' },
      { id: 'grounds', does: 'Write down the grounds of what goes on.' },
      ANSWER,
    ],
  },
  {
    kind: 'automated-decisions', title: 'Automated decisions', article: '22', section: '2.1.4',
    promise: 'You may not be subject to a decision made by a program alone that affects you seriously; where one is made, you may have a person look at it.',
    steps: [
      IDENTIFY,
      { id: 'find', does: 'Find the tools that act on users by themselves: policy lists, policy servers, access lists, bots.' },
      { id: 'state', does: 'State that no such decision is made, or where, by what logic, and with what consequences.' },
      { id: 'review', does: 'Where one was made: have a person look at it, hear the person, and let them contest it (Article 22(3)).' },
      ANSWER,
    ],
  },
] satisfies readonly Right[]);

/** The kinds, in the order of the notice. */
export const rightKinds: readonly RightKind[] = Object.freeze(rights.map(({ kind }) => kind));

/**
 * The right of a kind.
 * @throws {UnknownRightError} when there is none
 * @example rightOf('access').article // '15'
 */
export function rightOf(kind: string): Right {
  const right = rights.find((one) => one.kind === kind);
  if (right === undefined) throw new UnknownRightError();
  return right;
}

/**
 * The article of a right, as a text names it.
 * @example articleOf(rightOf('informed')) // 'Articles 13 and 14'
 */
export function articleOf({ article }: Pick<Right, 'article'>): string {
  return `Article${article.includes(' ') ? 's' : ''} ${article}`;
}

/** No such right: use one of those that the message names. */
export class UnknownRightError extends Error {
  override readonly name = 'UnknownRightError';

  constructor() {
    super(`unknown right; there is: ${rightKinds.join(', ')}`);
  }
}
