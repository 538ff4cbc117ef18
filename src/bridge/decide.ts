import type { MessageMapping } from './mapping.ts';
import type { RoomFeatures } from './room-features.ts';

/** What a bridge can do about one message on the network. */
export type RemoteTreatment = 'delete' | 'delete-for-me' | 'too-old' | 'impossible' | 'unknown-remote';

/** Why it can do that, and no more. */
export type RemoteReason =
  /** delete: the network deletes it for everyone. */
  | 'for-everyone'
  /** delete: the network is asked to, and part of its users, or its archives, keep it. */
  | 'in-part'
  /** too-old, delete-for-me: the network deletes for everyone only what is younger. */
  | 'too-old'
  /** impossible, delete-for-me: the network deletes nothing for everyone. */
  | 'network-cannot'
  /** impossible: the bridge is not logged in to an account that could. */
  | 'no-account'
  /** unknown-remote: no mapping names the event; it was never bridged, or is being bridged. */
  | 'not-mapped'
  /** unknown-remote: the network has not yet confirmed the message. To be planned again when it has. */
  | 'not-bridged-yet'
  /** unknown-remote: the network has it no more. */
  | 'gone-there'
  /** unknown-remote: nothing is known of what the network can do. */
  | 'unknown-network';

/** What happens to one message on the network, and why. */
export type RemoteVerdict = {
  readonly treatment: RemoteTreatment;
  readonly reason: RemoteReason;
  /** The last moment at which the network deletes it (ms since 1970, UTC). */
  readonly before?: number;
};

/** What a decision about a remote message needs beside the message. */
export type RemoteFacts = {
  /** When the deletion would happen (ms since 1970, UTC). */
  readonly at: number;
  /** What the network can do in this room; none when nothing is known of it. */
  readonly features: RoomFeatures | undefined;
  /** The network that deleted the message first. */
  readonly deletedOn?: string;
};

/**
 * What a bridge can do about one message on the network.
 * @example decideRemote({ event_id: '$a', room_id: '!r', sender: '@a:b', network: 'irc', chat: '#c', remoteId: '1', sentAt: 0 }, { at: 0, features: {} }).treatment // 'impossible'
 */
export function decideRemote(mapping: MessageMapping, { at, features, deletedOn }: RemoteFacts): RemoteVerdict {
  if (mapping.goneThere === true || deletedOn === mapping.network) return { treatment: 'unknown-remote', reason: 'gone-there' };
  if (mapping.remoteId === undefined) return { treatment: 'unknown-remote', reason: 'not-bridged-yet' };
  if (features === undefined) return { treatment: 'unknown-remote', reason: 'unknown-network' };
  const verdict = whatNetworkDoes(mapping, features, at);
  const needsAccount = verdict.treatment === 'delete' || verdict.treatment === 'delete-for-me';
  return needsAccount && mapping.account === undefined ? { treatment: 'impossible', reason: 'no-account' } : verdict;
}

function whatNetworkDoes(mapping: MessageMapping, features: RoomFeatures, at: number): RemoteVerdict {
  const level = features.delete ?? 0;
  const before = lastMoment(mapping.sentAt, features.delete_max_age);
  const late = before !== undefined && at > before;
  if (level > 0 && !late) {
    return { treatment: 'delete', reason: level === 2 ? 'for-everyone' : 'in-part', ...(before === undefined ? {} : { before }) };
  }
  const reason = level > 0 ? 'too-old' : 'network-cannot';
  // The account that passes on what others write would delete only its own copy, which helps nobody.
  if (features.delete_for_me === true && mapping.relayed !== true) return { treatment: 'delete-for-me', reason };
  return { treatment: level > 0 ? 'too-old' : 'impossible', reason };
}

/** The last moment (ms) at which what was sent then is at most as old as `seconds`; none where 0 or nothing limits it. */
export function lastMoment(sentAt: number, seconds = 0): number | undefined {
  return seconds === 0 ? undefined : sentAt + Math.floor(seconds * 1000);
}
