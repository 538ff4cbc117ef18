import type { AccountCategoryId } from '../erasure/account/categories.ts';
import type { RoomPlan } from '../erasure/plan.ts';
import type { ErasureRequest } from '../erasure/request.ts';
import type { MxcUri, UserId } from '../identifiers/identifiers.ts';
import type { EventVerdict } from '../room/graph.ts';
import type { RoomsAhead } from './erasure/rooms-ahead.ts';
import type { EventMarks } from './import/imported-event.ts';

/** An event as a store has it. `text` is the JSON of its record as it was read, or of the event alone if that is all there was (`bare`). */
export type EventRow = {
  readonly roomId: string;
  readonly eventId: string;
  /** Its place in the order in which the store got its events: 1 and up, and later events have higher ones. */
  readonly place: number;
  readonly text: string;
  readonly bare: boolean;
  /** Whether the store finds it by anything but its room, its sender and its ID, where it tells. */
  readonly marked?: boolean;
};

/** A room of a store. */
export type RoomRow = {
  readonly roomId: string;
  readonly roomVersion: string;
  readonly events: number;
  /** Counts the changes of the room: new events, and what erasures did. What was computed at one revision holds as long as it is the same. */
  readonly revision: number;
};

/** A part of a long list: what comes after a place, at most so many. */
export type Page = { readonly after?: number; readonly limit: number };

/** What a store knows of an event without its content. Positions are places in the order of the room's graph, 0 and up. */
export type EventFacts = {
  readonly eventId: string;
  readonly position: number;
  readonly verdict: EventVerdict['verdict'];
  /** Whether the state before and after it is known. */
  readonly stateKnown: boolean;
  /** Whether some event names it among those that allow it. */
  readonly cited: boolean;
  /** Whether others follow it, relate to it, reply to it or redact it. */
  readonly named: boolean;
  /** Of state that took its place: the event that had the place before. */
  readonly replaced?: string;
  /** Whether a redaction of it took effect. */
  readonly redacted: boolean;
  /** Of a redaction: whether it takes effect or may once its target is there, and whether clients are told of it. */
  readonly redaction?: { readonly applies: boolean; readonly withheld: boolean };
};

/** From which position of a room's graph to which, both included, an event was what the state had in a place. */
export type StateSpan = {
  readonly type: string;
  readonly stateKey: string;
  readonly eventId: string;
  readonly from: number;
  readonly to: number;
  /** Of a membership event: what it says. */
  readonly membership?: string;
};

/** From which place up to and without which a user was joined, in the server's own order; to `Infinity` where they still are. */
export type Stay = { readonly user: string; readonly from: number; readonly to: number };

/** What is known of a room as a whole. The virtual position after the last event has the room's current state. */
export type RoomSummary = {
  readonly positions: number;
  /** Whether the state after every event is known. */
  readonly statesKnown: boolean;
  readonly currentKnown: boolean;
  /** Whether the room is there from its creation on, with everything that its events name. */
  readonly whole: boolean;
  /** Whether every event in the room's history has its place in the server's own order. */
  readonly streams: boolean;
  /** Servers that had a joined member at some time. */
  readonly servers: readonly string[];
  /** State events that say that a bridge is there, by their IDs, and those that give the room aliases: also those that never counted. */
  readonly bridges: readonly string[];
  readonly aliases: readonly string[];
};

/** How far a room was by a time (ms): the highest place, and the highest in the server's own order, of an event in its history that had happened by then. */
export type RoomClock = { readonly time: number; readonly place: number; readonly stream?: number };

/** What is computed of a room once, so that plans need not open it: its graph, in rows. */
export type RoomIndex = {
  readonly summary: RoomSummary;
  readonly events: Iterable<EventFacts>;
  readonly spans: Iterable<StateSpan>;
  readonly stays: Iterable<Stay>;
  /** Ascending in all that they have. */
  readonly clock: Iterable<RoomClock>;
};

/** A range of positions or places, both ends included. */
export type Range = { readonly from: number; readonly to: number };

/** Which state is asked for: spans that overlap the range and fit whatever else is given. */
export type SpanQuery = Partial<Range> & { readonly types?: readonly string[]; readonly stateKeys?: readonly string[]; readonly eventIds?: readonly string[] };

/** The index of each room. A store may drop one at any time; it is then made again. */
export type RoomIndexes = {
  /** `undefined` where there is none for the room as it is now. */
  readonly summary: (roomId: string) => Promise<RoomSummary | undefined>;
  /** Replaces the index of a room, if the room still is at the revision for which it was made. */
  readonly put: (room: Pick<RoomRow, 'roomId' | 'revision'>, index: RoomIndex) => Promise<void>;
  readonly facts: (roomId: string, eventIds: readonly string[]) => Promise<readonly EventFacts[]>;
  readonly spans: (roomId: string, query: SpanQuery) => Promise<readonly StateSpan[]>;
  /** For each range of positions whether somebody but these users had one of these memberships in the state at any of them. */
  readonly company: (roomId: string, ranges: readonly Range[], among: { readonly memberships: readonly string[]; readonly except: readonly string[] }) => Promise<readonly boolean[]>;
  /** For each range of places whether somebody but these users was joined at any of them. */
  readonly presence: (roomId: string, ranges: readonly Range[], among: { readonly except: readonly string[] }) => Promise<readonly boolean[]>;
  /** When some users were joined; everybody, where none are named. */
  readonly stays: (roomId: string, users?: readonly string[]) => Promise<readonly Stay[]>;
  /** For each time (ms) the last of the room's clock that is not after it; `undefined` where nothing had happened. */
  readonly clock: (roomId: string, times: readonly number[]) => Promise<readonly (RoomClock | undefined)[]>;
};

/** What becomes of a stored event: another text, or nothing. */
export type EventChange = Pick<EventRow, 'eventId' | 'place' | 'marked'> & {
  readonly text?: string;
  readonly bare?: boolean;
  /** By what the new text is to be found, where that is known: it then need not be read for it. */
  readonly marks?: EventMarks;
};

/** The events of a store. */
export type StoredEvents = {
  /** All rooms, by their IDs in the order of code points. */
  readonly rooms: () => Promise<readonly RoomRow[]>;
  readonly room: (roomId: string) => Promise<RoomRow | undefined>;
  /** How many rooms with events there are, and how many events. */
  readonly totals: () => Promise<{ readonly rooms: number; readonly events: number }>;
  /** Rooms with events by any of these people, or in which somebody names them, in the order of code points. */
  readonly roomsOf: (users: readonly string[]) => Promise<readonly string[]>;
  /** Events of a room in the order in which the store got them. */
  readonly inRoom: (roomId: string, page: Page) => Promise<readonly EventRow[]>;
  readonly bySenders: (roomId: string, users: readonly string[], page: Page) => Promise<readonly EventRow[]>;
  readonly byIds: (roomId: string, eventIds: readonly string[]) => Promise<readonly EventRow[]>;
  /**
   * Events by others that may name one of these users anywhere but as the sender, or refer to one of their events (quote, pin, relate, redact). There may
   * be too many, and never too few.
   */
  readonly naming: (roomId: string, users: readonly string[], page: Page) => Promise<readonly EventRow[]>;
  /** Events by others that have anything in `unsigned`, or beside the event, that may be a copy of another event. */
  readonly withCopies: (roomId: string, users: readonly string[], page: Page) => Promise<readonly EventRow[]>;
  /** Which events, by whom, refer to files, as far as the events tell. */
  readonly mediaReferrers: (uris: readonly MxcUri[]) => Promise<readonly { readonly uri: MxcUri; readonly roomId: string; readonly eventId: string; readonly sender: string }[]>;
  /** Replaces and deletes. What is replaced or deleted must not be found in the store's files any more once {@link ErasureStore.settle} is through. */
  readonly change: (roomId: string, changes: readonly EventChange[]) => Promise<void>;
  /** Lines that were imported and could not be read: they may be anybody's. */
  readonly unreadable: () => Promise<number>;
};

/** How far an erasure is. `planned` hides already; `revoked` and `cancelled` change nothing more. */
export type ErasureStatus = 'planned' | 'running' | 'paused' | 'done' | 'cancelled' | 'revoked';

/** An erasure in a store. It hides from when it is there, by itself: no event is written for that. Times in ms since 1970, UTC. */
export type ErasureRow = {
  readonly id: string;
  readonly request: ErasureRequest;
  readonly status: ErasureStatus;
  readonly createdAt: number;
  readonly changedAt: number;
};

/** How many events each change was made to. */
export type ChangeCounts = { readonly redacted: number; readonly hidden: number; readonly purged: number; readonly 'copies-removed': number };

/** What an erasure does in one room: planned, then done. */
export type ErasurePart = {
  readonly erasureId: string;
  readonly roomId: string;
  readonly plan: RoomPlan;
  /** The revision of the room for which it was planned. */
  readonly revision: number;
  readonly status: 'planned' | 'done' | 'failed';
  /** What was done so far. */
  readonly counts?: ChangeCounts;
};

/** How far an erasure is, in numbers. */
export type ErasureProgress = { readonly rooms: number; readonly roomsDone: number; readonly events: number; readonly eventsDone: number; readonly counts: ChangeCounts };

/** What becomes of an erasure, and what is written down with that. */
export type ErasureChange = Pick<ErasureRow, 'status' | 'changedAt'> & { readonly request?: ErasureRequest; readonly noted?: readonly Omit<LedgerRow, 'seq'>[] };

/** The erasures of a store. */
export type StoredErasures = {
  /** Adds an erasure, unless one of this ID is there; gives whether it was added. */
  readonly add: (erasure: ErasureRow) => Promise<boolean>;
  readonly get: (id: string) => Promise<ErasureRow | undefined>;
  /** In the order in which they were added. */
  readonly list: () => Promise<readonly ErasureRow[]>;
  /** Changes an erasure if its status is one of these, and then writes these lines into the ledger, both or neither; gives whether it was. */
  readonly change: (id: string, from: readonly ErasureStatus[], to: ErasureChange) => Promise<boolean>;
  /** The erasures, but for those that are cancelled, that have any of these people as a subject: looked up for a whole page of events at once. */
  readonly ofSubjects: (users: readonly string[]) => Promise<readonly ErasureRow[]>;
  /** Adds or replaces parts. */
  readonly putParts: (parts: readonly ErasurePart[]) => Promise<void>;
  readonly part: (id: string, roomId: string) => Promise<ErasurePart | undefined>;
  /** The same without its plan, which may be long. */
  readonly partState: (id: string, roomId: string) => Promise<Pick<ErasurePart, 'status' | 'revision'> | undefined>;
  /** The rooms of an erasure whose part has this status, in the order of code points: those after one of them, at most so many. */
  readonly roomsOf: (id: string, status: ErasurePart['status'], page: { readonly after?: string; readonly limit: number }) => Promise<readonly string[]>;
  /** Changes a part but for its plan: `failed` where it was tried for long enough, `planned` where it is to be tried again. */
  readonly setPart: (id: string, roomId: string, to: Pick<ErasurePart, 'status'> & Partial<Pick<ErasurePart, 'revision' | 'counts'>>) => Promise<void>;
  readonly progress: (id: string) => Promise<ErasureProgress>;
  /** Files that an erasure has to delete or has deleted. Adding one twice changes nothing. */
  readonly addMedia: (id: string, uris: readonly MxcUri[]) => Promise<void>;
  readonly media: (id: string, done: boolean) => Promise<readonly MxcUri[]>;
  /** Notes what has to be done when. One of a kind for each erasure: the first stays. */
  readonly addDues: (dues: readonly DueErasure[]) => Promise<void>;
  /** What falls due by a time (ms), and is then forgotten: each is given once. */
  readonly takeDues: (at: number) => Promise<readonly DueErasure[]>;
};

/** Something that has to be done about an erasure by a time (ms). */
export type DueErasure = { readonly erasure: string; readonly what: DueKind; readonly due: number };

/** The answer to the person, the purge of what was theirs alone, the end of the logs, or the review of a hold. */
export type DueKind = 'answer' | 'purge' | 'logs' | 'review';

/** A step that was done, of which the ledger keeps account: free of content. */
export type LedgerRow = { readonly seq: number; readonly at: number; readonly erasureId: string; readonly step: string; readonly detail: Readonly<Record<string, string | number>> };

/** What was done, in order: added to, never changed. */
export type StoredLedger = {
  readonly append: (rows: readonly Omit<LedgerRow, 'seq'>[]) => Promise<void>;
  readonly read: (page: Page) => Promise<readonly LedgerRow[]>;
};

/**
 * A homeserver's database, as far as erasures need it: whoever implements this can use everything else, and can try it with the conformance tests of
 * `matrix-erasure/testing`. All calls may be made at once and from any number of processes.
 */
export type ErasureStore = {
  readonly events: StoredEvents;
  readonly index: RoomIndexes;
  readonly erasures: StoredErasures;
  readonly ledger: StoredLedger;
  /** Deletes files of users and notes it for the erasure. One that is not there is no error. */
  readonly deleteMedia: (erasureId: string, uris: readonly MxcUri[]) => Promise<void>;
  /** Deletes what is held of an account in a category; gives how many things went. */
  readonly deleteAccountData: (user: UserId, category: AccountCategoryId) => Promise<number>;
  /**
   * Does all of some work in a room or none of it, alone: whoever else works in the room waits. Everything is read and written through the store that
   * the work is given. Work that asks for a further room has that as well, as a part of the same whole.
   */
  readonly inRoom: <T>(roomId: string, work: (store: ErasureStore) => Promise<T>) => Promise<T>;
  /** Reads the rooms of an erasure in another thread, so that one is read while another is written: of stores that gain by it, for so many events. */
  readonly readAhead?: (erasureId: string, events: number) => RoomsAhead | undefined;
  /** Waits until what was changed is on disk, and what was deleted is in no file of the store. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
};
