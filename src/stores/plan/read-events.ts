import { subjectNames } from '../../erasure/about.ts';
import { foreignNote, type ForeignNote } from '../../erasure/foreign-note.ts';
import { clockOf, ownEvent, type OwnEvent } from '../../erasure/own-event.ts';
import type { ResidueReader } from '../../erasure/residue/residue.ts';
import { createSlimmer } from '../../erasure/record-store.ts';
import type { Pdu } from '../../event/pdu.ts';
import { isReadable } from '../../room/readable.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import { pagesOf } from '../pages.ts';
import type { ErasureStore } from '../store.ts';
import type { IndexedRoom } from './indexed-room.ts';

/** A state event that makes somebody a member, and its ID. */
export type MemberEvent = { readonly eventId: string; readonly pdu: Pdu };

/** What is read of a room's events for a plan: those of the subjects, and those that may speak of them. */
export type ReadEvents = {
  readonly own: readonly OwnEvent[];
  readonly foreign: readonly ForeignNote[];
  /** Events of anybody that say whether a subject is a member. */
  readonly memberships: readonly MemberEvent[];
};

/** What to read, and who else looks at it. */
export type ReadOptions = { readonly subjects: readonly string[]; readonly residue: ResidueReader | undefined };

/** Reads what a plan needs of a room's events, each of them once, and keeps no content of a message. */
export async function readEvents(store: ErasureStore, { room: { roomId }, read }: IndexedRoom, { subjects, residue }: ReadOptions): Promise<ReadEvents> {
  const names = subjectNames(subjects);
  const slim = createSlimmer();
  const [own, foreign, memberships]: [OwnEvent[], ForeignNote[], MemberEvent[]] = [[], [], []];
  const note = (event: RoomEvent): Pdu => {
    const pdu = slim(event);
    residue?.pass(event);
    if (pdu.type === 'm.room.member' && names.ids.has(pdu.state_key ?? '') && isReadable(pdu)) memberships.push({ eventId: event.eventId, pdu });
    return pdu;
  };
  for await (const rows of pagesOf((page) => store.events.bySenders(roomId, subjects, page))) {
    for (const row of rows) {
      const { event } = read(row);
      own.push(ownEvent(event, { eventId: event.eventId, pdu: note(event) }, clockOf(event, row.place)));
    }
  }
  for await (const rows of pagesOf((page) => store.events.naming(roomId, subjects, page))) {
    for (const { event } of rows.map(read)) {
      note(event);
      const noted = foreignNote(event, names);
      if (noted !== undefined) foreign.push(noted);
    }
  }
  return { own, foreign, memberships };
}
