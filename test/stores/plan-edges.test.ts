import { describe, expect, test } from 'vitest';
import { planErasure } from '../../src/erasure/planner.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { planFromStore } from '../../src/stores/plan/plan-from-store.ts';
import { ALICE, BOB, CAROL, buildRoom, type RoomBuilder, type RoomOptions } from '../erasure/build-room.ts';
import { linesOfRecords } from './lines.ts';
import { memoryStore } from './memory-store.ts';

/** A room that tells two near answers apart, a request, and what of the plan shows that it does. */
type Edge = {
  readonly name: string;
  readonly options?: RoomOptions;
  readonly live: (room: RoomBuilder) => void;
  readonly request?: Partial<ErasureRequest>;
  readonly shows: Readonly<Record<string, number>>;
};

const kick = (room: RoomBuilder, user: string): string => room.state(ALICE, 'm.room.member', user, { membership: 'leave' });
/** Event n is received at 1000 n + 1 and the first five make the room. */
const timeOf = (event: number): number => 1000 * event + 1;

const edges: readonly Edge[] = [
  {
    name: 'whoever is sent out of the room is sent that',
    live: (room) => {
      room.join(BOB);
      kick(room, BOB);
      room.text(ALICE, 'alone again');
    },
    shows: { 'purge sole-access': 1 },
  },
  {
    name: 'whoever knocks is sent some of the state, and no messages',
    options: { joinRule: 'knock', version: '11' },
    live: (room) => {
      room.text(ALICE, 'alone');
      room.state(ALICE, 'm.room.topic', '', { topic: 'seen' });
      room.state(CAROL, 'm.room.member', CAROL, { membership: 'knock' });
      kick(room, CAROL);
      room.state(ALICE, 'm.room.topic', '', { topic: 'not seen' });
    },
    shows: { 'purge sole-access': 2 },
  },
  {
    name: 'whoever joins at the very time of the erasure could read',
    live: (room) => {
      room.text(ALICE, 'before');
      room.join(BOB);
    },
    request: { effectiveAt: timeOf(7) },
    shows: { 'hide others-had-access': 1 },
  },
  {
    name: 'whoever joins right after it could not',
    live: (room) => {
      room.text(ALICE, 'before');
      room.join(BOB);
    },
    request: { effectiveAt: timeOf(7) - 1 },
    shows: { 'purge sole-access': 1 },
  },
  {
    name: 'who has the power to redact has it at that time',
    options: { version: '10' },
    live: (room) => {
      room.join(BOB);
      const [one, two] = [room.text(BOB, 'one'), room.text(BOB, 'two')];
      room.redaction(ALICE, one);
      room.state(ALICE, 'm.room.power_levels', '', { users: { [BOB]: 100 }, redact: 50 });
      room.redaction(ALICE, two);
    },
    shows: { 'keep applied-redaction': 1 },
  },
  {
    name: 'who came back is back from the join to the leave',
    live: (room) => {
      room.join(BOB);
      room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
      room.join(ALICE);
      room.text(ALICE, 'back');
      room.join(ALICE, { displayname: 'A' });
      room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    },
    request: { revokedAt: timeOf(7) },
    // The first five events but for the create event, and the first leave.
    shows: { 'redact own-state': 5 },
  },
  {
    name: 'an invite by address that somebody rests on stays, and one that nobody does goes',
    live: (room) => {
      const [used, unused] = ['used', 'unused'].map((token) => room.state(ALICE, 'm.room.third_party_invite', token, { display_name: token, public_key: 'key' }));
      for (const token of ['used', 'unused']) room.state(ALICE, 'm.room.third_party_invite', token, {});
      room.join(BOB);
      room.text(BOB, 'hello', { auth: [room.records()[0]?.event_id ?? '', used ?? ''] });
      room.text(BOB, 'hello', { prev: [unused ?? ''] });
    },
    // The create event, and the invite that is rested on.
    shows: { 'keep hazard': 2 },
  },
  {
    name: 'who was banned last was banned, where the state is not known',
    live: (room) => {
      room.join(BOB);
      room.state(ALICE, 'm.room.power_levels', '', { users: { [BOB]: 100 } });
      room.state(BOB, 'm.room.member', ALICE, { membership: 'ban' });
      room.text(BOB, 'after', { prev: ['$missing'] });
    },
    shows: { banned: 1 },
  },
];

/** How often what an edge shows stands in a plan. */
function shownIn(plan: ReturnType<typeof planErasure>, what: string): number {
  const entries = plan.rooms.flatMap((room) => room.entries);
  if (what === 'banned') return plan.rooms.filter(({ membership, state }) => membership === 'ban' && state === 'unknown').length;
  return entries.filter(({ treatment, reason }) => `${treatment} ${reason}` === what).length;
}

describe('a plan from a store tells apart what a plan from files does', () => {
  test.each(edges)('$name', async ({ options, live, request: changes, shows }) => {
    const room = buildRoom(options);
    live(room);
    const lines = linesOfRecords(room.records());
    const request: ErasureRequest = { subjects: [ALICE], requestedAt: 0, effectiveAt: 1_000_000, profile: 'notice', scope: {}, ...changes };
    const plan = planErasure(lines.map(({ event }) => event), request);
    const store = memoryStore();
    store.add(lines);
    expect(await planFromStore(store, request)).toEqual(plan);
    expect(Object.fromEntries(Object.keys(shows).map((what) => [what, shownIn(plan, what)]))).toEqual(shows);
  });
});
