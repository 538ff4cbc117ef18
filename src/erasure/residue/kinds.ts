import { isJsonObject, own, type JsonValue } from '../../json/value.ts';
import type { Pdu } from '../../event/pdu.ts';
import { isSalted } from './salt-content.ts';

/** What stays of a person after every redaction was right. */
export type ResidueKind =
  | 'sender' | 'state-key' | 'power-level' | 'authorising-user' | 'creator' | 'third-party-invite'
  | 'create-content' | 'server-name' | 'signature' | 'timing' | 'content-hash' | 'confirmable';

/** What the rules below look at. */
export type ResidueView = {
  /** The event as it is. */
  readonly event: Pdu;
  /** What a redaction leaves of it; of other people's events, the event as it is. */
  readonly left: Pdu;
  readonly names: (value: JsonValue | undefined) => boolean;
  /** The server names of the subjects. */
  readonly isHome: (server: string) => boolean;
};

/** A kind of residue: in whose events it is looked for, and what it means. */
export type ResidueRule = {
  readonly kind: ResidueKind;
  /** Only in the subjects' own events, or in everybody's. */
  readonly in: 'own' | 'all';
  readonly sentence: string;
  readonly stays: (view: ResidueView) => boolean;
};

/** Everything that a right redaction leaves, as facts that events are asked for. */
export const residueRules: readonly ResidueRule[] = Object.freeze([
  {
    kind: 'sender', in: 'own', sentence: 'The user ID as the sender: event IDs and signatures cover it.',
    stays: ({ left, names }) => names(left.sender),
  },
  {
    kind: 'state-key', in: 'all', sentence: 'The user ID as the state key of memberships and of state that belongs to a user.',
    stays: ({ left, names }) => names(left.state_key) || names(ownerOf(left.state_key ?? '')),
  },
  {
    kind: 'power-level', in: 'all', sentence: 'The user ID in power levels.',
    stays: ({ left, names }) => left.type === 'm.room.power_levels' && Object.keys(objectIn(left, 'users')).some(names),
  },
  {
    kind: 'authorising-user', in: 'all', sentence: 'The user ID as the member who vouched for a join.',
    stays: ({ left, names }) => left.type === 'm.room.member' && names(own(left.content, 'join_authorised_via_users_server')),
  },
  {
    kind: 'creator', in: 'all', sentence: 'The user ID as a creator of the room.',
    stays: ({ left, names }) => left.type === 'm.room.create' && (names(own(left.content, 'creator')) || listIn(left, 'additional_creators').some(names)),
  },
  {
    kind: 'third-party-invite', in: 'all', sentence: 'The user ID in the signed part of an invite by address.',
    stays: ({ left, names }) => left.type === 'm.room.member' && names(own(signedPart(left), 'mxid')),
  },
  {
    kind: 'create-content', in: 'own', sentence: 'All that was written into the create event: from room version 11 the whole of it is protected.',
    stays: ({ left }) => left.type === 'm.room.create' && Object.keys(left.content).length > 0,
  },
  {
    kind: 'server-name', in: 'own', sentence: 'The name of the server in the user ID, in room and event IDs. Of a server with one user it names the person.',
    stays: ({ left, isHome }) => [left.sender, left.room_id, left.event_id].some((id) => typeof id === 'string' && isHome(id.slice(id.indexOf(':') + 1))),
  },
  {
    kind: 'signature', in: 'own', sentence: 'The names of the servers that signed, and their signatures.',
    stays: ({ left }) => isJsonObject(left.signatures) && Object.keys(left.signatures).length > 0,
  },
  {
    kind: 'timing', in: 'own', sentence: 'When the event was sent, and which events came before it: a record of when somebody was active.',
    stays: ({ left }) => left.origin_server_ts !== undefined || left.depth !== undefined || left.prev_events !== undefined,
  },
  {
    kind: 'content-hash', in: 'own', sentence: 'A SHA-256 over the erased content.',
    stays: ({ left }) => contentHashOf(left) !== undefined,
  },
  {
    kind: 'confirmable', in: 'own', sentence: 'A hash over content that was neither encrypted nor salted: whoever guesses a short text can test the guess.',
    stays: ({ event, left }) => contentHashOf(left) !== undefined && loses(event, left) && event.type !== 'm.room.encrypted' && !isSalted(event.content),
  },
] satisfies readonly ResidueRule[]);

/** MSC3757: `@user:server_suffix` belongs to that user; server names have no underscore. */
function ownerOf(stateKey: string): string | undefined {
  const end = stateKey.indexOf('_', stateKey.indexOf(':'));
  return stateKey.startsWith('@') && stateKey.includes(':') && end > 0 ? stateKey.slice(0, end) : undefined;
}

function contentHashOf(event: Pdu): string | undefined {
  const hashes = own(event, 'hashes');
  const claimed = isJsonObject(hashes) ? own(hashes, 'sha256') : undefined;
  return typeof claimed === 'string' ? claimed : undefined;
}

function loses({ content }: Pdu, left: Pdu): boolean {
  return Object.keys(content).some((key) => !Object.hasOwn(left.content, key));
}

function objectIn({ content }: Pdu, key: string): { readonly [key: string]: JsonValue } {
  const value = own(content, key);
  return isJsonObject(value) ? value : {};
}

function listIn({ content }: Pdu, key: string): readonly JsonValue[] {
  const value = own(content, key);
  return Array.isArray(value) ? value : [];
}

function signedPart(event: Pdu): { readonly [key: string]: JsonValue } {
  const signed = own(objectIn(event, 'third_party_invite'), 'signed');
  return isJsonObject(signed) ? signed : {};
}
