import { createServer, type RequestOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDeliveryLedger, type DeliveryLedger } from '../../../src/cli/notices/delivery-ledger.ts';
import { createNetwork } from '../../../src/cli/notices/network.ts';
import { findContacts } from '../../../src/cli/notices/support-contact.ts';
import { renderDeliveryText } from '../../../src/cli/text/delivery-text.ts';
import { summaryOf } from '../../../src/cli/notices/summary.ts';
import { noticePaths } from '../../../src/notices/endpoints.ts';
import { folder } from '../run.ts';
import { createAuthority } from './certificate.ts';

const authority = createAuthority();
const SUPPORT = { contacts: [{ role: 'm.role.admin', email_address: 'admin@b.example' }, { role: 'm.role.dpo', email_address: 'dpo@b.example', matrix_id: '@dpo:b.example' }] };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A host that answers in a way, how often it was asked, and a ledger with a server there that has no endpoint. */
async function setting(answer: Answer): Promise<{ readonly ledger: DeliveryLedger; readonly find: (now?: number) => Promise<void>; readonly asked: () => readonly string[] }> {
  const asked: string[] = [];
  const server = createServer(authority.issue('127.0.0.1') as RequestOptions, (request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const network = createNetwork({ ca: authority.cert, allowPrivate: true, limits: { timeoutMs: 2000 } });
  const ledger = openDeliveryLedger(join(await folder(), 'notices.db'), { create: true });
  onTestFinished(() => {
    network.close();
    ledger.close();
    server.closeAllConnections();
    server.close();
  });
  const body = { user_id: '@alice:a.example' } as const;
  const notice = { id: '1', kind: 'server', destination: '127.0.0.1:8448', channel: 'federation', method: 'POST', paths: noticePaths.server, body } as const;
  const known = { since: 0, deadline: 1e15, path: 'stable', attempts: 2, refusals: 0 } as const;
  ledger.add([
    { notice, delivery: { ...known, status: 'unsupported', ask: 'write' } },
    { notice: { ...notice, id: '2', destination: 'fine.example' }, delivery: { ...known, status: 'acknowledged' } },
  ]);
  const { port } = server.address() as AddressInfo;
  return { ledger, asked: () => asked, find: (now = 1000) => findContacts(ledger, { network, now: () => now, port }) };
}

const json = (value: unknown): Answer => (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

describe('whom to write to', () => {
  test('is what the server says, asked once, of servers that a person has to write to', async () => {
    const { ledger, asked, find } = await setting(json(SUPPORT));
    await find();
    await find(1e9);
    expect(asked()).toEqual(['/.well-known/matrix/support']);
    expect(ledger.contact('127.0.0.1:8448')).toEqual({ askedAt: 1000, contact: { role: 'm.role.dpo', email: 'dpo@b.example', matrixId: '@dpo:b.example' } });
    expect(ledger.contact('fine.example')).toBeUndefined();
    const text = renderDeliveryText([...ledger.all()], summaryOf(ledger.all(), 1000), { now: 1000, contactOf: (destination) => ledger.contact(destination)?.contact });
    expect(text).toContain('write to whoever runs it (dpo@b.example, @dpo:b.example)');
  });

  test('may be a page', async () => {
    const { ledger, find } = await setting(json({ support_page: 'https://b.example/help' }));
    await find();
    expect(ledger.contact('127.0.0.1:8448')?.contact).toEqual({ supportPage: 'https://b.example/help' });
  });

  test('is found behind a redirect', async () => {
    const { ledger, find } = await setting((request, response) => {
      if (request.url === '/elsewhere') json(SUPPORT)(request, response);
      else response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await find();
    expect(ledger.contact('127.0.0.1:8448')?.contact).toMatchObject({ email: 'dpo@b.example' });
  });

  test.each<readonly [string, Answer]>([
    ['nothing', (_, response) => void response.writeHead(404).end('{}')],
    ['no JSON', (_, response) => void response.end('<html>')],
    ['nothing of use', json({ contacts: [{ role: 'm.role.admin', email_address: 'two@a, three@b' }] })],
    ['too much', (_, response) => void response.end('x'.repeat(200_000))],
    ['a loop', (_, response) => void response.writeHead(302, { location: '/loop' }).end()],
    ['only half', (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      response.destroy();
    }],
  ])('is not known where the server says %s; a day later it is asked again', async (_what, answer) => {
    const { ledger, asked, find } = await setting(answer);
    await find();
    expect(ledger.contact('127.0.0.1:8448')).toEqual({ askedAt: 1000 });
    const before = asked().length;
    await find(2000);
    expect(asked().length).toBe(before);
    await find(1000 + 86_400_000);
    expect(asked().length).toBeGreaterThan(before);
  });
});
