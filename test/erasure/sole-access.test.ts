import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectDrift } from '../../src/erasure/drift.ts';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import { stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, CAROL, buildRoom, type RoomBuilder } from './build-room.ts';
import { applied, entryOf, erase, failures, planFor, treatmentOf } from './erase.ts';

const leave = (room: RoomBuilder, user: string): string => room.state(user, 'm.room.member', user, { membership: 'leave' });
const invite = (room: RoomBuilder, user: string): string => room.state(ALICE, 'm.room.member', user, { membership: 'invite' });
const visibility = (room: RoomBuilder, value: string): string => room.state(ALICE, 'm.room.history_visibility', '', { history_visibility: value });
const isAlone = (room: RoomBuilder, id: string, changes = {}): boolean => treatmentOf(planFor(room.stored(), changes), id) === 'purge sole-access';

describe('a message is the subject\'s alone', () => {
  it('where history is for those who were there, and nobody else was', () => {
    const room = buildRoom({ visibility: 'joined' });
    const before = room.text(ALICE, 'before');
    room.join(BOB);
    const together = room.text(ALICE, 'together');
    leave(room, BOB);
    const after = room.text(ALICE, 'after');
    room.join(CAROL);
    const { plan, result, verification } = erase(room.stored());
    expect([before, together, after].map((id) => treatmentOf(plan, id))).toEqual(['purge sole-access', 'hide others-had-access', 'purge sole-access']);
    // Others build on them: their redacted form stays.
    expect(entryOf(plan, before)?.shell).toBe(true);
    expect(result.length).toBe(room.records().length);
    expect(result.find(({ event }) => event.eventId === before)?.event.pdu.content).toEqual({});
    expect(failures(verification)).toEqual([]);
    expect(plan.deadlines.purge).toBeGreaterThan(0);
  });

  it('and goes without a trace if nothing refers to it', () => {
    const room = buildRoom({ visibility: 'joined' });
    room.join(BOB);
    leave(room, BOB);
    const first = room.text(ALICE, 'first');
    const last = room.text(ALICE, 'last');
    const { plan, result, verification } = erase(room.stored());
    expect([first, last].map((id) => entryOf(plan, id)?.shell)).toEqual([true, undefined]);
    expect(result.map(({ event }) => event.eventId)).not.toContain(last);
    expect(failures(verification)).toEqual([]);
  });

  it('unless somebody came before the erasure and history is shared', () => {
    const room = buildRoom({ visibility: 'shared' });
    const id = room.text(ALICE, 'mine');
    room.join(BOB);
    expect(isAlone(room, id)).toBe(false);
    // Bob came at 7001.
    expect(isAlone(room, id, { requestedAt: 7000, effectiveAt: 7000 })).toBe(true);
    expect(isAlone(room, id, { requestedAt: 7001, effectiveAt: 7001 })).toBe(false);
  });

  it('unless somebody was invited who then came, where that counts', () => {
    const room = buildRoom({ visibility: 'invited' });
    const before = room.text(ALICE, 'before');
    invite(room, BOB);
    const invited = room.text(ALICE, 'to the invited');
    expect([before, invited].map((id) => isAlone(room, id))).toEqual([true, true]);
    room.join(BOB);
    expect([before, invited].map((id) => isAlone(room, id))).toEqual([true, false]);
  });

  it('unless the world could read it', () => {
    const room = buildRoom({ visibility: 'joined' });
    const closed = room.text(ALICE, 'closed');
    visibility(room, 'world_readable');
    const open = room.text(ALICE, 'open');
    visibility(room, 'joined');
    const again = room.text(ALICE, 'again');
    expect([closed, open, again].map((id) => isAlone(room, id))).toEqual([true, false, true]);
  });

  it('unless part of the room is missing', () => {
    const room = buildRoom({ visibility: 'joined' });
    const id = room.text(ALICE, 'mine');
    room.join(BOB);
    room.text(BOB, 'his');
    const less = room.stored().filter((_, place) => place !== 6);
    expect(treatmentOf(planFor(less), id)).toBe('hide others-had-access');
  });

  it('though somebody was refused', () => {
    const room = buildRoom({ joinRule: 'invite' });
    const id = room.text(ALICE, 'mine');
    room.join(BOB, {}, { record: { rejected: 'auth_error' } });
    expect(isAlone(room, id)).toBe(true);
  });

  it('unless somebody was there in another branch', () => {
    const room = buildRoom({ visibility: 'joined' });
    const start = room.records().at(-1)?.event_id ?? '';
    const join = room.join(BOB);
    // Sent by a server that had not yet heard of Bob, and received while he was there.
    const id = room.text(ALICE, 'mine', { prev: [start] });
    room.text(ALICE, 'both', { prev: [join, id] });
    expect(isAlone(room, id)).toBe(false);
  });
});

describe('state is the subject\'s alone', () => {
  it('if nobody else was there or invited while it was current', () => {
    const room = buildRoom({ visibility: 'joined' });
    const old = room.state(ALICE, 'm.room.topic', '', { topic: 'old' });
    room.state(ALICE, 'm.room.topic', '', { topic: 'new' });
    const name = room.state(ALICE, 'm.room.name', '', { name: 'mine' });
    invite(room, BOB);
    const { plan, verification } = erase(room.stored());
    expect([old, name].map((id) => treatmentOf(plan, id))).toEqual(['purge sole-access', 'redact own-state']);
    expect(entryOf(plan, old)?.shell).toBe(true);
    expect(failures(verification)).toEqual([]);
  });

  it('but what would break the room stays', () => {
    const room = buildRoom({ version: '10' });
    const create = room.records()[0]?.event_id ?? '';
    room.text(BOB, 'never in', { record: { rejected: 'auth_error' } });
    expect(treatmentOf(planFor(room.stored()), create)).toBe('keep hazard create');
  });
});

describe('a chat of two people', () => {
  const chat = (): { readonly room: RoomBuilder; readonly mine: string; readonly his: string } => {
    const room = buildRoom({ joinRule: 'invite' });
    invite(room, BOB);
    room.join(BOB);
    return { room, mine: room.text(ALICE, 'mine'), his: room.text(BOB, 'his') };
  };

  it('who are erased together is accessible to nobody, and goes whole', () => {
    const { room } = chat();
    const { plan, result } = erase(room.stored(), { subjects: [ALICE, BOB] });
    expect(new Set(plan.rooms[0]?.entries.map(({ reason }) => reason))).toEqual(new Set(['sole-access-room']));
    expect(result).toEqual([]);
  });

  it('of whom one was erased before is accessible to nobody; his events wait for a plan of his own', () => {
    const { room, mine, his } = chat();
    const { plan, verification } = erase(room.stored(), { alreadyErased: [BOB] });
    expect([mine, his].map((id) => treatmentOf(plan, id))).toEqual(['purge sole-access', undefined]);
    expect(plan.warnings).toContainEqual({ code: 'nobody-left', room_id: room.roomId, count: 1 });
    expect(failures(verification)).toEqual([]);
    expect(treatmentOf(planFor(room.stored()), mine)).toBe('hide others-had-access');
    invite(room, CAROL);
    room.join(CAROL);
    expect(treatmentOf(planFor(room.stored(), { alreadyErased: [BOB] }), mine)).toBe('hide others-had-access');
  });
});

describe('application services', () => {
  const GHOST = '@_irc_alice:a.example';
  const service = (changes: object): object => ({ id: 'irc', senderLocalpart: 'ircbot', users: [], rooms: [], aliases: [], ...changes });
  const diary = buildRoom({ name: 'diary' });
  diary.join(GHOST);
  diary.state(ALICE, 'm.room.canonical_alias', '', { alias: '#irc_diary:a.example' });
  const text = diary.text(ALICE, 'mine');
  const treatment = (services: readonly object[]): string | undefined => treatmentOf(planFor(diary.stored(), { subjects: [ALICE, GHOST], services: services as [] }), text);

  it('had access where a subject is a ghost of theirs, or the room is their own', () => {
    expect(treatment([])).toBe('purge sole-access-room');
    expect(treatment([service({ users: ['@_slack_.*'] })])).toBe('purge sole-access-room');
    for (const changes of [{ users: ['@_irc_.*:a\\.example'] }, { rooms: ['!diary:.*'] }, { aliases: ['#irc_.*'] }]) {
      expect(treatment([service({ users: ['@_slack_.*'] }), service(changes)])).toBe('hide others-had-access');
    }
  });
});

/** What people do in a room; the same in words, so that who had access can be worked out a second time, without graph and state. */
type Deed = { readonly who: UserId; readonly what: 'say' | 'join' | 'leave' | 'invite' | 'topic' | 'joined' | 'shared' | 'invited' | 'world_readable' };

const deeds = fc.array(fc.record({
  who: fc.constantFrom<UserId>(ALICE, ALICE, BOB, CAROL),
  what: fc.constantFrom<Deed['what']>('say', 'say', 'join', 'leave', 'invite', 'topic', 'joined', 'shared', 'invited', 'world_readable'),
}), { minLength: 1, maxLength: 16 });

type Told = { readonly time: number; readonly id: string; readonly state: boolean; readonly visibility: string; readonly members: ReadonlyMap<string, string> };

/** Does the deeds, and notes after each event of Alice's what was true then. */
function live(room: RoomBuilder, all: readonly Deed[]): { readonly told: readonly Told[]; readonly joins: readonly (readonly [user: string, time: number])[] } {
  const members = new Map<string, string>();
  const told: Told[] = [];
  const joins: [string, number][] = [];
  let shown = 'shared';
  const note = (id: string, state: boolean): void => {
    told.push({ id, state, visibility: shown, members: new Map(members), time: room.records().length });
  };
  for (const { who, what } of all) {
    const isAlice = who === ALICE;
    const membership = members.get(who);
    if (what === 'say' && (isAlice || membership === 'join')) {
      const id = room.text(who, what);
      if (isAlice) note(id, false);
    } else if (what === 'topic' && isAlice) note(room.state(ALICE, 'm.room.topic', '', { topic: 'x' }), true);
    else if (what === 'invite' && !isAlice && membership !== 'join') {
      const id = invite(room, who);
      members.set(who, 'invite');
      note(id, true);
    } else if (what === 'join' && !isAlice && membership !== 'join') {
      room.join(who);
      members.set(who, 'join');
      joins.push([who, room.records().length]);
    } else if (what === 'leave' && !isAlice && membership === 'join') {
      leave(room, who);
      members.set(who, 'leave');
    } else if (isAlice && (what === 'joined' || what === 'shared' || what === 'invited' || what === 'world_readable')) {
      shown = what;
      note(visibility(room, what), true);
    }
  }
  return { told, joins };
}

describe('for any life of a room', () => {
  it('a message is the subject\'s alone exactly if nobody had access to it', () => {
    fc.assert(fc.property(deeds, fc.constantFrom(...stableRoomVersionIds), fc.nat(22), (all, version, at) => {
      const room = buildRoom({ version });
      const { told, joins } = live(room, all);
      // Event n is received at 1000 n + 1.
      const effectiveAt = 1000 * at + 500;
      const plan = planFor(room.stored(), { requestedAt: effectiveAt, effectiveAt });
      const wasOpen = told.some((each) => each.visibility === 'world_readable') || plan.rooms[0]?.entries.some(({ reason }) => reason !== 'sole-access-room');
      for (const { id, state, time, visibility: shown, members } of told) {
        if (state) continue;
        const hadAccess = [BOB, CAROL].some((user) => {
          const cameLater = joins.some(([who, when]) => who === user && when > time && when < at + 1);
          const isIn = members.get(user) === 'join';
          return isIn || (shown === 'shared' && cameLater) || (shown === 'invited' && members.get(user) === 'invite' && joins.some(([, when]) => when > time && when < at + 1));
        });
        const expected = hadAccess || shown === 'world_readable' ? 'hide others-had-access' : wasOpen === true ? 'purge sole-access' : 'purge sole-access-room';
        expect(treatmentOf(plan, id)).toBe(expected);
      }
    }));
  });

  it('an erasure leaves a room that verifies, can be broken off anywhere, and has no drift', () => {
    fc.assert(fc.property(deeds, fc.constantFrom(...stableRoomVersionIds), fc.nat(22), (all, version, done) => {
      const room = buildRoom({ version, visibility: 'joined' });
      live(room, all);
      const stored = room.stored();
      const { plan, result, verification } = erase(stored);
      expect(failures(verification)).toEqual([]);
      const halfway = [...applied(plan, stored.slice(0, done)), ...stored.slice(done)];
      expect(detectDrift(plan, planFor(halfway))).toEqual([]);
      expect(applied(plan, halfway).map(({ record }) => record)).toEqual(result.map(({ record }) => record));
    }));
  });
});

describe('what speaks of others that are not among the events', () => {
  /** A room of Alice's alone, with one thing that tells of more. */
  const purged = (change: (room: RoomBuilder) => void): number => {
    const room = buildRoom();
    const first = room.text(ALICE, 'first');
    room.redaction(ALICE, first);
    change(room);
    return planFor(room.stored()).totals.purge;
  };

  it('is nothing in a room that is whole', () => {
    expect(purged((room) => room.text(ALICE, 'reply', { unsigned: { age: 5, prev_sender: ALICE } }))).toBe(8);
  });

  it.each<readonly [what: string, change: (room: RoomBuilder) => void]>([
    ['an event without parents', (room) => room.text(ALICE, 'x', { prev: [] })],
    ['a reply to an event that is missing', (room) => room.send(ALICE, 'm.room.message', { 'body': 'x', 'm.relates_to': { 'm.in_reply_to': { event_id: '$missing' } } })],
    ['a reaction to one', (room) => room.send(ALICE, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$missing', key: '+' } })],
    ['a redaction of one', (room) => room.redaction(ALICE, '$missing')],
    ['a redaction by one', (room) => room.text(ALICE, 'x', { record: { redacted_by: '$missing' } })],
    ['an answer bundled with an event', (room) => room.text(ALICE, 'x', { unsigned: { 'm.relations': { 'm.thread': { latest_event: { sender: BOB, content: {} }, count: 1 } } } })],
    ['whose state an event replaced', (room) => room.state(ALICE, 'm.room.member', BOB, { membership: 'leave' }, { unsigned: { prev_sender: BOB } })],
  ])('is %s', (_, change) => {
    expect(purged(change)).toBe(0);
  });

  it('and even a room that looks whole is told to rest on being so', () => {
    const { warnings } = planFor(buildRoom().stored());
    expect(warnings).toEqual([expect.objectContaining({ code: 'rests-on-whole-room', count: 5 })]);
  });
});

describe('state that somebody else was sent is not the subject\'s alone', () => {
  const alone = (change: (room: RoomBuilder) => string): boolean => {
    const room = buildRoom({ visibility: 'joined', joinRule: 'knock' });
    room.text(ALICE, 'hers');
    return isAlone(room, change(room));
  };

  it('a kick and a ban, which those who are sent out receive', () => {
    for (const membership of ['leave', 'ban']) {
      expect(alone((room) => {
        room.join(BOB);
        return room.state(ALICE, 'm.room.member', BOB, { membership, reason: 'hers' });
      })).toBe(false);
    }
  });

  it('the end of an invite', () => {
    expect(alone((room) => {
      invite(room, BOB);
      return room.state(ALICE, 'm.room.member', BOB, { membership: 'leave', reason: 'hers' });
    })).toBe(false);
  });

  it('what was current while somebody knocked', () => {
    expect(alone((room) => {
      const topic = room.state(ALICE, 'm.room.topic', '', { topic: 'hers' });
      room.state(BOB, 'm.room.member', BOB, { membership: 'knock' });
      leave(room, BOB);
      return topic;
    })).toBe(false);
  });

  it('what was set in a room that the world could read', () => {
    expect(alone((room) => {
      visibility(room, 'world_readable');
      return room.state(ALICE, 'm.room.topic', '', { topic: 'hers' });
    })).toBe(false);
  });
});
