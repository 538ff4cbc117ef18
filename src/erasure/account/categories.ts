/** What a homeserver may hold of an account beside its events. */
export type AccountCategoryId =
  | 'username' | 'password-hash' | 'display-name' | 'avatar' | 'email' | 'telephone' | 'devices' | 'ip-addresses' | 'user-agents' | 'last-seen'
  | 'access-tokens' | 'pushers' | 'push-rules' | 'account-data' | 'filters' | 'key-backups' | 'cross-signing-keys' | 'to-device-messages' | 'receipts'
  | 'presence' | 'user-directory' | 'search-index' | 'membership-names' | 'media' | 'upload-names' | 'url-previews' | 'sso-mappings' | 'identity-bindings'
  | 'consent-records' | 'reports' | 'logs' | 'backups';

/** What an erasure does with a category. */
export type AccountTreatment =
  /** The rows are gone. */
  | 'delete'
  /** The values are gone where they stand beside something that stays. */
  | 'blank'
  /** It stays, for the reason that is given. */
  | 'keep'
  /** It goes by itself when its time is over, and is not used until then. */
  | 'expire'
  /** It goes with what the plan decides about events and media. */
  | 'with-events'
  /** Somebody else holds it, and is asked to delete it. */
  | 'ask';

/** By when. */
export type AccountDeadline =
  /** When the erasure takes effect: what lets somebody in or shows something. */
  | 'effect'
  /** The earlier of 30 days and one month from the request. */
  | 'purge'
  /** 180 days from when it was recorded. */
  | 'logs'
  /** When the last backup that has it is overwritten: the operator knows. */
  | 'rotation'
  | 'none';

/** A category: what it is for, how long it is held, and what an erasure does with it. */
export type AccountCategory = {
  readonly id: AccountCategoryId;
  /** The section of the matrix.org privacy notice (28 March 2018) that covers it. */
  readonly section: string;
  readonly purpose: string;
  /** How long it is held without an erasure. */
  readonly retention: string;
  readonly treatment: AccountTreatment;
  /** What an erasure does, in a sentence. */
  readonly erasure: string;
  readonly deadline: AccountDeadline;
};

const WHILE_ACCOUNT = 'While the account exists.';
const SIGNING_IN = 'Signing in.';

/** Every category, in the order in which they are answered for. A store that is in no category is an error, so that none can be forgotten. */
export const accountCategories: readonly AccountCategory[] = Object.freeze([
  {
    id: 'username', section: '2.1.2', purpose: 'Telling users apart; events and their signatures rest on it.', retention: 'For ever.', treatment: 'keep',
    erasure: 'It stays, so that nobody else can take the name and be taken for the person.', deadline: 'none',
  },
  {
    id: 'password-hash', section: '2.5', purpose: SIGNING_IN, retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'The salted hash is deleted; nobody can sign in any more.', deadline: 'effect',
  },
  {
    id: 'display-name', section: '2.2', purpose: 'Showing who somebody is.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'The profile is deleted; copies in memberships go with the events.', deadline: 'effect',
  },
  {
    id: 'avatar', section: '2.2', purpose: 'Showing who somebody is.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'The profile is deleted, and the picture with the media, former ones included.', deadline: 'effect',
  },
  {
    id: 'email', section: '2.2', purpose: 'Recovering the account, notices, being found.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'The address is deleted once the last notice to the person has been sent.', deadline: 'purge',
  },
  {
    id: 'telephone', section: '2.2', purpose: 'Recovering the account, being found.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'The number is deleted.', deadline: 'purge',
  },
  {
    id: 'devices', section: '2.2', purpose: 'Delivering encrypted messages, and showing the person their sessions.', retention: 'Until signed out.', treatment: 'delete',
    erasure: 'Devices with their names and keys are deleted, dehydrated ones too, and other servers are told that they are gone.', deadline: 'effect',
  },
  {
    id: 'ip-addresses', section: '2.2', purpose: 'Security, abuse.', retention: 'At most 180 days.', treatment: 'delete',
    erasure: 'Addresses are deleted wherever they stand beside the user ID.', deadline: 'purge',
  },
  {
    id: 'user-agents', section: '2.2', purpose: 'Security, showing the person their sessions.', retention: 'At most 180 days.', treatment: 'delete',
    erasure: 'Names of programs are deleted, and daily visits with them.', deadline: 'purge',
  },
  {
    id: 'last-seen', section: '2.2', purpose: 'Security, showing the person their sessions.', retention: 'At most 180 days.', treatment: 'delete',
    erasure: 'Times are deleted.', deadline: 'purge',
  },
  {
    id: 'access-tokens', section: '2.2', purpose: SIGNING_IN, retention: 'Until signed out.', treatment: 'delete',
    erasure: 'All sessions end, and refresh and login tokens with them.', deadline: 'effect',
  },
  {
    id: 'pushers', section: '2.3.1', purpose: 'Notifying devices and addresses.', retention: 'Until removed.', treatment: 'delete',
    erasure: 'Push keys and addresses are deleted; nothing is sent to gateways any more.', deadline: 'effect',
  },
  {
    id: 'push-rules', section: '2.2', purpose: 'Deciding what to notify of; rules hold names and words.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'Rules are deleted.', deadline: 'purge',
  },
  {
    id: 'account-data', section: '2.2', purpose: 'Settings of clients, ignored users, secret storage.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'Global data, data of rooms and tags are deleted.', deadline: 'purge',
  },
  {
    id: 'filters', section: '2.2', purpose: 'What clients want to be sent.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'Filters are deleted.', deadline: 'purge',
  },
  {
    id: 'key-backups', section: '2.2', purpose: 'Reading old encrypted messages on new devices.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'All versions of the backup are deleted.', deadline: 'purge',
  },
  {
    id: 'cross-signing-keys', section: '2.2', purpose: 'Verifying devices and users.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'Public keys, the signatures on them and those given to others are deleted.', deadline: 'purge',
  },
  {
    id: 'to-device-messages', section: '2.2', purpose: 'Delivering keys and requests to devices.', retention: 'Until fetched.', treatment: 'delete',
    erasure: 'What waits for the person or, from them, for others is deleted.', deadline: 'effect',
  },
  {
    id: 'receipts', section: '2.2', purpose: 'Showing how far somebody has read.', retention: 'The last of each room.', treatment: 'delete',
    erasure: 'Receipts and read markers are deleted.', deadline: 'purge',
  },
  {
    id: 'presence', section: '2.2', purpose: 'Showing whether somebody is there, and their status text.', retention: 'The last.', treatment: 'delete',
    erasure: 'State and status text are deleted.', deadline: 'effect',
  },
  {
    id: 'user-directory', section: '2.2', purpose: 'Being found.', retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'The entry is deleted, and whom it was visible to.', deadline: 'effect',
  },
  {
    id: 'search-index', section: '2.2', purpose: 'Finding messages.', retention: 'As long as the messages.', treatment: 'with-events',
    erasure: 'Entries of redacted and purged events are deleted; those of hidden ones match only for viewers who had access.', deadline: 'purge',
  },
  {
    id: 'membership-names', section: '2.2', purpose: 'Showing members fast: copies of names and avatars in tables of their own.', retention: 'As long as the room.', treatment: 'blank',
    erasure: 'Names and avatars are blanked in all rows, former memberships included; the rows stay.', deadline: 'purge',
  },
  {
    id: 'media', section: '2.2', purpose: 'Files of messages.', retention: 'As long as the messages.', treatment: 'with-events',
    erasure: 'Files that only purged or redacted events refer to are deleted with their thumbnails; others stay for those who had access.', deadline: 'purge',
  },
  {
    id: 'upload-names', section: '2.2', purpose: 'Naming downloads.', retention: 'As long as the file.', treatment: 'blank',
    erasure: 'Names are blanked, of files that stay as well.', deadline: 'purge',
  },
  {
    id: 'url-previews', section: '2.2', purpose: 'Showing what a link leads to.', retention: 'Days.', treatment: 'delete',
    erasure: 'Cached previews of links that the person alone sent are deleted.', deadline: 'purge',
  },
  {
    id: 'sso-mappings', section: '2.2', purpose: SIGNING_IN, retention: WHILE_ACCOUNT, treatment: 'delete',
    erasure: 'The link to the identity at the provider is deleted.', deadline: 'effect',
  },
  {
    id: 'identity-bindings', section: '2.3.1', purpose: 'Being found by address.', retention: 'Until unbound.', treatment: 'ask',
    erasure: 'Identity servers are asked to unbind each address; what they answer is noted.', deadline: 'purge',
  },
  {
    id: 'consent-records', section: '2.2', purpose: 'Showing that the person agreed (Article 7(1)).', retention: 'Until claims are barred.', treatment: 'keep',
    erasure: 'Version and time of the consent stay, without anything else, for the defence of legal claims (Article 17(3)(e)).', deadline: 'none',
  },
  {
    id: 'reports', section: '2.2', purpose: 'Abuse reports by and about the person.', retention: 'Until they are settled.', treatment: 'keep',
    erasure: 'Open reports stay, as other people rely on them; texts of settled ones are deleted.', deadline: 'none',
  },
  {
    id: 'logs', section: '2.2', purpose: 'Operation, security.', retention: 'At most 180 days.', treatment: 'expire',
    erasure: 'They go when they are 180 days old, and are not searched for the person until then.', deadline: 'logs',
  },
  {
    id: 'backups', section: '2.2', purpose: 'Restoring after a failure.', retention: 'Until overwritten.', treatment: 'expire',
    erasure: 'They are overwritten in turn; after a restore the erasure is applied again before anything is served.', deadline: 'rotation',
  },
] satisfies readonly AccountCategory[]);
