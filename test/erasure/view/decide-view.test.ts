import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pdu } from '../../../src/event/pdu.ts';
import { defineProfile, erasureProfile, erasureProfiles } from '../../../src/erasure/profiles.ts';
import { decideView } from '../../../src/erasure/view/decide-view.ts';
import { surfaces, type ViewContext, type Viewer } from '../../../src/erasure/view/viewer.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';
import { ALICE, BOB } from '../build-room.ts';
import { contextOf, messageBy, stateBy } from './facts.ts';

const bob: Viewer = { kind: 'user', id: BOB };
const guest: Viewer = { kind: 'guest', id: '@1:a.example' };
const anonymous: Viewer = { kind: 'anonymous' };
const server: Viewer = { kind: 'server', id: 'b.example' };
const service: Viewer = { kind: 'applicationService', id: 'irc' };
const admin: Viewer = { kind: 'admin' };

type Changes = Parameters<typeof contextOf>[0];
const outcome = (event: Pdu, viewer: Viewer, changes: Changes): string => {
  const { seen, reason } = decideView(event, viewer, contextOf(changes));
  return `${seen} ${reason}`;
};
const message = messageBy(ALICE);
const topic = stateBy(ALICE);

const there = { membershipAtEvent: 'join', joinedUntilErasure: true, everInRoom: true } as const;
const newcomer = { joinedAfterErasure: true, everInRoom: true } as const;

describe('each cell of the table, in a room that the world may read', () => {
  const open = { historyVisibility: 'world_readable' } as const;
  const columns: readonly (readonly [string, Viewer, Changes])[] = [
    ['had access', bob, there], ['new user', bob, newcomer], ['new guest', guest, newcomer], ['anonymous', anonymous, {}],
    ['server that had access', server, { serverHadAccess: true }], ['other server', server, {}],
    ['service there', service, there], ['other service', service, newcomer],
  ];
  const TABLE: { readonly [profile: string]: readonly [message: string, state: string] } = {
    notice: ['F H H H R R R H', 'R R R R R R R R'],
    spec: ['F R R R F R F R', 'F R R R F R F R'],
    synapse: ['F R R R R R F F', 'F R R R R R F F'],
    strict: ['R H H H R R R H', 'R R R R R R R R'],
  };
  test.each(Object.entries(TABLE))('%s', (of, rows) => {
    const seen = [message, topic].map((event) =>
      columns.map(([, viewer, changes]) => decideView(event, viewer, contextOf({ of, ...open, ...changes })).seen[0]?.toUpperCase()).join(' '));
    expect(seen).toEqual(rows);
  });
});

describe('who had access', () => {
  test.each<readonly [string, Changes, string]>([
    ['joined when it was sent', { ...there, historyVisibility: 'joined' }, 'full had-access'],
    ['joined when it was sent, and left', { membershipAtEvent: 'join', everInRoom: true }, 'full had-access'],
    ['joined later, and history is shared', { joinedUntilErasure: true, everInRoom: true }, 'full had-access'],
    ['joined later, and the world may read', { joinedUntilErasure: true, everInRoom: true, historyVisibility: 'world_readable' }, 'full had-access'],
    ['joined later, and only members may read', { joinedUntilErasure: true, everInRoom: true, historyVisibility: 'joined' }, 'hidden history-visibility'],
    ['invited, and joined', { membershipAtEvent: 'invite', joinedUntilErasure: true, everInRoom: true, historyVisibility: 'invited' }, 'full had-access'],
    ['invited, and joined after the erasure', { membershipAtEvent: 'invite', ...newcomer, historyVisibility: 'invited' }, 'hidden new-viewer'],
    ['invited, and never joined', { membershipAtEvent: 'invite', historyVisibility: 'invited' }, 'hidden new-viewer'],
    ['not invited, where the invited may read', { joinedUntilErasure: true, everInRoom: true, historyVisibility: 'invited' }, 'hidden history-visibility'],
    ['joined after the erasure', newcomer, 'hidden new-viewer'],
    ['joined before and after the erasure, but had left', { membershipAtEvent: 'leave', ...newcomer }, 'hidden new-viewer'],
    ['could have peeked', { historyVisibility: 'world_readable' }, 'hidden new-viewer'],
    ['history is missing', { ...there, historyVisibility: 'unknown' }, 'hidden history-unknown'],
    ['nobody to what came after the erasure', { ...there, receivedTs: 1001 }, 'hidden new-viewer'],
    ['whoever was there at the last moment', { ...there, receivedTs: 1000 }, 'full had-access'],
  ])('%s', (_, changes, expected) => {
    expect(outcome(message, bob, changes)).toBe(expected);
  });

  test('a guest who had joined, like a user', () => {
    expect(outcome(message, guest, there)).toBe('full had-access');
  });

  test('whoever saw the laxer side of a change of visibility, or of their own membership', () => {
    const tightened = { ...newcomer, joinedUntilErasure: true, historyVisibility: 'joined', previousVisibility: 'shared' } as const;
    expect(outcome(stateBy(ALICE, 'm.room.history_visibility', { history_visibility: 'joined' }), bob, { of: 'spec', ...tightened })).toBe('full had-access');
    const kick = { ...stateBy(ALICE, 'm.room.member', { membership: 'leave', reason: 'x' }), state_key: BOB };
    const kicked = { membershipAtEvent: 'leave', previousMembership: 'join', everInRoom: true, historyVisibility: 'joined' } as const;
    expect(outcome(kick, bob, { of: 'spec', ...kicked })).toBe('full had-access');
    expect(outcome(kick, bob, { of: 'spec', ...kicked, previousMembership: 'invite' })).toBe('hidden history-visibility');
  });
});

describe('what does not depend on who looks', () => {
  const everybody: readonly Viewer[] = [bob, guest, anonymous, server, service, admin];
  const open = { historyVisibility: 'world_readable' } as const;
  const redaction = (redacts: string): Pdu => ({ type: 'm.room.redaction', sender: ALICE, redacts, content: { redacts, reason: 'text' } });

  test.each(['notice', 'spec', 'strict'])('under %s what would break the room is served as it is', (of) => {
    const create = stateBy(ALICE, 'm.room.create', { creator: ALICE, room_version: '10' });
    const acl = stateBy(ALICE, 'm.room.server_acl', { allow: ['*'] });
    const levels = stateBy(ALICE, 'm.room.power_levels', { invite: 50 });
    const rules = roomVersion('10');
    for (const viewer of everybody) {
      expect(outcome(create, viewer, { of, ...open, rules })).toBe('full hazard');
      expect(outcome(acl, viewer, { of, ...open, isCurrentState: true })).toBe('full hazard');
      expect(outcome(levels, viewer, { of, ...open, rules })).toBe('full hazard');
    }
  });

  test('until it is replaced, unless the rules judge it by what it would lose', () => {
    expect(outcome(stateBy(ALICE, 'm.room.server_acl', { allow: ['*'] }), bob, { ...open, ...there })).toBe('redacted had-access');
    expect(outcome(stateBy(ALICE, 'm.room.power_levels', { invite: 50 }), bob, { ...open, ...there, rules: roomVersion('10'), inAuthChain: false })).toBe('full hazard');
  });

  test('Synapse redacts that too', () => {
    const acl = stateBy(ALICE, 'm.room.server_acl', { allow: ['*'] });
    expect(outcome(acl, server, { of: 'synapse', isCurrentState: true })).toBe('redacted sender-erased');
  });

  test('a label stays if labels stay', () => {
    expect(outcome(topic, bob, { ...there, isCurrentState: true, keepLabels: true })).toBe('full room-label');
    expect(outcome(topic, bob, { ...there, keepLabels: true })).toBe('redacted had-access');
    expect(outcome(stateBy(ALICE, 'org.example.note', { a: 'b' }), bob, { ...there, isCurrentState: true, keepLabels: true })).toBe('redacted had-access');
  });

  test.each(['notice', 'spec', 'strict'])('under %s a redaction that applies keeps its target, and loses its reason where it can', (of) => {
    for (const viewer of everybody) {
      expect(outcome(redaction('$x'), viewer, { of, ...open, rules: roomVersion('10') })).toBe('full applied-redaction');
      expect(outcome(redaction('$x'), viewer, { of, ...open })).toBe('redacted applied-redaction');
    }
  });

  test('one that does not apply, or names nothing, is like a message', () => {
    expect(outcome(redaction('$x'), bob, { ...newcomer, applies: false })).toBe('hidden new-viewer');
    expect(outcome({ type: 'm.room.redaction', sender: ALICE, content: {} }, bob, newcomer)).toBe('hidden new-viewer');
    expect(outcome(redaction('$x'), bob, { ...there, isWithheld: true })).toBe('hidden withheld-redaction');
    expect(outcome(redaction('$x'), bob, { of: 'synapse', ...there, isWithheld: true })).toBe('hidden withheld-redaction');
  });
});

describe('who else looks', () => {
  test('the subject sees what they saw', () => {
    expect(outcome(message, { kind: 'user', id: ALICE }, there)).toBe('full own-view');
    expect(outcome(message, { kind: 'user', id: ALICE }, { of: 'strict', ...there })).toBe('full own-view');
    expect(outcome(message, { kind: 'user', id: ALICE }, { historyVisibility: 'joined', membershipAtEvent: 'leave' })).toBe('hidden history-visibility');
  });

  test('whoever runs the server sees what it stores', () => {
    expect(['notice', 'spec', 'strict', 'synapse'].map((of) => [message, topic].map((event) => decideView(event, admin, contextOf({ of })).seen))).toEqual([
      ['full', 'redacted'], ['full', 'full'], ['redacted', 'redacted'], ['full', 'full'],
    ]);
  });

  test('other people\'s events are as before', () => {
    for (const of of Object.keys(erasureProfiles)) {
      expect(outcome(messageBy(BOB), bob, { of, ...newcomer })).toBe('full not-own');
      expect(outcome(messageBy(BOB), server, { of, historyVisibility: 'joined' })).toBe('redacted history-visibility');
      expect(outcome(messageBy(BOB), bob, { of, ...there, isRedacted: true })).toBe('redacted already-redacted');
    }
  });

  test('what the erasure does not cover is as before', () => {
    for (const of of Object.keys(erasureProfiles)) expect(decideView(message, bob, contextOf({ of, ...newcomer, outOfScope: true })).seen).toBe('full');
  });

  test('a server is redacted what it may not see, in a profile of any make', () => {
    const profile = defineProfile('cruel', { message: { serverHadAccess: 'hidden', otherServer: 'hidden' } });
    expect(outcome(message, server, { profile, serverHadAccess: true })).toBe('redacted server-had-access');
    expect(outcome(message, server, { profile })).toBe('redacted other-server');
  });
});

describe('the API that is asked', () => {
  const stranger = { historyVisibility: 'joined' } as const;

  test('members read state whatever the visibility, strangers only where the world may', () => {
    expect(outcome(topic, bob, { surface: 'state', ...stranger, ...newcomer })).toBe('redacted new-viewer');
    expect(outcome(topic, bob, { surface: 'state', of: 'spec', ...stranger, joinedUntilErasure: true, everInRoom: true })).toBe('full had-access');
    expect(outcome(topic, bob, { surface: 'messages', of: 'spec', ...stranger, joinedUntilErasure: true, everInRoom: true })).toBe('hidden history-visibility');
    expect(outcome(topic, bob, { surface: 'state', ...stranger })).toBe('hidden history-visibility');
    expect(outcome(topic, anonymous, { surface: 'state', historyVisibility: 'world_readable' })).toBe('redacted new-viewer');
    expect(outcome(message, bob, { surface: 'state', ...there })).toBe('hidden not-state');
    expect(outcome(topic, server, { surface: 'state', ...stranger })).toBe('redacted other-server');
  });

  test('Synapse filters no state', () => {
    for (const facts of [newcomer, { historyVisibility: 'world_readable' }] as const) {
      expect(outcome(topic, bob, { of: 'synapse', surface: 'state', ...facts })).toBe('full not-filtered');
    }
    expect(outcome(topic, bob, { of: 'synapse', surface: 'state', ...stranger })).toBe('hidden history-visibility');
    expect(outcome(topic, bob, { of: 'synapse', surface: 'sync', isCurrentState: true, ...stranger, ...newcomer })).toBe('full not-filtered');
    expect(outcome(topic, bob, { of: 'synapse', surface: 'sync', ...stranger, ...newcomer })).toBe('hidden history-visibility');
    expect(outcome(topic, bob, { of: 'synapse', surface: 'sync', ...newcomer })).toBe('redacted not-joined-at-event');
    expect(outcome(topic, server, { of: 'synapse', surface: 'state', ...stranger })).toBe('full not-filtered');
    expect(outcome(message, server, { of: 'synapse', surface: 'state', serverHadAccess: true })).toBe('redacted sender-erased');
    expect(outcome(topic, bob, { of: 'synapse', surface: 'event', isCurrentState: true, ...stranger, ...newcomer })).toBe('hidden history-visibility');
  });

  test('Synapse: shared history is for those in the room; /messages goes on to serve those who left, up to where they did', () => {
    const left = { membershipAtEvent: 'invite', joinedUntilErasure: true, everInRoom: true, currentMembership: 'leave' } as const;
    expect(outcome(message, bob, { of: 'synapse', surface: 'messages', ...left })).toBe('redacted not-joined-at-event');
    expect(outcome(message, bob, { of: 'synapse', surface: 'event', ...left })).toBe('hidden history-visibility');
    expect(outcome(message, bob, { of: 'synapse', surface: 'messages', ...left, currentMembership: 'ban' })).toBe('hidden history-visibility');
    // Where it is not known how things stand now, whoever ever was in the room is no stranger.
    expect(outcome(message, bob, { of: 'synapse', membershipAtEvent: 'leave', everInRoom: true })).toBe('redacted not-joined-at-event');
    expect(outcome(message, bob, { of: 'synapse', joinedAfterErasure: true, everInRoom: false })).toBe('hidden history-visibility');
  });

  test('Synapse overwrote the membership events of whoever was in the room', () => {
    const join = { ...stateBy(ALICE, 'm.room.member', { membership: 'join', displayname: 'A' }), state_key: ALICE };
    for (const surface of surfaces) {
      expect(outcome(join, bob, { of: 'synapse', surface, ...there, isCurrentState: true, subjectWasJoined: true })).toBe('redacted overwritten');
      expect(decideView(join, bob, contextOf({ of: 'synapse', surface, ...there, isCurrentState: true })).seen).toBe('full');
    }
    const kick = { ...stateBy(BOB, 'm.room.member', { membership: 'leave', reason: 'x' }), state_key: ALICE };
    expect(outcome(kick, bob, { of: 'synapse', ...there, subjectWasJoined: true })).toBe('redacted overwritten');
  });
});

describe('the law', () => {
  const RANK = { hidden: 0, redacted: 1, full: 2 } as const;
  const hostile = defineProfile('hostile', { base: erasureProfile('spec'), message: { otherServer: 'full', newUser: 'full' }, state: { newGuest: 'full', serverHadAccess: 'hidden' } });
  const profiles = [...Object.values(erasureProfiles), hostile];
  const viewers: readonly Viewer[] = [bob, { kind: 'user', id: ALICE }, guest, anonymous, server, service, admin];
  const events: readonly Pdu[] = [
    message, topic, messageBy(BOB),
    stateBy(ALICE, 'm.room.create', { creator: ALICE }), stateBy(ALICE, 'm.room.history_visibility', { history_visibility: 'joined' }),
    { ...stateBy(ALICE, 'm.room.member', { membership: 'invite', displayname: 'B' }), state_key: BOB },
    { type: 'm.room.redaction', sender: ALICE, redacts: '$x', content: {} },
  ];
  const flags = [false, true] as const;

  function* contexts(): Generator<ViewContext> {
    const rules = roomVersion('10');
    for (const historyVisibility of ['world_readable', 'shared', 'invited', 'joined', 'unknown'] as const)
      for (const membershipAtEvent of ['join', 'invite', 'knock', 'leave', 'ban', null] as const)
        for (const joinedUntilErasure of flags)
          for (const joinedAfterErasure of flags)
            for (const everInRoom of flags)
              for (const serverHadAccess of flags)
                for (const isCurrentState of flags)
                  for (const receivedTs of [999, 1001])
                    for (const surface of surfaces)
                      yield contextOf({
                        historyVisibility, membershipAtEvent, joinedUntilErasure, joinedAfterErasure, everInRoom, serverHadAccess, isCurrentState,
                        receivedTs, surface, rules,
                      });
  }

  test.each(profiles)('under $name an erasure never shows more than was shown without it, and a server is never served nothing', (profile) => {
    const broken: string[] = [];
    let cases = 0;
    for (const context of contexts()) {
      for (const viewer of viewers) {
        for (const event of events) {
          const after = decideView(event, viewer, { ...context, profile }).seen;
          const before = decideView(event, viewer, { ...context, profile, subjects: [] }).seen;
          cases += 1;
          if (RANK[after] > RANK[before]) broken.push(`${event.type} to ${viewer.kind}: ${before} before, ${after} after`);
          if (viewer.kind === 'server' && after === 'hidden') broken.push(`${event.type} hidden from a server`);
        }
      }
    }
    expect(cases).toBe(5 * 6 * 2 ** 6 * 5 * 7 * 7);
    expect(broken.slice(0, 3)).toEqual([]);
  });

  const membership = fc.constantFrom('join', 'invite', 'knock', 'leave', 'ban', null);
  const visibility = fc.constantFrom('world_readable', 'shared', 'invited', 'joined', 'unknown');
  const allFacts: fc.Arbitrary<Partial<ViewContext>> = fc.record({
    historyVisibility: visibility, membershipAtEvent: membership, joinedUntilErasure: fc.boolean(), joinedAfterErasure: fc.boolean(),
    everInRoom: fc.boolean(), serverHadAccess: fc.boolean(), isCurrentState: fc.boolean(), receivedTs: fc.option(fc.constantFrom(999, 1001), { nil: undefined }),
    previousVisibility: fc.option(visibility, { nil: undefined }), previousMembership: fc.option(membership, { nil: undefined }),
    currentMembership: fc.option(membership, { nil: undefined }), inAuthChain: fc.option(fc.boolean(), { nil: undefined }),
    applies: fc.option(fc.boolean(), { nil: undefined }), isWithheld: fc.boolean(), isRedacted: fc.boolean(), outOfScope: fc.boolean(),
    keepLabels: fc.boolean(), subjectWasJoined: fc.boolean(), surface: fc.constantFrom(...surfaces), rules: fc.constantFrom(roomVersion('10'), roomVersion('11')),
  });

  test('whatever else is known', () => {
    fc.assert(fc.property(allFacts, fc.constantFrom(...profiles), fc.constantFrom(...viewers), fc.constantFrom(...events), (facts, profile, viewer, event) => {
      const context = contextOf({ ...facts, profile });
      const after = decideView(event, viewer, context).seen;
      expect(RANK[after]).toBeLessThanOrEqual(RANK[decideView(event, viewer, { ...context, subjects: [] }).seen]);
      expect(viewer.kind === 'server' && after === 'hidden').toBe(false);
    }), { numRuns: 5000 });
  });
});
