import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const examples = readdirSync(folder).filter((name) => /^\d\d-.*\.ts$/.test(name));

/** What an example is there to show; an example without a line here fails. */
const shows: Readonly<Record<string, RegExp>> = {
  '01-redact-an-event.ts': /version 8: \{"membership":"join"\}[\s\S]*goes {2}content\.join_authorised[\s\S]*version 9[\s\S]*stays content\.join_authorised/,
  '02-verify-after-redaction.ts': /sent: {5}(\$\S+) valid\nredacted: \1 redact-needed\nforged: {3}invalid\n/,
  '03-plan-an-erasure.ts': /redact {2}own-state {2}m\.room\.topic[\s\S]*/,
  '04-a-proposal-for-a-room-version.ts': /m\.room\.topic: also keeps content\.topic, and gets another ID/,
  '05-check-your-homeserver.ts': /./,
  '20-bridge-irc.ts': /^no server given[\s\S]*impossible \(network-cannot\): 2\nlinks revoked: 1\nstays on irc: logs\n$/,
  '21-bridge-xmpp.ts': /^no server given[\s\S]*delete \(in-part\): 2\nlinks revoked: 0\nstays on xmpp: may-be-ignored, archives, uploads\n$/,
};

describe('examples', () => {
  test.each(examples)('%s', (name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=matrix-erasure-source', `${folder}${name}`], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Object.keys(shows)).toContain(name);
    expect(stdout).toMatch(shows[name] ?? /^$/);
  });
});
