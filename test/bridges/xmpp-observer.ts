import { randomUUID } from 'node:crypto';
import { loadXmpp, type XmlElement } from '../../examples/31-bridge-xmpp.ts';
import { eventually, XMPP_DOMAIN, type Server } from './servers.ts';

/** Somebody in a chat room on XMPP. */
export type XmppObserver = {
  /** What their program shows of the room, as `nick: text`, in order. */
  readonly view: () => readonly string[];
  /** The ID that the room gave a message. */
  readonly idOf: (text: string) => string;
  readonly say: (text: string) => Promise<void>;
  /** Sends a retraction of any message. */
  readonly retract: (id: string) => Promise<void>;
  /** The IDs of messages that somebody asked to take back, and who. */
  readonly retractions: () => readonly string[];
  /** What the archive of the room holds: texts. */
  readonly archive: () => Promise<readonly string[]>;
  readonly close: () => Promise<unknown>;
};

type Shown = { readonly id: string; readonly from: string; readonly text: string };

export type ObserverOptions = {
  readonly username: string;
  readonly password: string;
  /** Whether the program knows message retraction (XEP-0424), as not every one does. */
  readonly retracts: boolean;
};

const RETRACT = 'urn:xmpp:message-retract:1';

/** Enters a chat room to watch. */
export async function observeXmpp({ host, port }: Server, room: string, { username, password, retracts }: ObserverOptions): Promise<XmppObserver> {
  const { client, xml } = await loadXmpp();
  const connection = client({ service: `xmpp://${host}:${port}`, domain: XMPP_DOMAIN, username, password });
  let shown: readonly Shown[] = [];
  const retractions: string[] = [];
  const archived = new Map<string, string[]>();
  const answered = new Set<string>();
  let entered = false;
  connection.on('error', () => undefined);
  connection.on('stanza', (stanza) => {
    if (stanza.is('presence') && stanza.attrs['from'] === `${room}/${username}`) entered = true;
    if (stanza.is('iq')) answered.add(stanza.attrs['id'] ?? '');
    if (!stanza.is('message')) return;
    const result = stanza.getChild('result', 'urn:xmpp:mam:2');
    if (result !== undefined) archived.get(result.attrs['queryid'] ?? '')?.push(textOf(result));
    if (stanza.attrs['type'] !== 'groupchat') return;
    const from = stanza.attrs['from'] ?? '';
    const retracted = stanza.getChild('retract', RETRACT)?.attrs['id'];
    if (retracted !== undefined) {
      retractions.push(`${nickOf(from)} ${retracted}`);
      // Anybody can send a retraction of anything: it counts only from whoever sent the message.
      if (retracts) shown = shown.filter((each) => each.id !== retracted || each.from !== from);
      return;
    }
    const text = stanza.getChildText('body');
    const id = stanza.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs['id'] ?? '';
    if (text !== null) shown = [...shown, { id, from, text }];
  });
  await connection.start();
  await connection.send(xml('presence', { to: `${room}/${username}` }, xml('x', { xmlns: 'http://jabber.org/protocol/muc' }, xml('history', { maxstanzas: '0' }))));
  await eventually(`${username} enters the room`, () => (entered ? true : undefined));

  const send = async (...children: readonly XmlElement[]): Promise<void> => {
    await connection.send(xml('message', { to: room, type: 'groupchat', id: randomUUID() }, ...children));
  };
  return {
    view: () => shown.map(({ from, text }) => `${nickOf(from)}: ${text}`),
    idOf: (text) => shown.find((each) => each.text === text)?.id ?? '',
    say: (text) => send(xml('body', {}, text)),
    retract: (id) => send(xml('retract', { xmlns: RETRACT, id })),
    retractions: () => retractions,
    archive: async () => {
      const id = randomUUID();
      const texts: string[] = [];
      archived.set(id, texts);
      await connection.send(xml('iq', { type: 'set', to: room, id }, xml('query', { xmlns: 'urn:xmpp:mam:2', queryid: id })));
      await eventually('the archive answers', () => (answered.has(id) ? true : undefined));
      return texts;
    },
    close: () => connection.stop(),
  };
}

function nickOf(from: string): string {
  return from.slice(from.indexOf('/') + 1);
}

function textOf(result: XmlElement): string {
  return result.getChild('forwarded', 'urn:xmpp:forward:0')?.getChild('message')?.getChildText('body') ?? '';
}
