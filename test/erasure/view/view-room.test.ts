import { describe, expect, test } from 'vitest';
import { hadAccess } from '../../../src/erasure/view/access.ts';
import { decideView } from '../../../src/erasure/view/decide-view.ts';
import { contextAbout, noteRoom, type ViewOptions } from '../../../src/erasure/view/room-facts.ts';
import { NamespacePatternError } from '../../../src/erasure/view/namespace-pattern.ts';
import { serviceInterest, type ServiceRegistration } from '../../../src/erasure/view/service.ts';
import { viewRoom } from '../../../src/erasure/view/view-room.ts';
import { surfaces, type ViewDecision, type Viewer } from '../../../src/erasure/view/viewer.ts';
import { erasureProfiles } from '../../../src/erasure/profiles.ts';
import { redact } from '../../../src/event/redact.ts';
import { vectorText } from '../../room/vectors.ts';
import { ALICE, BOB, buildRoom, CAROL, type RoomBuilder, type RoomOptions } from '../build-room.ts';
import { readRoom, RECORDED_ALICE, recordedRooms } from '../rooms.ts';
import { erasureAt, opened } from './open.ts';

const ERIN = '@erin:c.example';
const bob: Viewer = { kind: 'user', id: BOB };
const carol: Viewer = { kind: 'user', id: CAROL };

/** What a viewer is served of an event of a room, with the reason. */
const outcome = (room: RoomBuilder, eventId: string, viewer: Viewer, options: Partial<ViewOptions> & { readonly at?: number; readonly of?: string } = {}): string => {
  const { at = 1_000_000, of = 'notice', ...rest } = options;
  const viewed = opened(room.stored());
  const decisions = viewRoom(viewed, viewer, { erasure: erasureAt(at, { of }), ...rest });
  const { seen, reason } = decisions[viewed.events.findIndex((event) => event.eventId === eventId)] as ViewDecision;
  return `${seen} ${reason}`;
};
/** The time just after an event of a built room: they come a second apart. */
const after = (place: number): number => 1000 * place + 500;

describe('who was there when', () => {
  const room = (options?: RoomOptions): RoomBuilder => buildRoom(options);

  test('joined when it was sent, whatever came later', () => {
    const it = room({ visibility: 'joined' });
    it.join(BOB);
    const text = it.text(ALICE, 'x');
    it.state(BOB, 'm.room.member', BOB, { membership: 'leave' });
    expect(outcome(it, text, bob)).toBe('full had-access');
    expect(outcome(it, text, carol)).toBe('hidden history-visibility');
  });

  test('joined between the event and the erasure', () => {
    const it = room();
    const text = it.text(ALICE, 'x');
    it.join(BOB);
    expect(outcome(it, text, bob)).toBe('full had-access');
    expect(outcome(it, text, bob, { at: after(6) })).toBe('hidden new-viewer');
    expect(outcome(it, text, bob, { at: after(7) })).toBe('full had-access');
  });

  test('leaving and coming back loses nothing, and gains nothing', () => {
    const it = room();
    it.join(BOB);
    const whileThere = it.text(ALICE, 'x');
    it.state(BOB, 'm.room.member', BOB, { membership: 'leave' });
    const whileAway = it.text(ALICE, 'y');
    it.join(BOB);
    expect(outcome(it, whileThere, bob, { at: after(9) })).toBe('full had-access');
    expect(outcome(it, whileAway, bob, { at: after(9) })).toBe('hidden new-viewer');
    expect(outcome(it, whileAway, bob, { at: after(10) })).toBe('full had-access');
  });

  test('invited, knocked, never joined', () => {
    const it = room({ visibility: 'invited', joinRule: 'knock' });
    it.state(ALICE, 'm.room.member', BOB, { membership: 'invite' });
    it.state(CAROL, 'm.room.member', CAROL, { membership: 'knock' });
    const text = it.text(ALICE, 'x');
    expect(outcome(it, text, bob)).toBe('hidden new-viewer');
    expect(outcome(it, text, carol)).toBe('hidden history-visibility');
    it.join(BOB);
    expect(outcome(it, text, bob)).toBe('full had-access');
    expect(outcome(it, text, bob, { at: after(8) })).toBe('hidden new-viewer');
  });

  test('the visibility that held at the event counts', () => {
    const it = room();
    const shared = it.text(ALICE, 'x');
    it.state(ALICE, 'm.room.history_visibility', '', { history_visibility: 'joined' });
    const closed = it.text(ALICE, 'y');
    it.join(BOB);
    expect([shared, closed].map((id) => outcome(it, id, bob))).toEqual(['full had-access', 'hidden history-visibility']);
  });

  test('the server\'s own order counts, not that of the input', () => {
    const it = room();
    const text = it.text(ALICE, 'x');
    it.join(BOB);
    const viewed = opened([...it.stored()].reverse());
    const decisions = viewRoom(viewed, bob, { erasure: erasureAt(after(6)) });
    expect(decisions[viewed.events.findIndex(({ eventId }) => eventId === text)]).toEqual({ seen: 'hidden', reason: 'new-viewer' });
  });

  test('without times of receipt and an order the sender\'s clock and the input\'s order count', () => {
    const it = room();
    const text = it.text(ALICE, 'x', { record: { received_ts: undefined, stream_ordering: undefined } });
    it.join(BOB, {}, { record: { received_ts: undefined, stream_ordering: undefined } });
    expect([6, 7].map((place) => outcome(it, text, bob, { at: after(place) }))).toEqual(['hidden new-viewer', 'full had-access']);
  });

  test('nobody had access to what came after the erasure', () => {
    const it = room();
    it.join(BOB);
    const text = it.text(ALICE, 'x');
    expect(outcome(it, text, bob, { at: after(6) })).toBe('hidden new-viewer');
  });

  test('where history is missing, nothing is guessed', () => {
    const it = room();
    it.join(BOB);
    const gap = it.text(ALICE, 'x', { prev: ['$missing'] });
    expect(outcome(it, gap, bob)).toBe('hidden history-unknown');
    expect(outcome(it, gap, { kind: 'server', id: 'b.example' })).toBe('redacted history-unknown');
    expect(outcome(it, gap, { kind: 'admin' })).toBe('full administrator');
  });
});

describe('servers and application services', () => {
  const it = buildRoom({ visibility: 'joined' });
  const early = it.text(ALICE, 'x');
  it.join(BOB);
  const late = it.text(ALICE, 'y');
  const registration: ServiceRegistration = { id: 'irc', senderLocalpart: 'bot', users: ['@bob:'], rooms: [], aliases: [] };
  const service = (changes: Partial<ServiceRegistration> = {}): Partial<ViewOptions> => ({ service: serviceInterest({ ...registration, ...changes }, 'a.example') });
  const irc: Viewer = { kind: 'applicationService', id: 'irc' };

  test('a server had access if a user of it had', () => {
    const server: Viewer = { kind: 'server', id: 'b.example' };
    expect([early, late].map((id) => outcome(it, id, server, { of: 'spec' }))).toEqual(['redacted history-visibility', 'full server-had-access']);
    expect(outcome(it, late, { kind: 'server', id: 'c.example' }, { of: 'spec' })).toBe('redacted history-visibility');
  });

  test('users who are erased themselves do not count', () => {
    const other = erasureAt(1_000_000, { of: 'spec', subjects: [ALICE, BOB] });
    expect(outcome(it, late, { kind: 'server', id: 'b.example' }, { erasure: other })).toBe('redacted history-visibility');
    const shared = buildRoom();
    shared.join(BOB);
    const text = shared.text(ALICE, 'z');
    expect(outcome(shared, text, { kind: 'server', id: 'b.example' }, { erasure: other })).toBe('redacted other-server');
  });

  test('nor do people who were erased before, as users or for their server', () => {
    const shared = buildRoom();
    shared.join(BOB);
    const text = shared.text(ALICE, 'z');
    const erasure = { ...erasureAt(1_000_000), alreadyErased: [BOB] };
    expect(outcome(shared, text, bob)).toBe('full had-access');
    expect(outcome(shared, text, bob, { erasure })).toBe('hidden new-viewer');
    expect(outcome(shared, text, { kind: 'server', id: 'b.example' }, { erasure: { ...erasure, profile: erasureAt(0, { of: 'spec' }).profile } })).toBe('redacted other-server');
  });

  test('an application service was there with a user, or as the room\'s own', () => {
    expect([early, late].map((id) => outcome(it, id, irc, { of: 'spec', ...service() }))).toEqual(['hidden history-visibility', 'full service-there']);
    expect(outcome(it, early, irc, { of: 'spec', ...service({ users: [], rooms: ['!room:'] }) })).toBe('full service-there');
    expect(outcome(it, late, irc, { of: 'spec', ...service({ users: ['bob:'] }) })).toBe('hidden history-visibility');
    expect(outcome(it, early, irc, { of: 'spec', ...service({ senderLocalpart: 'alice', users: [] }) })).toBe('full service-there');
    expect(outcome(it, late, irc, { of: 'spec' })).toBe('hidden history-visibility');
  });

  test('or by an alias of the room', () => {
    const named = buildRoom({ visibility: 'joined' });
    const text = named.text(ALICE, 'x');
    named.state(ALICE, 'm.room.canonical_alias', '', { alias: '#irc_room:a.example' });
    expect(outcome(named, text, irc, { of: 'spec', ...service({ users: [], aliases: ['#irc_'] }) })).toBe('full service-there');
    expect(outcome(named, text, irc, { of: 'spec', ...service({ users: [], aliases: ['#xmpp_'] }) })).toBe('hidden history-visibility');
  });

  test('patterns as other homeservers write them', () => {
    const includes = (source: string, user: string): boolean => serviceInterest({ ...registration, users: [source] }, 'a.example').includesUser(user);
    expect(includes('@irc\\_.*', '@irc_bob:a.example')).toBe(true);
    expect(includes('(?i)@IRC_.*', '@irc_bob:a.example')).toBe(true);
    expect(includes('@IRC_.*', '@irc_bob:a.example')).toBe(false);
  });

  test('a namespace that is no pattern is an error', () => {
    expect(() => service({ users: ['('] })).toThrow(NamespacePatternError);
  });
});

describe('what the erasure covers', () => {
  test('its scope', () => {
    const it = buildRoom();
    it.join(BOB);
    const [text, topic] = [it.text(ALICE, 'x'), it.state(ALICE, 'm.room.topic', '', { topic: 't' })];
    it.join(CAROL);
    const seen = (scope: ViewOptions['erasure']['scope']): readonly string[] =>
      [text, topic].map((id) => outcome(it, id, carol, { erasure: { ...erasureAt(after(8)), ...(scope === undefined ? {} : { scope }) } }));
    expect(seen({})).toEqual(['hidden new-viewer', 'redacted new-viewer']);
    expect(seen({ types: ['m.room.topic'] })).toEqual(['full out-of-scope', 'redacted new-viewer']);
    expect(seen({ rooms: ['!other:a.example'] })).toEqual(['full out-of-scope', 'full out-of-scope']);
    expect(seen({ before: after(7) })).toEqual(['hidden new-viewer', 'full out-of-scope']);
    expect(seen({ after: after(7) })).toEqual(['full out-of-scope', 'redacted new-viewer']);
  });

  test('not what the subject sent when they were back', () => {
    const it = buildRoom();
    it.join(BOB);
    const before = it.text(ALICE, 'x');
    it.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    const back = it.join(ALICE, { displayname: 'A' });
    const since = it.text(ALICE, 'y');
    it.join(CAROL);
    const erasure = erasureAt(after(8), { revokedAt: after(8) });
    expect([before, back, since].map((id) => outcome(it, id, carol, { erasure }))).toEqual(['hidden new-viewer', 'full out-of-scope', 'full out-of-scope']);
    expect(outcome(it, since, carol, { erasure: erasureAt(after(8)) })).toBe('hidden new-viewer');
  });
});

describe('events apart', () => {
  test('rejected and failed events are served to nobody, outliers to those that they are about', () => {
    const it = buildRoom();
    it.join(BOB);
    const rejected = it.text(BOB, 'x', { record: { rejected: 'why' } });
    const failed = it.text(BOB, 'y', { record: { soft_failed: true } });
    const invite = it.state(ALICE, 'm.room.member', CAROL, { membership: 'invite' }, { record: { outlier: true } });
    expect([rejected, failed, invite].map((id) => outcome(it, id, bob))).toEqual(['hidden rejected', 'hidden rejected', 'hidden outside-history']);
    expect(outcome(it, invite, carol)).toBe('hidden outside-history');
    expect(outcome(it, invite, carol, { surface: 'event' })).toBe('redacted new-viewer');
    expect(outcome(it, rejected, { kind: 'server', id: 'b.example' })).toBe('redacted rejected');
    expect(outcome(it, rejected, { kind: 'admin' })).toBe('full not-own');
  });

  test('what was redacted before stays redacted, and what may not be redacted stays', () => {
    const it = buildRoom();
    it.join(BOB);
    const text = it.text(ALICE, 'x');
    const redaction = it.redaction(ALICE, text, 'why');
    const idle = it.redaction(ALICE, '$nowhere');
    expect(outcome(it, text, bob)).toBe('redacted already-redacted');
    expect(outcome(it, redaction, bob)).toBe('full applied-redaction');
    expect(outcome(it, idle, bob)).toBe('hidden withheld-redaction');
    expect(outcome(it, it.stored()[0]?.event.eventId ?? '', bob)).toBe('full hazard');
  });

  test.each(Object.keys(erasureProfiles))('what a server holds redacted only is served redacted to everybody, under %s', (of) => {
    const it = buildRoom();
    it.join(BOB);
    const [whole, emptied, empty, named] = [it.text(BOB, 'x'), it.text(BOB, 'y'), it.send(BOB, 'm.room.message', {}), it.join(BOB, { displayname: 'B' })];
    const stored = it.stored().map(({ record, event }) => {
      const pdu = event.eventId === emptied || event.eventId === named ? redact(event.pdu, event.rules.redaction) : event.pdu;
      return { record: { ...record, pdu }, event: { ...event, pdu } };
    });
    const viewed = opened(stored);
    for (const viewer of [bob, { kind: 'admin' }, { kind: 'server', id: 'b.example' }] as const) {
      const decisions = new Map(viewRoom(viewed, viewer, { erasure: erasureAt(1_000_000, { of }) }).map((decision, index) => [viewed.events[index]?.eventId, decision]));
      expect([whole, emptied, empty, named].map((id) => decisions.get(id)?.seen)).toEqual(['full', 'redacted', 'full', 'redacted']);
      expect(decisions.get(emptied)?.reason).toBe('already-redacted');
    }
  });

  test('where history is missing, only what Synapse does is estimated', () => {
    const it = buildRoom();
    it.state(BOB, 'm.room.member', BOB, { membership: 'join' });
    const gap = it.text(ALICE, 'x', { prev: ['$missing'], more: { depth: 9 } });
    const before = it.text(ALICE, 'y', { prev: ['$missing'], more: { depth: 3 } });
    const nowhere = it.text(ALICE, 'y', { prev: ['$missing'], more: { depth: undefined } });
    expect([gap, before, nowhere].map((id) => outcome(it, id, bob, { of: 'synapse' }))).toEqual(['full joined-at-event', 'redacted not-joined-at-event', 'hidden history-unknown']);
    for (const of of ['notice', 'spec', 'strict']) expect(outcome(it, gap, bob, { of })).toBe('hidden history-unknown');
  });

  test('Synapse\'s paging stops at a leave, in the order of depths', () => {
    const it = buildRoom({ creator: BOB });
    it.join(ALICE);
    const early = it.text(ALICE, 'x', { more: { depth: 8 } });
    it.state(BOB, 'm.room.member', BOB, { membership: 'leave' }, { more: { depth: 9 } });
    const [deep, late] = [it.text(ALICE, 'y', { more: { depth: 10 } }), it.text(ALICE, 'z', { more: { depth: 4 } })];
    const seen = (more: Partial<ViewOptions>): readonly string[] => [early, deep, late].map((id) => outcome(it, id, bob, { of: 'synapse', ...more }).split(' ')[1] ?? '');
    expect(seen({})).toEqual(['joined-at-event', 'beyond-paging', 'not-joined-at-event']);
    expect(seen({ surface: 'sync' })).toEqual(['joined-at-event', 'beyond-paging', 'beyond-paging']);
    expect(seen({ forwards: true })).toEqual(['joined-at-event', 'not-joined-at-event', 'not-joined-at-event']);
    const fetched = it.text(ALICE, 'before', { record: { stream_ordering: -3 }, more: { depth: 7 } });
    expect([{}, { forwards: true }].map((more) => outcome(it, fetched, carol, { of: 'synapse', ...more }))).toEqual(['hidden history-visibility', 'hidden beyond-paging']);
  });

  test('states of the past are read where an event that they were in force at may be', () => {
    const it = buildRoom({ visibility: 'joined' });
    const first = it.state(ALICE, 'm.room.topic', '', { topic: '1' });
    const second = it.state(ALICE, 'm.room.topic', '', { topic: '2' });
    it.join(CAROL);
    const third = it.state(ALICE, 'm.room.topic', '', { topic: '3' });
    const read = (options: Partial<ViewOptions>): readonly string[] => [first, second, third].map((id) => outcome(it, id, carol, { surface: 'state', of: 'synapse', ...options }));
    expect(read({})).toEqual(['hidden not-in-state', 'hidden not-in-state', 'full not-filtered']);
    expect(read({ pastStates: true })).toEqual(['hidden not-in-state', 'full not-filtered', 'full not-filtered']);
  });

  test('a state is read as it is, or as it was for those who left', () => {
    const it = buildRoom();
    it.join(BOB);
    it.join(CAROL);
    const first = it.state(ALICE, 'm.room.topic', '', { topic: '1' });
    it.state(BOB, 'm.room.member', BOB, { membership: 'leave' });
    const second = it.state(ALICE, 'm.room.topic', '', { topic: '2' });
    const read = (viewer: Viewer, options: Partial<ViewOptions> = {}): readonly string[] =>
      [first, second].map((id) => outcome(it, id, viewer, { surface: 'state', ...options }));
    expect(read(carol)).toEqual(['hidden not-in-state', 'redacted had-access']);
    expect(read(carol, { pastStates: true })).toEqual(['redacted had-access', 'redacted had-access']);
    expect(read(bob)).toEqual(['redacted had-access', 'hidden not-in-state']);
    expect(read({ kind: 'user', id: ERIN })).toEqual(['hidden not-in-state', 'hidden history-visibility']);
  });
});

describe('cases of other implementations', () => {
  const { cases } = JSON.parse(vectorText('spec/erasure-visibility.json')) as { readonly cases: readonly { readonly source: string; readonly [key: string]: unknown }[] };
  const found = (part: string): { readonly [key: string]: unknown } => cases.find(({ source }) => source.includes(part)) ?? {};
  const erasure = erasureAt(after(9), { of: 'synapse' });

  test('sytest: who was there keeps the text, who joined later gets none', () => {
    expect(found('32erasure.pl')['expected']).toEqual({ member: { body: 'body1' }, joiner: { content: {} } });
    const it = buildRoom();
    it.join(BOB);
    const text = it.text(ALICE, 'body1');
    it.join(CAROL);
    expect([bob, carol].map((viewer) => outcome(it, text, viewer, { erasure }))).toEqual(['full joined-at-event', 'redacted not-joined-at-event']);
    // The specification has it that whoever could see the message before the erasure still does.
    expect(outcome(it, text, carol, { of: 'spec', at: after(8) })).toBe('full had-access');
  });

  test('sytest: a server that was there gets none', () => {
    expect(found('32room-getevent.pl')['expected']).toEqual({ 'remote GET /event': 'content has no body' });
    const it = buildRoom();
    it.join(BOB);
    const text = it.text(ALICE, 'body1');
    expect(outcome(it, text, { kind: 'server', id: 'b.example' }, { erasure })).toBe('redacted sender-erased');
  });

  test('Synapse: servers get the erased sender\'s events redacted, in order', () => {
    const it = buildRoom({ creator: CAROL });
    it.join(ALICE);
    const ids = [it.text(CAROL, '0'), it.text(ALICE, '1'), it.join(BOB), it.text(CAROL, '3'), it.text(ALICE, '4')];
    const seen = ids.map((id) => outcome(it, id, { kind: 'server', id: 'b.example' }, { erasure }).split(' ')[0]);
    expect(Object.fromEntries([0, 1, 3, 4].map((index) => [index, seen[index]]))).toEqual(found('test_erased_user')['expected_for_any_server']);
  });
});

describe('the bulk form decides as the single one', () => {
  test.each(recordedRooms)('%s', (file) => {
    const room = opened(readRoom(file));
    const erasedAt = 1_795_465_515_653;
    for (const profile of Object.values(erasureProfiles)) {
      for (const surface of surfaces) {
        for (const viewer of [{ kind: 'user', id: '@bob:hs1.test:18441' }, { kind: 'server', id: 'hs2.test:18442' }, { kind: 'anonymous' }] as const) {
          const erasure = { ...erasureAt(erasedAt), profile, subjects: [RECORDED_ALICE] };
          const options = { notes: noteRoom(room, viewer, { erasure }), erasure, surface };
          const bulk = viewRoom(room, viewer, { erasure, surface, pastStates: true });
          const single = room.events.map((event, index): ViewDecision => {
            const facts = contextAbout([event, index], room.graph, options);
            return decideView(event.pdu, viewer, { ...facts, serverHadAccess: viewer.kind === 'server' && hadAccess(facts) });
          });
          const apart = (decision: ViewDecision | undefined): boolean => ['rejected', 'outside-history', 'not-in-state', 'beyond-paging'].includes(decision?.reason ?? '');
          expect(bulk.filter((decision) => !apart(decision))).toEqual(single.filter((_, index) => !apart(bulk[index])));
        }
      }
    }
  });
});
