/** What holds a copy. `public` stands for whoever read a room that the world may read: search engines, archives, people without an account. */
export type RecipientKind = 'server' | 'application-service' | 'identity-server' | 'bot' | 'widget' | 'public';

/** How a recipient is told: by one of three endpoints, by writing to the person who runs it, or not at all. */
export type NoticeChannel = 'federation' | 'application-service' | 'identity-server' | 'person' | 'none';

/** Why somebody holds a copy, most certain first. */
export type RecipientReason =
  /** Was in the room when an event of the subject was sent, and so was sent it. */
  | 'joined-at-event'
  /** The room, or one of its aliases, is an application service's own. */
  | 'service-room'
  /** Is asked to sign every event of the room, and sees it for that. */
  | 'policy-server'
  /** Is shown in the room, and may have been given its events by clients. */
  | 'widget-in-room'
  /** Has asked for an event or a file; the server's own log says so. */
  | 'fetched'
  /** Came later and could read back, because the room's history is open to whoever joins. */
  | 'joined-later'
  /** Came later to a room with closed history, and was sent the state, in which there were events of the subject. */
  | 'state-at-join'
  /** Was sent some of the room's state, or an event of the subject, with an invite or a knock. */
  | 'invited'
  /** An identity server that was told of an address of the subject. */
  | 'third-party-binding'
  /** The room was open to the world while an event of the subject was sent, or its state could be read. */
  | 'world-readable'
  /** Joined at some time, where the history that would tell when is missing. */
  | 'possibly-joined';

/** Every reason, in that order. */
export const recipientReasons: readonly RecipientReason[] = Object.freeze([
  'joined-at-event', 'service-room', 'policy-server', 'widget-in-room', 'fetched', 'joined-later', 'state-at-join', 'invited', 'third-party-binding',
  'world-readable', 'possibly-joined',
] satisfies readonly RecipientReason[]);

/** Since when (ms since 1970, UTC; without it that is not known) and why a recipient holds copies of what was in one room. */
export type RecipientRoom = { readonly room_id: string; readonly since?: number; readonly reasons: readonly RecipientReason[] };

/** Who holds copies of the subject's data. Holds no content. */
export type Recipient = {
  readonly kind: RecipientKind;
  /** A server name, the ID of an application service, a user ID, a widget's host, or `public`. */
  readonly id: string;
  readonly channel: NoticeChannel;
  /** The earliest that is known (ms since 1970, UTC). */
  readonly since?: number;
  readonly reasons: readonly RecipientReason[];
  readonly rooms: readonly RecipientRoom[];
};

/** The best channel to each kind of recipient. */
export const channelTo: Readonly<Record<RecipientKind, NoticeChannel>> = Object.freeze({
  server: 'federation',
  'application-service': 'application-service',
  'identity-server': 'identity-server',
  bot: 'person',
  widget: 'person',
  public: 'none',
});
