import { compareCodePoints } from '../../src/json/compare.ts';
import { marksOf, type EventMarks, type ImportedLine } from '../../src/stores/import/imported-event.ts';
import { rowReader } from '../../src/stores/stored-event.ts';
import type { ErasureStore, EventChange, EventFacts, EventRow, Page, Range, RoomClock, RoomIndex, RoomIndexes, RoomRow, SpanQuery, StateSpan, Stay, StoredEvents } from '../../src/stores/store.ts';
import { memoryErasures, memoryLedger } from './memory-erasures.ts';

type Kept = Omit<RoomIndex, 'events' | 'spans' | 'stays' | 'clock'> & {
  readonly revision: number;
  readonly events: ReadonlyMap<string, EventFacts>;
  readonly spans: readonly StateSpan[];
  readonly stays: readonly Stay[];
  readonly clock: readonly RoomClock[];
};

type Stored = { readonly row: EventRow; readonly sender: string; readonly marks: EventMarks };
type Room = { readonly roomId: string; readonly roomVersion: string; revision: number; events: Stored[]; index: Kept | undefined };

/** A store in maps, as plain as can be: what the SQL stores are compared with. It counts the rows that it hands out, by the name of what was asked. */
export type MemoryStore = ErasureStore & {
  readonly add: (lines: Iterable<ImportedLine>) => void;
  readonly noteUnreadable: (lines: number) => void;
  readonly addAccountData: (user: string, category: string, items: readonly string[]) => void;
  readonly handedOut: () => Readonly<Record<string, number>>;
};

/** An empty store. */
export function memoryStore(): MemoryStore {
  const rooms = new Map<string, Room>();
  const counts: Record<string, number> = {};
  const accountData = new Map<string, number>();
  const ledger = memoryLedger();
  const erasures = memoryErasures(ledger.stored);
  let [places, unreadable] = [0, 0];
  const add = (lines: Iterable<ImportedLine>): void => {
    for (const line of lines) {
      const { roomId, eventId, rules, pdu } = line.event;
      const room = rooms.get(roomId) ?? { roomId, roomVersion: rules.id, revision: 0, events: [], index: undefined };
      rooms.set(roomId, room);
      places += 1;
      room.events.push({ row: { roomId, eventId, place: places, text: line.text, bare: line.bare }, sender: pdu.sender ?? '', marks: marksOf(line.record) });
      room.revision += 1;
    }
  };
  const store: Omit<MemoryStore, 'inRoom'> = {
    add,
    noteUnreadable: (lines) => { unreadable += lines; },
    addAccountData: (user, category, items) => void accountData.set(`${user} ${category}`, (accountData.get(`${user} ${category}`) ?? 0) + items.length),
    handedOut: () => ({ ...counts }),
    events: counting('events', counts, eventsIn(rooms, () => unreadable)),
    index: counting('index', counts, indexesIn(rooms)),
    erasures: erasures.stored,
    ledger: ledger.stored,
    deleteMedia: erasures.markDone,
    deleteAccountData: async (user, category) => {
      const held = accountData.get(`${user} ${category}`) ?? 0;
      accountData.delete(`${user} ${category}`);
      return held;
    },
    settle: async () => {},
    close: async () => {},
  };
  const turns = new Map<string, Promise<unknown>>();
  const whole: MemoryStore = { ...store, inRoom: (roomId, work) => {
    const turn = (turns.get(roomId) ?? Promise.resolve()).then(() => wholeOrNothing([rememberRoom(rooms.get(roomId)), erasures.remember, ledger.remember], () => work({ ...whole, inRoom: (_, inside) => inside(whole) })));
    turns.set(roomId, turn.catch(() => undefined));
    return turn;
  } };
  return whole;
}

/** Does some work, and undoes what it did if it fails. */
async function wholeOrNothing<T>(remember: readonly (() => () => void)[], work: () => Promise<T>): Promise<T> {
  const undo = remember.map((each) => each());
  try {
    return await work();
  } catch (error) {
    for (const each of undo) each();
    throw error;
  }
}

function rememberRoom(room: Room | undefined): () => () => void {
  return () => {
    const before = room && { ...room };
    return () => void (room && Object.assign(room, before));
  };
}

/** The same functions, which note how many rows each gives. */
function counting<T extends { readonly [name: string]: (...parameters: never[]) => Promise<unknown> }>(part: string, counts: Record<string, number>, functions: T): T {
  const counted = Object.entries(functions).map(([name, ask]) => [name, async (...parameters: never[]) => {
    const found = await ask(...parameters);
    counts[`${part}.${name}`] = (counts[`${part}.${name}`] ?? 0) + (Array.isArray(found) ? found.length : 1);
    return found;
  }]);
  return Object.fromEntries(counted) as T;
}

function eventsIn(rooms: ReadonlyMap<string, Room>, unreadable: () => number): StoredEvents {
  const eventsOf = (roomId: string): readonly Stored[] => rooms.get(roomId)?.events ?? [];
  const paged = (found: readonly Stored[], { after = 0, limit }: Page): readonly EventRow[] => found.map(({ row }) => row).filter(({ place }) => place > after).slice(0, limit);
  const listed = (): readonly RoomRow[] => [...rooms.values()].filter(({ events }) => events.length > 0).map(rowOf).sort((one, other) => compareCodePoints(one.roomId, other.roomId));
  return {
    rooms: async () => listed(),
    room: async (roomId) => {
      const room = rooms.get(roomId);
      return room && rowOf(room);
    },
    totals: async () => ({ rooms: listed().length, events: listed().reduce((sum, { events }) => sum + events, 0) }),
    roomsOf: async (users) => listed().map(({ roomId }) => roomId).filter((roomId) =>
      eventsOf(roomId).some(({ sender, marks: { names } }) => users.includes(sender) || names.some((name) => users.includes(name)))),
    inRoom: async (roomId, page) => paged(eventsOf(roomId), page),
    bySenders: async (roomId, users, page) => paged(eventsOf(roomId).filter(({ sender }) => users.includes(sender)), page),
    byIds: async (roomId, eventIds) => {
      const wanted = new Set(eventIds);
      return eventsOf(roomId).map(({ row }) => row).filter(({ eventId }) => wanted.has(eventId));
    },
    naming: async (roomId, users, page) => {
      const own = new Set(eventsOf(roomId).filter(({ sender }) => users.includes(sender)).map(({ row }) => row.eventId));
      return paged(eventsOf(roomId).filter(({ sender, marks: { names, refs } }) =>
        !users.includes(sender) && (names.some((name) => users.includes(name)) || refs.some((id) => own.has(id)))), page);
    },
    withCopies: async (roomId, users, page) => paged(eventsOf(roomId).filter(({ sender, marks: { copies } }) => copies && !users.includes(sender)), page),
    mediaReferrers: async (uris) => uris.flatMap((uri) => [...rooms.values()].flatMap(({ roomId, events }) =>
      events.filter(({ marks: { media } }) => media.includes(uri)).map(({ row, sender }) => ({ uri, roomId, eventId: row.eventId, sender })))),
    change: async (roomId, changes) => {
      const room = rooms.get(roomId);
      if (room === undefined || changes.length === 0) return;
      const changed = new Map(changes.map((change) => [change.eventId, change]));
      room.events = room.events.flatMap((stored) => {
        const change = changed.get(stored.row.eventId);
        return change === undefined ? [stored] : changedEvent(stored, change, room);
      });
      room.revision += 1;
    },
    unreadable: async () => unreadable(),
  };
}

function rowOf({ roomId, roomVersion, events, revision }: Room): RoomRow {
  return { roomId, roomVersion, events: events.length, revision };
}

function changedEvent({ row }: Stored, { text, bare }: EventChange, room: Room): readonly Stored[] {
  if (text === undefined) return [];
  const next: EventRow = { ...row, text, bare: bare ?? row.bare };
  const { event, record } = rowReader(room)(next);
  return [{ row: next, sender: event.pdu.sender ?? '', marks: marksOf(record) }];
}

function indexesIn(rooms: ReadonlyMap<string, Room>): RoomIndexes {
  const index = (roomId: string): Kept | undefined => {
    const room = rooms.get(roomId);
    return room?.index?.revision === room?.revision ? room?.index : undefined;
  };
  const spans = (roomId: string): readonly StateSpan[] => index(roomId)?.spans ?? [];
  return {
    summary: async (roomId) => index(roomId)?.summary,
    put: async ({ roomId, revision }, { summary, events, spans: of, stays, clock }) => {
      const room = rooms.get(roomId);
      if (room !== undefined && room.revision === revision) room.index = { revision, summary, events: new Map([...events].map((fact) => [fact.eventId, fact])), spans: [...of], stays: [...stays], clock: [...clock] };
    },
    facts: async (roomId, eventIds) => eventIds.flatMap((eventId) => index(roomId)?.events.get(eventId) ?? []),
    spans: async (roomId, query) => spans(roomId).filter((span) => fits(span, query)),
    company: async (roomId, ranges, { memberships, except }) => {
      const others = spans(roomId).filter(({ membership, stateKey }) => membership !== undefined && memberships.includes(membership) && !except.includes(stateKey));
      return ranges.map((range) => others.some((span) => overlaps(span, range)));
    },
    presence: async (roomId, ranges, { except }) => {
      const others = (index(roomId)?.stays ?? []).filter(({ user }) => !except.includes(user));
      return ranges.map(({ from, to }) => from <= to && others.some((stay) => stay.from <= to && stay.to > from));
    },
    stays: async (roomId, users) => (index(roomId)?.stays ?? []).filter(({ user }) => users?.includes(user) !== false),
    clock: async (roomId, times) => times.map((time) => (index(roomId)?.clock ?? []).findLast((row) => row.time <= time)),
  };
}

function overlaps(span: Range, { from, to }: Range): boolean {
  return span.from <= to && span.to >= from;
}

function fits(span: StateSpan, { types, stateKeys, eventIds, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: SpanQuery): boolean {
  return overlaps(span, { from, to }) && types?.includes(span.type) !== false && stateKeys?.includes(span.stateKey) !== false && eventIds?.includes(span.eventId) !== false;
}
