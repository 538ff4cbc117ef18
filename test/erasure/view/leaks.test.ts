import { describe, expect, test } from 'vitest';
import { serveEvents } from '../../../src/erasure/view/serve.ts';
import { servedFinding, servedPush, servedStrippedState, servedSummary } from '../../../src/erasure/view/served-copies.ts';
import type { ViewOptions } from '../../../src/erasure/view/room-facts.ts';
import { viewRoom } from '../../../src/erasure/view/view-room.ts';
import type { ViewDecision, Viewer } from '../../../src/erasure/view/viewer.ts';
import { asJson, type Pdu } from '../../../src/event/pdu.ts';
import { redact } from '../../../src/event/redact.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { ALICE, BOB, buildRoom, CAROL, type RoomBuilder, type RoomOptions } from '../build-room.ts';
import { erasureAt, opened } from './open.ts';

/*
 * Each way by which a careful server still gave away what an erased person had written, as a recording of one shows it. `fromSynapse` does as that server does, its copies
 * in other events included, and is caught by the same question that our answer passes.
 */

const SECRET = 'the secret';
const carol: Viewer = { kind: 'user', id: CAROL };
const erased = 900_000;
const late = { received_ts: 1_000_000 };

type Asked = Partial<ViewOptions> & { readonly of?: string };

const optionsOf = ({ of = 'notice', ...rest }: Asked): ViewOptions => ({ erasure: erasureAt(erased, { of }), pastStates: true, ...rest });

/** What Synapse sends: events by its rule, with what it puts into `unsigned` as it is. */
function fromSynapse(it: RoomBuilder, viewer: Viewer, asked: Asked = {}): readonly Pdu[] {
  const viewed = opened(it.stored());
  const decisions = viewRoom(viewed, viewer, optionsOf({ ...asked, of: 'synapse' }));
  return viewed.events.flatMap(({ pdu }, index) => {
    const seen = decisions[index]?.seen;
    return seen === 'full' ? [pdu] : seen === 'redacted' ? [{ ...redact(pdu, viewed.graph.rules.redaction), unsigned: pdu.unsigned ?? {} }] : [];
  });
}

function fromUs(it: RoomBuilder, viewer: Viewer, asked: Asked = {}): readonly Pdu[] {
  return [...serveEvents(opened(it.stored()), viewer, optionsOf(asked))].flatMap(({ event }) => event ?? []);
}

const tells = (value: unknown): boolean => JSON.stringify(value).includes(SECRET);

/** A room in which Alice and Bob were, and into which Carol comes when Alice is erased. */
function room(options: RoomOptions = {}, before: (it: RoomBuilder) => void = () => undefined): RoomBuilder {
  const it = buildRoom(options);
  it.join(BOB);
  before(it);
  it.join(CAROL, {}, { record: late });
  return it;
}

const copyOf = (it: RoomBuilder, eventId: string): JsonObject => {
  const found = it.stored().find(({ event }) => event.eventId === eventId);
  return { ...asJson(found?.event.pdu ?? {}), event_id: eventId };
};
const outcome = (it: RoomBuilder, eventId: string, viewer: Viewer, asked: Asked = {}): ViewDecision | undefined => {
  const viewed = opened(it.stored());
  return viewRoom(viewed, viewer, optionsOf(asked))[viewed.events.findIndex((event) => event.eventId === eventId)];
};

describe('state reads', () => {
  const named = room({ visibility: 'joined' }, (it) => {
    it.state(ALICE, 'm.room.topic', '', { topic: SECRET });
    it.state(ALICE, 'm.room.member', ALICE, { membership: 'leave', reason: SECRET });
  });

  test('/state and /members give a newcomer the text of the current state', () => {
    expect(tells(fromSynapse(named, carol, { surface: 'state' }))).toBe(true);
    expect(tells(fromUs(named, carol, { surface: 'state' }))).toBe(false);
  });

  test('/sync gives current state in its timeline even where members alone may read', () => {
    expect(tells(fromSynapse(named, carol, { surface: 'sync' }))).toBe(true);
    expect(tells(fromUs(named, carol, { surface: 'sync' }))).toBe(false);
  });

  test('/context gives the state of the past', () => {
    const replaced = room({}, (it) => {
      it.state(ALICE, 'm.room.topic', '', { topic: SECRET });
      it.text(BOB, 'x');
      it.state(BOB, 'm.room.topic', '', { topic: 'new' });
    });
    expect(tells(fromSynapse(replaced, carol, { surface: 'state' }))).toBe(true);
    expect(tells(fromSynapse(replaced, carol, { surface: 'state', pastStates: false }))).toBe(false);
    expect(tells(fromUs(replaced, carol, { surface: 'state' }))).toBe(false);
  });

  test('guests and strangers read it where the world may', () => {
    const open = room({ visibility: 'world_readable' }, (it) => it.state(ALICE, 'm.room.topic', '', { topic: SECRET }));
    for (const viewer of [{ kind: 'guest' }, { kind: 'anonymous' }, { kind: 'user', id: '@ned:a.example' }] as const) {
      expect(tells(fromSynapse(open, viewer, { surface: 'state' }))).toBe(true);
      expect(tells(fromUs(open, viewer, { surface: 'state' }))).toBe(false);
    }
  });

  test('other servers are given it whole, though events one by one are redacted', () => {
    const server: Viewer = { kind: 'server', id: 'c.example' };
    expect(tells(fromSynapse(named, server, { surface: 'messages' }))).toBe(false);
    expect(tells(fromSynapse(named, server, { surface: 'state' }))).toBe(true);
    expect(tells(fromUs(named, server, { surface: 'state' }))).toBe(false);
  });

  test('an invite shows it as stripped state, a directory as a summary', () => {
    const state = { surface: 'state', pastStates: false } as const;
    const labelled = room({}, (it) => it.state(ALICE, 'm.room.name', '', { name: SECRET }));
    expect(tells(servedStrippedState(fromSynapse(labelled, carol, state)))).toBe(true);
    expect(tells(servedStrippedState(fromUs(labelled, carol, state)))).toBe(false);
    expect(servedSummary(fromSynapse(labelled, carol, state))).toEqual({ name: SECRET });
    expect(servedSummary(fromUs(labelled, carol, state))).toEqual({});
  });
});

describe('copies in the events of others', () => {
  const holding = (unsigned: (it: RoomBuilder) => JsonObject, [type, key, content]: readonly [string, string, JsonObject] = ['m.room.message', '', { body: 'x' }]): RoomBuilder =>
    room({ visibility: 'world_readable' }, (it) => {
      const made = unsigned(it);
      if (type === 'm.room.message') it.text(BOB, 'x', { unsigned: made });
      else it.state(BOB, type, key, content, { unsigned: made });
    });
  const text = (it: RoomBuilder): string => it.text(ALICE, SECRET);
  const topic = (it: RoomBuilder): string => it.state(ALICE, 'm.room.topic', '', { topic: SECRET });
  const next = ['m.room.topic', '', { topic: 'new' }] as const;

  test.each<readonly [string, RoomBuilder]>([
    ['prev_content beside prev_sender', holding((it) => (topic(it), { prev_content: { topic: SECRET }, prev_sender: ALICE }), next)],
    ['prev_content beside replaces_state', holding((it) => ({ replaces_state: topic(it), prev_content: { topic: SECRET } }), next)],
    ['prev_content alone', holding((it) => (topic(it), { prev_content: { topic: SECRET } }), next)],
    ['the latest reply of a thread', holding((it) => ({ 'm.relations': { 'm.thread': { count: 1, latest_event: copyOf(it, text(it)) } } }))],
    ['an edit', holding((it) => ({ 'm.relations': { 'm.replace': copyOf(it, text(it)) } }))],
    ['references', holding((it) => ({ 'm.relations': { 'm.reference': { chunk: [copyOf(it, text(it))] } } }))],
    ['the reason of a redaction, version 10', holding((it) => ({ redacted_because: copyOf(it, it.redaction(ALICE, it.text(BOB, 'y'), SECRET)) }))],
    ['the state of an invite', holding(() => ({ invite_room_state: [{ type: 'm.room.name', state_key: '', sender: ALICE, content: { name: SECRET } }] }))],
    ['the state of a knock', holding(() => ({ knock_room_state: [{ type: 'm.room.name', state_key: '', sender: ALICE, content: { name: SECRET } }] }))],
    ['an edit inside the latest reply of a thread', holding((it) => ({
      'm.relations': { 'm.thread': { latest_event: { ...copyOf(it, it.text(BOB, 'y')), unsigned: { 'm.relations': { 'm.replace': copyOf(it, text(it)) } } } } },
    }))],
  ])('%s', (_, it) => {
    for (const viewer of [carol, { kind: 'guest' }, { kind: 'anonymous' }] as const) {
      expect(tells(fromSynapse(it, viewer))).toBe(true);
      expect(tells(fromUs(it, viewer))).toBe(false);
    }
  });

  test('the reason of a redaction, version 11, and its target stays named', () => {
    const it = buildRoom({ version: '11' });
    it.join(BOB);
    const target = it.text(BOB, 'y');
    const redaction = it.redaction(ALICE, target, SECRET);
    it.text(BOB, 'x', { unsigned: { redacted_because: copyOf(it, redaction) } });
    it.join(CAROL, {}, { record: late });
    expect(tells(fromSynapse(it, carol))).toBe(true);
    const served = fromUs(it, carol);
    expect(tells(served)).toBe(false);
    expect(JSON.stringify(served.map(({ unsigned }) => unsigned))).toContain(`"redacts":"${target}"`);
  });
});

describe('search and push', () => {
  const it = room({}, (built) => built.text(ALICE, SECRET));
  const text = it.stored().find(({ event }) => tells(event.pdu))?.event.eventId ?? '';
  const hit = { event_id: text, content: {} };

  test('that a redacted event is found tells what it said, and so do the words to mark', () => {
    const finding = { count: 1, results: [hit], highlights: SECRET.split(' ') };
    const synapse = outcome(it, text, carol, { of: 'synapse' });
    expect(synapse?.seen).toBe('redacted');
    expect(servedFinding(finding, () => synapse)).toEqual({ count: 0, results: [], highlights: [] });
    expect(servedFinding(finding, () => outcome(it, text, carol))).toEqual({ count: 0, results: [], highlights: [] });
  });

  test('a push of what is hidden is not sent, and of what is redacted has no content', () => {
    const push = { event_id: text, content: { body: SECRET }, sender_display_name: SECRET, room_name: SECRET, counts: { unread: 1 } };
    const [hidden, redacted, full] = ([['hidden', 'new-viewer'], ['redacted', 'new-viewer'], ['full', 'had-access']] as const).map(([seen, reason]) => ({ seen, reason }));
    expect(servedPush(push, hidden ?? never(), {})).toBeUndefined();
    expect(servedPush(push, redacted ?? never(), {})).toEqual({ event_id: text, counts: { unread: 1 } });
    expect(servedPush({ ...push, room_alias: SECRET }, full ?? never(), { name: 'now', canonical_alias: '#now:a.example' }))
      .toEqual({ ...push, room_name: 'now', room_alias: '#now:a.example' });
    expect(servedPush({ event_id: text }, full ?? never(), {})).toEqual({ event_id: text });
  });
});

describe('other viewers', () => {
  test('an application service is sent everything', () => {
    const service = { includesUser: (user: string) => user === CAROL, includesRoom: () => false, includesAlias: () => false };
    const it = room({}, (built) => built.text(ALICE, SECRET));
    expect(tells(fromSynapse(it, { kind: 'applicationService', id: 'irc' }, { service }))).toBe(true);
    expect(tells(fromUs(it, { kind: 'applicationService', id: 'irc' }, { service }))).toBe(false);
  });

  test('whoever left pages forwards past their leave', () => {
    const it = buildRoom();
    it.join(BOB);
    it.state(BOB, 'm.room.member', BOB, { membership: 'leave' });
    const after = it.text(ALICE, 'later');
    const bob: Viewer = { kind: 'user', id: BOB };
    expect(outcome(it, after, bob, { of: 'synapse', forwards: true })).toEqual({ seen: 'redacted', reason: 'not-joined-at-event' });
    expect(outcome(it, after, bob, { of: 'synapse' })).toEqual({ seen: 'hidden', reason: 'beyond-paging' });
    expect(outcome(it, after, bob, { forwards: true })).toEqual({ seen: 'hidden', reason: 'history-visibility' });
  });

  test('a ban by the subject keeps its reason, a kick does not', () => {
    const about = (membership: string): readonly boolean[] => {
      const it = buildRoom();
      it.join(BOB);
      it.state(ALICE, 'm.room.member', BOB, { membership, reason: SECRET });
      const bob: Viewer = { kind: 'user', id: BOB };
      return [fromSynapse(it, bob, { surface: 'event' }), fromUs(it, bob, { surface: 'event' })].map(tells);
    };
    expect(about('ban')).toEqual([true, false]);
    expect(about('leave')).toEqual([false, false]);
  });
});

describe('what goes too far, or vanishes', () => {
  test('a change to stricter visibility by the subject vanishes instead of being redacted', () => {
    const it = buildRoom();
    it.join(BOB);
    const change = it.state(ALICE, 'm.room.history_visibility', '', { history_visibility: 'joined', note: SECRET });
    it.join(CAROL, {}, { record: late });
    expect(outcome(it, change, carol, { of: 'synapse' })?.seen).toBe('hidden');
    expect(outcome(it, change, carol)).toEqual({ seen: 'redacted', reason: 'new-viewer' });
    expect(fromUs(it, carol).findLast(({ type }) => type === 'm.room.history_visibility')?.content).toEqual({ history_visibility: 'joined' });
  });

  test('a redaction of versions 1 to 10 loses its target, so that nobody can apply it', () => {
    const it = room({}, (built) => built.redaction(ALICE, built.text(ALICE, 'x'), SECRET));
    const redactionIn = (served: readonly Pdu[]): Pdu | undefined => served.find(({ type }) => type === 'm.room.redaction');
    const server: Viewer = { kind: 'server', id: 'c.example' };
    expect(redactionIn(fromSynapse(it, server))?.redacts).toBeUndefined();
    expect(redactionIn(fromUs(it, server))?.redacts).toBeDefined();
    expect(redactionIn(fromUs(it, carol))).toMatchObject({ redacts: redactionIn(fromUs(it, server))?.redacts ?? '', content: {} });
  });

  test('what a moderator wrote about the subject is destroyed with their memberships', () => {
    const it = buildRoom({ creator: BOB });
    it.join(ALICE);
    const kick = it.state(BOB, 'm.room.member', ALICE, { membership: 'leave', reason: 'rude' });
    it.join(ALICE);
    expect(outcome(it, kick, { kind: 'user', id: BOB }, { of: 'synapse' })).toEqual({ seen: 'redacted', reason: 'overwritten' });
    expect(outcome(it, kick, { kind: 'user', id: BOB })).toEqual({ seen: 'full', reason: 'not-own' });
  });

  test('rooms that were left before keep the name in the memberships', () => {
    const it = buildRoom({ creator: BOB });
    it.join(ALICE, { displayname: SECRET });
    it.state(ALICE, 'm.room.member', ALICE, { membership: 'leave', reason: SECRET });
    const bob: Viewer = { kind: 'user', id: BOB };
    expect(tells(fromSynapse(it, bob))).toBe(true);
    expect(tells(fromUs(it, bob))).toBe(false);
  });

  test('a visibility that is no text counts as shared, for servers too', () => {
    const it = buildRoom();
    it.state(BOB, 'm.room.history_visibility', '', { history_visibility: 5 });
    const text = it.text(ALICE, SECRET);
    for (const of of ['synapse', 'spec', 'notice']) expect(outcome(it, text, { kind: 'server', id: 'c.example' }, { of })?.seen).toBe('redacted');
  });

  test('a server that was there at the time loses the whole event; by the specification it keeps it', () => {
    const it = buildRoom();
    it.join(BOB);
    const text = it.text(ALICE, SECRET);
    const server: Viewer = { kind: 'server', id: 'b.example' };
    expect(outcome(it, text, server, { of: 'synapse' })).toEqual({ seen: 'redacted', reason: 'sender-erased' });
    expect(outcome(it, text, server, { of: 'spec' })).toEqual({ seen: 'full', reason: 'server-had-access' });
  });
});

function never(): never {
  throw new Error('three decisions');
}
