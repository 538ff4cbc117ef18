/** The people of generated rooms. Alice creates them; the others are on her server or on two more. */
export type Person = 'alice' | 'bob' | 'carol' | 'dave' | 'erin';

/** The servers of generated rooms. */
export type Server = 'one.example' | 'two.example' | 'three.example';

const PEOPLE: Readonly<Record<Person, Server>> = {
  alice: 'one.example',
  bob: 'two.example',
  carol: 'three.example',
  dave: 'two.example',
  erin: 'one.example',
};

/** Everybody who can be in a generated room. */
export const people: readonly Person[] = Object.freeze(['alice', 'bob', 'carol', 'dave', 'erin'] satisfies readonly Person[]);

/** Every server that can be in a generated room. */
export const servers: readonly Server[] = Object.freeze(['one.example', 'two.example', 'three.example'] satisfies readonly Server[]);

/** The server that a person is on. */
export function serverOf(person: Person): Server {
  return PEOPLE[person];
}

/** The user ID of a person. */
export function userOf(person: Person): string {
  return `@${person}:${PEOPLE[person]}`;
}

/** A change to one power level: a named one, or an entry of a table; `null` takes it out. */
export type LevelChange = {
  readonly table?: 'users' | 'events' | 'notifications';
  /** The name of the level, or the entry: of `users` a {@link Person}. */
  readonly key: string;
  readonly to: number | null;
  /** Written as `"50"` or `50.0`, where the room version takes that. */
  readonly form?: 'text' | 'float';
};

/** State whose content the rules do not look at, or, as of `aliases` and `own`, only the place of. */
export type Setting =
  | 'name' | 'topic' | 'avatar' | 'canonical-alias' | 'pinned' | 'acl' | 'encryption' | 'tombstone' | 'policy-server' | 'policy-rule'
  | 'space-child' | 'retention' | 'guest-access' | 'aliases' | 'own' | 'custom';

/** What an event says. */
export type Deed =
  /** Joins, or sends the membership again; `vouched` names who lets a user into a restricted room. */
  | { readonly do: 'join'; readonly by: Person; readonly vouched?: Person }
  | { readonly do: 'leave' | 'knock' | 'say'; readonly by: Person }
  | { readonly do: 'invite' | 'kick' | 'ban'; readonly by: Person; readonly whom: Person }
  /** Invites an address: an identity server gives the token. */
  | { readonly do: 'offer'; readonly by: Person; readonly token: string; readonly keys?: 'one' | 'list' }
  /** Invites the user who turned out to have that address; `forged`: another server than the identity server says so. */
  | { readonly do: 'redeem'; readonly by: Person; readonly whom: Person; readonly token: string; readonly forged?: true; readonly signedBy?: 'target' }
  | { readonly do: 'levels'; readonly by: Person; readonly set: readonly LevelChange[] }
  | { readonly do: 'join-rule'; readonly by: Person; readonly to: string }
  | { readonly do: 'history'; readonly by: Person; readonly to: string }
  | { readonly do: 'set'; readonly by: Person; readonly what: Setting }
  /** Redacts the event so many places before the newest that the room has. */
  | { readonly do: 'redact'; readonly by: Person; readonly back: number };

/** An event that somebody sends. */
export type Sending = Deed & {
  /** Sent by a server that does not care for the rules: where they forbid it, it is in the room as a rejected event. */
  readonly anyway?: true;
  /** How many seconds the sender's clock is wrong. */
  readonly skew?: number;
};

/** A server is cut off from the others, or hears them again. Cut off, it goes on from its own extremities. */
export type Parting = { readonly do: 'split'; readonly server: Server } | { readonly do: 'heal'; readonly server: Server };

/** One step in the life of a room. What the rules do not allow is left out. */
export type RoomAction = Sending | Parting;

/** The life of a room as plain values: what {@link buildRoom} makes events of. */
export type RoomScript = {
  /** `m.federate: false`. */
  readonly closed?: true;
  /** Creators besides Alice, where the room version has them. */
  readonly creators?: readonly Person[];
  readonly actions: readonly RoomAction[];
};
