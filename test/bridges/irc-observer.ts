import { connect } from 'node:net';
import { eventually, type Server } from './servers.ts';

/** Somebody on IRC who writes down everything that the server sends them, and can be made to forget nothing. */
export type IrcObserver = {
  /** What was said in the channel, as `nick: text`, in order. */
  readonly log: () => readonly string[];
  /** Nicks that left. */
  readonly left: () => readonly string[];
  readonly close: () => void;
};

/** Joins a channel to watch. */
export async function observeIrc({ host, port }: Server, channel: string): Promise<IrcObserver> {
  const socket = connect(port, host);
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
    const ping = /^PING (.*)$/m.exec(chunk);
    if (ping !== null) socket.write(`PONG ${ping[1] ?? ''}\r\n`);
  });
  socket.on('error', () => undefined);
  socket.write(`NICK observer\r\nUSER observer 0 * :watching\r\nJOIN ${channel}\r\n`);
  await eventually('the observer joins', () => (/ 366 observer /.test(received) ? true : undefined));
  const all = (expression: RegExp): readonly RegExpMatchArray[] => [...received.matchAll(expression)];
  return {
    log: () => all(/^:([^!\r\n]+)!\S+ PRIVMSG \S+ :([^\r\n]*)\r?$/gm).map(([, nick, text]) => `${nick ?? ''}: ${text ?? ''}`),
    left: () => all(/^:([^!\r\n]+)!\S+ QUIT/gm).map(([, nick]) => nick ?? ''),
    close: () => { socket.destroy(); },
  };
}
