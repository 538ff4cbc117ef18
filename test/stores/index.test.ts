import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTimeline } from '../../src/erasure/scope.ts';
import { clockOf } from '../../src/erasure/own-event.ts';
import { attendanceOf } from '../../src/erasure/view/attendance.ts';
import { placesOf } from '../../src/erasure/view/places.ts';
import { openRoom, type RoomGraph, type RoomState } from '../../src/room/graph.ts';
import { splitStateKey, stateKeyOf } from '../../src/room/state-map.ts';
import type { ImportedLine } from '../../src/stores/import/imported-event.ts';
import { createRoomIndexer } from '../../src/stores/index-room.ts';
import type { EventFacts, RoomClock, RoomIndex, StateSpan, Stay } from '../../src/stores/store.ts';
import { arbitraryRoom } from '../../src/testing.ts';
import { recordedRooms } from '../erasure/rooms.ts';
import { arbitraryDamage, generatedLines, recordedLines } from './lines.ts';

type Rows = Pick<RoomIndex, 'summary'> & { readonly events: readonly EventFacts[]; readonly spans: readonly StateSpan[]; readonly stays: readonly Stay[]; readonly clock: readonly RoomClock[] };

function indexed(lines: readonly ImportedLine[]): Rows {
  const indexer = createRoomIndexer(lines[0]?.event.rules as ImportedLine['event']['rules']);
  for (const [place, { event }] of lines.entries()) indexer.add(event, place);
  const { summary, events, spans, stays, clock } = indexer.finish();
  return { summary, events: [...events], spans: [...spans], stays: [...stays], clock: [...clock] };
}

/** The graph of whole events, which the index never keeps. */
function graphOf(lines: readonly ImportedLine[]): RoomGraph {
  return openRoom(lines.map(({ event }) => ({
    event_id: event.eventId, pdu: event.pdu, ...(event.streamOrdering === undefined ? {} : { stream_ordering: event.streamOrdering }),
    ...(event.rejected ? { rejected: 'recorded' } : {}), soft_failed: event.softFailed, outlier: event.outlier,
  })), { rules: lines[0]?.event.rules as ImportedLine['event']['rules'] });
}

function mapOf(state: RoomState): ReadonlyMap<string, string> | 'unknown' {
  return state.state === 'known' ? new Map(Array.from(state.map()).sort()) : 'unknown';
}

function stateBySpans(spans: readonly StateSpan[], position: number): ReadonlyMap<string, string> {
  return new Map(spans.filter(({ from, to }) => from <= position && position <= to).map(({ type, stateKey, eventId }) => [stateKeyOf(type, stateKey), eventId] as const).sort());
}

function expectStates({ summary, events, spans }: Rows, graph: RoomGraph): void {
  expect(events.map(({ eventId }) => eventId)).toEqual(graph.order);
  expect(summary.positions).toBe(graph.order.length);
  expect(summary.statesKnown).toBe(graph.order.every((id) => graph.stateAfter(id).state === 'known'));
  expect(stateBySpans(spans, summary.positions)).toEqual(summary.currentKnown ? mapOf(graph.currentState()) : new Map());
  expect(summary.currentKnown).toBe(graph.currentState().state === 'known');
  for (const { eventId, position, stateKnown, verdict, replaced } of events) {
    const after = mapOf(graph.stateAfter(eventId));
    const bySpans = stateBySpans(spans, position);
    expect([position, stateKnown, bySpans]).toEqual([graph.position(eventId), after !== 'unknown', after === 'unknown' ? new Map() : after]);
    expect(verdict).toBe(graph.verdict(eventId)?.verdict);
    if (after === 'unknown') continue;
    // The state before is that after it, but for the place that the event took.
    const event = graph.stateEvent(eventId);
    const own = event?.state_key === undefined || verdict === 'rejected' ? undefined : stateKeyOf(event.type, event.state_key);
    const before = new Map([...bySpans].filter(([key]) => key !== own));
    if (own !== undefined && replaced !== undefined) before.set(own, replaced);
    expect(new Map([...before].sort())).toEqual(mapOf(graph.stateBefore(eventId)));
  }
  expect(spans.filter(({ from, to }) => from > to)).toEqual([]);
  const members = spans.filter(({ type }) => type === 'm.room.member');
  expect(members.map(({ membership }) => membership)).toEqual(members.map(({ eventId }) => graph.stateEvent(eventId)?.content['membership']));
}

function expectPresence({ summary, stays }: Rows, lines: readonly ImportedLine[], graph: RoomGraph): void {
  const events = lines.map(({ event }) => event);
  const places = placesOf(events, 0);
  expect(summary.streams).toBe(events.every(({ outlier, streamOrdering }) => outlier || streamOrdering !== undefined));
  const users = [...new Set(events.flatMap(({ pdu }) => (pdu.type === 'm.room.member' ? pdu.state_key ?? [] : [])))];
  const asked = lines.map((_, index) => places.at(index)).filter(Number.isFinite);
  for (const includes of [...users.map((one) => (user: string) => user === one), (user: string) => user !== users[0], () => true]) {
    const attendance = attendanceOf(events, places, { graph, includes });
    const theirs = stays.filter(({ user }) => includes(user));
    expect(theirs.length > 0).toBe(attendance.everJoined);
    for (const [index, from] of asked.entries()) {
      for (const to of [from, asked[(index * 7) % asked.length] ?? 0, Number.POSITIVE_INFINITY]) {
        expect(from <= to && theirs.some((stay) => stay.from <= to && stay.to > from)).toBe(attendance.joinedBetween(from, to));
      }
    }
  }
}

function expectClock({ summary, clock }: Rows, lines: readonly ImportedLine[]): void {
  const times = [...new Set(lines.flatMap(({ event }) => event.receivedTs ?? event.pdu.origin_server_ts ?? 0))].flatMap((time) => [time - 1, time]);
  const reader = createTimeline(times);
  for (const [place, { event }] of lines.entries()) reader.pass(clockOf(event, place));
  const { streams, reachedBy } = reader.timeline();
  expect(summary.streams).toBe(streams);
  for (const time of times) {
    const { stream = Number.NEGATIVE_INFINITY, place = Number.NEGATIVE_INFINITY } = clock.findLast((row) => row.time <= time) ?? {};
    expect({ stream, place }).toMatchObject({ stream: reachedBy(time).stream, place: reachedBy(time).place });
  }
  for (const [index, row] of clock.entries()) expect(row.time).toBeGreaterThan(clock[index - 1]?.time ?? Number.NEGATIVE_INFINITY);
}

describe.each(recordedRooms)('the index of %s', (file) => {
  const lines = recordedLines(file);
  const rows = indexed(lines);
  const graph = graphOf(lines);

  test('has the state after every event and before it', () => expectStates(rows, graph));
  test('has who was there when', () => expectPresence(rows, lines, graph));
  test('has how far the room was when', () => expectClock(rows, lines));

  test('has no content', () => {
    const keys = new Set(rows.spans.flatMap((span) => Object.keys(span)));
    expect([...keys].sort()).toEqual(['eventId', 'from', 'membership', 'stateKey', 'to', 'type']);
    expect(JSON.stringify(rows)).not.toMatch(/pii_/);
  });
});

describe('the index of generated rooms, forks and damage among them', () => {
  const rooms = fc.tuple(arbitraryRoom({ signed: false }), arbitraryDamage()).map(([room, damage]) => generatedLines(room, damage));

  test('has the state after every event and before it', () => fc.assert(fc.property(rooms, (lines) => expectStates(indexed(lines), graphOf(lines)))));
  test('has who was there when, and how far the room was', () => fc.assert(fc.property(rooms, (lines) => {
    expectPresence(indexed(lines), lines, graphOf(lines));
    expectClock(indexed(lines), lines);
  })));

  test('meets forks in which the state goes back and forth', () => {
    const flapping = fc.sample(rooms, { numRuns: 60, seed: 7 }).map(indexed).filter(({ spans }) => {
      const seen = new Map<string, number>();
      for (const { eventId } of spans) seen.set(eventId, (seen.get(eventId) ?? 0) + 1);
      return [...seen.values()].some((count) => count > 1);
    });
    expect(flapping.length).toBeGreaterThan(5);
  });
});

test('state keys and types of spans are as they were', () => {
  const lines = recordedLines('v10-shared.ndjson.gz');
  const keys = new Set(indexed(lines).spans.map(({ type, stateKey }) => stateKeyOf(type, stateKey)));
  const expected = lines.filter(({ event }) => event.pdu.state_key !== undefined && !event.rejected).map(({ event: { pdu } }) => stateKeyOf(pdu.type, pdu.state_key ?? ''));
  expect([...keys].map(splitStateKey).sort()).toEqual([...new Set(expected)].map(splitStateKey).sort());
});
