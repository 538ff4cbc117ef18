import { describe, expect, test } from 'vitest';
import type { EventRecord } from '../../../src/event/record.ts';
import { asJson, isState, type Pdu } from '../../../src/event/pdu.ts';
import { redact } from '../../../src/event/redact.ts';
import type { StoredEvent } from '../../../src/erasure/apply.ts';
import { serveEvents, type ServedEvent } from '../../../src/erasure/view/serve.ts';
import { surfaces, type Surface, type Viewer } from '../../../src/erasure/view/viewer.ts';
import { stringifyJson } from '../../../src/json/stringify-json.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { authEventsFor } from '../../../src/room/auth-events.ts';
import { ALICE, BOB, buildRoom, CAROL, storedEvents } from '../build-room.ts';
import { readRoom, RECORDED_ALICE, recordedRooms } from '../rooms.ts';
import { erasureAt, opened } from './open.ts';

const DAVE = '@dave:hs1.test:18441';
const ERASED_AT = 1_795_465_515_653;
const KEPT: ReadonlySet<string> = new Set(['hazard', 'room-label', 'applied-redaction']);

/** The markers that are planted in whatever the recorded Alice wrote. */
const markersIn = (value: unknown): readonly string[] => stringifyJson((value ?? null) as JsonObject).match(/pii_a\d+_\d+/g) ?? [];

/** A room with copies of Alice's events in the events of others, as a server puts them there for its clients. */
function withCopies(stored: readonly StoredEvent[]): readonly StoredEvent[] {
  const mine = stored.filter(({ event }) => event.pdu.sender === RECORDED_ALICE);
  const copyOf = ({ event }: StoredEvent): JsonObject => ({ ...asJson(event.pdu), event_id: event.eventId });
  const last = new Map<string, StoredEvent>();
  const records = stored.map(({ record, event }, index): EventRecord => {
    const { pdu } = event;
    const place = `${pdu.type} ${pdu.state_key}`;
    const replaced = isState(pdu) ? last.get(place) : undefined;
    if (isState(pdu)) last.set(place, { record, event });
    const [one, other, third] = [0, 1, 2].map((step) => mine[(3 * index + step) % Math.max(1, mine.length)]);
    if (pdu.sender === RECORDED_ALICE || one === undefined || other === undefined || third === undefined) return record;
    const before = replaced === undefined ? {} : { prev_content: replaced.event.pdu.content, prev_sender: replaced.event.pdu.sender ?? '', ...(index % 2 === 0 ? { replaces_state: replaced.event.eventId } : {}) };
    const unsigned: JsonObject = {
      ...before,
      redacted_because: copyOf(one),
      'm.relations': { 'm.thread': { count: 1, latest_event: copyOf(other) }, 'm.replace': copyOf(third) },
      invite_room_state: mine.slice(0, 3).map(({ event: { pdu: { type, content, state_key = '', sender = '' } } }) => ({ type, content, state_key, sender })),
    };
    return { ...record, event_id: event.eventId, room_id: event.roomId, room_version: event.rules.id, pdu: { ...pdu, unsigned } };
  });
  return storedEvents(records);
}

/** The room, and a newcomer's join at its end; where the room is closed, that is rejected. */
function withNewcomer(stored: readonly StoredEvent[], user: string): readonly StoredEvent[] {
  const { graph, roomId } = opened(stored);
  const state = graph.currentState();
  const join: Pdu = {
    type: 'm.room.member', state_key: user, sender: user, room_id: roomId, content: { membership: 'join' }, prev_events: graph.forwardExtremities,
    auth_events: state.state === 'known' ? authEventsFor({ type: 'm.room.member', state_key: user, sender: user, content: { membership: 'join' } }, state.map(), graph.rules) : [],
  };
  const pdu = graph.rules.format.eventId === 'opaque'
    ? { ...join, event_id: '$joins:hs1.test', prev_events: graph.forwardExtremities.map((id) => [id, {}] as const), auth_events: (join.auth_events ?? []).map((id) => [String(id), {}] as const) }
    : join;
  const record: EventRecord = { pdu, event_id: '$joins:hs1.test', room_id: roomId, room_version: graph.rules.id, stream_ordering: 1e9, received_ts: ERASED_AT + 1000 };
  return [...stored, ...storedEvents([record])];
}

const newViewers: readonly Viewer[] = [
  { kind: 'user', id: DAVE }, { kind: 'user', id: '@frank:hs3.test:18443' }, { kind: 'guest' }, { kind: 'anonymous' },
  { kind: 'server', id: 'elsewhere.test' }, { kind: 'applicationService', id: 'other' },
];

describe.each(recordedRooms)('%s, under the notice', (file) => {
  const stored = withCopies(withNewcomer(readRoom(file), DAVE));
  const room = opened(stored);
  const ownEvents = room.events.filter(({ pdu }) => pdu.sender === RECORDED_ALICE);
  const served = (viewer: Viewer, surface: Surface): readonly ServedEvent[] =>
    [...serveEvents(room, viewer, { surface, erasure: erasureAt(ERASED_AT, { subjects: [RECORDED_ALICE] }) })];

  test('there is something to find', () => {
    expect(markersIn(ownEvents.map(({ pdu }) => asJson(pdu))).length).toBeGreaterThan(10);
  });

  test.each(newViewers)('nothing that Alice wrote is served to a new $kind, but what a redaction leaves', (viewer) => {
    const residue = new Set(ownEvents.flatMap(({ pdu }) => markersIn(asJson(redact(pdu, room.graph.rules.redaction)))));
    const kept = new Set(served({ kind: 'server', id: 'elsewhere.test' }, 'state').filter(({ reason }) => KEPT.has(reason)).flatMap(({ event }) => markersIn(asJson(event ?? {}))));
    for (const surface of surfaces) {
      const events = served(viewer, surface);
      const leaks = events.flatMap(({ eventId, reason, event }) => {
        if (event === undefined || KEPT.has(reason)) return [];
        const found = event.sender === RECORDED_ALICE ? markersIn(asJson(event)) : markersIn(event.unsigned);
        return found.filter((marker) => !residue.has(marker) && !kept.has(marker)).map((marker) => `${surface} ${eventId} ${marker}`);
      });
      expect(leaks).toEqual([]);
    }
  });
});

test('newcomers do get into most recorded rooms', () => {
  const joined = recordedRooms.filter((file) => opened(withNewcomer(readRoom(file), DAVE)).graph.verdict('$joins:hs1.test')?.verdict === 'authorized');
  expect(joined.length).toBeGreaterThanOrEqual(10);
});

describe('copies', () => {
  const room = buildRoom();
  room.join(BOB);
  const text = room.text(ALICE, 'said');
  const topic = room.state(ALICE, 'm.room.topic', '', { topic: 'was' });
  const redaction = room.redaction(ALICE, room.text(ALICE, 'x'), 'because');
  const copy = (eventId: string, type: string, content: JsonObject): JsonObject => ({ event_id: eventId, type, sender: ALICE, content });
  const holder = room.state(BOB, 'm.room.topic', '', { topic: 'new' }, {
    unsigned: {
      prev_content: { topic: 'was' }, replaces_state: topic,
      redacted_because: { ...copy(redaction, 'm.room.redaction', { reason: 'because' }), redacts: '$x' },
      'm.relations': { 'm.thread': { latest_event: copy(text, 'm.room.message', { body: 'said' }) } },
    },
  });
  const erasedAt = 1_000_000;
  const unsignedFor = (viewer: Viewer, of: string): unknown =>
    [...serveEvents(opened(room.stored()), viewer, { erasure: erasureAt(erasedAt, { of }) })].find(({ eventId }) => eventId === holder)?.event?.unsigned;

  test('stay for who is served the copied event as it is', () => {
    expect(unsignedFor({ kind: 'user', id: BOB }, 'spec')).toEqual({
      prev_content: { topic: 'was' }, replaces_state: topic,
      redacted_because: { redacts: '$x', event_id: redaction, type: 'm.room.redaction', sender: ALICE, content: {} },
      'm.relations': { 'm.thread': { latest_event: copy(text, 'm.room.message', { body: 'said' }) } },
    });
  });

  test('go where only the message is kept', () => {
    expect(unsignedFor({ kind: 'user', id: BOB }, 'notice')).toEqual({
      replaces_state: topic,
      redacted_because: { redacts: '$x', event_id: redaction, type: 'm.room.redaction', sender: ALICE, content: {} },
      'm.relations': { 'm.thread': { latest_event: copy(text, 'm.room.message', { body: 'said' }) } },
    });
  });

  test('go for whoever had no access', () => {
    expect(unsignedFor({ kind: 'server', id: 'c.example' }, 'notice')).toEqual({
      replaces_state: topic,
      redacted_because: { redacts: '$x', event_id: redaction, type: 'm.room.redaction', sender: ALICE, content: {} },
      'm.relations': { 'm.thread': {} },
    });
  });

  test('without the ID of what was replaced, the room tells', () => {
    const bare = buildRoom();
    bare.join(BOB);
    bare.state(ALICE, 'm.room.topic', '', { topic: 'was' });
    const after = bare.state(BOB, 'm.room.topic', '', { topic: 'new' }, { unsigned: { prev_content: { topic: 'was' } } });
    const later = bare.state(BOB, 'm.room.topic', '', { topic: 'newer' }, { unsigned: { prev_content: { topic: 'new' } } });
    const unsigned = (of: string): readonly unknown[] => [...serveEvents(opened(bare.stored()), { kind: 'user', id: BOB }, { erasure: erasureAt(erasedAt, { of }) })]
      .filter(({ eventId }) => eventId === after || eventId === later).map(({ event }) => event?.unsigned);
    expect(unsigned('notice')).toEqual([{}, { prev_content: { topic: 'new' } }]);
    expect(unsigned('spec')).toEqual([{ prev_content: { topic: 'was' } }, { prev_content: { topic: 'new' } }]);
  });
});

test('what is redacted is sent in redacted form, what is hidden not at all, and nothing is changed', () => {
  const room = buildRoom({ visibility: 'world_readable' });
  room.join(BOB);
  const text = room.text(ALICE, 'said');
  const name = room.state(ALICE, 'm.room.name', '', { name: 'n' });
  const stored = room.stored();
  const before = structuredClone(stored.map(({ record }) => record));
  const served = new Map([...serveEvents(opened(stored), { kind: 'user', id: CAROL }, { erasure: erasureAt(1_000_000) })].map((one) => [one.eventId, one]));
  expect(served.get(text)).toEqual({ eventId: text, seen: 'hidden', reason: 'new-viewer' });
  expect(served.get(name)).toMatchObject({ seen: 'redacted', reason: 'new-viewer', event: { type: 'm.room.name', content: {} } });
  expect(stored.map(({ record }) => record)).toEqual(before);
});
