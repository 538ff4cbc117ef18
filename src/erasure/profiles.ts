/** How a viewer is served an event: as it is, in redacted form, or not at all. */
export type Seen = 'full' | 'redacted' | 'hidden';

/** What each kind of viewer is served of one kind of event after an erasure. */
export type ProfileRow = {
  /** Users and guests to whom the room's history visibility showed the event before the erasure. */
  readonly hadAccess: Seen;
  readonly newUser: Seen;
  /** Guests and people without an account who come after the erasure. */
  readonly newGuest: Seen;
  readonly serverHadAccess: Seen;
  readonly otherServer: Seen;
  readonly serviceThere: Seen;
  readonly otherService: Seen;
};

/** An erasure policy: a table of who is served what. */
export type ErasureProfile = {
  readonly name: string;
  /** The text that the profile carries out. */
  readonly source: string;
  readonly message: ProfileRow;
  readonly state: ProfileRow;
};

const ALL_REDACTED: ProfileRow = {
  hadAccess: 'redacted', newUser: 'redacted', newGuest: 'redacted',
  serverHadAccess: 'redacted', otherServer: 'redacted', serviceThere: 'redacted', otherService: 'redacted',
};

/** The matrix.org homeserver privacy notice: who had access keeps their copy, nobody new gets one, state is redacted. */
const NOTICE: ErasureProfile = {
  name: 'notice',
  source: 'matrix.org homeserver privacy notice, 28 March 2018, section 2.1.2',
  message: {
    hadAccess: 'full', newUser: 'hidden', newGuest: 'hidden',
    serverHadAccess: 'redacted', otherServer: 'redacted', serviceThere: 'redacted', otherService: 'hidden',
  },
  state: ALL_REDACTED,
};

/** The profiles by name. */
export const erasureProfiles: { readonly [name: string]: ErasureProfile } = Object.freeze({ notice: Object.freeze(NOTICE) });

/**
 * The profile of a name.
 * @throws {UnknownProfileError} when there is none
 * @example erasureProfile('notice').message.newUser // 'hidden'
 */
export function erasureProfile(name: string): ErasureProfile {
  const profile = Object.hasOwn(erasureProfiles, name) ? erasureProfiles[name] : undefined;
  if (profile === undefined) throw new UnknownProfileError();
  return profile;
}

/** What is stored of an event that others may see: where even they are served the redacted form, nothing more is kept. */
export function storedAs(row: ProfileRow): 'redact' | 'hide' {
  return row.hadAccess === 'redacted' ? 'redact' : 'hide';
}

/** No such profile: use one of those that the message names. */
export class UnknownProfileError extends Error {
  override readonly name = 'UnknownProfileError';

  constructor() {
    super(`unknown erasure profile; there is: ${Object.keys(erasureProfiles).join(', ')}`);
  }
}
