/**
 * A bridge to IRC, on which nothing that was said can be called back. When a person is forgotten it says so, stops serving the files that it had linked to,
 * lets go of the person's nick, and bridges nothing of theirs again.
 *
 *     node examples/30-bridge-irc.ts 127.0.0.1 6667 '#room'
 *
 * Without a server it shows only what it would do. `npm run test:bridges` runs it against a real one.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { mayBridge, noticeCause, planBridgeErasure, type BridgedPlace, type BridgeErasurePlan, type MessageMapping, type UserId } from '../src/bridge.ts';

/** What the bridge needs of a Matrix message. */
export type MatrixMessage = {
  readonly event_id: string;
  readonly room_id: string;
  readonly sender: UserId;
  readonly body: string;
  /** A file that came with it. */
  readonly file?: Uint8Array;
};

/** A bridge between one Matrix room and one channel. */
export type IrcBridge = {
  /** Sends a message to the channel, a line at a time; `false` when it must not be bridged again. */
  readonly bridge: (message: MatrixMessage) => Promise<boolean>;
  /** Does what an erasure notice asks for, as far as IRC can, and returns what it did and did not. */
  readonly erase: (notice: unknown) => Promise<BridgeErasurePlan>;
  readonly close: () => Promise<void>;
};

const WITHIN = 20_000;

/** Starts the bridge. Its mappings and tombstones would be tables of a database; the key of the tombstones is kept apart from them. */
export async function startIrcBridge({ host, port, channel }: { readonly host: string; readonly port: number; readonly channel: string }): Promise<IrcBridge> {
  const files = await serveFiles();
  const people = new Map<UserId, Promise<IrcConnection>>();
  const tombstoneKey = randomBytes(32);
  const tombstones = new Set<string>();
  let mappings: MessageMapping[] = [];
  let lines = 0;

  const puppet = (user: UserId): Promise<IrcConnection> => {
    const known = people.get(user);
    if (known !== undefined) return known;
    const connection = join({ host, port, channel, user });
    people.set(user, connection);
    connection.catch(() => { people.delete(user); });
    return connection;
  };

  const bridge = async ({ event_id, room_id, sender, body, file }: MatrixMessage): Promise<boolean> => {
    const place: BridgedPlace = { event_id };
    if (!mayBridge([place], { key: tombstoneKey, has: (each) => tombstones.has(each) })) return false;
    const link = file === undefined ? undefined : files.add(file);
    const { nick, say } = await puppet(sender);
    // One line of IRC is one message. A body must not be able to end its line, and so to give orders to the server.
    for (const line of [...body.split(/[\r\n\0]+/), ...(link === undefined ? [] : [link])].filter((each) => each !== '')) {
      await say(line);
      lines += 1;
      // IRC gives messages no IDs: the bridge numbers them.
      mappings.push({ event_id, room_id, sender, network: 'irc', chat: channel, remoteId: String(lines), account: nick, sentAt: Date.now(), ...(line === link ? { links: [link] } : {}) });
    }
    return true;
  };

  const erase = async (notice: unknown): Promise<BridgeErasurePlan> => {
    const cause = noticeCause(notice);
    const plan = planBridgeErasure(cause, mappings, { at: Date.now(), tombstoneKey });
    for (const each of plan.tombstones) tombstones.add(each);
    for (const { revoke = [] } of plan.messages) for (const link of revoke) files.remove(link);
    // What cannot be deleted needs no mapping any more: the tombstones are enough.
    const done = new Set(plan.messages.map(({ event_id }) => event_id));
    mappings = mappings.filter(({ event_id }) => !done.has(event_id));
    for (const user of cause.kind === 'notice' ? cause.subjects : []) {
      await (await people.get(user))?.quit();
      people.delete(user);
    }
    return plan;
  };

  const close = async (): Promise<void> => {
    await Promise.allSettled([...people.values()].map(async (connection) => (await connection).quit()));
    await files.close();
  };
  return { bridge, erase, close };
}

/** A nick of at most nine characters, as old servers have it; `attempt` tells apart those that would be the same. */
function nickOf(user: UserId, attempt = 0): string {
  const name = user.slice(1, user.indexOf(':')).replaceAll(/[^A-Za-z]/g, '');
  return `${name.slice(0, 6)}-m${attempt === 0 ? '' : attempt}`;
}

type IrcConnection = {
  readonly nick: string;
  /** Says a line in the channel, and waits until the server has taken it. */
  readonly say: (line: string) => Promise<void>;
  readonly quit: () => Promise<void>;
};

/** Connects to the server for a user and joins a channel. As much of IRC as a bridge needs. */
async function join({ host, port, channel, user }: { readonly host: string; readonly port: number; readonly channel: string; readonly user: UserId }): Promise<IrcConnection> {
  let attempt = 0;
  const socket = connect(port, host);
  const waiting = new Map<string, () => void>();
  const closed = new Promise<void>((resolve) => { socket.once('close', () => { resolve(); }); });
  const send = (line: string): void => { socket.write(`${line}\r\n`); };
  const when = (what: string): Promise<void> => new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error(`IRC: no ${what} within ${WITHIN} ms`)); }, WITHIN);
    waiting.set(what, () => { clearTimeout(timer); resolve(); });
  });
  createInterface({ input: socket }).on('line', (line) => {
    const [, command = '', rest = ''] = /^(?::\S+ )?(\S+) ?(.*)$/.exec(line) ?? [];
    if (command === 'PING') send(`PONG ${rest}`);
    // The nick is taken.
    if (command === '433' && attempt < 9) send(`NICK ${nickOf(user, attempt += 1)}`);
    const answer = command === 'PONG' ? rest.slice(rest.lastIndexOf(':') + 1) : command;
    waiting.get(answer)?.();
    waiting.delete(answer);
  });
  socket.on('error', () => { socket.destroy(); });

  const welcome = when('001');
  send(`NICK ${nickOf(user)}`);
  send('USER matrix 0 * :from Matrix');
  await welcome;
  const joined = when('366');
  send(`JOIN ${channel}`);
  await joined;

  const say = async (line: string): Promise<void> => {
    const token = randomUUID();
    const taken = when(token);
    send(`PRIVMSG ${channel} :${line}`);
    send(`PING ${token}`);
    await taken;
  };
  const quit = async (): Promise<void> => {
    send('QUIT');
    await closed;
  };
  return { nick: nickOf(user, attempt), say, quit };
}

type Files = { readonly add: (bytes: Uint8Array) => string; readonly remove: (link: string) => void; readonly close: () => Promise<void> };

/** Serves files under addresses that nobody can guess, until they are removed. */
function serveFiles(): Promise<Files> {
  const stored = new Map<string, Uint8Array>();
  const server = createServer(({ url = '' }, response) => {
    const bytes = stored.get(url.slice(1));
    response.writeHead(bytes === undefined ? 410 : 200).end(bytes);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
      const add = (bytes: Uint8Array): string => {
        const name = randomUUID();
        stored.set(name, bytes);
        return base + name;
      };
      const close = (): Promise<void> => new Promise((closed) => {
        server.close(() => { closed(); });
        server.closeAllConnections();
      });
      resolve({ add, remove: (link) => { stored.delete(link.slice(base.length)); }, close });
    });
  });
}

/** What the operator, and through them the person, is told: nothing is claimed that did not happen. */
export function reportOf({ messages, totals }: BridgeErasurePlan): string {
  const reasons = new Map<string, number>();
  for (const { treatment, reason } of messages) reasons.set(`${treatment} (${reason})`, (reasons.get(`${treatment} (${reason})`) ?? 0) + 1);
  return [
    ...[...reasons].map(([what, count]) => `${what}: ${count}`),
    `links revoked: ${totals.revoked}`,
    ...totals.networks.map(({ network, remains }) => `stays on ${network}: ${remains.join(', ')}`),
  ].join('\n');
}

const MESSAGES: readonly MatrixMessage[] = [
  { event_id: '$1', room_id: '!room:example.org', sender: '@alice:example.org', body: 'hello\nfrom Matrix' },
  { event_id: '$2', room_id: '!room:example.org', sender: '@alice:example.org', body: 'a picture', file: new Uint8Array([1, 2, 3]) },
  { event_id: '$3', room_id: '!room:example.org', sender: '@bob:example.org', body: 'hello Alice' },
];

async function main(host: string, port: number, channel: string): Promise<void> {
  const irc = await startIrcBridge({ host, port, channel });
  for (const message of MESSAGES) await irc.bridge(message);
  console.log(reportOf(await irc.erase({ user_id: '@alice:example.org' })));
  const again = await Promise.all(MESSAGES.slice(0, 2).map(irc.bridge));
  console.log(`bridged again: ${again.filter(Boolean).length} of ${again.length}`);
  await irc.close();
}

/** The plan for what would have been bridged. */
function rehearse(): void {
  const mappings = MESSAGES.map(({ event_id, room_id, sender }, index): MessageMapping => (
    { event_id, room_id, sender, network: 'irc', chat: '#room', remoteId: String(index), account: 'alice-m', sentAt: 0, links: index === 1 ? ['https://bridge.example.org/1'] : [] }
  ));
  const plan = planBridgeErasure(noticeCause({ user_id: '@alice:example.org' }), mappings, { at: 0, tombstoneKey: randomBytes(32) });
  console.log(`no server given; the plan would be:\n${reportOf(plan)}`);
}

if (import.meta.main) {
  const [host, port = '6667', channel = '#room'] = process.argv.slice(2);
  await (host === undefined ? rehearse() : main(host, Number(port), channel));
}
