import type { AccountCategoryId } from '../../erasure/account/categories.ts';
import type { HoldGround } from '../../erasure/holds.ts';
import type { AboutReason } from '../../erasure/plan.ts';
import type { ResidueKind } from '../../erasure/residue/kinds.ts';
import type { FateCounts } from '../../portability/report/report.ts';
import type { RecipientState, ReportedRecipientKind } from '../../portability/report/recipients.ts';
import type { Ink } from '../page/charts.ts';
import type { Wording } from '../text/sentences.ts';

/** What a report to the person calls things: no word of Matrix that they would not know, and none of the law. */

/** The fates of what the person sent, in the order in which they are shown, each in an ink of its own. */
export const fateInks: readonly (readonly [fate: keyof FateCounts, ink: Ink])[] = [
  ['deleted', 'purge'], ['emptied', 'redact'], ['hidden', 'hide'], ['held', 'held'], ['kept', 'keep'],
];

/** What each fate is. */
export const fates: Readonly<Record<keyof FateCounts, Wording>> = {
  deleted: { label: 'Deleted', sentence: 'Only you could ever see these. Nothing of them stays.' },
  emptied: {
    label: 'Emptied',
    sentence: 'For the most part details that you put into rooms, such as the name and picture that you had there, or the name of a room. What they said is removed for everybody; an empty entry stays, so that the room goes on working.',
  },
  hidden: {
    label: 'Hidden',
    sentence: 'Messages and files that other people could see. They keep what you sent them, as they would keep a letter. Whoever comes later is not shown them.',
  },
  held: { label: 'Held back', sentence: 'These should be removed, and may not be yet. Until then newcomers are not shown what they say. The reasons are below.' },
  kept: { label: 'Kept', sentence: 'These stay as they are. The reasons are below.' },
};

/** What hiding means under other policies than the usual one. */
export const hiddenUnder: { readonly [profile: string]: string } = {
  strict: 'Messages and files that other people could see. Nobody is shown any more what they said.',
  synapse: 'Messages and files that other people could see. Those who were in the room at the time are still shown them, and nobody else.',
};

/** Why something stays, by the hazard that removing it would be. */
export const keptBecause: { readonly [hazard: string]: string } = {
  create: 'The first entry of a room that you opened. Without it no server would know any more what room it is.',
  'power-levels': 'Who may do what in a room, as you once set it. Changes made since rest on it.',
  'notification-levels': 'Who may do what in a room, as you once set it. Changes made since rest on it.',
  'room-mentions': 'Who may call everybody in a room at once, as you set it.',
  'restricted-join': 'Your entry into a room that lets in only people whom a member vouches for. Without it, servers would disagree about who is in the room.',
  'third-party-invite-member': 'An invitation that you sent to somebody by e-mail or telephone. Without it, they would lose their place in the room.',
  'third-party-invite': 'An invitation by e-mail or telephone. Without it, those who accepted it would lose their place in the room.',
  'server-acl': 'The list of servers that may take part in a room. Without it, everybody would be locked out.',
  encryption: 'The switch that turns encryption on in a room. Without it, others could send messages unprotected.',
  tombstone: 'The sign that shows members of a closed room where its successor is.',
  'policy-server': 'What protects a room from spam.',
  'policy-rule': 'An entry of a list that keeps abusers out of rooms. Without it, they would be let in again.',
  'space-child': 'An entry of a collection of rooms. Without it, a room would drop out.',
  retention: 'The rule by which old messages in a room expire. Without it, they would be kept for good.',
};

/** Why something stays that is no hazard. */
export const keptFor: { readonly [reason: string]: string } = {
  'applied-redaction': 'Deletions that you made yourself. They have to stay so that what you deleted stays deleted.',
  'room-label': 'Names, topics and pictures of rooms, which the request leaves in place for the people there.',
};

/** What is said of a reason that has no words here. */
export const KEPT_OTHERWISE = 'Removing it would change the room for everybody in it.';

/** Why something must not be destroyed yet. */
export const groundsForSubject: Readonly<Record<HoldGround, string>> = {
  'legal-hold': 'They are needed for a matter of law that is not settled.',
  'article-17-3-a': 'Freedom of expression and information weighs more here (Article 17(3)(a) GDPR).',
  'article-17-3-b': 'A law obliges us to keep them, or a task in the public interest needs them (Article 17(3)(b) GDPR).',
  'article-17-3-c': 'Public health needs them (Article 17(3)(c) GDPR).',
  'article-17-3-d': 'An archive in the public interest, research or statistics needs them (Article 17(3)(d) GDPR).',
  'article-17-3-e': 'Somebody needs them to make or defend a legal claim (Article 17(3)(e) GDPR).',
};

/** What others wrote about the person. */
export const aboutForSubject: Readonly<Record<AboutReason, string>> = {
  membership: 'that you were invited, removed or banned',
  'membership-profile': 'your name or picture in an invitation',
  'membership-reason': 'a reason given when you were invited, removed or banned',
  mention: 'your name in a message',
  'reply-quote': 'a quote of something that you wrote',
  'power-level': 'what you may do in a room',
  pinned: 'one of your messages on a list of pinned ones',
};

/** What no erasure can take out. Several kinds can have the same words. */
export const residueForSubject: Readonly<Record<ResidueKind, string>> = {
  sender: 'Your user ID, as the sender of the empty entries.',
  'state-key': 'Your user ID on the lists of who was in which room, and when.',
  'power-level': 'Your user ID on lists of who may do what.',
  'authorising-user': 'Your user ID where you vouched for somebody who joined a room.',
  creator: 'Your user ID as the one who opened a room.',
  'third-party-invite': 'Your user ID in an invitation by e-mail or telephone.',
  'create-content': 'What you set when you opened a room.',
  'server-name': 'The name of your server.',
  signature: 'The signatures of servers, which show that entries are genuine.',
  timing: 'When you sent something, without what it said.',
  'content-hash': 'A checksum of what was removed. It cannot be turned back into the text.',
  confirmable: 'With such a checksum, somebody who guesses a short text exactly could confirm the guess.',
};

/** What is held of an account, in words of the person. */
export const accountForSubject: Readonly<Record<AccountCategoryId, string>> = {
  username: 'your user name', 'password-hash': 'your password', 'display-name': 'your display name', avatar: 'your picture', email: 'your e-mail address',
  telephone: 'your telephone number', devices: 'your devices and their names', 'ip-addresses': 'internet addresses that you used',
  'user-agents': 'the programs that you used', 'last-seen': 'when you were last there', 'access-tokens': 'your sessions', pushers: 'where notifications were sent',
  'push-rules': 'your rules for notifications', 'account-data': 'your settings', filters: 'your filters', 'key-backups': 'backups of your encryption keys',
  'cross-signing-keys': 'your encryption keys', 'to-device-messages': 'messages between devices', receipts: 'how far you had read', presence: 'your status',
  'user-directory': 'your entry in the directory of users', 'search-index': 'your messages in search', 'membership-names': 'copies of your name and picture',
  media: 'your files', 'upload-names': 'the names of your files', 'url-previews': 'previews of links that you sent', 'sso-mappings': 'the link to where you signed in from',
  'identity-bindings': 'your addresses in directories of others', 'consent-records': 'that you agreed to our terms, and when',
  reports: 'reports of abuse that are still open', logs: 'logs', backups: 'backups',
};

/** Why something of an account stays. */
export const accountStays: { readonly [category in AccountCategoryId]?: string } = {
  username: 'so that nobody else can take it and be taken for you',
  'consent-records': 'so that we can show it, if it is disputed',
  reports: 'because other people rely on them',
};

/** What holds a copy, in words. */
export const recipientKinds: Readonly<Record<ReportedRecipientKind, Readonly<{ one: string; many: string }>>> = {
  server: { one: 'another server', many: 'other servers' },
  'application-service': { one: 'a bridge or service', many: 'bridges or services' },
  'identity-server': { one: 'a directory of addresses', many: 'directories of addresses' },
  bot: { one: 'a bot', many: 'bots' },
  widget: { one: 'a program shown in a room', many: 'programs shown in rooms' },
  public: { one: 'the public', many: 'the public' },
};

/** How far telling somebody has come, in the order of the states and each in an ink of its own. */
export const recipientWords: Readonly<Record<RecipientState, Wording & { readonly ink: Ink }>> = {
  confirmed: { ink: 'good', label: 'Confirmed', sentence: 'They were told, and said that they have taken it in.' },
  told: { ink: 'redact', label: 'Told', sentence: 'They were told, and have not answered yet.' },
  waiting: { ink: 'hide', label: 'Being told', sentence: 'They have not been reached yet, and are tried again.' },
  'by-hand': { ink: 'keep', label: 'By letter', sentence: 'They cannot be reached by machine: a person writes to them.' },
  unreachable: { ink: 'held', label: 'Cannot be told', sentence: 'There is nobody to tell, or telling them would take an effort out of all proportion.' },
};

/** The rights of the person beside erasure, in a sentence each. */
export const rights: readonly (readonly [name: string, sentence: string])[] = [
  ['Access', 'You may ask what we still hold about you, why, and for a copy.'],
  ['Rectification', 'You may have what is wrong put right.'],
  ['Restriction', 'You may ask us to keep something without using it, for example while we look into a dispute.'],
  ['Objection', 'You may object where we rely on an interest of our own.'],
  ['Who was told', 'You may ask to whom your data went; this report lists those that we know of.'],
];

/** Where to complain when the operator has not named an authority. */
export const ANY_AUTHORITY =
  'You may complain to a data protection authority: that of the country where you live, where you work, or where you think that the law was broken. The European Data Protection Board lists those of the EU at edpb.europa.eu; elsewhere it is the authority of your country. It costs nothing.';
