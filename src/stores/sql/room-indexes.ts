import type { EventFacts, Range, RoomIndex, RoomClock, RoomIndexes, RoomRow, SpanQuery, StateSpan, Stay } from '../store.ts';
import { fromKeyText, keyText } from './key-text.ts';
import type { Rows, SqlPort, SqlRow, SqlValue, BulkInsert } from './port.ts';
import type { Statements } from './statements.ts';
import { INSERT } from './tables.ts';

/** The index of each room. */
export function roomIndexes(port: SqlPort, sql: Statements): RoomIndexes {
  const fits = async (statement: string, parameters: readonly SqlValue[], ranges: readonly Range[]): Promise<readonly boolean[]> => {
    const found = new Set((await port.all(statement, parameters)).map(({ n }) => Number(n)));
    return ranges.map((_, index) => found.has(index + 1));
  };
  return {
    summary: async (roomId) => {
      const row = (await port.all(sql.room, [keyText(roomId)]))[0];
      return row === undefined || row['indexed'] === null || row['indexed'] !== row['revision'] ? undefined : JSON.parse(String(row['summary']));
    },
    put: (room, index) => port.transaction((inside) => putIndex(inside, sql, { room, index })),
    facts: async (roomId, eventIds) => (await port.all(sql.indexFacts, [keyText(roomId), eventIds.map(keyText)])).map(factsOf),
    spans: async (roomId, query) => {
      const { text, parameters } = spanQuery(port, roomId, query);
      return (await port.all(text, parameters)).map(spanOf);
    },
    company: (roomId, ranges, { memberships, except }) =>
      fits(sql.company, [keyText(roomId), pairsOf(ranges), memberships, except.map(keyText)], ranges),
    stays: async (roomId, users) =>
      (await (users === undefined ? port.all(sql.stays, [keyText(roomId)]) : port.all(sql.staysOf, [keyText(roomId), users.map(keyText)]))).map(stayOf),
    clock: async (roomId, times) => {
      const found: (RoomClock | undefined)[] = [];
      for (const time of times) found.push((await port.all(sql.clock, [keyText(roomId), finite(time)])).map(clockOf)[0]);
      return found;
    },
    presence: (roomId, ranges, { except }) => fits(sql.presence, [keyText(roomId), pairsOf(ranges), except.map(keyText)], ranges),
  };
}

/** No database has infinity among its integers. */
function finite(value: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
}

function pairsOf(ranges: readonly Range[]): string {
  return JSON.stringify(ranges.map(({ from, to }) => [finite(from), finite(to)]));
}

/** Rows that go into a table at once. */
const AT_ONCE = 1000;

async function putIndex(port: SqlPort, sql: Statements, { room, index }: { readonly room: Pick<RoomRow, 'roomId' | 'revision'>; readonly index: RoomIndex }): Promise<void> {
  const id = (await port.all(sql.indexedRoom, [keyText(room.roomId), room.revision]))[0]?.['id'];
  if (id === undefined || id === null) return;
  for (const statement of [sql.dropIndexEvents, sql.dropIndexSpans, sql.dropIndexStays, sql.dropIndexClock]) await port.run(statement, [id]);
  const add = async <T>(into: BulkInsert, items: Iterable<T>, row: (item: T) => Rows[number]): Promise<void> => {
    let rows: Rows[number][] = [];
    for (const item of items) {
      if (rows.push(row(item)) < AT_ONCE) continue;
      await port.insert(into, rows);
      rows = [];
    }
    if (rows.length > 0) await port.insert(into, rows);
  };
  await add(INSERT.indexEvents, index.events, (event) =>
    [id, keyText(event.eventId), event.position, event.verdict, event.stateKnown ? 1 : 0, event.cited ? 1 : 0, event.named ? 1 : 0, event.replaced === undefined ? null : keyText(event.replaced),
      ...redactionColumns(event)]);
  await add(INSERT.indexSpans, index.spans, (span) =>
    [id, keyText(span.type), keyText(span.stateKey), span.from, span.to, keyText(span.eventId), span.membership === undefined ? null : keyText(span.membership)]);
  await add(INSERT.indexStays, index.stays, ({ user, from, to }) => [id, keyText(user), from, Number.isFinite(to) ? to : null]);
  await add(INSERT.indexClock, index.clock, ({ time, place, stream }) => [id, time, place, stream ?? null]);
  await port.run(sql.setIndexed, [id, room.revision, JSON.stringify(index.summary)]);
}

function redactionColumns({ redacted, redaction }: EventFacts): readonly (number | null)[] {
  return [Number(redacted), ...(redaction === undefined ? [null, null] : [Number(redaction.applies), Number(redaction.withheld)])];
}

function factsOf({ event_id: eventId, position, verdict, state_known: known, cited, named, replaced, redacted, applies, withheld }: SqlRow): EventFacts {
  return {
    eventId: fromKeyText(String(eventId)), position: Number(position), verdict: verdict as EventFacts['verdict'],
    stateKnown: Number(known) === 1, cited: Number(cited) === 1, named: Number(named) === 1, redacted: Number(redacted) === 1,
    ...(replaced === null || replaced === undefined ? {} : { replaced: fromKeyText(String(replaced)) }),
    ...(applies === null || applies === undefined ? {} : { redaction: { applies: Number(applies) === 1, withheld: Number(withheld) === 1 } }),
  };
}

function stayOf({ user_id: user, from_place: from, to_place: to }: SqlRow): Stay {
  return { user: fromKeyText(String(user)), from: Number(from), to: to === null ? Number.POSITIVE_INFINITY : Number(to) };
}

function clockOf({ time, place, stream }: SqlRow): RoomClock {
  return { time: Number(time), place: Number(place), ...(stream === null ? {} : { stream: Number(stream) }) };
}

function spanOf({ type, state_key: stateKey, event_id: eventId, from_position: from, to_position: to, membership }: SqlRow): StateSpan {
  return {
    type: fromKeyText(String(type)), stateKey: fromKeyText(String(stateKey)), eventId: fromKeyText(String(eventId)), from: Number(from), to: Number(to),
    ...(membership === null || membership === undefined ? {} : { membership: fromKeyText(String(membership)) }),
  };
}

/** Only what is asked for is in the statement, so that the database can choose its index. */
function spanQuery({ dialect }: SqlPort, roomId: string, { types, stateKeys, eventIds, from, to }: SpanQuery): { readonly text: string; readonly parameters: readonly SqlValue[] } {
  const parameters: SqlValue[] = [keyText(roomId)];
  const lists = ([['type', types], ['state_key', stateKeys], ['event_id', eventIds]] as const).flatMap(([column, values]) =>
    (values === undefined ? [] : [`AND ${column} ${dialect.inList(parameters.push(values.map(keyText)), 'text')}`]));
  const ends = [
    ...(to === undefined ? [] : [`AND from_position <= $${parameters.push(to)}`]),
    ...(from === undefined ? [] : [`AND to_position >= $${parameters.push(from)}`]),
  ];
  const text = `SELECT type, state_key, event_id, from_position, to_position, membership FROM index_spans WHERE room = (SELECT id FROM rooms WHERE room_id = $1)
    ${[...lists, ...ends].join(' ')} ORDER BY type, state_key, from_position`;
  return { text, parameters };
}
