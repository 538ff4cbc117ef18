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
  '23-receive-notices-in-hono.ts': /^signed: 200 \{\}\nrefused: bad-signature\nforged: 401 \{"errcode":"M_UNAUTHORIZED".*\}\nerased: @signed:a\.example\n$/,
  '24-receive-notices-in-express.ts': /^signed: 200 \{\}\nrefused: bad-signature\nforged: 401 \{"errcode":"M_UNAUTHORIZED".*\}\nerased: @signed:a\.example\n$/,
  '25-receive-notices-in-node.ts': /^signed: 200 \{\}\nrefused: bad-signature\nforged: 401 \{"errcode":"M_UNAUTHORIZED".*\}\nerased: @signed:a\.example\n$/,
  '26-send-into-rooms.ts': /^40 redactions, then leave, then deactivate; 165 seconds at the limits of a Synapse\n3 done\n3 already, 40 done\n$/,
  '27-revoke-one-of-two-erasures.ts': /^after both: hidden since 1000\nthe first revoked: hidden since 2000\nboth revoked: not hidden\n$/,
  '30-bridge-irc.ts': /^no server given[\s\S]*impossible \(network-cannot\): 2\nlinks revoked: 1\nstays on irc: logs\n$/,
  '50-erase-in-a-store.ts': /1 erasure\nstopped: stopped\nwent on: done\n2 rooms: \d+ redacted, \d+ hidden, \d+ purged\napplied to an older copy: 1, the same events: true\n$/,
  '31-bridge-xmpp.ts': /^no server given[\s\S]*delete \(in-part\): 2\nlinks revoked: 0\nstays on xmpp: may-be-ignored, archives, uploads\n$/,
  '43-report-of-an-erasure.ts': /^to the person: 1 emptied, 1 hidden, 0 kept\n  server b\.example: confirmed\n  bot c\.example: by-hand\nto the operator: [^]*notices open[^]*\nrecipients: 1 confirmed, 0 told, 0 waiting, 1 by-hand, 0 unreachable\n$/,
  '40-a-persons-copy.ts': /^24 events, of them \d+ messages; \d+ files\n(?:not in it: .*\n)*not in it: account \(not-given\)\nread again: the same events\n$/,
  '41-a-copy-from-a-store.ts': /^25000 events\n(?:rooms\/0001-garden\/events-000\d\.jsonl: written\n){3}(?:rooms\/0001-garden\/page-000\d\.html: written\n){3}search\/index\.html: written\nsearch\/part-0002\.html: written\nleft behind: 0\n$/,
  '42-import-what-people-have.ts': /^export-data: objects, (\d+) events, all with[^\n]* 0 faults\nroom graph: room-graph, \1 events, all[^\n]* 0 faults\nevent_json: event-json, \1 events, all[^\n]* 0 faults\ntransaction: event-lists, \1 events, all[^\n]* 0 faults\n\/messages: page, 1 of a client\n$/,
  '44-rights.ts': /^access: open, due 2026-03-02\nerasure: overdue, due 2026-02-10\nrefused: The data are needed for legal claims\. \(Article 17\(3\)\(e\) of the GDPR\)\n77, 78, 79\nbob sees before, under and after it: full, hidden, full\nto rectify: @alice:hs1\.test:18441 may send it; 2 events before it remain\n$/,
};

describe('examples', () => {
  test.each(examples)('%s', (name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=matrix-erasure-source', `${folder}${name}`], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Object.keys(shows)).toContain(name);
    expect(stdout).toMatch(shows[name] ?? /^$/);
  });
});
