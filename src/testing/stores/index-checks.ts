import { splitStateKey } from '../../room/state-map.ts';
import type { ImportedLine } from '../../stores/import/imported-event.ts';
import type { ErasureStore, Range, RoomIndex, StateSpan, Stay } from '../../stores/store.ts';
import { graphOf, indexOf, roomIdOf, sendersIn } from './engine-answers.ts';
import { allRows } from './event-checks.ts';
import { assertAnswer, type OpenStore, type StoreCheck } from './store-check.ts';

type Indexed = { readonly store: ErasureStore; readonly lines: readonly ImportedLine[]; readonly roomId: string; readonly index: RoomIndex };

/** What is asked of the index of rooms. */
export function indexChecks(open: OpenStore, rooms: readonly (readonly ImportedLine[])[]): readonly StoreCheck[] {
  const each = async (check: (indexed: Indexed) => Promise<void>): Promise<void> => {
    const { store, add } = await open();
    for (const lines of rooms) {
      await add(lines);
      const roomId = roomIdOf(lines);
      const index = indexOf(lines, await allRows((page) => store.events.inRoom(roomId, page)));
      await store.index.put({ roomId, revision: (await store.events.room(roomId))?.revision ?? 0 }, index);
      await check({ store, lines, roomId, index });
    }
  };
  return [
    { name: 'the state at every event is that of the graph', check: () => each(checkStates) },
    { name: 'what is known of each event comes back', check: () => each(checkFacts) },
    { name: 'who was in the state with somebody is told', check: () => each(checkCompany) },
    { name: 'who was joined when is told', check: () => each(checkPresence) },
    { name: 'how far a room was by a time is told', check: () => each(checkClock) },
    { name: 'an index lasts until its room changes', check: () => each(checkLasting) },
  ];
}

async function checkStates({ store, lines, roomId }: Indexed): Promise<void> {
  const graph = graphOf(lines);
  for (const [position, eventId] of graph.order.entries()) {
    const state = graph.stateAfter(eventId);
    if (state.state === 'unknown') continue;
    const spans = await store.index.spans(roomId, { from: position, to: position });
    const expected = Array.from(state.map(), ([key, id]) => [...splitStateKey(key), id].join(' ')).sort();
    assertAnswer('index.spans() at a position', spans.map(({ type, stateKey, eventId: id }) => [type, stateKey, id].join(' ')).toSorted(), expected);
  }
}

function byKey(list: readonly StateSpan[]): readonly StateSpan[] {
  return list.toSorted((a, b) => (a.stateKey === b.stateKey ? a.from - b.from : a.stateKey < b.stateKey ? -1 : 1));
}

async function checkFacts({ store, roomId, index }: Indexed): Promise<void> {
  const facts = [...index.events];
  const sorted = (list: typeof facts): typeof facts => list.toSorted((a, b) => a.position - b.position);
  assertAnswer('index.facts()', sorted([...await store.index.facts(roomId, facts.map(({ eventId }) => eventId))]), sorted(facts));
  const spans = [...index.spans].filter(({ type }) => type === 'm.room.member');
  assertAnswer('index.spans() of a type', byKey(await store.index.spans(roomId, { types: ['m.room.member'] })), byKey(spans));
  for (const { eventId } of spans) {
    assertAnswer('index.spans() of an event', byKey(await store.index.spans(roomId, { eventIds: [eventId] })), byKey(spans.filter((span) => span.eventId === eventId)));
  }
}

/** Ranges of all kinds: of one position, of several, backward, and beyond both ends. */
function rangesTo(end: number): readonly Range[] {
  const at = [...Array(Math.min(end + 1, 40)).keys()];
  return [...at.flatMap((from) => [{ from, to: from }, { from: from - 1, to: from }, { from, to: Math.min(from + 5, end) }, { from: from + 2, to: from }]), { from: -9, to: end + 9 }];
}

const overlaps = (one: Range, other: Range): boolean => one.from <= one.to && one.from <= other.to && one.to >= other.from;

async function checkCompany({ store, lines, roomId, index }: Indexed): Promise<void> {
  const spans = [...index.spans];
  const ranges = rangesTo(index.summary.positions).filter(({ from, to }) => from <= to);
  for (const user of sendersIn(lines)) {
    for (const memberships of [['join'], ['invite', 'knock'], ['join', 'invite', 'knock']]) {
      const expected = ranges.map((range) => spans.some((span) =>
        memberships.includes(span.membership ?? '') && span.stateKey !== user && overlaps(range, span)));
      assertAnswer(`index.company() of ${memberships.join()}`, await store.index.company(roomId, ranges, { memberships, except: [user] }), expected);
    }
  }
}

function isThere({ from, to }: Stay, range: Range): boolean {
  return range.from <= range.to && from <= range.to && to > range.from;
}

async function checkPresence({ store, lines, roomId, index }: Indexed): Promise<void> {
  const stays = [...index.stays];
  const ranges = [...rangesTo(lines.length), { from: 1, to: Number.POSITIVE_INFINITY }, { from: Number.NEGATIVE_INFINITY, to: 3 }];
  for (const user of [...sendersIn(lines), '@nobody:b.example']) {
    const expected = ranges.map((range) => stays.some((stay) => stay.user !== user && isThere(stay, range)));
    assertAnswer('index.presence()', await store.index.presence(roomId, ranges, { except: [user] }), expected);
    assertAnswer('index.stays() of a user', inOrder(await store.index.stays(roomId, [user])), inOrder(stays.filter((stay) => stay.user === user)));
  }
  assertAnswer('index.stays()', inOrder(await store.index.stays(roomId)), inOrder(stays));
}

/** JSON has no infinity. */
function inOrder(stays: readonly Stay[]): readonly string[] {
  return stays.map(({ user, from, to }) => `${user} ${from} ${to}`).toSorted();
}

async function checkClock({ store, roomId, index }: Indexed): Promise<void> {
  const clock = [...index.clock];
  const times = [...new Set(clock.flatMap(({ time }) => [time - 1, time, time + 1]))];
  const expected = times.map((time) => clock.findLast((row) => row.time <= time) ?? null);
  assertAnswer('index.clock()', (await store.index.clock(roomId, times)).map((row) => row ?? null), expected);
}

async function checkLasting({ store, lines, roomId, index }: Indexed): Promise<void> {
  assertAnswer('index.summary()', await store.index.summary(roomId), index.summary);
  const row = (await store.events.inRoom(roomId, { limit: 1 }))[0];
  if (row === undefined || lines.length < 2) return;
  const before = await store.events.room(roomId);
  await store.events.change(roomId, [row]);
  assertAnswer('index.summary() after a change of the room', await store.index.summary(roomId), undefined);
  await store.index.put({ roomId, revision: before?.revision ?? 0 }, index);
  assertAnswer('index.summary() after index.put() for a revision that is past', await store.index.summary(roomId), undefined);
}
