import type { NoticeChannel, Recipient, RecipientReason } from '../../notices/recipient.ts';
import { countOf, formatCount, formatTime } from './numbers.ts';
import { shorten, visible } from './visible.ts';

const LISTED = 40;

const channels: Readonly<Record<NoticeChannel, string>> = {
  federation: 'told by federation', 'application-service': 'told at its address', 'identity-server': 'asked to unbind', person: 'by a letter to whoever runs it', none: 'nobody can be told',
};

const reasons: Readonly<Record<RecipientReason, string>> = {
  'joined-at-event': 'in the room when it was sent', 'service-room': "the room is the service's own", 'policy-server': 'signs what is sent', 'widget-in-room': 'shown in the room',
  fetched: 'asked for it', 'joined-later': 'came later and could read back', 'state-at-join': 'was sent the state when it joined', invited: 'was sent it with an invite',
  'third-party-binding': 'was told an address', 'world-readable': 'the world could read it', 'possibly-joined': 'may have been in the room',
};

/** Who holds copies, a line each: by which channel they are told, since when and why. Of many the first are listed. */
export function recipientLines(recipients: readonly Recipient[]): readonly string[] {
  const listed = recipients.slice(0, LISTED).map(recipientLine);
  const more = recipients.length - listed.length;
  return more === 0 ? listed : [...listed, `${formatCount(more)} more, listed by --json`];
}

function recipientLine({ kind, id, channel, since, reasons: why, rooms }: Recipient): string {
  const when = since === undefined ? 'since when is not known' : `since ${formatTime(since)}`;
  const where = rooms.length === 0 ? '' : ` (${countOf(rooms.length, 'room')})`;
  const name = kind === 'public' ? 'the public' : `${kind} ${shorten(visible(id), 60)}`;
  return `${name}: ${channels[channel]}; ${when}, ${why.map((reason) => reasons[reason]).join(', ')}${where}`;
}
