import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportOf, startIrcBridge, type IrcBridge, type MatrixMessage } from '../../examples/30-bridge-irc.ts';
import type { UserId } from '../../src/bridge.ts';
import { runExample } from './example.ts';
import { observeIrc, type IrcObserver } from './irc-observer.ts';
import { eventually, startNgircd, type Server } from './servers.ts';

const channel = '#room';
const alice: UserId = '@alice:example.org';
const bob: UserId = '@bob:example.org';

const message = (event_id: string, sender: UserId, body: string, file?: Uint8Array): MatrixMessage => ({
  event_id, room_id: '!room:example.org', sender, body, ...(file === undefined ? {} : { file }),
});

let server: Server | undefined;
let bridge: IrcBridge;
let observer: IrcObserver;

beforeAll(async () => {
  server = await startNgircd();
  observer = await observeIrc(server, channel);
  bridge = await startIrcBridge({ host: server.host, port: server.port, channel });
});
afterAll(async () => {
  await Promise.allSettled([bridge?.close(), observer?.close()]);
  await server?.stop();
});

const seen = (line: string): Promise<string> => eventually(`"${line}" on IRC`, () => observer.log().find((each) => each.endsWith(line)));
const status = async (link: string): Promise<number> => (await fetch(link)).status;
const linksOf = (nick: string): readonly string[] => observer.log().flatMap((line) => (line.startsWith(`${nick}: http://`) ? [line.slice(nick.length + 2)] : []));

describe('a bridge to a real IRC server', () => {
  const bytes = new Uint8Array([1, 2, 3]);
  let saidBefore: readonly string[];

  test('passes on what people say, a line at a time, and links to their files', async () => {
    expect(await bridge.bridge(message('$1', alice, 'hello\nfrom Matrix'))).toBe(true);
    expect(await bridge.bridge(message('$2', alice, 'my picture', bytes))).toBe(true);
    expect(await bridge.bridge(message('$3', bob, 'mine', bytes))).toBe(true);
    await seen('mine');
    await eventually('both links', () => (linksOf('alice-m').length + linksOf('bob-m').length === 2 ? true : undefined));
    expect(observer.log().slice(0, 3)).toEqual(['alice-m: hello', 'alice-m: from Matrix', 'alice-m: my picture']);
    const [link = ''] = linksOf('alice-m');
    expect(new Uint8Array(await (await fetch(link)).arrayBuffer())).toEqual(bytes);
  });

  test('does not let a message give orders to the server', async () => {
    await bridge.bridge(message('$4', bob, 'first\r\nQUIT :bye\0JOIN 0'));
    await seen('JOIN 0');
    expect(observer.log().slice(-3)).toEqual(['bob-m: first', 'bob-m: QUIT :bye', 'bob-m: JOIN 0']);
    expect(observer.left()).toEqual([]);
  });

  test('says of an erasure that IRC can take nothing back, and revokes what is its own', async () => {
    saidBefore = observer.log();
    const { messages, batches, totals, tombstones } = await bridge.erase({ user_id: alice });
    expect(messages.map(({ event_id, treatment, reason }) => [event_id, treatment, reason])).toEqual(
      ['$1', '$1', '$2', '$2'].map((id) => [id, 'impossible', 'network-cannot']),
    );
    expect(batches).toEqual([]);
    expect(totals).toMatchObject({ delete: 0, impossible: 4, revoked: 1, others: 5, networks: [{ network: 'irc', batches: 0, remains: ['logs'] }] });
    expect(tombstones).toHaveLength(6);
    expect(reportOf({ messages, batches, totals, tombstones })).toBe('impossible (network-cannot): 4\nlinks revoked: 1\nstays on irc: logs');
  });

  test('serves the file no more, and other people\'s as before', async () => {
    expect(await Promise.all(linksOf('alice-m').map(status))).toEqual([410]);
    expect(await Promise.all(linksOf('bob-m').map(status))).toEqual([200]);
  });

  test('gives up the person\'s nick; and whoever was there still has every word', async () => {
    await eventually('the nick leaves', () => (observer.left().includes('alice-m') ? true : undefined));
    expect(observer.left()).toEqual(['alice-m']);
    expect(observer.log().slice(0, saidBefore.length)).toEqual(saidBefore);
    expect(saidBefore).toContain('alice-m: hello');
  });

  test('bridges nothing of it again, and goes on for everybody else', async () => {
    const before = observer.log().length;
    expect(await bridge.bridge(message('$1', alice, 'hello\nfrom Matrix'))).toBe(false);
    expect(await bridge.bridge(message('$2', alice, 'my picture', bytes))).toBe(false);
    expect(await bridge.bridge(message('$5', bob, 'still here'))).toBe(true);
    await seen('still here');
    expect(observer.log().slice(before)).toEqual(['bob-m: still here']);
  });

  test('refuses a notice that names nobody', async () => {
    await expect(bridge.erase({ user: alice })).rejects.toThrow('user_id');
  });
});

test('the example runs by itself', async () => {
  const { host = '', port = 0 } = server ?? {};
  const { code, stdout, stderr } = await runExample('30-bridge-irc.ts', [host, String(port), '#another']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('impossible (network-cannot): 4\nlinks revoked: 1\nstays on irc: logs\nbridged again: 0 of 2\n');
});
