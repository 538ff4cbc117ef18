import { accountCategories, type AccountCategory, type AccountCategoryId } from '../account/categories.ts';

/** What lets a controller process data (Article 6(1)(a), (b), (c) and (f)). */
export type LawfulBasis = 'consent' | 'contract' | 'legal-obligation' | 'legitimate-interest';

/** Whether a category goes with the person: they gave it, it was observed of them, or neither. */
export type Portable = 'provided' | 'observed' | 'no';

/** What an objection does to the processing of a category. */
export type ObjectionEffect =
  /** It stops. */
  | 'stops'
  /** It goes on, on compelling grounds that have to be shown. */
  | 'goes-on'
  /** Article 21(1) gives no right to object to it, because of its basis; it ends with the account, or a consent. */
  | 'other-basis';

/** What the rights mean for a category of account data. */
export type CategoryRights = {
  /** What is proposed; the controller states what counts. */
  readonly basis: LawfulBasis;
  readonly portable: Portable;
  readonly objection: ObjectionEffect;
  /** What is done when the person objects, or why not, in a sentence. */
  readonly onObjection: string;
};

const CONTRACT = 'It is needed for the account that the person asked for; closing the account ends it.';
const contract = (portable: Portable): CategoryRights => ({ basis: 'contract', portable, objection: 'other-basis', onObjection: CONTRACT });
const stops = (portable: Portable, onObjection: string): CategoryRights => ({ basis: 'legitimate-interest', portable, objection: 'stops', onObjection });
const goesOn = (portable: Portable, onObjection: string): CategoryRights => ({ basis: 'legitimate-interest', portable, objection: 'goes-on', onObjection });

/** Every category of the account inventory: one that is not here does not compile, so that none can be forgotten. */
const TABLE: Readonly<Record<AccountCategoryId, CategoryRights>> = Object.freeze({
  username: contract('provided'),
  'password-hash': contract('no'),
  'display-name': contract('provided'),
  avatar: contract('provided'),
  email: contract('provided'),
  telephone: contract('provided'),
  devices: contract('observed'),
  'ip-addresses': goesOn('observed', 'Addresses go on being noted for security, and for as long as that needs.'),
  'user-agents': goesOn('observed', 'Names of programs go on being noted for security; daily visits are counted no more.'),
  'last-seen': goesOn('observed', 'Times go on being noted for security; nobody else is shown them.'),
  'access-tokens': contract('no'),
  pushers: stops('provided', 'Push is switched off: nothing about the person is sent to gateways any more.'),
  'push-rules': contract('provided'),
  'account-data': contract('provided'),
  filters: contract('provided'),
  'key-backups': contract('provided'),
  'cross-signing-keys': contract('provided'),
  'to-device-messages': contract('no'),
  receipts: stops('observed', 'Receipts are private from now on: other users and servers are sent none.'),
  presence: stops('observed', 'Presence is switched off for the person: other users and servers are told none.'),
  'user-directory': stops('no', 'The person is taken out of the user directory, and does not come back into it.'),
  'search-index': stops('no', "The person's messages are taken out of the search of others."),
  'membership-names': contract('no'),
  media: contract('provided'),
  'upload-names': contract('provided'),
  'url-previews': stops('no', "Links in the person's messages are previewed no more."),
  'sso-mappings': contract('provided'),
  'identity-bindings': { basis: 'consent', portable: 'provided', objection: 'other-basis', onObjection: 'The person can take the consent back at any time: the addresses are unbound.' },
  'consent-records': { basis: 'legal-obligation', portable: 'no', objection: 'other-basis', onObjection: 'They show that the person agreed (Article 7(1)).' },
  reports: goesOn('no', 'Open reports go on being handled, to protect other people; settled ones are not used.'),
  logs: goesOn('observed', 'Logs are kept for security until they are 180 days old, and are used for nothing else.'),
  backups: goesOn('no', 'Backups are kept to restore the server, and are used for nothing else.'),
});

/**
 * What the rights mean for a category of account data.
 * @example categoryRights('pushers').objection // 'stops'
 */
export function categoryRights(id: AccountCategoryId): CategoryRights {
  return TABLE[id];
}

/** The categories for which an objection has an effect. */
export function categoriesWithObjection(effect: ObjectionEffect): readonly AccountCategory[] {
  return accountCategories.filter(({ id }) => TABLE[id].objection === effect);
}
