import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createApplier } from '../../../src/erasure/apply.ts';
import { planErasure } from '../../../src/erasure/planner.ts';
import type { ErasureRequest } from '../../../src/erasure/request.ts';
import { isRestricted, liftRestriction, restrictionHold, restrictionView, viewRestrictedRoom, type Restriction } from '../../../src/erasure/rights/restriction.ts';
import { eventServer } from '../../../src/erasure/view/serve.ts';
import { viewRoom } from '../../../src/erasure/view/view-room.ts';
import { surfaces, type Viewer } from '../../../src/erasure/view/viewer.ts';
import { ALICE, BOB, buildRoom, CAROL } from '../build-room.ts';
import { readRoom, RECORDED_ALICE, recordedRooms } from '../rooms.ts';
import { erasureAt, opened } from '../view/open.ts';

const FOREVER = Date.UTC(9000, 0, 1);
const restriction = (changes: Partial<Restriction> = {}): Restriction => ({
  id: '2026-1', ground: 'article-18-1-a', subjects: [ALICE], from: FOREVER - 10, reviewAt: FOREVER, scope: {}, ...changes,
});
const viewers: readonly Viewer[] = [
  { kind: 'user', id: BOB }, { kind: 'user', id: CAROL }, { kind: 'user', id: '@bob:hs1.test:18441' }, { kind: 'guest' }, { kind: 'anonymous' },
  { kind: 'server', id: 'hs2.test:18442' }, { kind: 'applicationService', id: 'irc' }, { kind: 'admin' },
];
const ORDER = ['hidden', 'redacted', 'full'];
const rank = (seen: string): number => ORDER.indexOf(seen);
const profiles = ['notice', 'spec', 'strict', 'synapse'] as const;

describe('under a restriction', () => {
  test.each(recordedRooms)('nobody sees more of %s, and after it everybody sees what they saw before', (file) => {
    const stored = readRoom(file);
    const room = opened(stored);
    const last = Math.max(...stored.map(({ event }) => event.receivedTs ?? 0));
    fc.assert(fc.property(fc.constantFrom(...viewers), fc.constantFrom(...surfaces), fc.constantFrom(...profiles), fc.boolean(), (viewer, surface, of, erased) => {
      const view = { erasure: erasureAt(last, { of, subjects: erased ? [RECORDED_ALICE] : [] }), surface };
      const set = restriction({ subjects: [RECORDED_ALICE], from: last });
      const before = viewRoom(room, viewer, view);
      const under = viewRestrictedRoom(room, viewer, { view, restrictions: [set], at: last });
      for (const [index, { seen }] of under.entries()) {
        expect(rank(seen)).toBeLessThanOrEqual(rank(before[index]?.seen ?? ''));
      }
      const ofOthers = (_: unknown, index: number): boolean => room.events[index]?.pdu.sender !== RECORDED_ALICE;
      expect(under.filter(ofOthers)).toEqual(before.filter(ofOthers));
      const lifted = liftRestriction(set, { toldAt: last + 1, at: last + 2 });
      expect(viewRestrictedRoom(room, viewer, { view, restrictions: [lifted], at: last + 2 })).toEqual(before);
      expect(viewRestrictedRoom(room, viewer, { view, restrictions: [lifted], at: last + 1 })).toEqual(under);
    }), { numRuns: 12 });
  });

  const built = (): ReturnType<typeof buildRoom> => {
    const room = buildRoom();
    room.join(BOB);
    room.text(ALICE, 'what is wrong');
    room.state(ALICE, 'm.room.topic', '', { topic: 'what is wrong' });
    room.text(BOB, 'fine');
    room.join(CAROL);
    return room;
  };
  const seenBy = (viewer: Viewer, set: Restriction): Readonly<Record<string, string>> => {
    const stored = built().stored();
    const room = opened(stored);
    const decisions = viewRestrictedRoom(room, viewer, { view: { erasure: erasureAt(0, { subjects: [] }) }, restrictions: [set], at: set.from });
    return Object.fromEntries(stored.map(({ event }, index) => [`${event.pdu.type} ${event.pdu.sender}`, decisions[index]?.seen ?? '']));
  };
  const message = `m.room.message ${ALICE}`;
  const topic = `m.room.topic ${ALICE}`;

  test.each<readonly [string, Viewer, string, string]>([
    ['who had access', { kind: 'user', id: BOB }, 'hidden', 'redacted'],
    ['who came later', { kind: 'user', id: CAROL }, 'hidden', 'redacted'],
    ['a server', { kind: 'server', id: 'b.example' }, 'redacted', 'redacted'],
    ['whoever runs the server', { kind: 'admin' }, 'hidden', 'redacted'],
    ['the person', { kind: 'user', id: ALICE }, 'full', 'full'],
  ])('%s is served what it says', (_, viewer, ofMessage, ofTopic) => {
    const seen = seenBy(viewer, restriction());
    expect([seen[message], seen[topic], seen[`m.room.message ${BOB}`]]).toEqual([ofMessage, ofTopic, 'full']);
  });

  test('what the room needs is served, so that it stays one room', () => {
    expect(seenBy({ kind: 'server', id: 'b.example' }, restriction())[`m.room.create ${ALICE}`]).toBe('full');
  });

  test('what the person sends after it is theirs to show', () => {
    const stored = built().stored();
    const at = stored.find(({ event }) => event.pdu.type === 'm.room.message')?.event.receivedTs ?? 0;
    expect(seenBy({ kind: 'user', id: BOB }, restriction({ from: at - 1 }))[message]).toBe('full');
    expect(seenBy({ kind: 'user', id: BOB }, restriction({ from: at }))[message]).toBe('hidden');
  });

  test('only what it covers is hidden', () => {
    expect(seenBy({ kind: 'user', id: BOB }, restriction({ scope: { types: ['m.room.topic'] } }))).toMatchObject({ [message]: 'full', [topic]: 'redacted' });
    expect(seenBy({ kind: 'user', id: BOB }, restriction({ scope: { rooms: ['!other:a.example'] } }))).toMatchObject({ [message]: 'full', [topic]: 'full' });
  });

  test('nothing of it leaves in an event that is served', () => {
    const stored = built().stored();
    const serve = eventServer(opened(stored), { kind: 'user', id: BOB }, { erasure: restrictionView(restriction()) });
    const served = stored.map(({ event }) => JSON.stringify(serve(event.pdu, stored.findIndex((one) => one.event === event)) ?? null)).join('\n');
    expect(served).toContain('fine');
    expect(served).not.toContain('what is wrong');
  });

  test('an erasure destroys nothing of it, and everything once it is lifted', () => {
    const room = buildRoom({ joinRule: 'invite' });
    room.text(ALICE, 'mine alone');
    const stored = room.stored();
    const set = restriction();
    const request: ErasureRequest = { subjects: [ALICE], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} };
    const texts = (holds: ErasureRequest['holds']): boolean => {
      const plan = planErasure(stored.map(({ event }) => event), { ...request, ...(holds === undefined ? {} : { holds }) });
      const applied = createApplier(plan);
      return JSON.stringify(stored.map((one) => applied(one).record ?? null)).includes('mine alone');
    };
    expect([texts([restrictionHold(set)]), texts(undefined)]).toEqual([true, false]);
  });
});

describe('lifting', () => {
  test.each<readonly [string, { readonly toldAt: number; readonly at: number }]>([
    ['without telling the person before', { toldAt: 8, at: 8 }],
    ['after having told them before it began', { toldAt: 4, at: 8 }],
    ['at no time', { toldAt: Number.NaN, at: 8 }],
  ])('%s is an error', (_, lifting) => {
    expect(() => liftRestriction(restriction({ from: 5 }), lifting)).toThrow(expect.objectContaining({ name: 'EarlyLiftingError' }));
  });

  test('happens once', () => {
    const lifted = liftRestriction(restriction({ from: 5 }), { toldAt: 6, at: 7 });
    expect([4, 5, 6, 7].map((at) => isRestricted(lifted, at))).toEqual([false, true, true, false]);
    expect(() => liftRestriction(lifted, { toldAt: 8, at: 9 })).toThrow(/already/);
  });
});
