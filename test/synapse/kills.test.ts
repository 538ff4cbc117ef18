import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runCli, startCli } from '../cli/run.ts';
import { must, register, registerAdmin, createRoom, act, sendEvent } from './client.ts';
import { readRecords, readRedactions } from './database.ts';
import { prepared, startHomeserver, type Homeserver } from './homeserver.ts';

const TEXTS = 40;
/** How long (ms) each run may go on before it is killed; some are killed before they send anything, some in the middle of a request. */
const LIFETIMES = [350, 620, 480, 900, 560, 730, 410, 1100, 670, 520, 840, 590];

const isThere = prepared();
if (!isThere && !process.env['CI']) console.log('skipped: Synapse needs Python 3 with venv and a package index');

let homeserver: Homeserver;
beforeAll(async () => {
  if (isThere) homeserver = await startHomeserver();
});
afterAll(async () => {
  await homeserver?.stop();
});

describe.skipIf(!isThere)('notify rooms at a Synapse', () => {
  test.each(['1', '11'])('killed again and again, redacts each event once, leaves once, and closes the account: version %s', async (version) => {
    const folder = await mkdtemp(join(tmpdir(), 'matrix-erasure-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const at = (name: string): string => join(folder, name);
    const [alice, bob, admin] = [await register(homeserver, `ann${version}`), await register(homeserver, `ben${version}`), await registerAdmin(homeserver, `kills${version}`)];
    const room = await createRoom(bob, version, { preset: 'public_chat' });
    await act(alice, room, 'join');
    for (let text = 0; text < TEXTS; text += 1) await sendEvent(alice, room, 'm.room.message', { msgtype: 'm.text', body: `text ${text}` });
    const before = readRecords(homeserver.database).filter(({ room_id }) => room_id === room);
    await writeFile(at('room'), before.map((record) => `${JSON.stringify(record)}\n`).join(''));
    await writeFile(at('tokens'), JSON.stringify({ [alice.userId]: { token: alice.token, password: alice.password } }));
    await writeFile(at('admin'), admin.token);
    expect((await runCli(['plan', 'room', '--subject', alice.userId, '--redact-events', '--out', 'plan'], { cwd: folder })).code).toBe(0);
    const args = ['notify', 'rooms', 'plan', 'room', '--homeserver', homeserver.url, '--token-file', 'tokens', '--admin-token-file', 'admin', '--per-second', '1000', '--burst', '1000', '--yes'];
    let killed = 0;
    for (const lifetime of LIFETIMES) {
      const child = startCli(args, { cwd: folder });
      const timer = setTimeout(() => child.kill('SIGKILL'), lifetime);
      const [, signal] = await once(child, 'close');
      clearTimeout(timer);
      if (signal === 'SIGKILL') killed += 1;
    }
    const last = await runCli(args, { cwd: folder });
    expect([last.code, last.stderr]).toEqual([0, '']);
    expect(killed).toBeGreaterThan(2);
    const { rooms: [planned] } = JSON.parse(await readFile(at('plan'), 'utf8'));
    const redactions = readRedactions(homeserver.database);
    expect(planned.redactions.length).toBeGreaterThanOrEqual(TEXTS);
    expect(planned.redactions.filter((eventId: string) => redactions.get(eventId)?.length !== 1)).toEqual([]);
    const leaves = readRecords(homeserver.database).filter(({ room_id, pdu }) => room_id === room && pdu.type === 'm.room.member' && pdu.state_key === alice.userId && pdu.content['membership'] === 'leave');
    expect(leaves.length).toBe(1);
    expect(await must(admin.ask('GET', `/_synapse/admin/v2/users/${encodeURIComponent(alice.userId)}`))).toMatchObject({ deactivated: true, erased: true });
  });
});
