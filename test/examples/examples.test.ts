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
  '05-check-your-homeserver.ts': new RegExp([
    'does what the specification says: obeys 5 laws\\n',
    'by the table of version 8:\\nroom version 9: keeps the state after every event: the law is broken: the state after event (\\d) is another one\\n',
    '\\1\\. .*"join_authorised_via_users_server":.*\\nredacted: .*\\1\\n',
    'lets the latest event win:\\nroom version 10: resolves every fork as the rules say: .* meet in event (\\d)\\n(?:.*\\n)*\\2\\. \\(after \\d and \\d\\) ',
  ].join('[^]*')),
  '09-what-stays.ts': /guess: confirmed, of the salted one: refuted\n[\s\S]*shown as: @[0-9a-f]{40}:erased\.invalid\nin what is left: not-found; in a forgotten copy: found\naccount: keep username, delete email; 30 not looked at\n/,
  '20-who-holds-copies.ts': /server hs2\.test:18442: \d rooms, since 2026-[\s\S]*public public[\s\S]*POST \/_matrix\/federation\/v1\/user\/erase\nAuthorization: X-Matrix [\s\S]*To whoever runs identity\.example/,
  '21-receive-erasure-notices.ts': /^erased one user\na\.example: 200 \{\}\na\.example: 200 \{\}\nc\.example: 403 \{"errcode":"M_FORBIDDEN"/,
  '22-prove-what-was-done.ts': /receipt: valid\nledger of 5 records: intact, and it names nobody\nwithout its end: intact by itself, broken by the receipt\nwith another number in it: broken\n/,
  '30-bridge-irc.ts': /^no server given[\s\S]*impossible \(network-cannot\): 2\nlinks revoked: 1\nstays on irc: logs\n$/,
  '50-erase-in-a-store.ts': /1 erasure\nstopped: stopped\nwent on: done\n2 rooms: \d+ redacted, \d+ hidden, \d+ purged\napplied to an older copy: 1, the same events: true\n$/,
  '31-bridge-xmpp.ts': /^no server given[\s\S]*delete \(in-part\): 2\nlinks revoked: 0\nstays on xmpp: may-be-ignored, archives, uploads\n$/,
};

describe('examples', () => {
  test.each(examples)('%s', (name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=matrix-erasure-source', `${folder}${name}`], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Object.keys(shows)).toContain(name);
    expect(stdout).toMatch(shows[name] ?? /^$/);
  });
});
