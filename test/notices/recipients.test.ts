import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { membershipIn } from '../../src/room/auth-context.ts';
import { serverNameOf } from '../../src/identifiers/identifiers.ts';
import { NamespacePatternError } from '../../src/erasure/view/namespace-pattern.ts';
import type { ServiceRegistration } from '../../src/erasure/view/service.ts';
import type { ViewedRoom } from '../../src/erasure/view/room-facts.ts';
import type { Recipient } from '../../src/notices/recipient.ts';
import { findRecipients, type RecipientSources } from '../../src/notices/recipients.ts';
import { openRoom } from '../../src/room/graph.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import { arbitraryRoom } from '../../src/testing/rooms/arbitrary-room.ts';
import { people, serverOf, userOf } from '../../src/testing/rooms/script.ts';
import { ALICE, BOB, buildRoom, CAROL, type RoomBuilder } from '../erasure/build-room.ts';
import { opened } from '../erasure/view/open.ts';
import { RECORDED_ALICE, readRoom, recordedRooms } from '../erasure/rooms.ts';

const HOME = { server: 'a.example' };
const erasure = { subjects: [ALICE] };

const found = (room: RoomBuilder, sources: Partial<RecipientSources> = {}): readonly Recipient[] => findRecipients([opened(room.stored())], erasure, { ...HOME, ...sources });
const reasons = (recipients: readonly Recipient[]): Readonly<Record<string, readonly string[]>> => Object.fromEntries(recipients.map(({ kind, id, reasons: why }) => [`${kind} ${id}`, why]));

describe('servers', () => {
  test('that were in the room are recipients from the first event on that they were sent', () => {
    const room = buildRoom();
    room.join(BOB);
    room.text(BOB, 'hello');
    room.text(ALICE, 'hello');
    room.text(ALICE, 'again');
    const [bob] = found(room);
    expect(bob).toEqual({
      kind: 'server', id: 'b.example', channel: 'federation', since: 6001, reasons: ['joined-at-event', 'joined-later'],
      rooms: [{ room_id: room.roomId, since: 6001, reasons: ['joined-at-event', 'joined-later'] }],
    });
  });

  test('that left, or were put out, keep their copies; that of the subject is none', () => {
    const room = buildRoom();
    room.join(BOB);
    room.join('@dave:a.example');
    room.state(BOB, 'm.room.member', BOB, { membership: 'leave' });
    room.join(CAROL);
    room.state(ALICE, 'm.room.member', CAROL, { membership: 'ban' });
    expect(reasons(found(room))).toEqual({ 'server b.example': ['joined-later'], 'server c.example': ['joined-at-event', 'joined-later'] });
  });

  test.each([
    ['shared', 'joined-later'], ['world_readable', 'joined-later'], ['invited', 'state-at-join'], ['joined', 'state-at-join'],
  ])('that come later to a room with history %s: %s', (visibility, reason) => {
    const room = buildRoom({ visibility });
    // Up to the event that closes it, a room's history is shared.
    const opening = room.stored().length;
    room.text(ALICE, 'hello');
    room.join(BOB);
    const scoped = findRecipients([opened(room.stored())], { ...erasure, scope: { after: 1000 * opening + 1 } }, HOME);
    const why = reasons(scoped)['server b.example'];
    expect(why).toEqual(visibility === 'shared' || visibility === 'world_readable' ? [reason] : undefined);
    const closed = buildRoom({ visibility });
    closed.text(ALICE, 'hello');
    closed.state(ALICE, 'm.room.topic', '', { topic: 'x' });
    closed.join(BOB);
    const state = findRecipients([opened(closed.stored())], { ...erasure, scope: { after: 1000 * opening + 1 } }, HOME);
    expect(reasons(state)['server b.example']).toEqual([reason]);
  });

  test('that come when somebody else has replaced the state were sent nothing of the subject', () => {
    const room = buildRoom({ visibility: 'joined' });
    const after = 1000 * room.stored().length + 1;
    room.join('@dave:a.example');
    room.state(ALICE, 'm.room.topic', '', { topic: 'x' });
    const before = room.stored().length;
    room.join(BOB);
    room.state('@dave:a.example', 'm.room.topic', '', { topic: 'y' });
    room.join(CAROL);
    const recipients = findRecipients([opened(room.stored())], { ...erasure, scope: { after } }, HOME);
    expect(recipients.map(({ id, since, reasons: why }) => [id, since, why])).toEqual([['b.example', 1000 * (before + 1) + 1, ['state-at-join']]]);
  });

  test('have their copies from the earliest time on, whatever the order of the events', () => {
    const room = buildRoom();
    room.join(BOB);
    room.text(ALICE, 'hello', { record: { received_ts: 17 } });
    expect(found(room)[0]?.since).toBe(17);
  });

  test('of the invited can read back once they join, where history says so', () => {
    const room = buildRoom({ visibility: 'invited', joinRule: 'invite' });
    room.state(ALICE, 'm.room.member', CAROL, { membership: 'invite' });
    room.join(CAROL);
    room.state(CAROL, 'm.room.member', BOB, { membership: 'invite' });
    const since = 1000 * room.stored().length + 1;
    room.text(ALICE, 'hello');
    const scope = { after: since };
    const before = findRecipients([opened(room.stored())], { ...erasure, scope }, HOME);
    expect(reasons(before)).toEqual({ 'server c.example': ['joined-at-event'] });
    room.join(BOB);
    const after = findRecipients([opened(room.stored())], { ...erasure, scope }, HOME);
    expect(reasons(after)['server b.example']).toEqual(['joined-later']);
  });

  test('of the invited are sent what comes with an invite', () => {
    const room = buildRoom({ joinRule: 'invite' });
    room.state(ALICE, 'm.room.member', BOB, { membership: 'invite' });
    expect(reasons(found(room))).toEqual({ 'server b.example': ['invited'] });
  });

  test('that sign what is sent see it', () => {
    const room = buildRoom();
    room.state(ALICE, 'm.room.policy', '', { via: 'policy.example' });
    room.text(ALICE, 'hello');
    expect(reasons(found(room))).toEqual({ 'server policy.example': ['policy-server'] });
  });

  test('that asked for something are taken from the log', () => {
    expect(findRecipients([], erasure, { ...HOME, fetches: [{ server: 'f.example', at: 9 }, { server: 'f.example', at: 4, roomId: '!r:x' }, { server: 'a.example', at: 1 }] })).toEqual([
      { kind: 'server', id: 'f.example', channel: 'federation', since: 4, reasons: ['fetched'], rooms: [{ room_id: '!r:x', since: 4, reasons: ['fetched'] }] },
    ]);
  });

  test('are none where the subject did nothing that is covered', () => {
    const room = buildRoom({ creator: BOB });
    room.join(CAROL);
    expect(found(room)).toEqual([]);
    const alices = buildRoom();
    alices.join(BOB);
    expect(findRecipients([opened(alices.stored())], { ...erasure, scope: { rooms: ['!other:a.example'] } }, HOME)).toEqual([]);
  });

  test('whose joins were rejected were never there', () => {
    const room = buildRoom({ joinRule: 'invite' });
    room.join(BOB, {}, { record: { rejected: 'not invited' } });
    room.text(ALICE, 'hello');
    expect(found(room)).toEqual([]);
  });

  test('that joined at any time count where history is missing', () => {
    const room = buildRoom();
    room.join(BOB);
    room.state(BOB, 'm.room.member', BOB, { membership: 'leave' });
    room.text(ALICE, 'hello', { prev: ['$missing'] });
    const records = room.stored().filter(({ record }) => record.pdu.sender !== ALICE || record.pdu.type === 'm.room.message');
    const graph = openRoom(records.map(({ record, event }) => ({ ...record, event_id: event.eventId })), { rules: roomVersion(room.version) });
    const viewed: ViewedRoom = { roomId: room.roomId, graph, events: records.map(({ event }) => event) };
    expect(reasons(findRecipients([viewed], erasure, HOME))).toEqual({ 'server b.example': ['possibly-joined'] });
  });
});

test('a server of another account of the person is told as others are', () => {
  const room = buildRoom();
  room.join(BOB);
  room.text(ALICE, 'hello');
  const both = findRecipients([opened(room.stored())], { subjects: [ALICE, BOB] }, HOME);
  expect(both.map(({ kind, id }) => [kind, id])).toEqual([['server', 'b.example']]);
});

test('whoever was ever there may have been sent an event at which nobody knows who was', () => {
  const room = buildRoom({ creator: '@dave:a.example' });
  room.join(BOB);
  room.state(BOB, 'm.room.member', BOB, { membership: 'leave' });
  room.text(ALICE, 'hello', { prev: ['$missing'] });
  expect(reasons(found(room))).toEqual({ 'server b.example': ['possibly-joined'] });
});

test('whoever joins behind a gap may have read back, and whose join was rejected has not', () => {
  const room = buildRoom();
  room.text(ALICE, 'hello');
  room.join(BOB, {}, { prev: ['$missing'] });
  room.join(CAROL, {}, { prev: ['$missing'], record: { rejected: 'no' } });
  expect(reasons(found(room))).toEqual({ 'server b.example': ['possibly-joined'] });
  const bobs = buildRoom({ creator: BOB });
  bobs.join(CAROL, {}, { prev: ['$missing'] });
  expect(found(bobs)).toEqual([]);
});

describe('the public', () => {
  test('is a recipient while the world may read', () => {
    const room = buildRoom({ visibility: 'world_readable' });
    room.text(ALICE, 'hello');
    expect(found(room)).toEqual([{
      kind: 'public', id: 'public', channel: 'none', since: 5001, reasons: ['world-readable'], rooms: [{ room_id: room.roomId, since: 5001, reasons: ['world-readable'] }],
    }]);
  });

  test('can read the state of a room that opens later', () => {
    const room = buildRoom();
    room.join(BOB);
    expect(reasons(found(room))['public public']).toBeUndefined();
    room.state(BOB, 'm.room.history_visibility', '', { history_visibility: 'world_readable' });
    expect(reasons(found(room))['public public']).toEqual(['world-readable']);
  });
});

const IRC: ServiceRegistration = { id: 'irc', senderLocalpart: 'ircbot', users: ['@irc_.*'], rooms: [], aliases: [] };

describe('application services', () => {
  test('are recipients through their users, of this server only', () => {
    const room = buildRoom();
    room.join('@irc_bob:b.example');
    expect(reasons(found(room, { registrations: [IRC] }))).toEqual({ 'server b.example': ['joined-later'] });
    room.join('@irc_bob:a.example');
    room.text(ALICE, 'hello');
    expect(reasons(found(room, { registrations: [IRC] }))['application-service irc']).toEqual(['joined-at-event', 'joined-later']);
  });

  test('are recipients through their bot, and of their own users\' data', () => {
    const room = buildRoom();
    room.join('@ircbot:a.example');
    room.text(ALICE, 'hello');
    expect(reasons(found(room, { registrations: [IRC] }))).toEqual({ 'application-service irc': ['joined-at-event', 'joined-later'] });
    expect(reasons(found(room, { registrations: [{ ...IRC, users: [ALICE] }] }))['application-service irc']).toContain('joined-at-event');
  });

  test('are recipients through a room or an alias of their own', () => {
    const room = buildRoom();
    expect(reasons(found(room, { registrations: [{ ...IRC, users: [], rooms: ['!room:.*'] }] }))).toEqual({ 'application-service irc': ['service-room'] });
    const aliased = { ...IRC, users: [], aliases: ['#irc_.*'] };
    expect(found(room, { registrations: [aliased] })).toEqual([]);
    room.state(ALICE, 'm.room.canonical_alias', '', { alt_aliases: ['#irc_x:a.example'] });
    expect(reasons(found(room, { registrations: [aliased] }))).toEqual({ 'application-service irc': ['service-room'] });
  });

  test('without a URL are written to', () => {
    const room = buildRoom();
    const rooms = ['!.*'];
    expect(found(room, { registrations: [{ ...IRC, rooms, url: null }] })[0]?.channel).toBe('person');
    expect(found(room, { registrations: [{ ...IRC, rooms, url: 'http://x' }] })[0]?.channel).toBe('application-service');
  });

  test('with a namespace that is no pattern are an error with a name', () => {
    expect(() => findRecipients([], erasure, { ...HOME, registrations: [{ ...IRC, users: ['('] }] })).toThrow(NamespacePatternError);
  });
});

describe('bots, widgets and identity servers', () => {
  test('bots are named beside their servers', () => {
    const room = buildRoom();
    room.join(BOB);
    room.text(ALICE, 'hello');
    expect(reasons(found(room, { bots: [BOB, CAROL] }))).toEqual({
      'server b.example': ['joined-at-event', 'joined-later'], [`bot ${BOB}`]: ['joined-at-event', 'joined-later'],
    });
  });

  test('widgets are found in the state, and in a list', () => {
    const room = buildRoom();
    room.join('@dave:a.example');
    room.state('@dave:a.example', 'im.vector.modular.widgets', 'w', { url: 'https://Widget.example:8080/x?user=$matrix_user_id', name: 'secret' });
    room.state('@dave:a.example', 'im.vector.modular.widgets', 'gone', {});
    room.state('@dave:a.example', 'im.vector.modular.widgets', 'odd', { url: 'javascript:alert(1)' });
    room.text(ALICE, 'hello');
    const listed = found(room, { widgets: [{ host: 'pad.example', roomId: room.roomId, since: 3 }] });
    expect(reasons(listed)).toEqual({ 'widget pad.example': ['widget-in-room'], 'widget widget.example:8080': ['widget-in-room'] });
    expect(JSON.stringify(listed)).not.toContain('secret');
  });

  test('identity servers come from bindings', () => {
    expect(findRecipients([], erasure, { ...HOME, bindings: [{ server: 'id.example' }] })).toEqual([
      { kind: 'identity-server', id: 'id.example', channel: 'identity-server', reasons: ['third-party-binding'], rooms: [] },
    ]);
  });
});

describe('several rooms', () => {
  test('are summed up for each recipient, in an order that does not depend on the input', () => {
    const rooms = ['one', 'two'].map((name) => buildRoom({ name }));
    for (const room of rooms) {
      room.join(CAROL);
      room.join(BOB);
      room.text(ALICE, 'hello');
    }
    const viewed = rooms.map((room) => opened(room.stored()));
    const recipients = findRecipients(viewed, erasure, HOME);
    expect(recipients.map(({ id, rooms: in_ }) => [id, in_.length])).toEqual([['b.example', 2], ['c.example', 2]]);
    expect(findRecipients(viewed.toReversed(), erasure, HOME)).toEqual(recipients);
  });
});

describe.each(recordedRooms)('recorded room %s', (file) => {
  const stored = readRoom(file);
  const recipients = findRecipients([opened(stored)], { subjects: [RECORDED_ALICE] }, { server: 'hs1.test:18441' });

  test('has the servers that a plan counts among its recipients, or they never shared the room with Alice', () => {
    const plan = planErasure(stored.map(({ event }) => event), { subjects: [RECORDED_ALICE], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} });
    const servers = new Set(plan.rooms.flatMap((room) => room.servers));
    const named = recipients.filter(({ kind, reasons: why }) => kind === 'server' && why.some((reason) => reason !== 'invited')).map(({ id }) => id);
    expect(named.filter((id) => !servers.has(id))).toEqual([]);
    expect([...servers].filter((id) => !named.includes(id))).toEqual([]);
  });

  test('agrees with a walk that looks every state up', () => {
    expect(sentTo(recipients)).toEqual(joinedAtEvents(opened(stored), RECORDED_ALICE, 'hs1.test:18441'));
  });
});

const sentTo = (recipients: readonly Recipient[]): readonly string[] =>
  recipients.filter(({ kind, reasons: why }) => kind === 'server' && why.includes('joined-at-event')).map(({ id }) => id).toSorted();

/** The servers with a joined user in the state before or after an event of the subject. */
function joinedAtEvents({ graph, events }: ViewedRoom, subject: string, home: string): readonly string[] {
  const servers = new Set<string>();
  for (const { eventId, pdu, outlier } of events) {
    if (pdu.sender !== subject || outlier) continue;
    for (const state of [graph.stateBefore(eventId), graph.stateAfter(eventId)]) {
      if (state.state !== 'known') continue;
      for (const id of state.map().values()) {
        const event = graph.stateEvent(id);
        if (event?.type === 'm.room.member' && membershipIn(event) === 'join') servers.add(serverNameOf(event.state_key ?? '') ?? '');
      }
    }
  }
  servers.delete(home);
  return [...servers].toSorted();
}

test('rooms with forks agree with that walk, too', () => {
  fc.assert(fc.property(arbitraryRoom({ maxScenes: 8 }), fc.constantFrom(...people), (room, person) => {
    const events = room.events.map(({ event_id: eventId, pdu }) => ({ eventId, pdu, outlier: false }));
    const viewed: ViewedRoom = { roomId: events[0]?.pdu.room_id ?? '', graph: openRoom(room.events, { rules: room.rules }), events };
    const home = serverOf(person);
    expect(sentTo(findRecipients([viewed], { subjects: [userOf(person)] }, { server: home }))).toEqual(joinedAtEvents(viewed, userOf(person), home));
  }), { numRuns: 60 });
});

test('whoever is in the room at an event is a recipient, whatever the room does', () => {
  const step = fc.record({ user: fc.constantFrom('@u:b.example', '@v:b.example', CAROL), membership: fc.constantFrom('join', 'leave', 'invite', 'ban', 'talk') });
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), fc.constantFrom('shared', 'joined', 'invited', 'world_readable'), (steps, visibility) => {
    const room = buildRoom({ visibility });
    const joined = new Map<string, string>();
    const servers = new Set<string>();
    for (const { user, membership } of steps) {
      if (membership === 'talk') {
        room.text(ALICE, 'hello');
        for (const [one, state] of joined) if (state === 'join') servers.add(serverNameOf(one) ?? '');
      } else {
        room.state(user, 'm.room.member', user, { membership }, { record: {} });
        const accepted = opened(room.stored()).graph.verdict(room.stored().at(-1)?.event.eventId ?? '')?.verdict !== 'rejected';
        if (accepted) joined.set(user, membership);
      }
    }
    expect(sentTo(found(room))).toEqual([...servers].toSorted());
  }), { numRuns: 40 });
});
