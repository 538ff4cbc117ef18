import { serverNameOf } from '../identifiers/identifiers.ts';
import { own } from '../json/value.ts';
import { isState, referencedIds, type Pdu } from '../event/pdu.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { SubjectNames } from './about.ts';
import { timesOfHolds } from './holds.ts';
import { foreignNote, type ForeignNote } from './foreign-note.ts';
import type { MediaNotes } from './media-notes.ts';
import { clockOf, ownEvent, type OwnEvent } from './own-event.ts';
import { createRecordStore, type EventIds, type KeptEvent, type RecordStore } from './record-store.ts';
import type { ErasureRequest } from './request.ts';
import { createTimeline, timesIn, type EventClock, type Timeline } from './scope.ts';
import { createSignsOfMore, type SignsOfMore } from './signs-of-more.ts';

/** A membership of somebody else, and when it came. */
export type OtherMembership = { readonly eventId: string; readonly pdu: Pdu; readonly clock: EventClock };

/** What is kept of a room while its events are read: never the content of a message. */
export type RoomNotes = Pick<SignsOfMore, 'isNamed' | 'lacksEvents'> & {
  readonly roomId: string;
  readonly rules: RoomVersionRules;
  readonly request: ErasureRequest;
  readonly own: readonly OwnEvent[];
  readonly foreign: readonly ForeignNote[];
  readonly records: RecordStore;
  readonly timeline: Timeline;
  /** Memberships of all who are neither subjects nor erased before. */
  readonly others: readonly OtherMembership[];
  /** Events that say that a bridge to another network is in the room. */
  readonly bridges: readonly KeptEvent[];
  readonly hasErased: boolean;
  /** Every event that some event names as what allows it. */
  readonly cited: ReadonlySet<string>;
  readonly servers: ReadonlySet<string>;
};

/** Reads the events of one room. */
export type RoomReader = Pick<RoomNotes, 'rules' | 'records'> & { readonly add: (event: RoomEvent) => void; readonly notes: () => RoomNotes };

/** Whose data to look for, and where. */
export type ReaderOptions = { readonly names: SubjectNames; readonly request: ErasureRequest; readonly media: MediaNotes; readonly ids: EventIds };

/** A reader of one room's events, in any order. */
export function createRoomReader(first: RoomEvent, { names, request, media, ids }: ReaderOptions): RoomReader {
  const { roomId, rules } = first;
  const [ownEvents, foreign, others, bridges]: [OwnEvent[], ForeignNote[], OtherMembership[], KeptEvent[]] = [[], [], [], []];
  const records = createRecordStore(ids);
  const signs = createSignsOfMore();
  const timeline = createTimeline(timesOf(request));
  const erased: ReadonlySet<string> = new Set(request.alreadyErased);
  const [cited, servers] = [new Set<string>(), new Set<string>()];
  let hasErased = false;

  const add = (event: RoomEvent): void => {
    const { pdu } = event;
    const clock = clockOf(event, records.size());
    const kept = records.add(event);
    timeline.pass(clock);
    signs.add(event);
    for (const id of referencedIds(pdu.auth_events)) cited.add(id);
    const server = joinedServer(pdu);
    if (server !== undefined) servers.add(server);
    if (names.ids.has(pdu.sender ?? '')) ownEvents.push(ownEvent(event, kept, clock));
    else {
      const note = foreignNote({ pdu, eventId: kept.eventId }, names);
      if (note !== undefined) foreign.push(note);
      media.noteOther(pdu, { room_id: roomId, event_id: kept.eventId });
    }
    if (isOthersMembership(pdu, names.ids, erased)) others.push({ ...kept, clock });
    if (saysBridge(pdu)) bridges.push(kept);
    hasErased ||= erased.has(pdu.sender ?? '');
  };
  const notes = (): RoomNotes => ({
    roomId, rules, request, own: ownEvents, foreign, records, timeline: timeline.timeline(), others, bridges, hasErased, cited, servers,
    isNamed: signs.isNamed, lacksEvents: signs.lacksEvents,
  });
  return { rules, records, add, notes };
}

/** The times (ms) at which a request asks how far a room was. */
export function timesOf({ effectiveAt, scope, holds }: ErasureRequest): readonly number[] {
  return [effectiveAt, ...timesIn(scope), ...timesOfHolds(holds)];
}

/** State that bridges set. The second is what they use; the first is proposed. */
const BRIDGES: ReadonlySet<string> = new Set(['m.bridge', 'uk.half-shot.bridge']);

/** Whether an event says that a bridge to another network is in the room. */
export function saysBridge(pdu: Pdu): boolean {
  return BRIDGES.has(pdu.type) && isState(pdu) && Object.keys(pdu.content).length > 0;
}

function isOthersMembership({ type, state_key: user }: Pdu, subjects: ReadonlySet<string>, erased: ReadonlySet<string>): boolean {
  return type === 'm.room.member' && user !== undefined && !subjects.has(user) && !erased.has(user);
}

/** The server of whom an event makes a member, whether or not it counted. */
export function joinedServer(pdu: Pdu): string | undefined {
  if (pdu.type !== 'm.room.member' || own(pdu.content, 'membership') !== 'join') return undefined;
  return serverNameOf(pdu.state_key ?? '');
}
