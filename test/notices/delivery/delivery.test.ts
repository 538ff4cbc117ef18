import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ErasureNotice } from '../../../src/notices/build-notices.ts';
import { afterAttempt, afterPerson, beginDelivery, nextAttempt, type AttemptResult, type Delivery } from '../../../src/notices/delivery/delivery.ts';
import { afterContact, delayAfter, deliveryPolicy, type DeliveryPolicy } from '../../../src/notices/delivery/policy.ts';
import { noticePaths } from '../../../src/notices/endpoints.ts';

const DAY = 86_400_000;
const federation: ErasureNotice = { id: '1', kind: 'server', destination: 'b.example', channel: 'federation', method: 'POST', paths: noticePaths.server, body: { user_id: '@alice:a.example' } };
const person: ErasureNotice = { id: '2', kind: 'bot', destination: '@bot:b.example', channel: 'person', body: 'Dear' };
const unbind: ErasureNotice = {
  id: '3', kind: 'identity-server', destination: 'id.example', channel: 'identity-server', method: 'POST', paths: { stable: '/_matrix/identity/v2/3pid/unbind' },
  body: { mxid: '@alice:a.example', threepid: { medium: 'email', address: 'a@b.example' } },
};
const begin = (notice: ErasureNotice = federation): Delivery => beginDelivery(notice, { now: 0, deadline: 30 * DAY });

const answered = (answer: Extract<AttemptResult, { outcome: 'answered' }>['answer']): AttemptResult => ({ outcome: 'answered', answer });
const ACK = answered({ outcome: 'acknowledged' });
const NO_ENDPOINT = answered({ outcome: 'unsupported' });
const REFUSED = answered({ outcome: 'refused', status: 403, errcode: 'M_FORBIDDEN' });
const REFUSED_CONNECTION: AttemptResult = { outcome: 'unanswered', fault: 'connection', handedOver: false };
const HANGS: AttemptResult = { outcome: 'unanswered', fault: 'timeout', handedOver: true };

const at = (now: number, random = 0, policy: DeliveryPolicy = deliveryPolicy): { now: number; random: number; policy: DeliveryPolicy } => ({ now, random, policy });
const after = (results: readonly AttemptResult[], delivery = begin()): Delivery =>
  results.reduce((before, result) => afterAttempt(before, result, at(before.nextAt ?? 0)), delivery);

describe('a delivery', () => {
  test('begins with the unstable path, or at a person', () => {
    expect(nextAttempt(begin(), 0)).toEqual({ do: 'send', path: 'unstable' });
    expect(nextAttempt(begin(unbind), 0)).toEqual({ do: 'send', path: 'stable' });
    expect(nextAttempt(begin(person), 0)).toEqual({ do: 'ask', why: 'write' });
  });

  test('is acknowledged, and stays so', () => {
    const done = after([ACK]);
    expect([done.status, done.attempts, nextAttempt(done, 40 * DAY)]).toEqual(['acknowledged', 1, { do: 'nothing' }]);
    expect(after([HANGS, REFUSED, NO_ENDPOINT], done)).toEqual(done);
  });

  test('whose endpoint is not there is tried at the other path, then is for a person', () => {
    const other = after([NO_ENDPOINT]);
    expect([other.status, nextAttempt(other, 0)]).toEqual(['pending', { do: 'send', path: 'stable' }]);
    const none = after([NO_ENDPOINT, NO_ENDPOINT]);
    expect([none.status, nextAttempt(none, 0)]).toEqual(['unsupported', { do: 'ask', why: 'write' }]);
  });

  test('that could not be handed over has failed; one without an answer was sent', () => {
    expect(after([REFUSED_CONNECTION])).toMatchObject({ status: 'failed', reason: 'connection', nextAt: 30_000 });
    expect(after([HANGS])).toMatchObject({ status: 'sent', reason: 'timeout', nextAt: 30_000 });
    expect(after([HANGS, REFUSED_CONNECTION]).status).toBe('failed');
  });

  test('waits as long as the recipient asks for', () => {
    expect(after([answered({ outcome: 'later', after: DAY })])).toMatchObject({ status: 'failed', reason: 'not-now', nextAt: DAY });
  });

  test('that is refused again and again is for a person', () => {
    const often = after(Array.from({ length: deliveryPolicy.refusals - 1 }, () => REFUSED));
    expect([often.ask, often.reason, often.nextAt === undefined]).toEqual([undefined, 'refused-403 M_FORBIDDEN', false]);
    expect(after([REFUSED], often)).toMatchObject({ status: 'failed', ask: 'refused', reason: 'refused-403 M_FORBIDDEN' });
  });

  test('is for a person when its deadline has passed', () => {
    expect(nextAttempt(after([HANGS]), 30 * DAY)).toEqual({ do: 'ask', why: 'deadline' });
    expect(nextAttempt(afterPerson(begin(person), { decision: 'sent' }, 1), 30 * DAY)).toEqual({ do: 'ask', why: 'deadline' });
  });

  test('a person writes, hears, decides or lets it be tried anew', () => {
    const refused = after(Array.from({ length: deliveryPolicy.refusals }, () => REFUSED));
    expect(afterPerson(refused, { decision: 'sent' }, 7)).toMatchObject({ status: 'sent', since: 7, reason: 'by-hand' });
    expect(afterPerson(refused, { decision: 'sent' }, 7)).not.toHaveProperty('ask');
    expect(nextAttempt(afterPerson(refused, { decision: 'sent' }, 7), 8)).toEqual({ do: 'wait', until: 30 * DAY });
    expect(afterPerson(refused, { decision: 'acknowledged' }, 7).status).toBe('acknowledged');
    expect(afterPerson(refused, { decision: 'impossible', reason: 'the server is gone' }, 7)).toMatchObject({ status: 'impossible', reason: 'the server is gone' });
    expect(nextAttempt(afterPerson(refused, { decision: 'retry', deadline: 60 * DAY }, 31 * DAY), 31 * DAY)).toEqual({ do: 'send', path: 'unstable' });
  });
});

const arbitraryAnswer: fc.Arbitrary<AttemptResult> = fc.oneof(
  fc.constantFrom(ACK, NO_ENDPOINT, REFUSED, REFUSED_CONNECTION, HANGS),
  fc.nat(2 * DAY).map((wait) => answered({ outcome: 'later', after: wait })),
);
const arbitraryPolicy: fc.Arbitrary<DeliveryPolicy> = fc.record({
  firstDelay: fc.integer({ min: 1, max: 100_000 }), longestDelay: fc.integer({ min: 1, max: DAY }), attempts: fc.integer({ min: 1, max: 60 }), refusals: fc.integer({ min: 1, max: 9 }),
  atOnce: fc.constant(1),
});
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** The words for what can be claimed, with what must have happened for it. */
const HAPPENED: Readonly<Record<string, (results: readonly AttemptResult[]) => boolean>> = {
  pending: (results) => results.every((result) => result === NO_ENDPOINT),
  sent: (results) => results.some((result) => result.outcome === 'unanswered' && result.handedOver),
  acknowledged: (results) => results.some((result) => result.outcome === 'answered' && result.answer.outcome === 'acknowledged'),
  unsupported: (results) => results.filter((result) => result === NO_ENDPOINT).length >= 2,
  failed: (results) => results.some((result) => result !== ACK && result !== NO_ENDPOINT && result !== HANGS),
};

describe('laws', () => {
  test('retries end, in time and in number', () => {
    fc.assert(fc.property(fc.infiniteStream(fc.oneof({ weight: 9, arbitrary: arbitraryAnswer.filter((result) => result !== ACK) }, fc.constant(HANGS))), arbitraryPolicy, draw, (results, policy, random) => {
      let [delivery, now, tries] = [begin(), 0, 0];
      const waits: number[] = [];
      for (let next = nextAttempt(delivery, now); next.do === 'wait' || next.do === 'send'; next = nextAttempt(delivery, now)) {
        if (next.do === 'wait') {
          waits.push(next.until - now);
          now = next.until;
        } else {
          delivery = afterAttempt(delivery, results.next().value ?? HANGS, at(now, random, policy));
          tries += 1;
        }
        // The other path is one try more.
        if (tries > policy.attempts + 1) break;
      }
      expect(tries).toBeLessThanOrEqual(policy.attempts + 1);
      expect(waits.every((wait) => wait > 0)).toBe(true);
      expect(now).toBeLessThanOrEqual(delivery.deadline);
      expect(nextAttempt(delivery, now).do).toBe('ask');
    }));
  });

  test('a delivery never claims more than happened', () => {
    fc.assert(fc.property(fc.array(arbitraryAnswer, { maxLength: 12 }), arbitraryPolicy, draw, (results, policy, random) => {
      let delivery = begin();
      for (const [index, result] of results.entries()) {
        delivery = afterAttempt(delivery, result, at(index, random, policy));
        const happened = results.slice(0, index + 1);
        expect(HAPPENED[delivery.status]?.(happened)).toBe(true);
        expect(delivery.attempts).toBeLessThanOrEqual(happened.length);
        // Whoever was acknowledged once is not asked again, and nobody else counts as told.
        expect(delivery.status === 'acknowledged').toBe(happened.includes(ACK));
      }
    }));
  });

  test('nobody is forgotten: whatever is not over is waited for, sent or a person\'s', () => {
    fc.assert(fc.property(fc.array(arbitraryAnswer, { maxLength: 12 }), fc.nat(40 * DAY), (results, now) => {
      const delivery = after(results);
      expect(nextAttempt(delivery, now).do === 'nothing').toBe(delivery.status === 'acknowledged');
    }));
  });

  test('delays grow to their limit, and no two draws need be the same', () => {
    fc.assert(fc.property(fc.nat(80), draw, arbitraryPolicy, (tries, random, policy) => {
      const delay = delayAfter(tries, random, policy);
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThanOrEqual(Math.ceil(policy.longestDelay));
      expect(delayAfter(tries + 1, random, policy)).toBeGreaterThanOrEqual(delay);
    }));
    expect([delayAfter(1, 0, deliveryPolicy), delayAfter(1, 0.5, deliveryPolicy), delayAfter(99, 0, deliveryPolicy)]).toEqual([30_000, 45_000, DAY / 4]);
  });
});

test('a destination that fails is left in peace, and is well again after an answer', () => {
  const well = { failures: 0, restUntil: 0 };
  const once = afterContact(well, REFUSED_CONNECTION, at(100));
  expect(once).toEqual({ failures: 1, restUntil: 30_100 });
  expect(afterContact(once, HANGS, at(200))).toEqual(once);
  expect(afterContact(once, HANGS, at(30_100))).toEqual({ failures: 2, restUntil: 90_100 });
  expect(afterContact(once, answered({ outcome: 'later', after: DAY }), at(30_100)).restUntil).toBe(DAY + 30_100);
  for (const result of [ACK, NO_ENDPOINT, REFUSED]) expect(afterContact(once, result, at(200))).toEqual(well);
});
