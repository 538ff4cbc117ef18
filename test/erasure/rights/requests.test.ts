import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueRequests, requestStatus } from '../../../src/erasure/rights/due.ts';
import { planRight } from '../../../src/erasure/rights/plan-right.ts';
import { refusalGrounds, refusalGroundsFor, type RefusalGroundId } from '../../../src/erasure/rights/refusal-grounds.ts';
import {
  closeRequest, deadlinesOf, dueOf, extendRequest, openRequest, refuseRequest, type RightsRequest,
} from '../../../src/erasure/rights/request.ts';
import { rightKinds, rightOf, rights, type RightKind } from '../../../src/erasure/rights/rights.ts';

const DAY = 24 * 60 * 60 * 1000;
const received = Date.UTC(2026, 8, 3, 10);
const opened = (changes: Partial<RightsRequest> = {}): RightsRequest => openRequest({ id: '2026-1', kind: 'access', subjects: ['@alice:a.example'], receivedAt: received, ...changes });

type Case = { readonly received: string; readonly holidays: readonly string[]; readonly due: string; readonly extended_due: string };
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(new URL('../../vectors/deadlines/regulation-1182-71.json', import.meta.url), 'utf8'));

describe('the table of rights', () => {
  test('has the eight of the notice, in its order, each with its article', () => {
    expect(rights.map(({ kind, article }) => [kind, article])).toEqual([
      ['informed', '13 and 14'], ['access', '15'], ['rectification', '16'], ['erasure', '17'], ['restriction', '18'], ['portability', '20'], ['objection', '21'], ['automated-decisions', '22'],
    ]);
  });

  test.each(rightKinds)('%s begins with who asks and answers the person', (kind) => {
    const ids = rightOf(kind).steps.map(({ id }) => id);
    expect(ids[0]).toBe('identify');
    expect(ids).toContain('answer');
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('tells recipients where Article 19 asks for it, and nowhere else', () => {
    expect(rights.filter(({ steps }) => steps.some(({ id }) => id === 'recipients')).map(({ kind }) => kind)).toEqual(['rectification', 'erasure', 'restriction']);
  });

  test.each(refusalGrounds)('the ground $id names a provision and a right', ({ article, against, says }) => {
    expect(article).toMatch(/^\d\d(?:\(\d\))?(?:\([a-e]\))?(?: and \d\d\(\d\)(?:\([a-e]\))?)?$/);
    expect(against.length).toBeGreaterThan(0);
    expect(says).toMatch(/^[A-Z].*\.$/);
  });

  test('grounds that belong to one right are against no other', () => {
    const only = (prefix: string): readonly RightKind[] => [...new Set(refusalGrounds.filter(({ article }) => article.startsWith(prefix)).flatMap(({ against }) => against))];
    expect([only('17'), only('18'), only('21'), only('22')]).toEqual([['erasure'], ['restriction'], ['objection'], ['automated-decisions']]);
  });

  test('a right that does not exist is an error that names those that do', () => {
    expect(() => rightOf('constructor')).toThrow(/unknown right; there is: informed, access, /);
  });
});

describe('the clock', () => {
  test.each(cases)('of a request received on $received', ({ received: day, holidays, due, extended_due: extended }) => {
    for (const kind of rightKinds) {
      const request = opened({ kind, receivedAt: Date.parse(`${day}T10:00:00Z`), counting: { holidays } });
      expect(dueOf(request).day).toBe(due);
      expect(dueOf(extendRequest(request, { at: request.receivedAt, reason: 'complexity' })).day).toBe(extended);
    }
  });

  test('is overdue once the last day is over, and not a millisecond sooner', () => {
    const request = opened();
    const end = dueOf(request).endsAt;
    expect([requestStatus(request, end), requestStatus(request, end + 1)]).toEqual(['open', 'overdue']);
    const extended = extendRequest(request, { at: received, reason: 'complexity' });
    expect([requestStatus(extended, end + 1), requestStatus(extended, dueOf(extended).endsAt + 1)]).toEqual(['extended', 'overdue']);
  });

  test('ends at midnight where the controller is', () => {
    const late = Date.UTC(2026, 8, 2, 23, 30);
    expect(dueOf(opened({ receivedAt: late })).day).toBe('2026-10-02');
    expect(dueOf(opened({ receivedAt: late, counting: { timeZone: 'Europe/Berlin' } })).endsAt).toBe(Date.UTC(2026, 9, 5, 22) - 1);
  });

  test('a purge does not wait for the answer, and what is at once is due at once', () => {
    const dues = (kind: RightKind): Readonly<Record<string, number | undefined>> => Object.fromEntries(planRight(opened({ kind }), {}).steps.map(({ id, due }) => [id, due]));
    expect(dues('erasure')['purge']).toBe(received + 30 * DAY);
    expect(dues('restriction')).toMatchObject({ hide: received, hold: received, answer: dueOf(opened()).endsAt });
    expect(dues('restriction')['tell-before-lifting']).toBeUndefined();
  });

  test('an extension comes within the month, once, and is announced with a reason', () => {
    const request = opened();
    const last = deadlinesOf(request).extensionNotice.endsAt;
    expect(extendRequest(request, { at: last, reason: 'number-of-requests' }).extended?.at).toBe(last);
    expect(() => extendRequest(request, { at: last + 1, reason: 'complexity' })).toThrow(/had to be told by 2026-10-05/);
    expect(() => extendRequest(extendRequest(request, { at: received, reason: 'complexity' }), { at: received, reason: 'complexity' })).toThrow(/extended already/);
  });
});

describe('a request', () => {
  test.each<readonly [string, Partial<RightsRequest>, string]>([
    ['without an ID', { id: '' }, 'InvalidRequestError'],
    ['with an ID that would act', { id: '../x\u001b[31m' }, 'InvalidRequestError'],
    ['with an ID that is too long', { id: 'a'.repeat(65) }, 'InvalidRequestError'],
    ['of nobody', { subjects: [] }, 'InvalidRequestError'],
    ['of somebody who is no user', { subjects: ['alice' as never] }, 'InvalidIdentifierError'],
    ['for a right that does not exist', { kind: 'oblivion' as never }, 'UnknownRightError'],
    ['at no time', { receivedAt: Number.NaN }, 'UncountableTimeError'],
    ['in a zone that does not exist', { counting: { timeZone: 'Mars/Olympus' } }, 'UnknownTimeZoneError'],
    ['with a holiday that is no day', { counting: { holidays: ['2026-02-30'] } }, 'InvalidHolidayError'],
  ])('%s is refused by name', (_, changes, name) => {
    expect(() => opened(changes)).toThrow(expect.objectContaining({ name }));
  });

  test('does not change once it has ended, whatever is tried', () => {
    const ends = [
      closeRequest(opened(), { at: received, outcome: 'granted' }), closeRequest(opened(), { at: received, outcome: 'withdrawn' }),
      refuseRequest(opened(), { at: received, ground: 'excessive', explanation: 'The tenth in a week.' }),
      refuseRequest(opened(), { at: received, ground: 'rights-of-others', explanation: 'Names of others.', inPart: true }),
    ];
    for (const ended of ends) {
      for (const change of [
        () => closeRequest(ended, { at: received, outcome: 'granted' }), () => extendRequest(ended, { at: received, reason: 'complexity' }),
        () => refuseRequest(ended, { at: received, ground: 'excessive', explanation: 'x' }),
      ]) expect(change).toThrow(expect.objectContaining({ name: 'EndedRequestError' }));
    }
  });

  test('is not changed before it came', () => {
    expect(() => closeRequest(opened(), { at: received - 1, outcome: 'granted' })).toThrow(/before that of its receipt/);
    expect(() => closeRequest(opened(), { at: Number.NaN, outcome: 'granted' })).toThrow(/before that of its receipt/);
  });

  test.each(rightKinds)('for %s is refused on its own grounds alone, and with an explanation', (kind) => {
    const own: ReadonlySet<string> = new Set(refusalGroundsFor(kind).map(({ id }) => id));
    const result = (ground: RefusalGroundId): unknown => {
      try {
        return refuseRequest(opened({ kind }), { at: received, ground, explanation: 'Because.' }).ended?.outcome;
      } catch (error) {
        return error instanceof Error ? error.name : error;
      }
    };
    for (const { id } of refusalGrounds) expect(result(id)).toBe(own.has(id) ? 'refused' : 'InvalidRefusalError');
    expect(() => refuseRequest(opened({ kind }), { at: received, ground: 'unfounded', explanation: ' ' })).toThrow(/Article 12\(4\)/);
  });

  test('is not changed in place', () => {
    const request = Object.freeze(opened());
    extendRequest(request, { at: received, reason: 'complexity' });
    refuseRequest(request, { at: received, ground: 'excessive', explanation: 'x' });
    expect(request).toEqual(opened());
  });
});

describe('the list', () => {
  const arbitrary = fc.record({ days: fc.nat(400), end: fc.option(fc.nat(100)), extend: fc.boolean(), kind: fc.constantFrom(...rightKinds) }).map(({ days, end, extend, kind }) => {
    const request = opened({ kind, id: `r${days}`, receivedAt: received + days * DAY });
    const next = extend ? extendRequest(request, { at: request.receivedAt, reason: 'complexity' }) : request;
    return end === null ? next : closeRequest(next, { at: next.receivedAt + end * DAY, outcome: 'granted' });
  });

  test('has open requests first, the earliest due date first, however they came in', () => {
    fc.assert(fc.property(fc.array(arbitrary), fc.nat(500), (requests, days) => {
      const now = received + days * DAY;
      const listed = dueRequests(requests, now);
      const open = listed.filter(({ request }) => request.ended === undefined);
      expect(listed.slice(0, open.length)).toEqual(open);
      expect(open.map(({ due }) => due.endsAt)).toEqual(open.map(({ due }) => due.endsAt).toSorted((a, b) => a - b));
      // What is overdue is what is past its date: so it comes first.
      expect(open.map(({ status }) => status === 'overdue')).toEqual(open.map(({ due }) => now > due.endsAt));
      expect(dueRequests(requests.toReversed(), now).map(({ request }) => request.id)).toEqual(listed.map(({ request }) => request.id));
    }));
  });

  test('says what was answered late', () => {
    const request = opened();
    const end = dueOf(request).endsAt;
    const late = (at: number, outcome: 'granted' | 'withdrawn' = 'granted'): boolean | undefined => dueRequests([closeRequest(request, { at, outcome })], at)[0]?.late;
    expect([late(end), late(end + 1), late(end + 1, 'withdrawn')]).toEqual([false, true, false]);
  });
});
