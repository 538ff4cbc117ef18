import type { RightKind } from './rights.ts';

/** Why a request can be refused, as a whole or in part. */
export type RefusalGroundId =
  | 'unfounded' | 'excessive' | 'not-identified' | 'identity-not-confirmed' | 'restricted-by-law'
  | 'already-informed' | 'disproportionate-effort' | 'rights-of-others' | 'data-accurate'
  | 'no-ground-for-erasure' | 'article-17-3-a' | 'article-17-3-b' | 'article-17-3-c' | 'article-17-3-d' | 'article-17-3-e'
  | 'no-ground-for-restriction' | 'not-portable' | 'public-task'
  | 'compelling-grounds' | 'legal-claims' | 'research-in-public-interest' | 'not-legitimate-interest'
  | 'no-such-decision' | 'needed-for-contract' | 'authorised-by-law' | 'explicit-consent';

/** A ground of refusal: its provision, and what it says to the person. */
export type RefusalGround = {
  readonly id: RefusalGroundId;
  /** The provision of the GDPR. */
  readonly article: string;
  /** The rights that it is a ground against. */
  readonly against: readonly RightKind[];
  /** What it says, in a sentence that whoever refuses has to be able to show. */
  readonly says: string;
};

const ALL: readonly RightKind[] = Object.freeze(['informed', 'access', 'rectification', 'erasure', 'restriction', 'portability', 'objection', 'automated-decisions'] satisfies readonly RightKind[]);
const BY_PERSON: readonly RightKind[] = ['access', 'rectification', 'erasure', 'restriction', 'portability'];

/** Every ground. Whether one applies is for people to decide, and for them to show. */
export const refusalGrounds: readonly RefusalGround[] = Object.freeze([
  { id: 'unfounded', article: '12(5)(b)', against: ALL, says: 'The request is manifestly unfounded.' },
  { id: 'excessive', article: '12(5)(b)', against: ALL, says: 'The request is excessive, in particular because it repeats others.' },
  { id: 'not-identified', article: '11(2)', against: BY_PERSON, says: 'We cannot tell which data are yours, and you have given us nothing by which we could.' },
  { id: 'identity-not-confirmed', article: '12(6)', against: ALL, says: 'We have reasonable doubts about who asks, and what we asked for to settle them has not come.' },
  { id: 'restricted-by-law', article: '23', against: ALL, says: 'A law restricts this right.' },
  { id: 'already-informed', article: '13(4) and 14(5)(a)', against: ['informed'], says: 'You have this information already.' },
  { id: 'disproportionate-effort', article: '14(5)(b)', against: ['informed'], says: 'The data did not come from you, and to tell you is impossible or out of proportion.' },
  { id: 'rights-of-others', article: '15(4) and 20(4)', against: ['access', 'portability'], says: "The copy would harm other people's rights; we leave out what is theirs." },
  { id: 'data-accurate', article: '16', against: ['rectification'], says: 'The data are accurate and complete for what they are used for.' },
  { id: 'no-ground-for-erasure', article: '17(1)', against: ['erasure'], says: 'None of the grounds for erasure applies.' },
  { id: 'article-17-3-a', article: '17(3)(a)', against: ['erasure'], says: 'The data are needed for freedom of expression and information.' },
  { id: 'article-17-3-b', article: '17(3)(b)', against: ['erasure'], says: 'A legal obligation, or a task in the public interest, needs the data.' },
  { id: 'article-17-3-c', article: '17(3)(c)', against: ['erasure'], says: 'Public health needs the data.' },
  { id: 'article-17-3-d', article: '17(3)(d)', against: ['erasure'], says: 'Archiving in the public interest, research or statistics need the data, and would be made impossible.' },
  { id: 'article-17-3-e', article: '17(3)(e)', against: ['erasure'], says: 'The data are needed for legal claims.' },
  { id: 'no-ground-for-restriction', article: '18(1)', against: ['restriction'], says: 'None of the grounds for restriction applies.' },
  { id: 'not-portable', article: '20(1)', against: ['portability'], says: 'The data were not provided by you, or are not processed because of your consent or a contract with you.' },
  { id: 'public-task', article: '20(3)', against: ['portability'], says: 'The data are needed for a task in the public interest.' },
  { id: 'compelling-grounds', article: '21(1)', against: ['objection'], says: 'There are compelling legitimate grounds that override your interests.' },
  { id: 'legal-claims', article: '21(1)', against: ['objection'], says: 'The processing is needed for legal claims.' },
  { id: 'research-in-public-interest', article: '21(6)', against: ['objection'], says: 'Research or statistics in the public interest need the processing.' },
  { id: 'not-legitimate-interest', article: '21(1)', against: ['objection'], says: 'The processing does not rest on a legitimate or public interest.' },
  { id: 'no-such-decision', article: '22(1)', against: ['automated-decisions'], says: 'No decision that affects you seriously was made by a program alone.' },
  { id: 'needed-for-contract', article: '22(2)(a)', against: ['automated-decisions'], says: 'The decision is needed for a contract with you.' },
  { id: 'authorised-by-law', article: '22(2)(b)', against: ['automated-decisions'], says: 'A law authorises the decision, and protects you.' },
  { id: 'explicit-consent', article: '22(2)(c)', against: ['automated-decisions'], says: 'You agreed to the decision explicitly.' },
] satisfies readonly RefusalGround[]);

/**
 * The grounds on which a request of a kind can be refused.
 * @example refusalGroundsFor('rectification').map(({ id }) => id).includes('data-accurate') // true
 */
export function refusalGroundsFor(kind: RightKind): readonly RefusalGround[] {
  return refusalGrounds.filter(({ against }) => against.includes(kind));
}

/** What a person who is refused may do. */
export type RefusalRemedy = { readonly article: string; readonly says: string };

/** The remedies that every refusal names (Article 12(4)). */
export const refusalRemedies: readonly RefusalRemedy[] = Object.freeze([
  { article: '77', says: 'You may complain to a supervisory authority, in particular where you live, where you work, or where you think that your rights were infringed.' },
  { article: '78', says: 'You may go to court against that authority, if it decides against you, or does not deal with your complaint or tell you of it within three months.' },
  { article: '79', says: 'You may go to court against us, without complaining first.' },
] satisfies readonly RefusalRemedy[]);
