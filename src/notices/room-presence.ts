import type { Pdu } from '../event/pdu.ts';
import { membershipIn } from '../room/auth-context.ts';
import type { RoomGraph, StateChange } from '../room/graph.ts';
import { historyVisibilityIn, type HistoryVisibility } from '../room/history-visibility.ts';
import { splitStateKey } from '../room/state-map.ts';
import type { Holder, Holders, Holding } from './holders.ts';

/** Who is in a room at one of its states, and what its history shows; moved from state to state by what differs. */
export type RoomPresence = {
  /** Moves to another snapshot; gives who is in the room now and was not before, and who was invited or knocked. */
  readonly moveTo: (snapshot: number) => Arrivals;
  readonly visibility: () => HistoryVisibility;
  /** Those who came and are there, and whom nobody has asked for since. */
  readonly takeNew: () => readonly Holding[];
  readonly invited: () => Iterable<Holder>;
  /** How many state events of the subject are current; of those that come with an invite, if that is asked for. */
  readonly ownState: (kind: 'all' | 'stripped') => number;
};

/** Who came with a move. */
export type Arrivals = { readonly joined: readonly Holder[]; readonly invited: readonly Holder[] };

/** What a presence is made of. */
export type PresenceOptions = {
  readonly roomId: string;
  readonly graph: RoomGraph;
  readonly holders: Holders;
  /** Whether an event is the subject's, and covered. */
  readonly isOwn: (eventId: string) => boolean;
};

/** What comes with an invite or a knock, beside the sender's membership. @see https://spec.matrix.org/v1.19/client-server-api/#stripped-state */
const STRIPPED: ReadonlySet<string> = new Set([
  'm.room.create', 'm.room.name', 'm.room.avatar', 'm.room.topic', 'm.room.join_rules', 'm.room.canonical_alias', 'm.room.encryption',
]);

const NOBODY: Arrivals = { joined: [], invited: [] };

/** Begins before a room's first event. */
export function createPresence({ roomId, graph, holders, isOwn }: PresenceOptions): RoomPresence {
  const present = createPresent();
  const waiting = createCounts<Holder>();
  const own = { all: 0, stripped: 0 };
  let snapshot = 0;
  let visibility: HistoryVisibility = 'shared';

  const put = (event: Pdu): Arrivals => {
    const joined = holders.inState(event).filter(present.enter).filter(([, reason]) => reason === 'joined-at-event').map(([holder]) => holder);
    const invited = waitingIn(event, holders);
    for (const holder of invited) waiting.add(holder);
    return { joined, invited };
  };
  const take = (event: Pdu): void => {
    holders.inState(event).forEach(present.leave);
    waitingIn(event, holders).forEach(waiting.remove);
  };
  const countOwn = (eventId: string | undefined, type: string, by: 1 | -1): void => {
    if (eventId === undefined || !isOwn(eventId)) return;
    own.all += by;
    if (STRIPPED.has(type)) own.stripped += by;
  };
  const replace = ([key, before, after]: StateChange): void => {
    const [type, stateKey] = splitStateKey(key);
    eventOf(before, graph).forEach(take);
    countOwn(before, type, -1);
    countOwn(after, type, 1);
    if (type === 'm.room.history_visibility' && stateKey === '') visibility = historyVisibilityIn(eventOf(after, graph)[0]);
  };

  holders.ofRoom(roomId).forEach(present.enter);
  return {
    visibility: () => visibility,
    invited: waiting.keys,
    ownState: (kind) => own[kind],
    takeNew: present.takeNew,
    moveTo: (next) => {
      if (next === snapshot) return NOBODY;
      const changes = graph.changes(snapshot, next);
      snapshot = next;
      // Whoever is there before and after is no arrival: all that comes is put before anything is taken.
      const arrivals = changes.flatMap(([, , after]) => eventOf(after, graph)).map(put);
      changes.forEach(replace);
      return { joined: arrivals.flatMap(({ joined }) => joined), invited: arrivals.flatMap(({ invited }) => invited) };
    },
  };
}

type Present = {
  readonly enter: (holding: Holding) => boolean;
  readonly leave: (holding: Holding) => void;
  readonly takeNew: RoomPresence['takeNew'];
};

/** Who is there, and whom of them nobody has asked for since they came. */
function createPresent(): Present {
  const present = createCounts<string>();
  const fresh = new Map<string, Holding>();
  return {
    enter: (holding) => {
      const key = holding.join('\0');
      const isNew = present.add(key);
      if (isNew) fresh.set(key, holding);
      return isNew;
    },
    leave: (holding) => {
      const key = holding.join('\0');
      if (present.remove(key)) fresh.delete(key);
    },
    takeNew: () => {
      const all = [...fresh.values()];
      fresh.clear();
      return all;
    },
  };
}

function eventOf(id: string | undefined, graph: RoomGraph): readonly Pdu[] {
  const event = id === undefined ? undefined : graph.stateEvent(id);
  return event === undefined ? [] : [event];
}

function waitingIn(event: Pdu, { ofUser }: Holders): readonly Holder[] {
  const membership = event.type === 'm.room.member' ? membershipIn(event) : undefined;
  return membership === 'invite' || membership === 'knock' ? ofUser(event.state_key ?? '') : [];
}

type Counts<K> = { readonly add: (key: K) => boolean; readonly remove: (key: K) => boolean; readonly keys: () => Iterable<K> };

/** How often each key is there; adding says whether it is new, removing whether it is gone. */
function createCounts<K>(): Counts<K> {
  const counts = new Map<K, number>();
  return {
    keys: () => counts.keys(),
    add: (key) => {
      const before = counts.get(key) ?? 0;
      counts.set(key, before + 1);
      return before === 0;
    },
    remove: (key) => {
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      return left <= 0 && counts.delete(key);
    },
  };
}
