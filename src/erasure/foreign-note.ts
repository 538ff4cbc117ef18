import type { RoomEvent } from '../room/resolve-record.ts';
import { aboutReasons, mentionedEvents, type EventMention, type SubjectNames } from './about.ts';
import type { AboutReason } from './plan.ts';

/** An event of somebody else that may carry data of the subject: by itself, or if an event that it refers to is the subject's. */
export type ForeignNote = {
  readonly eventId: string;
  readonly type: string;
  readonly reasons: readonly AboutReason[];
  readonly references: readonly EventMention[];
};

/** Notes an event of somebody else, where it may carry data of the subject. */
export function foreignNote({ pdu, eventId }: Pick<RoomEvent, 'pdu' | 'eventId'>, names: SubjectNames): ForeignNote | undefined {
  const reasons = aboutReasons(pdu, names);
  const references = mentionedEvents(pdu);
  return reasons.length + references.length === 0 ? undefined : { eventId, type: pdu.type, reasons, references };
}
