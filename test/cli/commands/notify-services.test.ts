import { createServer as createHttps } from 'node:https';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { authority, setting, type Setting } from '../notices/setting.ts';
import { startCli, type Result } from '../run.ts';

const TOKEN = 'token of the homeserver';
const STABLE = '/_matrix/app/v1/users/erase';
const UNSTABLE = '/_matrix/app/unstable/org.matrix.msc2438/users/erase';

type Service = { readonly url: string; readonly port: number; readonly asked: string[]; readonly erased: Set<string>; readonly stop: () => Promise<void> };
type ServiceOptions = { readonly path: string; readonly secure?: boolean; readonly port?: number; readonly erased?: Set<string>; readonly onErased?: (response: ServerResponse) => void };

/** An application service that knows one path and its homeserver's token; whom it has erased outlives it. */
async function service({ path, secure = false, port = 0, erased = new Set(), onErased = (response) => void response.end('{}') }: ServiceOptions): Promise<Service> {
  const asked: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const isAllowed = request.headers.authorization === `Bearer ${TOKEN}`;
    asked.push(`${request.method} ${request.url} ${isAllowed ? 'allowed' : 'forbidden'}`);
    const refuse = (status: number, errcode: string): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errcode, error: 'SECRET' }));
    if (request.url !== path || request.method !== 'POST') return refuse(404, 'M_UNRECOGNIZED');
    if (!isAllowed) return refuse(403, 'M_FORBIDDEN');
    erased.add(JSON.parse(body).user_id);
    onErased(response);
  };
  const server = secure ? createHttps(authority.issue('127.0.0.1'), handle) : createHttp(handle);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<void> => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
  onTestFinished(stop);
  const at = (server.address() as AddressInfo).port;
  return { url: `${secure ? 'https' : 'http'}://127.0.0.1:${at}`, port: at, asked, erased, stop };
}

const registration = (url: string, token = TOKEN): string => JSON.stringify({
  id: 'irc', url, as_token: 'another', hs_token: token, sender_localpart: 'irc', namespaces: { users: [{ exclusive: true, regex: '@irc_(?P<nick>.*):a\\.example' }] },
});

/** A room in which a user of the application service is. */
async function bridged(url: string): Promise<Setting> {
  const place = await setting([], [['m.room.member', '@irc_bob:a.example', { membership: 'join' }, '@irc_bob:a.example']]);
  writeFileSync(join(place.at, 'irc.yaml'), registration(url));
  return place;
}

const WITH = ['--registration', 'irc.yaml'];
const SOON = ['--first-delay', '20', '--longest-delay', '20'];
const status = async ({ run }: Setting): Promise<string> => (await run('status', '--ledger', 'ledger')).stdout.replace(/ since .*? UTC/, '');
const tries = ({ stdout }: Result): string => stdout.split('. ')[0] ?? '';

describe('an application service', () => {
  test.each([
    ['that knows the path of the proposal', UNSTABLE, false, [`POST ${UNSTABLE} allowed`]],
    ['that knows the stable path, over TLS', STABLE, true, [`POST ${UNSTABLE} allowed`, `POST ${STABLE} allowed`]],
    ['below a path of its own', `/irc${UNSTABLE}`, false, [`POST /irc${UNSTABLE} allowed`]],
  ])('%s is told once, with its homeserver\'s token', async (_, path, secure, asked) => {
    const irc = await service({ path, secure });
    const place = await bridged(path.startsWith('/irc') ? `${irc.url}/irc/` : irc.url);
    expect((await place.plan(...WITH)).stdout).toMatch(/^application-service irc: told at its address; since .*, in the room when it was sent, .*\(1 room\)\nNotices: 1 delivery to 1 recipient/);
    expect((await place.send(...WITH)).stdout).toContain('1 acknowledged');
    expect([irc.asked, [...irc.erased]]).toEqual([asked, ['@alice:a.example']]);
    expect(tries(await place.send(...WITH))).toBe('0 tries');
    expect([await status(place), irc.asked.length]).toEqual(['application-service irc: acknowledged\nNotices: 1 acknowledged.\n', asked.length].map((one, index) =>
      (index === 0 && asked.length > 1 ? 'application-service irc: acknowledged, 2 tries\nNotices: 1 acknowledged.\n' : one)));
  });

  test('that is down is told when it is back, and a ledger says so', async () => {
    const before = await service({ path: STABLE });
    const place = await bridged(before.url);
    await place.plan(...WITH);
    await before.stop();
    await place.send(...WITH, ...SOON);
    expect(await status(place)).toMatch(/^application-service irc: failed \(connection\)/);
    const after = await service({ path: STABLE, port: before.port, erased: before.erased });
    const sent = await place.send(...WITH, '--wait', ...SOON);
    expect([sent.stdout.includes('1 acknowledged'), after.asked.at(-1), [...after.erased]]).toEqual([true, `POST ${STABLE} allowed`, ['@alice:a.example']]);
  });

  test('that took the notice in while the sender was killed is told again, and takes a repeat for a success', async () => {
    let holds = true;
    let reached: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (reached = resolve));
    const irc = await service({ path: UNSTABLE, onErased: (response) => (holds ? reached() : void response.end('{}')) });
    const place = await bridged(irc.url);
    await place.plan(...WITH);
    const sender = startCli(['notify', 'send', '--ledger', 'ledger', '--key', 'key', '--server', 'a.example', ...WITH], { cwd: place.at });
    await arrived;
    sender.kill('SIGKILL');
    await once(sender, 'close');
    expect(await status(place)).toMatch(/^application-service irc: pending\n|^application-service irc: pending; next/);
    holds = false;
    expect((await place.send(...WITH)).stdout).toBe('1 try. Notices: 1 acknowledged.\n');
    expect([irc.asked, [...irc.erased]]).toEqual([[`POST ${UNSTABLE} allowed`, `POST ${UNSTABLE} allowed`], ['@alice:a.example']]);
  });

  test('that refuses the token, has no endpoint, or is not registered, is one for a person', async () => {
    const irc = await service({ path: UNSTABLE });
    const place = await bridged(irc.url);
    await place.plan(...WITH);
    expect((await place.send(...SOON)).stdout).toContain('1 failed');
    expect(await status(place)).toMatch(/^application-service irc: failed \(registration\)/);
    writeFileSync(join(place.at, 'irc.yaml'), registration(irc.url, 'wrong'));
    const refused = await place.send(...WITH, '--wait', ...SOON);
    expect([refused.stdout.includes('SECRET'), await status(place)]).toEqual([false, expect.stringMatching(/^application-service irc: failed \(refused-403 M_FORBIDDEN\), .*it refuses; ask whoever runs it why/)]);
    expect([...irc.erased, ...irc.asked.filter((line) => line.endsWith('allowed'))]).toEqual([]);
    const [elsewhere, old] = [await service({ path: '/other' }), await bridged('http://127.0.0.1:1')];
    writeFileSync(join(old.at, 'irc.yaml'), registration(elsewhere.url));
    await old.plan(...WITH);
    expect((await old.send(...WITH)).stdout).toBe('2 tries. Notices: 1 unsupported. 1 for a person.\n');
    expect(elsewhere.asked).toEqual([`POST ${UNSTABLE} allowed`, `POST ${STABLE} allowed`]);
  });
});
