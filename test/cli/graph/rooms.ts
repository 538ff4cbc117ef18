import * as fc from 'fast-check';
import type { JsonObject } from '../../../src/json/value.ts';
import type { DrawnEvent } from '../../../src/cli/graph/facts.ts';
import { layoutRoom, type LayoutOptions } from '../../../src/cli/graph/layout.ts';
import type { GraphModel } from '../../../src/cli/graph/model.ts';
import { openRoom } from '../../../src/room/graph.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';

export const ROOM = '!graph:a.example';
const ALICE = '@alice:a.example';
const BASE = ['$create', '$alice', '$levels'];

type Extras = Partial<DrawnEvent> & { readonly state_key?: string; readonly redacts?: string; readonly content?: JsonObject; readonly sender?: string };

/** An event of a room of version 10, allowed by the three events with which `start` begins. */
export function event(id: string, parents: readonly string[], type: string = 'm.room.message', extras: Extras = {}): DrawnEvent {
  const { state_key: stateKey, redacts, content = {}, sender = ALICE, ...record } = extras;
  return {
    event_id: id,
    pdu: {
      type, sender, content, room_id: ROOM, prev_events: parents, auth_events: BASE.filter((base) => base !== id && parents.length > 0),
      ...(stateKey === undefined ? {} : { state_key: stateKey }),
      ...(redacts === undefined ? {} : { redacts }),
    },
    ...record,
  };
}

/** An event that is allowed by some of the first three. */
function first(auth: number, one: DrawnEvent): DrawnEvent {
  return { ...one, pdu: { ...one.pdu, auth_events: BASE.slice(0, auth) } };
}

/** The first events of a room, the last of which is `$levels`. */
export const start: readonly DrawnEvent[] = [
  first(0, event('$create', [], 'm.room.create', { state_key: '', content: { creator: ALICE, room_version: '10' } })),
  first(1, event('$alice', ['$create'], 'm.room.member', { state_key: ALICE, content: { membership: 'join' } })),
  first(2, event('$levels', ['$alice'], 'm.room.power_levels', { state_key: '', content: { users: { [ALICE]: 100 }, invite: 50 } })),
];

/** Lays events out as a room of version 10. */
export function layout(events: readonly DrawnEvent[], options: Partial<LayoutOptions> = {}): GraphModel {
  return layoutRoom(events, openRoom(events, { rules: roomVersion('10') }), { roomId: ROOM, ...options });
}

/** Events one after the other, from the parent that is named. */
export function line(from: string, prefix: string, count: number): readonly DrawnEvent[] {
  return Array.from({ length: count }, (_, i) => event(`$${prefix}${i}`, [i === 0 ? from : `$${prefix}${i - 1}`]));
}

/** A large room with everything that can be marked: lines, forks, braids, redactions, rejected and soft-failed events, hazards and gaps. */
export function largeRoom(size: number): readonly DrawnEvent[] {
  const events: DrawnEvent[] = [...start, event('$acl', ['$levels'], 'm.room.server_acl', { state_key: '', content: { allow: ['*'] } })];
  let heads: readonly string[] = ['$acl'];
  for (let i = events.length; i < size; i++) {
    const id = `$e${i}`;
    const braided = i % 1000 > 700;
    const forks = braided ? heads.length < 4 : i % 60 === 0;
    const merges = braided ? i % 3 === 0 : i % 60 === 12;
    const parents = merges ? heads : [heads[i % heads.length] ?? '$acl'];
    events.push(largeEvent(i, parents));
    const left = heads.filter((head) => !parents.includes(head));
    heads = [...left, id, ...(forks && !merges && left.length === 0 ? parents : [])].slice(-4);
  }
  return events;
}

function largeEvent(i: number, parents: readonly string[]): DrawnEvent {
  const id = `$e${i}`;
  if (i % 97 === 50) return event(id, parents, 'm.room.redaction', { redacts: `$e${i - 7}` });
  if (i % 400 === 30) return event(id, parents, 'm.room.message', { rejected: 'spam' });
  if (i % 400 === 90) return event(id, parents, 'm.room.message', { soft_failed: true });
  if (i % 400 === 150) return event(id, parents, 'm.room.topic', { state_key: '', content: { topic: 'quite-private' } });
  if (i % 1300 === 200) return event(id, [...parents, '$elsewhere'], 'm.room.message');
  return event(id, parents, i % 11 === 0 ? 'm.reaction' : 'm.room.message', { content: { body: 'quite-private' } });
}

const HOSTILE = ['__proto__', 'constructor', '</title><script>alert(1)</script>', 'a"b\\', '\u202egro.elpmaxe', 'x\ny', '&amp;<b>', "'--", ']]>', '{|}<f0>', '', 'm.room.message', 'm.room.redaction', 'm.room.member', 'm.room.topic'];

/** Rooms of any shape: with forks, merges, gaps, missing parents, hostile names, and events in loops. */
export const anyRoom: fc.Arbitrary<readonly DrawnEvent[]> = fc.array(fc.record({
  back: fc.oneof<fc.WeightedArbitrary<readonly number[]>[]>({ weight: 4, arbitrary: fc.constant([1]) }, { weight: 2, arbitrary: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }) }, { weight: 1, arbitrary: fc.tuple(fc.integer({ min: -1, max: 40 })) }),
  missing: fc.nat({ max: 400 }),
  type: fc.oneof({ weight: 7, arbitrary: fc.constant('m.room.message') }, { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) }),
  stateKey: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom('', ...HOSTILE) }),
  flag: fc.nat({ max: 60 }),
}), { maxLength: 120, size: 'max' }).map((drafts) => [...start, ...drafts.map(({ back, missing, type, stateKey, flag }, i) => {
  const parents = (back.length === 0 ? [i - 1] : back.map((steps) => i - steps)).filter((at) => at < drafts.length).map((at) => (at < 0 ? '$levels' : `$"${at}`));
  return event(`$"${i}`, missing === 0 ? [...parents, '$missing'] : parents, type, {
    ...(stateKey === null ? {} : { state_key: stateKey }),
    ...(flag === 0 ? { rejected: 'no' } : {}),
    ...(flag === 1 ? { soft_failed: true } : {}),
    ...(flag === 2 ? { outlier: true } : {}),
    ...(type === 'm.room.redaction' ? { redacts: `$"${i - 2}` } : {}),
  });
})]);

/** Rooms in which forks and merges are so many that they are folded. */
export const braidedRoom: fc.Arbitrary<readonly DrawnEvent[]> = fc.array(fc.record({ one: fc.integer({ min: 1, max: 3 }), other: fc.integer({ min: 1, max: 5 }), state: fc.nat({ max: 25 }) }), { minLength: 20, maxLength: 150, size: 'max' })
  .map((drafts) => [...start, ...drafts.map(({ one, other, state }, i) => {
    const parents = [...new Set([i - one, i - other].map((at) => (at < 0 ? '$levels' : `$${at}`)))];
    return event(`$${i}`, parents, state === 0 ? 'm.room.topic' : 'm.room.message', state === 0 ? { state_key: '' } : {});
  })]);
