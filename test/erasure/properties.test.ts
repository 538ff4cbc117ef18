import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import { detectDrift } from '../../src/erasure/drift.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { beginRevocation } from '../../src/erasure/revocation.ts';
import { viewRoom } from '../../src/erasure/view/view-room.ts';
import { erasureProfile } from '../../src/erasure/profiles.ts';
import { openRoom } from '../../src/room/graph.ts';
import { supplementPlan } from '../../src/erasure/supplement.ts';
import { renderPlanText } from '../../src/cli/text/plan-text.ts';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, CAROL, buildRoom, type EventExtras, type RoomBuilder } from './build-room.ts';
import { applied, erase, failures, planFor, treatmentOf } from './erase.ts';

const GHOST = '@ghost:a.example';
const PEOPLE = [ALICE, ALICE, BOB, CAROL, GHOST];
const STATE_TYPES = [
  'm.room.name', 'm.room.topic', 'm.room.server_acl', 'm.room.encryption', 'm.space.child', 'm.room.power_levels', 'm.room.join_rules',
  'm.room.history_visibility', 'm.room.third_party_invite', 'm.room.guest_access', 'm.room.aliases', 'm.room.redaction', 'org.example.state', '__proto__', 'constructor',
];

/** A word that nobody else would write. */
const word = fc.nat(1_000_000).map((number) => `pii_a01_${String(number).padStart(7, '0')}`);

type Step = {
  readonly who: string;
  readonly whom: string;
  readonly kind: 'text' | 'state' | 'member' | 'redact' | 'hostile';
  readonly type: string;
  readonly membership: string;
  readonly word: string;
  /** How many events back the parent is, and the target. */
  readonly back: number;
  readonly fork: boolean;
  readonly unsigned: 'none' | 'prev' | 'thread' | 'because' | 'invite';
  readonly flag: 'none' | 'rejected' | 'soft' | 'outlier';
};

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(...PEOPLE),
  whom: fc.constantFrom(...PEOPLE),
  kind: fc.constantFrom('text', 'text', 'state', 'state', 'member', 'redact', 'hostile'),
  type: fc.constantFrom(...STATE_TYPES),
  membership: fc.constantFrom('join', 'invite', 'leave', 'ban', 'knock'),
  word,
  back: fc.nat(6),
  fork: fc.boolean(),
  unsigned: fc.constantFrom('none', 'none', 'prev', 'thread', 'because', 'invite'),
  flag: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'rejected', 'soft', 'outlier'),
});

const rooms = fc.record({
  version: fc.constantFrom(...stableRoomVersionIds),
  creator: fc.constantFrom(ALICE, BOB),
  steps: fc.array(step, { minLength: 1, maxLength: 14 }),
});

/** What can be asked for beside the usual. */
const requests: fc.Arbitrary<Partial<ErasureRequest>> = fc.record({
  profile: fc.constantFrom('notice', 'spec', 'strict', 'synapse'),
  subjects: fc.constantFrom<readonly UserId[]>([ALICE], [ALICE, GHOST], [ALICE, BOB]),
  effectiveAt: fc.integer({ min: 1_000_000, max: 1_100_000 }),
  alreadyErased: fc.constantFrom<readonly UserId[]>([], [CAROL]),
  keepLabels: fc.boolean(),
  redactEvents: fc.boolean(),
  holds: fc.constantFrom([], [{ id: 'x', ground: 'legal-hold', basis: 'x', reviewAt: 9_000_000, scope: { types: ['m.room.topic', 'm.room.message'] } }]),
  remedySender: fc.constantFrom<UserId>('@mod:a.example'),
}, { requiredKeys: ['subjects'] });

function build({ version, creator, steps }: { readonly version: string; readonly creator: string; readonly steps: readonly Step[] }): RoomBuilder {
  const room = buildRoom({ version, creator, powerLevels: { invite: 0 } });
  for (const each of steps) take(room, each);
  return room;
}

function take(room: RoomBuilder, each: Step): void {
  const { who, whom, kind, type, membership } = each;
  const records = room.records();
  const target = records.at(-1 - Math.min(each.back, records.length - 1));
  const id = target?.event_id ?? '';
  const content: JsonObject = { body: each.word, name: each.word, displayname: each.word, invite: 50, reason: each.word, redacts: id, ['__proto__']: each.word };
  const extras: EventExtras = { ...(each.fork ? { prev: [id] } : {}), unsigned: unsignedOf(each, room, id), record: flags(each.flag) };
  if (kind === 'text') room.text(who, each.word, extras);
  else if (kind === 'state') room.state(who, type, '', content, type === 'm.room.redaction' && Number(room.version) < 11 ? { ...extras, more: { redacts: id } } : extras);
  else if (kind === 'member') room.state(who, 'm.room.member', whom, { ...content, membership }, extras);
  else if (kind === 'redact') room.redaction(who, id, each.word, extras);
  else room.send(who, type, content, { ...extras, more: { state_key: null, redacts: [5, { a: each.word }], 'org.example.key': each.word } });
}

function flags(flag: Step['flag']): { readonly [key: string]: unknown } {
  if (flag === 'rejected') return { rejected: 'auth_error' };
  if (flag === 'soft') return { soft_failed: true };
  return flag === 'outlier' ? { outlier: true } : {};
}

/** What servers put beside events: copies of what stands in the room already. */
function unsignedOf({ unsigned }: Step, room: RoomBuilder, id: string): JsonObject {
  const record = room.records().find(({ event_id: each }) => each === id);
  if (record === undefined) return {};
  const { pdu } = record;
  const copy: JsonObject = { ...(JSON.parse(JSON.stringify(pdu)) as JsonObject), event_id: id };
  switch (unsigned) {
    case 'prev':
      return { prev_content: pdu.content, prev_sender: pdu.sender ?? '', replaces_state: id };
    case 'thread':
      return { 'm.relations': { 'm.thread': { latest_event: copy, count: 1 }, 'm.reference': { chunk: [copy, copy] } } };
    case 'because':
      return { redacted_because: { ...copy, type: 'm.room.redaction', unsigned: { prev_content: pdu.content, prev_sender: pdu.sender ?? '' } } };
    case 'invite':
      return { invite_room_state: [{ type: pdu.type, state_key: '', sender: pdu.sender ?? '', content: pdu.content, prev_content: pdu.content, prev_sender: pdu.sender ?? '' }] };
    case 'none':
      return {};
    default:
      return unsigned satisfies never;
  }
}

/** Words of hers that stand in what is served to a new viewer, beside what is kept. */
function leaks(result: readonly StoredEvent[], words: ReadonlySet<string>, keptIds: ReadonlySet<string>): readonly string[] {
  return result.filter(({ record, event }) => record['erasure'] === undefined && !keptIds.has(event.eventId)).flatMap(({ event }) => {
    const isHers = event.pdu.sender === ALICE;
    const { unsigned, ...pdu } = event.pdu;
    const text = JSON.stringify([unsigned, isHers && !(pdu.type === 'm.room.create' && Number(event.rules.id) >= 11) ? pdu : null]) ?? '';
    return [...words].filter((each) => text.includes(each));
  });
}

describe('for any room', () => {
  it('an erasure leaves nothing over, and nothing of hers to a new viewer', () => {
    fc.assert(fc.property(rooms, (made) => {
      const room = build(made);
      const stored = room.stored();
      const { plan, result, verification } = erase(stored);
      expect(failures(verification)).toEqual([]);

      const entries = plan.rooms.flatMap((each) => each.entries);
      const keptIds = new Set(entries.filter(({ treatment }) => treatment === 'keep').map(({ event_id: id }) => id));
      // Words that anybody else wrote as well, or that stay in what is kept, are not hers alone.
      const elsewhere = JSON.stringify(stored.filter(({ event }) => event.pdu.sender !== ALICE || keptIds.has(event.eventId)).map(({ event }) => event.pdu.content));
      const hers = new Set(made.steps.filter((each) => each.who === ALICE && !elsewhere.includes(each.word)).map((each) => each.word));
      expect(leaks(result, hers, keptIds)).toEqual([]);
    }));
  });

  it('a second application, and one that follows a broken one, change nothing', () => {
    fc.assert(fc.property(rooms, fc.nat(20), (made, done) => {
      const stored = build(made).stored();
      const plan = planFor(stored);
      const once = applied(plan, stored).map(({ record }) => record);
      expect(applied(plan, applied(plan, stored)).map(({ record }) => record)).toEqual(once);
      const halfway = [...applied(plan, stored.slice(0, done)), ...stored.slice(done)];
      expect(applied(plan, halfway).map(({ record }) => record)).toEqual(once);
      expect(detectDrift(plan, planFor(halfway))).toEqual([]);
    }));
  });

  it('no plan holds a word of anybody\'s, whatever is asked for', () => {
    fc.assert(fc.property(rooms, requests, (made, changes) => {
      const stored = build(made).stored();
      const plan = planFor(stored, changes);
      const revoking = beginRevocation(plan, 3_000_000);
      for (const { event } of stored) revoking.add(event);
      expect(JSON.stringify([plan, supplementPlan(plan, plan), revoking.finish()])).not.toMatch(/pii_/);
      expect(renderPlanText(plan)).not.toMatch(/pii_/);
    }));
  });

  it('what is held is not destroyed, and all else is as it would be without the hold', () => {
    fc.assert(fc.property(rooms, fc.func(fc.boolean()), (made, isHeld) => {
      const stored = build(made).stored();
      const events = stored.map(({ event }) => event.eventId).filter((id) => isHeld(id));
      fc.pre(events.length > 0);
      const holds = [{ id: 'x', ground: 'legal-hold', basis: 'x', reviewAt: 9_000_000, scope: { events } }] as const;
      const { plan, result, verification } = erase(stored, { holds });
      expect(failures(verification)).toEqual([]);
      const free = planFor(stored);
      const entries = plan.rooms.flatMap((each) => each.entries);
      const contentIn = (among: readonly StoredEvent[], id: string): unknown => among.find(({ event }) => event.eventId === id)?.event.pdu.content;
      for (const { event_id: id } of entries.filter(({ holds: by }) => by !== undefined)) expect(contentIn(result, id)).toEqual(contentIn(stored, id));
      // A room that would go whole does not while part of it is held.
      const others = free.totals.purge === 0 ? entries.filter(({ holds: by }) => by === undefined) : [];
      for (const { event_id: id } of others) expect(treatmentOf(free, id)).toBe(treatmentOf(plan, id));
    }));
  });

  it('nothing is purged that anybody is served in full after the erasure', () => {
    const seen = { purged: 0 };
    fc.assert(fc.property(rooms, fc.integer({ min: 2, max: 25 }), (made, at) => {
      const stored = build(made).stored();
      const effectiveAt = 1000 * at + 500;
      const plan = planFor(stored, { requestedAt: effectiveAt, effectiveAt });
      const purged = new Set(plan.rooms.flatMap(({ entries }) => entries.filter(({ treatment }) => treatment === 'purge').map(({ event_id: id }) => id)));
      seen.purged += purged.size;
      const events = stored.map(({ event }) => event);
      const [first] = events;
      if (first === undefined) return;
      const graph = openRoom(stored.map(({ record, event }) => ({ ...record, event_id: event.eventId, pdu: event.pdu })), { rules: first.rules });
      const erasure = { profile: erasureProfile('notice'), subjects: [ALICE], effectiveAt };
      for (const viewer of [BOB, CAROL, GHOST]) {
        const decisions = viewRoom({ roomId: first.roomId, graph, events }, { kind: 'user', id: viewer }, { erasure });
        const served = events.filter((event, index) => purged.has(event.eventId) && decisions[index]?.seen === 'full').map(({ eventId }) => eventId);
        expect(served).toEqual([]);
      }
    }));
    expect(seen.purged).toBeGreaterThan(0);
  });

  it('the plan is the same for any order of the input, whatever is asked for', () => {
    fc.assert(fc.property(rooms.chain((made) => {
      const stored = build(made).stored();
      return fc.tuple(fc.constant(stored), fc.shuffledSubarray([...stored], { minLength: stored.length, maxLength: stored.length }));
    }), requests, ([stored, shuffled], changes) => {
      expect(planFor(shuffled, changes)).toEqual(planFor(stored, changes));
    }));
  });

  it('every event of hers has an entry, nobody else\'s has, and no input is changed', () => {
    fc.assert(fc.property(rooms, (made) => {
      const stored = build(made).stored();
      const before = JSON.stringify(stored.map(({ record }) => record));
      const plan = planFor(stored);
      const entries = plan.rooms.flatMap((each) => each.entries).map(({ event_id: id }) => id);
      expect(entries.toSorted()).toEqual(stored.filter(({ event }) => event.pdu.sender === ALICE).map(({ event }) => event.eventId).toSorted());
      expect(plan.totals.redact + plan.totals.hide + plan.totals.purge + plan.totals.keep).toBe(entries.length);
      applied(plan, stored);
      expect(JSON.stringify(stored.map(({ record }) => record))).toBe(before);
    }));
  });

  it('an earlier limit covers no more, and both sides of it everything', () => {
    fc.assert(fc.property(rooms, fc.nat(20_000), (made, time) => {
      const stored = build(made).stored();
      const ids = (scope: object): readonly string[] => planFor(stored, { scope }).rooms.flatMap((each) => each.entries).map(({ event_id: id }) => id);
      expect([...ids({ before: time }), ...ids({ after: time })].toSorted()).toEqual([...ids({})].toSorted());
    }));
  });
});
