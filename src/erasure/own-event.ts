import type { MxcUri } from '../identifiers/identifiers.ts';
import { mediaReferences } from '../event/media.ts';
import type { Pdu } from '../event/pdu.ts';
import { isRedacted } from '../event/redact.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import { editedEventId } from '../event/relations.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { KeptEvent } from './record-store.ts';
import type { EventClock } from './scope.ts';

/** What a plan needs of an event of the subject: never the content of a message. */
export type OwnEvent = {
  readonly eventId: string;
  readonly pdu: Pdu;
  readonly media: readonly MxcUri[];
  readonly redacts: readonly string[];
  /** The event that it is an edit of. */
  readonly edits: string | undefined;
  /** Whether a redaction would take nothing from it. */
  readonly bare: boolean;
  readonly clock: EventClock;
};

/** Notes of an event of the subject what a plan needs; the event itself as it is kept. */
export function ownEvent({ pdu, rules }: RoomEvent, kept: KeptEvent, clock: EventClock): OwnEvent {
  return {
    ...kept, clock, media: mediaReferences(pdu), redacts: redactionTarget(pdu, rules.redacts)?.eventIds ?? [],
    edits: editedEventId(pdu), bare: isRedacted(pdu, rules.redaction),
  };
}

/** Where an event stands in time, and at which place of its input. */
export function clockOf({ pdu, streamOrdering, receivedTs, outlier }: RoomEvent, place: number): EventClock {
  const sent = pdu.origin_server_ts;
  return { stream: streamOrdering, place, outlier, time: receivedTs ?? (typeof sent === 'number' ? sent : undefined), bySender: receivedTs === undefined };
}
