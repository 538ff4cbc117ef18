import { createServer } from 'node:https';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createKeyRing } from '../../../src/crypto/key-ring.ts';
import { formatSigningKey, generateSigningKey } from '../../../src/crypto/signing-key.ts';
import { toNodeHandler } from '../../../src/notices/node-handler.ts';
import { serveErasureApi } from '../../../src/notices/serve.ts';
import { createAuthority } from './certificate.ts';
import { folder, runCli, type Result } from '../run.ts';

export const KEY = generateSigningKey(new Uint8Array(32).fill(3), '1');
export const authority = createAuthority();

/** A server that takes notices in from a.example, or has no such endpoint. */
export async function listening(supports: boolean): Promise<{ readonly name: string; readonly erased: string[] }> {
  const erased: string[] = [];
  const server = createServer(authority.issue('127.0.0.1'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = serveErasureApi({
    serverName: name, keys: createKeyRing({ 'a.example': { [KEY.keyId]: KEY.publicKey } }), standing: (user) => (erased.includes(user) ? 'erased' : 'none'),
    onErasure: ({ userId }) => void erased.push(userId), onReview: () => undefined,
  });
  server.on('request', supports ? toNodeHandler(api) : (_, response) => response.writeHead(404, { 'content-type': 'application/json' }).end('{"errcode":"M_UNRECOGNIZED"}'));
  onTestFinished(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  }));
  return { name, erased };
}

export type Setting = { readonly run: (...args: readonly string[]) => Promise<Result>; readonly plan: (...args: readonly string[]) => Promise<Result>; readonly send: (...args: readonly string[]) => Promise<Result>; readonly at: string };

export type Sent = readonly [type: string, sender: string, content: object, stateKey?: string];

/** The event file of a public room in which one event follows another. */
function roomOf(servers: readonly string[], more: readonly Sent[]): readonly string[] {
  const alice = '@alice:a.example';
  const joins = servers.map((name): Sent => ['m.room.member', `@bob:${name}`, { membership: 'join' }, `@bob:${name}`]);
  const sent: readonly Sent[] = [
    ['m.room.create', alice, { creator: alice, room_version: '2' }, ''], ['m.room.member', alice, { membership: 'join' }, alice], ['m.room.join_rules', alice, { join_rule: 'public' }, ''], ...joins, ...more,
    ['m.room.message', alice, { body: 'hello' }],
  ];
  const link = (index: number): readonly unknown[] => [`$${index}:a.example`, { sha256: 'x' }];
  return sent.map(([type, sender, content, stateKey], index) => JSON.stringify({
    room_version: '2', event_id: `$${index}:a.example`, received_ts: 1_795_000_000_000 + index,
    pdu: {
      type, sender, content, ...(stateKey === undefined ? {} : { state_key: stateKey }), room_id: '!r:a.example', origin_server_ts: 1, depth: index + 1, hashes: {},
      prev_events: index === 0 ? [] : [link(index - 1)], auth_events: (sender === alice ? [0, 1] : [0, 2]).filter((before) => before < index).map(link),
    },
  }));
}

/** A room of a.example in which users of other servers are, and an erasure of Alice. */
export async function setting(servers: readonly string[], more: readonly Sent[] = []): Promise<Setting> {
  const at = await folder();
  const room = roomOf(servers, more);
  const path = (name: string): string => join(at, name);
  writeFileSync(path('room'), `${room.join('\n')}\n`);
  writeFileSync(path('key'), formatSigningKey(KEY));
  writeFileSync(path('ca'), authority.cert);
  const run = (...args: readonly string[]): Promise<Result> => runCli(['notify', ...args], { cwd: at });
  expect((await runCli(['plan', 'room', '--subject', '@alice:a.example', '--out', 'plan'], { cwd: at })).code).toBe(0);
  return {
    run, at,
    plan: (...args) => run('plan', 'plan', 'room', '--ledger', 'ledger', '--operator', 'Example', '--contact', 'dpo@a.example', ...args),
    send: (...args) => run('send', '--ledger', 'ledger', '--key', 'key', '--server', 'a.example', '--ca', 'ca', '--allow-private', ...args),
  };
}
