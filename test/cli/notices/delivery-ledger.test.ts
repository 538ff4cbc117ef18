import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockSending, openDeliveryLedger, queueOf, type DeliveryLedger } from '../../../src/cli/notices/delivery-ledger.ts';
import { DeliveryLedgerError } from '../../../src/cli/notices/ledger-error.ts';
import { sendDue, type Carry } from '../../../src/cli/notices/send-due.ts';
import type { ErasureNotice } from '../../../src/notices/build-notices.ts';
import { afterAttempt, afterPerson, beginDelivery, type AttemptResult } from '../../../src/notices/delivery/delivery.ts';
import { deliveryPolicy } from '../../../src/notices/delivery/policy.ts';
import { noticePaths } from '../../../src/notices/endpoints.ts';
import { folder } from '../run.ts';

const DEADLINE = 1_000_000_000;
const ACK: AttemptResult = { outcome: 'answered', answer: { outcome: 'acknowledged' } };
const DOWN: AttemptResult = { outcome: 'unanswered', fault: 'connection', handedOver: false };

const notice = (id: string, destination = 'b.example'): ErasureNotice =>
  ({ id, kind: 'server', destination, channel: 'federation', method: 'POST', paths: noticePaths.server, body: { user_id: `@${id}:a.example` } });
const planned = (...notices: readonly ErasureNotice[]): Parameters<DeliveryLedger['add']>[0] =>
  notices.map((one) => ({ notice: one, delivery: beginDelivery(one, { now: 0, deadline: DEADLINE }) }));

async function ledgerAt(): Promise<{ readonly ledger: DeliveryLedger; readonly path: string }> {
  const path = join(await folder(), 'ledger.db');
  const ledger = openDeliveryLedger(path, { create: true });
  onTestFinished(() => ledger.close());
  return { ledger, path };
}

const statuses = (ledger: DeliveryLedger): Readonly<Record<string, string>> =>
  Object.fromEntries([...ledger.all()].map(({ notice: { id }, delivery: { status } }) => [id, status]));
const options = (carry: Carry, now = 0): Parameters<typeof sendDue>[1] => ({ carry, policy: deliveryPolicy, now: () => now, random: () => 0 });

describe('the ledger', () => {
  test('keeps what was added and what became of it', async () => {
    const { ledger, path } = await ledgerAt();
    expect(ledger.add(planned(notice('1'), notice('2')))).toBe(2);
    const entry = ledger.find('1');
    if (entry === undefined) throw new Error('not there');
    const moment = { now: 5, random: 0, policy: deliveryPolicy };
    ledger.change(entry, (delivery) => afterAttempt(delivery, DOWN, moment));
    expect(ledger.add(planned(notice('1'), notice('3')))).toBe(1);
    const again = openDeliveryLedger(path);
    expect([...again.all()].map(({ notice: one, delivery }) => [one, delivery])).toEqual([
      [notice('1'), { status: 'failed', since: 5, deadline: DEADLINE, path: 'unstable', attempts: 1, refusals: 0, nextAt: 30_005, reason: 'connection' }],
      ...[notice('2'), notice('3')].map((one) => [one, beginDelivery(one, { now: 0, deadline: DEADLINE })]),
    ]);
    again.close();
  });

  test('a change that somebody else has overtaken is made of what is there', async () => {
    const { ledger } = await ledgerAt();
    ledger.add(planned(notice('1')));
    const entry = ledger.find('1');
    if (entry === undefined) throw new Error('not there');
    ledger.change(entry, (delivery) => afterPerson(delivery, { decision: 'acknowledged' }, 1));
    const late = ledger.change(entry, (delivery) => afterAttempt(delivery, DOWN, { now: 2, random: 0, policy: deliveryPolicy }));
    expect([late.status, ledger.find('1')?.delivery.status]).toEqual(['acknowledged', 'acknowledged']);
  });

  test('is for its owner\'s eyes, and belongs to one server', async () => {
    const { ledger, path } = await ledgerAt();
    ledger.add(planned(notice('1')));
    expect([path, `${path}-wal`].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect([ledger.server(), ledger.server('a.example'), ledger.server('c.example')]).toEqual([undefined, 'a.example', 'a.example']);
  });

  test('nothing else is taken for one', async () => {
    const at = await folder();
    const file = join(at, 'file');
    writeFileSync(file, 'some text that is no database, but long enough to be one'.repeat(100));
    writeFileSync(join(at, 'empty'), '');
    expect(() => openDeliveryLedger(join(at, 'none'))).toThrow(expect.objectContaining({ name: 'DeliveryLedgerError', reason: 'missing' }));
    expect(() => openDeliveryLedger(file, { create: true })).toThrow(expect.objectContaining({ reason: 'unreadable' }));
    expect(() => openDeliveryLedger(join(at, 'empty'))).toThrow(expect.objectContaining({ reason: 'foreign' }));
    expect(() => openDeliveryLedger(join(at, 'no/folder'), { create: true })).toThrow(expect.objectContaining({ reason: 'unwritable' }));
  });

  test('a database of another program is not changed in a byte', async () => {
    const other = join(await folder(), 'other.db');
    new DatabaseSync(other).exec('CREATE TABLE kept (n INTEGER); INSERT INTO kept VALUES (1)');
    const before = readFileSync(other);
    for (const create of [true, false]) expect(() => openDeliveryLedger(other, { create })).toThrow(expect.objectContaining({ reason: 'foreign' }));
    expect(readFileSync(other)).toEqual(before);
  });

  test('one process at a time sends', async () => {
    const { path } = await ledgerAt();
    const lock = lockSending(path);
    expect(() => lockSending(path)).toThrow(DeliveryLedgerError);
    lock.release();
    lockSending(path).release();
  });
});

describe('sendDue', () => {
  test('sends each notice once, destinations beside each other, and no more at once than the policy says', async () => {
    const { ledger } = await ledgerAt();
    ledger.add(planned(...Array.from({ length: 300 }, (_, i) => notice(String(i), `s${i % 3}.example`))));
    const [sent, most, under]: [string[], Map<string, number>, Map<string, number>] = [[], new Map(), new Map()];
    await sendDue(ledger, options(async (one) => {
      const queue = queueOf(one);
      under.set(queue, (under.get(queue) ?? 0) + 1);
      most.set(queue, Math.max(most.get(queue) ?? 0, under.get(queue) ?? 0));
      await new Promise((resolve) => setTimeout(resolve, 1));
      under.set(queue, (under.get(queue) ?? 0) - 1);
      sent.push(one.id);
      return ACK;
    }));
    expect(sent.toSorted()).toEqual(Array.from({ length: 300 }, (_, i) => String(i)).toSorted());
    expect([...most.values()]).toEqual([4, 4, 4]);
    expect(new Set(Object.values(statuses(ledger)))).toEqual(new Set(['acknowledged']));
    expect([ledger.nextAt(0), ledger.dueQueues(0)]).toEqual([undefined, []]);
  });

  test('leaves a destination in peace that fails, and no other', async () => {
    const { ledger } = await ledgerAt();
    ledger.add(planned(...Array.from({ length: 100 }, (_, i) => notice(String(i), i % 2 === 0 ? 'down.example' : 'up.example'))));
    let tries = 0;
    const carry: Carry = async ({ destination }) => (destination === 'up.example' ? ACK : (tries++, DOWN));
    await sendDue(ledger, options(carry));
    expect(Object.values(statuses(ledger)).filter((status) => status === 'acknowledged')).toHaveLength(50);
    // Those that were under way when the first came back.
    expect(tries).toBeLessThanOrEqual(deliveryPolicy.atOnce);
    expect([ledger.dueQueues(29_999), ledger.nextAt(0)]).toEqual([[], 30_000]);
    await sendDue(ledger, options(async () => ACK, 30_000));
    expect(Object.values(statuses(ledger)).filter((status) => status !== 'acknowledged')).toEqual([]);
  });

  test('a notice that always fails holds up no other to the same place', async () => {
    const { ledger } = await ledgerAt();
    ledger.add(planned(...Array.from({ length: 10 }, (_, i) => notice(String(i)))));
    const carry: Carry = async ({ id }) => (id === '0' ? { outcome: 'answered', answer: { outcome: 'later' } } : ACK);
    let now = 0;
    for (let passes = 0; passes < 6; passes++) {
      await sendDue(ledger, options(carry, now));
      now = ledger.nextAt(now) ?? now;
    }
    expect(Object.entries(statuses(ledger)).filter(([, status]) => status !== 'acknowledged')).toEqual([['0', 'failed']]);
  });

  test('after the deadline nothing is tried', async () => {
    const { ledger } = await ledgerAt();
    ledger.add(planned(notice('1')));
    await sendDue(ledger, options(() => expect.fail('it was tried'), DEADLINE));
    expect([statuses(ledger), ledger.nextAt(DEADLINE)]).toEqual([{ 1: 'pending' }, undefined]);
  });

  test('a ledger never claims more than happened, and everything comes to an end', async () => {
    const results = fc.constantFrom<AttemptResult>(
      ACK, DOWN, { outcome: 'unanswered', fault: 'timeout', handedOver: true }, { outcome: 'answered', answer: { outcome: 'later', after: 7 } },
      { outcome: 'answered', answer: { outcome: 'unsupported' } }, { outcome: 'answered', answer: { outcome: 'refused', status: 403 } },
    );
    await fc.assert(fc.asyncProperty(fc.array(results, { minLength: 1, maxLength: 12 }), fc.nat(12), async (script, count) => {
      const { ledger } = await ledgerAt();
      ledger.add(planned(...Array.from({ length: count }, (_, i) => notice(String(i), `s${i % 2}.example`))));
      const happened = new Map<string, AttemptResult[]>();
      let [now, step] = [0, 0];
      const carry: Carry = async ({ id }) => {
        const result = script[step++ % script.length] ?? ACK;
        happened.set(id, [...(happened.get(id) ?? []), result]);
        return result;
      };
      for (let at: number | undefined = 0; at !== undefined; at = ledger.nextAt(now)) {
        expect(at).toBeGreaterThanOrEqual(now);
        now = Math.max(at, now + 1);
        await sendDue(ledger, options(carry, now));
      }
      for (const { notice: { id }, delivery } of ledger.all()) {
        const seen = happened.get(id) ?? [];
        expect([id, delivery.attempts]).toEqual([id, seen.length]);
        expect(delivery.status === 'acknowledged').toBe(seen.includes(ACK));
        expect(delivery.status !== 'sent' || seen.some((result) => result.outcome === 'unanswered' && result.handedOver)).toBe(true);
      }
    }), { numRuns: 20 });
  });
});

test('what was recorded outlives SIGKILL', async () => {
  const path = join(await folder(), 'ledger.db');
  const source = (file: string): string => JSON.stringify(new URL(`../../../src/${file}`, import.meta.url).href);
  const program = `
    import { openDeliveryLedger } from ${source('cli/notices/delivery-ledger.ts')};
    import { afterAttempt, beginDelivery } from ${source('notices/delivery/delivery.ts')};
    import { deliveryPolicy } from ${source('notices/delivery/policy.ts')};
    const ledger = openDeliveryLedger(process.argv[1], { create: true });
    const ids = Array.from({ length: 5000 }, (_, i) => String(i));
    ledger.add(ids.map((id) => { const notice = { id, channel: 'federation', destination: 'b.example' }; return { notice, delivery: beginDelivery(notice, { now: 0, deadline: 9 }) }; }));
    for (const id of ids) {
      ledger.change(ledger.find(id), (delivery) => afterAttempt(delivery, { outcome: 'answered', answer: { outcome: 'acknowledged' } }, { now: 1, random: 0, policy: deliveryPolicy }));
      process.stdout.write(id + '\\n');
    }`;
  const child = spawn(process.execPath, ['--conditions=matrix-erasure-source', '--input-type=module', '-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    said.push(String(chunk));
    if (said.join('').length > 400) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const told = said.join('').split('\n').slice(0, -1);
  const ledger = openDeliveryLedger(path);
  const now = statuses(ledger);
  ledger.close();
  expect([child.signalCode, Object.keys(now).length, told.length > 50]).toEqual(['SIGKILL', 5000, true]);
  expect(told.filter((id) => now[id] !== 'acknowledged')).toEqual([]);
  expect(Object.values(now).filter((status) => status === 'pending').length).toBeGreaterThan(0);
});
