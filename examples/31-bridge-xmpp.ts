/**
 * A bridge to a chat room on XMPP, where the sender of a message can ask for it to be taken back (XEP-0424). It does so for a redaction and for an erasure notice, says
 * that this is a request and no more, and bridges nothing of it again.
 *
 *     npm --prefix test/bridges ci      # the XMPP client
 *     node examples/31-bridge-xmpp.ts 127.0.0.1 5222 localhost room@conference.localhost alice secret
 *
 * Without a server it shows only what it would do. `npm run test:bridges` runs it against a real one.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  mayBridge, noticeCause, planBridgeErasure, redactionCause,
  type BridgeCause, type BridgeErasurePlan, type DeletionBatch, type MessageMapping, type Pdu, type UserId,
} from '../src/bridge.ts';
import { roomVersion } from '../src/index.ts';
import { reportOf, type MatrixMessage } from './30-bridge-irc.ts';

/** An XML element, as far as it is used here. */
export type XmlElement = {
  readonly attrs: Readonly<Record<string, string | undefined>>;
  readonly is: (name: string, xmlns?: string) => boolean;
  readonly getChild: (name: string, xmlns?: string) => XmlElement | undefined;
  readonly getChildText: (name: string, xmlns?: string) => string | null;
};

/** A client of XMPP, as far as it is used here. */
export type XmppClient = {
  readonly on: (event: 'stanza' | 'error', listener: (value: XmlElement) => void) => unknown;
  readonly start: () => Promise<unknown>;
  readonly stop: () => Promise<unknown>;
  readonly send: (element: XmlElement) => Promise<unknown>;
};

type XmppLibrary = {
  readonly client: (options: Readonly<Record<string, string>>) => XmppClient;
  readonly xml: (name: string, attrs?: Readonly<Record<string, string>>, ...children: readonly (XmlElement | string)[]) => XmlElement;
};

/** The package `@xmpp/client`, which this repository installs only for the tests of bridges. */
export async function loadXmpp(): Promise<XmppLibrary> {
  const { resolve } = createRequire(new URL('../test/bridges/package.json', import.meta.url));
  return await import(pathToFileURL(resolve('@xmpp/client')).href) as XmppLibrary;
}

/** Where the room is, and with which account each Matrix user speaks there. */
export type XmppPlace = {
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  readonly room: string;
  readonly accounts: Readonly<Record<UserId, { readonly username: string; readonly password: string }>>;
};

/** A bridge between one Matrix room and one chat room. */
export type XmppBridge = {
  /** Sends a message to the room; `false` when it must not be bridged again. */
  readonly bridge: (message: MatrixMessage) => Promise<boolean>;
  /** Does what an erasure notice asks for, as far as XMPP can. */
  readonly erase: (notice: unknown) => Promise<BridgeErasurePlan>;
  /** Does what a redaction asks for, or nothing if it redacts nothing. */
  readonly redact: (event: Pdu) => Promise<BridgeErasurePlan | undefined>;
  readonly close: () => Promise<void>;
};

const RETRACT = 'urn:xmpp:message-retract:1';
const WITHIN = 20_000;

/** Starts the bridge. Its mappings and tombstones would be tables of a database; the key of the tombstones is kept apart from them. */
export async function startXmppBridge(place: XmppPlace): Promise<XmppBridge> {
  const library = await loadXmpp();
  const people = new Map<UserId, Promise<Occupant>>();
  const tombstoneKey = randomBytes(32);
  const tombstones = new Set<string>();
  let mappings: MessageMapping[] = [];

  const puppet = (user: UserId): Promise<Occupant> => {
    const known = people.get(user);
    if (known !== undefined) return known;
    const occupant = enter(library, place, user);
    people.set(user, occupant);
    occupant.catch(() => { people.delete(user); });
    return occupant;
  };

  const bridge = async ({ event_id, room_id, sender, body }: MatrixMessage): Promise<boolean> => {
    if (!mayBridge([{ event_id }], { key: tombstoneKey, has: (each) => tombstones.has(each) })) return false;
    const { say } = await puppet(sender);
    // The room gives the message the ID by which it can be taken back.
    const remoteId = await say(library.xml('body', {}, body));
    mappings.push({ event_id, room_id, sender, network: 'xmpp', chat: place.room, remoteId, account: sender, sentAt: Date.now() });
    return true;
  };

  const carryOut = async (cause: BridgeCause): Promise<BridgeErasurePlan> => {
    const plan = planBridgeErasure(cause, mappings, { at: Date.now(), tombstoneKey, assumedCallsPerMinute: 1200 });
    for (const each of plan.tombstones) tombstones.add(each);
    for (const batch of plan.batches) await retract(batch);
    const done = new Set(plan.messages.map(({ event_id }) => event_id));
    mappings = mappings.filter(({ event_id }) => !done.has(event_id));
    return plan;
  };

  const retract = async ({ account, remoteIds, takes }: DeletionBatch): Promise<void> => {
    const { xml } = library;
    const { say } = await puppet(account as UserId);
    for (const id of remoteIds) {
      await say(
        xml('retract', { xmlns: RETRACT, id }),
        xml('fallback', { xmlns: 'urn:xmpp:fallback:0', for: RETRACT }),
        xml('body', {}, 'This person wants to take back an earlier message.'),
        xml('store', { xmlns: 'urn:xmpp:hints' }),
      );
    }
    await new Promise((resolve) => { setTimeout(resolve, takes); });
  };

  return {
    bridge,
    erase: (notice) => carryOut(noticeCause(notice)),
    redact: async (event) => {
      const cause = redactionCause(event, roomVersion('11').redacts);
      return cause === undefined ? undefined : carryOut(cause);
    },
    close: async () => { await Promise.allSettled([...people.values()].map(async (occupant) => (await occupant).leave())); },
  };
}

type Occupant = {
  /** Sends a message to the room, and waits for the ID that the room gives it. */
  readonly say: (...children: readonly XmlElement[]) => Promise<string>;
  readonly leave: () => Promise<unknown>;
};

async function enter({ client, xml }: XmppLibrary, { host, port, domain, room, accounts }: XmppPlace, user: UserId): Promise<Occupant> {
  const account = accounts[user];
  if (account === undefined) throw new Error('this Matrix user has no account on XMPP');
  const connection = client({ service: `xmpp://${host}:${port}`, domain, ...account });
  const waiting = new Map<string, (answer: XmlElement) => void>();
  const when = (what: string): Promise<XmlElement> => new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error(`XMPP: no answer within ${WITHIN} ms`)); }, WITHIN);
    waiting.set(what, (answer) => { clearTimeout(timer); resolve(answer); });
  });
  connection.on('error', () => undefined);
  connection.on('stanza', (stanza) => {
    const id = stanza.attrs['id'] ?? '';
    // The room sends everybody's messages to everybody: ours are those that come from our own place in it.
    if (stanza.attrs['from'] !== `${room}/${account.username}` || stanza.attrs['type'] === 'error') return;
    waiting.get(id)?.(stanza);
    waiting.delete(id);
  });

  await connection.start();
  const here = randomUUID();
  const entered = when(here);
  await connection.send(xml('presence', { to: `${room}/${account.username}`, id: here }, xml('x', { xmlns: 'http://jabber.org/protocol/muc' }, xml('history', { maxstanzas: '0' }))));
  await entered;

  const say = async (...children: readonly XmlElement[]): Promise<string> => {
    const id = randomUUID();
    const sent = when(id);
    await connection.send(xml('message', { to: room, type: 'groupchat', id }, ...children));
    const given = (await sent).getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs['id'];
    if (given === undefined) throw new Error('the room gives messages no IDs, so that they can never be taken back');
    return given;
  };
  return { say, leave: () => connection.stop() };
}

const MESSAGES: readonly MatrixMessage[] = [
  { event_id: '$1', room_id: '!room:example.org', sender: '@alice:example.org', body: 'hello' },
  { event_id: '$2', room_id: '!room:example.org', sender: '@alice:example.org', body: 'hello again' },
];

async function main(place: XmppPlace): Promise<void> {
  const xmpp = await startXmppBridge(place);
  for (const message of MESSAGES) await xmpp.bridge(message);
  console.log(reportOf(await xmpp.erase({ user_id: '@alice:example.org' })));
  const again = await Promise.all(MESSAGES.map(xmpp.bridge));
  console.log(`bridged again: ${again.filter(Boolean).length} of ${again.length}`);
  await xmpp.close();
}

/** The plan for what would have been bridged. */
function rehearse(): void {
  const mappings = MESSAGES.map(({ event_id, room_id, sender }, index): MessageMapping => (
    { event_id, room_id, sender, network: 'xmpp', chat: 'room@conference.localhost', remoteId: String(index), account: sender, sentAt: 0 }
  ));
  const plan = planBridgeErasure(noticeCause({ user_id: '@alice:example.org' }), mappings, { at: 0, tombstoneKey: randomBytes(32) });
  console.log(`no server given; the plan would be:\n${reportOf(plan)}`);
}

if (import.meta.main) {
  const [host, port = '5222', domain = 'localhost', room = `room@conference.${domain}`, username = 'alice', password = ''] = process.argv.slice(2);
  await (host === undefined ? rehearse() : main({ host, port: Number(port), domain, room, accounts: { '@alice:example.org': { username, password } } }));
}
