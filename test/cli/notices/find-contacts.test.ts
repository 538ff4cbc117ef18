import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDeliveryLedger } from '../../../src/cli/notices/delivery-ledger.ts';
import { findContacts, withContacts } from '../../../src/cli/notices/find-contacts.ts';
import { createNetwork } from '../../../src/cli/notices/network.ts';
import { summaryOf } from '../../../src/cli/notices/summary.ts';
import { renderDeliveryText } from '../../../src/cli/text/delivery-text.ts';
import { afterAttempt, beginDelivery } from '../../../src/notices/delivery/delivery.ts';
import { deliveryPolicy } from '../../../src/notices/delivery/policy.ts';
import { noticePaths } from '../../../src/notices/endpoints.ts';
import { folder } from '../run.ts';
import { createAuthority } from './certificate.ts';

const authority = createAuthority();
const DAY = 86_400_000;
const CONTACTS = { contacts: [{ role: 'm.role.admin', email_address: 'root@b.example' }, { role: 'm.role.dpo', email_address: 'dpo@b.example', matrix_id: '@dpo:b.example' }] };

test('servers that cannot be told are asked whom to write to, once in a while', async () => {
  const asked: string[] = [];
  const pages: Record<string, string> = { 'b.example': JSON.stringify(CONTACTS), 'c.example': '<html>', 'd.example': '{"support_page":"https://d.example/help"}' };
  const server = createServer(authority.issue('b.example', 'c.example', 'd.example', 'fine.example'), (request, response) => {
    const host = request.headers.host?.split(':')[0] ?? '';
    asked.push(`${host}${request.url}`);
    response.end(pages[host]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const network = createNetwork({ ca: authority.cert, allowPrivate: true, resolve: async (host) => (host === 'gone.example' ? [] : ['127.0.0.1']), limits: { timeoutMs: 2000 } });
  onTestFinished(() => {
    network.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ledger = openDeliveryLedger(join(await folder(), 'ledger'), { create: true });
  onTestFinished(() => ledger.close());
  const destinations = ['b.example:8448', 'c.example', 'd.example', 'gone.example', 'wrong.example', 'fine.example'];
  ledger.add(destinations.map((destination) => {
    const notice = { id: destination, kind: 'server', destination, channel: 'federation', method: 'POST', paths: noticePaths.server, body: { user_id: '@alice:a.example' } } as const;
    const answer = { outcome: 'answered', answer: { outcome: destination === 'fine.example' ? 'acknowledged' : 'unsupported' } } as const;
    const moment = { now: 1, random: 0, policy: deliveryPolicy };
    return { notice, delivery: afterAttempt(afterAttempt(beginDelivery(notice, { now: 0, deadline: 100 * DAY }), answer, moment), answer, moment) };
  }));
  let now = 5;
  const find = (): Promise<void> => findContacts(ledger, network, { now: () => now, port });
  await find();
  expect(asked.toSorted()).toEqual(['b.example', 'c.example', 'd.example'].map((host) => `${host}/.well-known/matrix/support`));
  expect(Object.fromEntries(withContacts(ledger).map(({ notice, known }) => [notice.destination, known?.contact ?? known]))).toEqual({
    'b.example:8448': { role: 'm.role.dpo', email: 'dpo@b.example', matrixId: '@dpo:b.example' }, 'd.example': { page: 'https://d.example/help' },
    'c.example': { askedAt: 5 }, 'gone.example': { askedAt: 5 }, 'wrong.example': { askedAt: 5 }, 'fine.example': undefined,
  });
  const text = renderDeliveryText(withContacts(ledger), summaryOf(ledger.all(), now), now);
  expect(text).toContain('write to whoever runs it (contact, m.role.dpo: dpo@b.example, @dpo:b.example)');
  expect(text).toContain('server c.example: unsupported since Thu 1970-01-01 00:00 UTC, 2 tries; write to whoever runs it (contact unknown: it names none)');
  await find();
  expect(asked).toHaveLength(3);
  now = 5 + DAY;
  await find();
  expect(asked.slice(3)).toEqual(['c.example/.well-known/matrix/support']);
  now = 5 + 30 * DAY;
  await find();
  expect(asked).toHaveLength(7);
});
