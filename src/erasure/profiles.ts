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
  /** Whether what would change the room when redacted, and redactions that apply, are served to everyone so that they keep their effect. */
  readonly protectsRoom: boolean;
  /** What `hadAccess` means and what each API shows: what the specification says of history, or what Synapse does. */
  readonly law: 'specification' | 'synapse';
};

/** What a profile has that its base has not. */
export type ProfileChanges = Partial<Omit<ErasureProfile, 'name' | 'message' | 'state'>> & {
  /** The profile that is changed; `notice` if there is none. */
  readonly base?: ErasureProfile;
  readonly message?: Partial<ProfileRow>;
  readonly state?: Partial<ProfileRow>;
};

/** The matrix.org homeserver privacy notice: who had access keeps their copy, nobody new gets one, state is redacted. */
const NOTICE: ErasureProfile = frozen({
  name: 'notice',
  source: 'matrix.org homeserver privacy notice, 28 March 2018, section 2.1.2',
  message: {
    hadAccess: 'full', newUser: 'hidden', newGuest: 'hidden',
    serverHadAccess: 'redacted', otherServer: 'redacted', serviceThere: 'redacted', otherService: 'hidden',
  },
  state: {
    hadAccess: 'redacted', newUser: 'redacted', newGuest: 'redacted',
    serverHadAccess: 'redacted', otherServer: 'redacted', serviceThere: 'redacted', otherService: 'redacted',
  },
  protectsRoom: true,
  law: 'specification',
});

const SPEC_ROW: ProfileRow = {
  hadAccess: 'full', newUser: 'redacted', newGuest: 'redacted',
  serverHadAccess: 'full', otherServer: 'redacted', serviceThere: 'full', otherService: 'redacted',
};

const SPEC: ErasureProfile = defineProfile('spec', {
  source: 'Client-Server API, POST /account/deactivate, since version 1.10 (MSC4025)',
  message: SPEC_ROW,
  state: SPEC_ROW,
});

const STRICT: ErasureProfile = defineProfile('strict', {
  source: 'the notice, and no copy for anyone',
  message: { hadAccess: 'redacted' },
});

const SYNAPSE_ROW: ProfileRow = { ...SPEC_ROW, serverHadAccess: 'redacted', otherService: 'full' };

const SYNAPSE: ErasureProfile = defineProfile('synapse', {
  source: 'Synapse 1.163.2, as recorded',
  message: SYNAPSE_ROW,
  state: SYNAPSE_ROW,
  protectsRoom: false,
  law: 'synapse',
});

/** The profiles by name. */
export const erasureProfiles: { readonly [name: string]: ErasureProfile } = Object.freeze({
  notice: NOTICE, spec: SPEC, strict: STRICT, synapse: SYNAPSE,
});

/**
 * A profile of one's own: another one with changes, the `notice` if `base` names none.
 * @example defineProfile('gentle', { message: { newUser: 'redacted' } }).message.newGuest // 'hidden'
 */
export function defineProfile(name: string, { base = NOTICE, message, state, ...changes }: ProfileChanges): ErasureProfile {
  return frozen({ ...base, ...changes, name, message: { ...base.message, ...message }, state: { ...base.state, ...state } });
}

function frozen(profile: ErasureProfile): ErasureProfile {
  return Object.freeze({ ...profile, message: Object.freeze(profile.message), state: Object.freeze(profile.state) });
}

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
