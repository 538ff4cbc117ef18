import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MatrixMessage } from '../../examples/30-bridge-irc.ts';
import { startXmppBridge, type XmppBridge } from '../../examples/31-bridge-xmpp.ts';
import type { UserId } from '../../src/bridge.ts';
import { runExample } from './example.ts';
import { eventually, startProsody, XMPP_DOMAIN, XMPP_ROOMS, type Server } from './servers.ts';
import { observeXmpp, type XmppObserver } from './xmpp-observer.ts';

const room = `room@${XMPP_ROOMS}`;
const alice: UserId = '@alice:example.org';
const bob: UserId = '@bob:example.org';
const passwords = { alice: 'of-alice', bob: 'of-bob', modern: 'of-modern', oldfashioned: 'of-old', script: 'of-script' };

const message = (event_id: string, sender: UserId, body: string): MatrixMessage => ({ event_id, room_id: '!room:example.org', sender, body });

let server: Server | undefined;
let bridge: XmppBridge | undefined;
let modern: XmppObserver;
let oldFashioned: XmppObserver;

beforeAll(async () => {
  server = await startProsody(passwords);
  modern = await observeXmpp(server, room, { username: 'modern', password: passwords.modern, retracts: true });
  oldFashioned = await observeXmpp(server, room, { username: 'oldfashioned', password: passwords.oldfashioned, retracts: false });
  bridge = await startXmppBridge({
    host: server.host, port: server.port, domain: XMPP_DOMAIN, room,
    accounts: { [alice]: { username: 'alice', password: passwords.alice }, [bob]: { username: 'bob', password: passwords.bob } },
  });
});
afterAll(async () => {
  await Promise.allSettled([bridge?.close(), modern?.close(), oldFashioned?.close()]);
  await server?.stop();
});

/** Waits until both have seen a line, and so all that came before it. */
async function bothSee(line: string): Promise<void> {
  await eventually(`"${line}" on XMPP`, () => (modern.view().includes(line) && oldFashioned.view().includes(line) ? true : undefined));
}

describe('a bridge to a real XMPP server', () => {
  const everything = ['alice: one', 'alice: two', 'bob: three', 'alice: four'];

  test('passes on what people say', async () => {
    for (const [id, sender, body] of [['$1', alice, 'one'], ['$2', alice, 'two'], ['$3', bob, 'three'], ['$4', alice, 'four']] as const) {
      expect(await bridge?.bridge(message(id, sender, body))).toBe(true);
    }
    await bothSee('alice: four');
    expect(modern.view()).toEqual(everything);
    expect(oldFashioned.view()).toEqual(everything);
  });

  test('a retraction by somebody else changes nothing', async () => {
    const forged = modern.idOf('three');
    await oldFashioned.retract(forged);
    await eventually('the forged retraction', () => (modern.retractions().includes(`oldfashioned ${forged}`) ? true : undefined));
    expect(modern.view()).toEqual(everything);
  });

  test('takes back one message when its event is redacted', async () => {
    const wanted = modern.idOf('two');
    const plan = await bridge?.redact({ type: 'm.room.redaction', sender: alice, content: { redacts: '$2' } });
    expect(plan?.messages.map(({ event_id, treatment, reason }) => [event_id, treatment, reason])).toEqual([['$2', 'delete', 'in-part']]);
    await eventually('the retraction', () => (modern.retractions().includes(`alice ${wanted}`) ? true : undefined));
    expect(modern.view()).toEqual(['alice: one', 'bob: three', 'alice: four']);
  });

  test('does nothing for what redacts nothing, and says of an event that it does not know that it does not', async () => {
    expect(await bridge?.redact({ type: 'm.room.message', sender: alice, content: {} })).toBeUndefined();
    const plan = await bridge?.redact({ type: 'm.room.redaction', sender: alice, content: { redacts: '$unknown' } });
    expect(plan?.messages).toEqual([{ event_id: '$unknown', treatment: 'unknown-remote', reason: 'not-mapped' }]);
  });

  test('takes back everything of a person who is forgotten, and nothing of anybody else', async () => {
    const plan = await bridge?.erase({ user_id: alice });
    expect(plan?.messages.map(({ event_id, treatment }) => [event_id, treatment])).toEqual([['$1', 'delete'], ['$4', 'delete']]);
    expect(plan?.totals).toMatchObject({ delete: 2, others: 1, networks: [{ network: 'xmpp', messages: 2, assumed: true, remains: ['may-be-ignored', 'archives', 'uploads'] }] });
    await eventually('the retractions', () => (modern.retractions().length === 4 ? true : undefined));
    expect(modern.view()).toEqual(['bob: three']);
  });

  test('is right in that it may be ignored: a program that knows no retractions shows everything still', () => {
    expect(oldFashioned.view().filter((line) => everything.includes(line))).toEqual(everything);
  });

  test('is right in that archives may keep it: this server\'s has every text, and the requests to take them back', async () => {
    const texts = await modern.archive();
    expect(texts).toEqual(expect.arrayContaining(['one', 'two', 'three', 'four']));
    expect(texts.filter((text) => text === 'This person wants to take back an earlier message.')).toHaveLength(3);
  });

  test('bridges nothing of it again, late arrivals included, and goes on for everybody else', async () => {
    expect(await bridge?.bridge(message('$1', alice, 'one'))).toBe(false);
    expect(await bridge?.bridge(message('$2', alice, 'two'))).toBe(false);
    expect(await bridge?.bridge(message('$unknown', alice, 'late'))).toBe(false);
    expect(await bridge?.bridge(message('$5', bob, 'five'))).toBe(true);
    await bothSee('bob: five');
    expect(modern.view()).toEqual(['bob: three', 'bob: five']);
  });
});

test('the example runs by itself', async () => {
  const { host = '', port = 0 } = server ?? {};
  const { code, stdout, stderr } = await runExample('31-bridge-xmpp.ts', [host, String(port), XMPP_DOMAIN, `another@${XMPP_ROOMS}`, 'script', passwords.script]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('delete (in-part): 2\nlinks revoked: 0\nstays on xmpp: may-be-ignored, archives, uploads\nbridged again: 0 of 2\n');
});
