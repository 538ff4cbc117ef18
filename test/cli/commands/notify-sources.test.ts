import { createServer } from 'node:https';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { authority, setting } from '../notices/setting.ts';
import { lines, runCli } from '../run.ts';

/** An identity server that takes nothing but what the specification says. */
async function identityServer(): Promise<{ readonly name: string; readonly asked: object[] }> {
  const asked: object[] = [];
  const server = createServer(authority.issue('127.0.0.1'), async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const isRight = request.url === '/_matrix/identity/v2/3pid/unbind' && request.method === 'POST' && request.headers.authorization?.startsWith('X-Matrix ') === true;
    if (isRight) asked.push(JSON.parse(body));
    response.writeHead(isRight ? 200 : 404, { 'content-type': 'application/json' }).end(isRight ? '{}' : '{"errcode":"M_UNRECOGNIZED"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  }));
  return { name: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const ALICE = '@alice:a.example';

describe('notify plan', () => {
  test('states of each recipient who it is, since when, by which channel it is told, and why', async () => {
    const identity = await identityServer();
    const { plan, send, run, at } = await setting(['b.example'], [
      ['im.vector.modular.widgets', ALICE, { type: 'm.custom', url: 'https://Widget.example:8443/x?user=$matrix_user_id' }, 'w'], ['m.widget', ALICE, { url: 'https://other.example/' }, 'v'],
      ['m.room.member', '@bot:b.example', { membership: 'join' }, '@bot:b.example'],
    ]);
    const binding = { server: identity.name, mxid: ALICE, medium: 'email', address: 'alice@mail.example', since: 1_700_000_000_000 };
    writeFileSync(join(at, 'bindings'), JSON.stringify([binding, { ...binding, mxid: '@mallory:a.example', address: 'mallory@mail.example' }]));
    writeFileSync(join(at, 'widgets'), JSON.stringify([{ host: 'listed.example', room_id: '!r:a.example', since: 5 }, { url: 'https://by-url.example/path' }]));
    writeFileSync(join(at, 'bots'), '@bot:b.example\n\n@else:where.example\n');
    const flags = ['--bindings', 'bindings', '--widgets', 'widgets', '--bots', 'bots'];
    const found = JSON.parse((await plan(...flags, '--json')).stdout).recipients.map(({ kind, id, channel, since, reasons }: Record<string, unknown>) => [kind, id, channel, since, reasons]);
    const joined = ['joined-at-event', 'joined-later'];
    expect(found).toEqual([
      ['server', 'b.example', 'federation', 1_795_000_000_003, joined],
      ['identity-server', identity.name, 'identity-server', 1_700_000_000_000, ['third-party-binding']],
      ['bot', '@bot:b.example', 'person', 1_795_000_000_006, joined],
      ['widget', 'by-url.example', 'person', undefined, ['widget-in-room']],
      ['widget', 'listed.example', 'person', 5, ['widget-in-room']],
      ['widget', 'other.example', 'person', 1_795_000_000_005, ['widget-in-room']],
      ['widget', 'widget.example:8443', 'person', 1_795_000_000_004, ['widget-in-room']],
    ]);
    expect(lines((await plan(...flags)).stdout)).toContain(`identity-server ${identity.name}: asked to unbind; since Tue 2023-11-14 22:13 UTC, was told an address`);
    await send('--timeout', '500');
    expect(identity.asked).toEqual([{ mxid: ALICE, threepid: { medium: 'email', address: 'alice@mail.example' } }]);
    expect((await run('status', '--ledger', 'ledger')).stdout).toMatch(new RegExp(`^identity-server ${identity.name}: acknowledged`, 'm'));
    expect(readFileSync(join(at, 'ledger')).includes('mallory')).toBe(false);
  });

  const faulty: readonly (readonly [flag: string, what: string, content: string, code: number, message: RegExp])[] = [
    ['--bindings', 'not JSON', 'secret', 1, /bindings at identity servers.* \(it is not JSON\) \(FileShapeError\)/],
    ['--bindings', 'a key too many', '[{"server":"id.example","mxid":"@alice:a.example","medium":"email","address":"secret","x":1}]', 1, /\("0\.x" is not as it should be\)/],
    ['--bindings', 'an unknown medium', '[{"server":"id.example","mxid":"@alice:a.example","medium":"fax","address":"secret"}]', 1, /\("0\.medium" is not as it should be\)/],
    ['--bindings', 'no server', '[{"server":"id example","mxid":"@alice:a.example","medium":"email","address":"secret"}]', 1, /\("0\.server" is not as it should be\)/],
    ['--bindings', 'those of others only', '[{"server":"id.example","mxid":"@bob:a.example","medium":"email","address":"secret"}]', 64, /no binding in file is of @alice:a\.example: check its user IDs/],
    ['--widgets', 'no host', '[{"url":"javascript:secret"}]', 1, /list of widgets.*FileShapeError/],
    ['--widgets', 'no room', '[{"host":"w.example","room_id":"secret"}]', 1, /list of widgets.*FileShapeError/],
    ['--bots', 'no user', '@bot:b.example\nsecret\n', 1, /a list of bots, a user ID a line \(line 2 is none\)/],
    ['--registration', 'a namespace', 'id: x\nurl: null\nas_token: a\nhs_token: secret\nsender_localpart: s\nnamespaces: {users: [{regex: "("}]}\n', 1, /"namespaces\.users\.0\.regex": it is no regular expression/],
  ];

  test('refuses files of another shape by name, and repeats nothing of them', async () => {
    const { plan, at } = await setting(['b.example']);
    for (const [flag, what, content, code, message] of faulty) {
      writeFileSync(join(at, 'file'), content);
      const result = await plan(flag, 'file');
      expect([what, result.code, result.stdout, result.stderr]).toEqual([what, code, '', expect.stringMatching(message)]);
      expect(result.stderr).not.toContain('secret');
    }
  });

  test('refuses a plan that was made on other events, as apply does', async () => {
    const { plan, run, at } = await setting(['b.example']);
    const room = readFileSync(join(at, 'room'), 'utf8');
    const added = room.replaceAll(/^.*"hello".*\n/gm, (line) => line + line.replaceAll('$4:', '$5:').replaceAll('$3:', '$4:'));
    const cases: readonly (readonly [string, number, RegExp])[] = [
      [added, 3, /1 event that the plan does not know|not what the plan was made on/],
      [lines(room).filter((line) => !line.includes('hello')).join('\n'), 3, /not what the plan was made on/],
      [room.replaceAll('alice', 'zoe').replaceAll('$', '$x'), 3, /OtherInputError/],
    ];
    for (const [content, code, message] of cases) {
      writeFileSync(join(at, 'room'), content);
      const [refused, apply] = [await plan(), await runCli(['apply', 'plan', 'room', '--out', 'out'], { cwd: at })];
      expect([refused.code, refused.stdout, apply.code]).toEqual([code, '', code]);
      expect(refused.stderr).toMatch(message);
      expect(refused.stderr).toBe(apply.stderr);
      expect((await run('status', '--ledger', 'ledger')).code).toBe(64);
    }
    const drifted = await plan('--json');
    expect(drifted.code).toBe(3);
    // What the plan itself does, and other people's events, are no drift.
    writeFileSync(join(at, 'room'), room);
    expect((await runCli(['apply', 'plan', 'room', '--out', 'room'], { cwd: at })).code).toBe(0);
    expect((await plan()).code).toBe(0);
  });
});
