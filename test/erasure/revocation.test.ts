import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackwardClockError } from '../../src/erasure/check-request.ts';
import { PlanDigestError } from '../../src/erasure/drift.ts';
import { hiddenSince, isMarkForm } from '../../src/erasure/marks.ts';
import type { ErasurePlan } from '../../src/erasure/plan.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { assertRevocationIntact, beginRevocation, createRevoker, type RevocationPlan } from '../../src/erasure/revocation.ts';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import { verifyErasure } from '../../src/erasure/verify.ts';
import { ALICE, BOB, buildRoom, storedEvents } from './build-room.ts';
import { applied, failures, kept, planFor, treatmentOf } from './erase.ts';

function revocationOf(plan: ErasurePlan, stored: readonly StoredEvent[]): RevocationPlan {
  const revoking = beginRevocation(plan, 2_000_000);
  for (const { event } of stored) revoking.add(event);
  return revoking.finish();
}

const restored = (revocation: RevocationPlan, stored: readonly StoredEvent[]): readonly StoredEvent[] => storedEvents(kept(stored.map(createRevoker(revocation))));
const outcomes = (revocation: RevocationPlan): ReadonlyMap<string, string> =>
  new Map(revocation.rooms.flatMap(({ entries }) => entries.map(({ event_id: id, outcome, reason }) => [id, `${outcome} ${reason}`])));

describe('a plan to revoke', () => {
  const room = buildRoom();
  room.join(BOB);
  const text = room.text(ALICE, 'mine');
  const topic = room.state(ALICE, 'm.room.topic', '', { topic: 'mine' });
  const create = room.records()[0]?.event_id ?? '';
  const rules = room.records()[3]?.event_id ?? '';
  const diary = buildRoom({ name: 'diary' });
  const secret = diary.text(ALICE, 'secret');
  const original = [...room.stored(), ...diary.stored()];
  const plan = planFor(original);
  const result = applied(plan, original);

  it('shows what comes back, and lists the rest as gone', () => {
    const revocation = revocationOf(plan, result);
    const found = outcomes(revocation);
    expect([text, topic, create, secret, rules].map((id) => found.get(id))).toEqual([
      'returns hidden', 'gone redacted', 'unchanged kept', 'gone purged', 'returns not-destroyed',
    ]);
    const count = (outcome: string): number => [...found.values()].filter((each) => each.startsWith(outcome)).length;
    expect(revocation.totals).toEqual({ returns: count('returns'), gone: count('gone'), unchanged: count('unchanged') });
    expect(found.size).toBe(plan.totals.redact + plan.totals.hide + plan.totals.purge + plan.totals.keep);
    expect(revocation.revokes).toBe(plan.digest);
    expect(revocation.request.revokedAt).toBe(2_000_000);
  });

  it('before anything was done brings everything back', () => {
    expect(revocationOf(plan, original).totals.gone).toBe(0);
    expect(outcomes(revocationOf(plan, original.slice(0, 3))).get(text)).toBe('gone missing');
  });

  it('carried out takes the marks of this erasure away, once', () => {
    const revocation = revocationOf(plan, result);
    const back = restored(revocation, result);
    expect(back.find(({ event }) => event.eventId === text)?.record).toEqual(original.find(({ event }) => event.eventId === text)?.record);
    expect(back.some(({ record }) => record['erasure'] !== undefined)).toBe(false);
    expect(restored(revocation, back).map(({ record }) => record)).toEqual(back.map(({ record }) => record));
  });

  it('leaves the mark of another erasure', () => {
    const marked = result.map(({ record, event }) =>
      ({ event, record: event.eventId === text ? { ...record, erasure: { treatment: 'hide', profile: 'notice', effective_at: 5 } } : record }));
    expect(restored(revocationOf(plan, marked), marked).map(({ record }) => record)).toEqual(marked.map(({ record }) => record));
  });

  it('takes a mark away that names no erasure, as earlier versions wrote it', () => {
    const legacy = { treatment: 'hide', profile: 'notice', effective_at: plan.request.effectiveAt };
    const marked = result.map(({ record, event }) => ({ event, record: record['erasure'] === undefined ? record : { ...record, erasure: legacy } }));
    expect(applied(plan, marked).map(({ record }) => record)).toEqual(marked.map(({ record }) => record));
    expect(failures(verifyErasure(plan, { original, result: marked }))).toEqual([]);
    expect(restored(revocationOf(plan, marked), marked).some(({ record }) => record['erasure'] !== undefined)).toBe(false);
  });

  it('must not be from before the request, nor changed by hand', () => {
    expect(() => beginRevocation(plan, 999_999)).toThrow(BackwardClockError);
    const revocation = revocationOf(plan, result);
    expect(() => assertRevocationIntact(JSON.parse(JSON.stringify(revocation)) as RevocationPlan)).not.toThrow();
    expect(() => assertRevocationIntact({ ...revocation, totals: { returns: 0, gone: 0, unchanged: 0 } })).toThrow(PlanDigestError);
  });

  it('holds nothing of what was said', () => {
    expect(JSON.stringify(revocationOf(plan, original))).not.toMatch(/mine|secret/);
  });
});

describe('of several erasures of the same events', () => {
  const room = buildRoom();
  room.join(BOB);
  const text = room.text(ALICE, 'mine');
  const original = room.stored();
  // Alike in time and profile, and different requests all the same; one before them, one after.
  const requests: readonly Partial<ErasureRequest>[] = [{}, { scope: { types: ['m.room.message'], before: 2_000_000 } }, { effectiveAt: 1_000_005 }, { requestedAt: 900_000, effectiveAt: 999_999 }];
  const plans = requests.map((request) => planFor(original, { scope: { types: ['m.room.message'] }, ...request }));
  const since = (stored: readonly StoredEvent[]): number | undefined => hiddenSince(stored.find(({ event }) => event.eventId === text)?.record ?? { pdu: { type: '', content: {} } });
  const earliest = (left: readonly ErasurePlan[]): number | undefined => (left.length === 0 ? undefined : Math.min(...left.map(({ request }) => request.effectiveAt)));

  it('one is revoked and the others still hide, whatever came first', () => {
    fc.assert(fc.property(fc.shuffledSubarray(plans, { minLength: 1 }), fc.nat(), (order, pick) => {
      const result = order.reduce((stored, plan) => applied(plan, stored), original);
      expect(since(result)).toBe(earliest(order));
      for (const plan of order) {
        expect(failures(verifyErasure(plan, { original, result }))).toEqual([]);
        expect(applied(plan, result).map(({ record }) => record)).toEqual(result.map(({ record }) => record));
      }
      const revoked = order[pick % order.length];
      if (revoked === undefined) return;
      const back = restored(revocationOf(revoked, result), result);
      expect(since(back)).toBe(earliest(order.filter((plan) => plan !== revoked)));
      expect(order.reduce((stored, plan) => restored(revocationOf(plan, result), stored), result).filter(({ record }) => record['erasure'] !== undefined)).toEqual([]);
    }));
  });

  it('a mark of more than marks is a note like any other', () => {
    const [mark] = applied(plans[0] ?? planFor(original), original).flatMap(({ record }) => (record['erasure'] === undefined ? [] : [Object(record['erasure'])]));
    expect([mark, { ...Object(mark), also: [mark] }].map(isMarkForm)).toEqual([true, true]);
    const odd = [{ also: [{ also: [] }] }, { also: 'x' }, { also: ['x'] }, { request: 'text' }, { request: 5 }, { note: 'x' }, { profile: 'a text' }, { treatment: 'none' }];
    expect(odd.map((changes) => isMarkForm({ ...Object(mark), ...changes }))).toEqual(odd.map(() => false));
  });
});

describe('for any texts', () => {
  it('what was hidden is restored to the byte, and what was destroyed is listed', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), fc.string()), { maxLength: 12 }), fc.constantFrom('2', '6', '11', '12'), (sent, version) => {
      const room = buildRoom({ version });
      room.join(BOB);
      for (const [isState, body] of sent) {
        if (isState) room.state(ALICE, 'org.example.note', body, { body });
        else room.text(ALICE, body);
      }
      const original = room.stored();
      const plan = planFor(original);
      const result = applied(plan, original);
      const revocation = revocationOf(plan, result);
      const back = restored(revocation, result);
      const found = outcomes(revocation);
      for (const [index, { record, event }] of original.entries()) {
        const same = JSON.stringify(back[index]?.record.pdu.content) === JSON.stringify(record.pdu.content);
        expect(found.get(event.eventId)?.startsWith('gone') ?? false).toBe(!same);
      }
    }));
  });
});

describe('a request that was revoked', () => {
  it('does not cover what the person sent after they joined again', () => {
    const room = buildRoom();
    room.join(BOB);
    const before = room.text(ALICE, 'before');
    room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    const back = room.join(ALICE, {}, { record: { received_ts: 3_000_000 } });
    const after = room.text(ALICE, 'after', { record: { received_ts: 3_000_001 } });
    const plan = planFor(room.stored(), { revokedAt: 2_000_000 });
    expect([before, back, after].map((id) => treatmentOf(plan, id))).toEqual(['hide others-had-access', undefined, undefined]);
    const unrevoked = planFor(room.stored());
    expect([before, back, after].map((id) => treatmentOf(unrevoked, id))).toEqual(['hide others-had-access', 'redact own-state', 'hide others-had-access']);
    // Without having left, and so without a join, they are not back.
    expect(treatmentOf(planFor(room.stored(), { revokedAt: 4_000_000 }), after)).toBe('hide others-had-access');
  });
});
