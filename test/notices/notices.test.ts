import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createKeyRing } from '../../src/crypto/key-ring.ts';
import { signJson } from '../../src/crypto/sign.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import type { ErasurePlan } from '../../src/erasure/plan.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { serviceInterest } from '../../src/erasure/view/service.ts';
import { isUserId } from '../../src/identifiers/identifiers.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { buildErasureNotices, type NoticesOptions } from '../../src/notices/build-notices.ts';
import { readNoticeAnswer, type HttpAnswer } from '../../src/notices/notice-answer.ts';
import { checkNoticeTemplate, noticeTemplates, recipientNoticeText, subjectNoticeText } from '../../src/notices/notice-text.ts';
import { channelTo, recipientReasons, type Recipient, type RecipientKind } from '../../src/notices/recipient.ts';
import { readNoticeRegistration, readServiceRegistration, RegistrationError } from '../../src/notices/registration.ts';
import { readServerKeys, ServerKeysError } from '../../src/notices/server-keys.ts';
import { erasureContact, readSupportFile, SupportFileError } from '../../src/notices/support-file.ts';
import { TemplateError } from '../../src/notices/template.ts';
import { A, ALICE as ID, keyOf, NOW, signAs } from './keys.ts';

const ALICE = ID as ErasureRequest['subjects'][number];
const AT = Date.UTC(2026, 8, 2, 10);

function planOf(changes: Partial<ErasureRequest> = {}): ErasurePlan {
  return planErasure([], { subjects: [ALICE], requestedAt: AT, effectiveAt: AT + 86_400_000, profile: 'notice', scope: {}, ...changes });
}

function recipient(kind: RecipientKind, id: string, changes: Partial<Recipient> = {}): Recipient {
  return { kind, id, channel: channelTo[kind], since: AT, reasons: ['joined-at-event'], rooms: [{ room_id: '!r:a.example', since: AT, reasons: ['joined-at-event'] }], ...changes };
}

const options: NoticesOptions = { server: A, operator: 'Example e. V.', contact: 'dpo@a.example' };

describe('buildErasureNotices', () => {
  test('tells each kind of recipient by its channel', () => {
    const recipients = [
      recipient('server', 'b.example'), recipient('application-service', 'irc'), recipient('identity-server', 'id.example'), recipient('bot', '@bot:b.example'),
      recipient('public', 'public'),
    ];
    const bindings = [{ server: 'id.example', mxid: ALICE, medium: 'email', address: 'alice@mail.example' } as const, { server: 'other.example', mxid: ALICE, medium: 'msisdn', address: '1' } as const];
    const notices = buildErasureNotices(planOf(), recipients, { ...options, bindings });
    expect(notices.map(({ id: _, ...rest }) => rest)).toEqual([
      {
        kind: 'server', destination: 'b.example', channel: 'federation', method: 'POST', body: { user_id: ALICE },
        paths: { stable: '/_matrix/federation/v1/user/erase', unstable: '/_matrix/federation/unstable/org.matrix.msc2438/user/erase' },
      },
      {
        kind: 'application-service', destination: 'irc', channel: 'application-service', method: 'POST', body: { user_id: ALICE },
        paths: { stable: '/_matrix/app/v1/users/erase', unstable: '/_matrix/app/unstable/org.matrix.msc2438/users/erase' },
      },
      {
        kind: 'identity-server', destination: 'id.example', channel: 'identity-server', method: 'POST', paths: { stable: '/_matrix/identity/v2/3pid/unbind' },
        body: { mxid: ALICE, threepid: { medium: 'email', address: 'alice@mail.example' } },
      },
      { kind: 'bot', destination: '@bot:b.example', channel: 'person', body: expect.stringContaining('To whoever runs @bot:b.example') },
    ]);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length);
    expect(buildErasureNotices(planOf(), recipients, { ...options, bindings })).toEqual(notices);
    expect(buildErasureNotices(planOf({ requestedAt: 1 }), recipients, options)[0]?.id).not.toBe(notices[0]?.id);
  });

  test('names each subject', () => {
    const notices = buildErasureNotices(planOf({ subjects: [ALICE, '@irc_alice:a.example'] }), [recipient('server', 'b.example')], options);
    expect(notices.map(({ body }) => body)).toEqual([{ user_id: ALICE }, { user_id: '@irc_alice:a.example' }]);
  });

  test.each<readonly [string, Partial<ErasureRequest>, readonly string[]]>([
    ['rooms', { scope: { rooms: ['!r:a.example'] } }, ['person', 'person']],
    ['types', { scope: { types: ['m.room.message'] } }, ['person', 'person']],
    ['times', { scope: { before: 5 } }, ['person', 'person']],
    ['another server\'s user', { subjects: ['@alice:elsewhere.example'] }, ['person', 'application-service']],
    ['another server\'s user, too', { subjects: [ALICE, '@alice:elsewhere.example'] }, ['federation', 'person', 'application-service', 'application-service']],
  ])('an endpoint erases whole users of this server: for %s people are written to', (_, changes, channels) => {
    const notices = buildErasureNotices(planOf(changes), [recipient('server', 'b.example'), recipient('application-service', 'irc')], options);
    expect(notices.map(({ channel }) => channel)).toEqual(channels);
  });

  test('an identity server whose address nobody kept is written to', () => {
    expect(buildErasureNotices(planOf(), [recipient('identity-server', 'id.example')], options).map(({ channel }) => channel)).toEqual(['person']);
  });

  test('ten thousand recipients', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => recipient('server', `s${index}.example`));
    const notices = buildErasureNotices(planOf(), many, options);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(10_000);
  });
});

describe('texts for people', () => {
  test('say who, what, since when and why, and have no placeholder left', () => {
    const text = recipientNoticeText(planOf(), recipient('server', 'b.example', { reasons: recipientReasons }), options);
    for (const part of ['b.example', 'Example e. V.', 'dpo@a.example', ALICE, '2026-09-02', '2026-09-03', '!r:a.example', 'Article 17', 'Article 19']) expect(text).toContain(part);
    expect(text).not.toMatch(/[{}]|undefined/);
    expect(text.split('\n').filter((line) => line.length > 140 && !line.includes('came to you'))).toEqual([]);
  });

  test('say what a part of an erasure covers', () => {
    const scope = { rooms: ['!r:a.example'], types: ['m.room.message'], after: AT, before: AT + 86_400_000 };
    const template = '{{scope}}';
    expect(recipientNoticeText(planOf({ scope }), recipient('server', 'b'), { ...options, template }))
      .toBe('only what the accounts sent in the rooms !r:a.example, of the types m.room.message, after 2026-09-02, up to 2026-09-03');
    expect(recipientNoticeText(planOf(), recipient('server', 'b'), { ...options, template })).toBe('everything of the accounts');
  });

  test('tell the person who has copies', () => {
    const text = subjectNoticeText(planOf(), [recipient('server', 'b.example'), recipient('public', 'public', { reasons: ['world-readable'] })], options);
    expect(text).toContain('  - the server b.example, since 2026-09-02: was in a room when something was sent there\n  - the public, since');
    expect(text).not.toMatch(/[{}]|undefined/);
  });

  test('can be an operator\'s own', () => {
    const template = 'Liebe Leute von {{ recipient }}! {{accounts}} {{rooms}} {{since}} {{case}}';
    const { since: _, ...timeless } = recipient('server', 'b.example', { rooms: [] });
    const plan = planOf();
    expect(recipientNoticeText(plan, timeless, { ...options, template }))
      .toBe(`Liebe Leute von b.example! ${ALICE} none that is known a time that is not known ${plan.digest.slice(0, 12)}`);
  });

  test.each([
    ['{{recpient}}', 'recpient'], ['{{}}', ''], ['{{constructor}}', 'constructor'], ['{{recipient', undefined], ['recipient}}', undefined],
    ['{{recipients}}', 'recipients'],
  ])('refuse the template %j', (template, placeholder) => {
    expect(() => checkNoticeTemplate(template, 'recipient')).toThrow(TemplateError);
    expect(() => checkNoticeTemplate(template, 'recipient')).toThrow(expect.objectContaining({ placeholder }));
    expect(() => recipientNoticeText(planOf(), recipient('server', 'b'), { ...options, template })).toThrow(TemplateError);
  });

  test('have all their placeholders listed, and no others', () => {
    for (const [kind, { text, placeholders }] of Object.entries(noticeTemplates)) {
      expect(() => checkNoticeTemplate(text, kind as 'recipient')).not.toThrow();
      const every = placeholders.map((name) => `{{${name}}}`).join('|');
      const filled = kind === 'recipient' ? recipientNoticeText(planOf(), recipient('server', 'b'), { ...options, template: every }) : subjectNoticeText(planOf(), [], { ...options, template: every });
      expect(filled).not.toContain('{{');
      expect(() => checkNoticeTemplate(every, kind as 'recipient')).not.toThrow();
    }
  });

  test('fill in what comes from elsewhere on one line, and never as a placeholder', () => {
    const text = recipientNoticeText(planOf(), recipient('bot', '@a\u202eb\r\nBcc: x@y:{{contact}}.example'), { ...options, template: '[{{recipient}}]' });
    expect(text).toBe('[@a\ufffdb\ufffd\ufffdBcc: x@y:{{contact}}.example]');
  });

  test('name twenty rooms, and how many more', () => {
    const rooms = Array.from({ length: 25 }, (_, index) => ({ room_id: `!${index}:a`, reasons: [] }));
    expect(recipientNoticeText(planOf(), recipient('server', 'b', { rooms }), { ...options, template: '{{rooms}}' })).toMatch(/^!0:a, .*!19:a, and 5 more$/);
  });
});

describe('readNoticeAnswer', () => {
  const json = (status: number, body: object = {}): HttpAnswer => ({ status, body: JSON.stringify(body) });

  test.each<readonly [string, HttpAnswer, unknown]>([
    ['an acknowledgement', json(200), { outcome: 'acknowledged' }],
    ['an acknowledgement with more', json(200, { x: 1 }), { outcome: 'acknowledged' }],
    ['a page of something else', { status: 200, body: '<html>' }, { outcome: 'later' }],
    ['a list', { status: 200, body: '[]' }, { outcome: 'later' }],
    ['an empty success', { status: 204, body: '' }, { outcome: 'later' }],
    ['a redirect', { status: 302, body: '' }, { outcome: 'later' }],
    ['no endpoint', json(404, { errcode: 'M_UNRECOGNIZED' }), { outcome: 'unsupported' }],
    ['no method', json(405, { errcode: 'M_UNRECOGNIZED' }), { outcome: 'unsupported' }],
    ['no endpoint, as older servers say it', json(400, { errcode: 'M_UNRECOGNIZED' }), { outcome: 'unsupported' }],
    ['no endpoint, as newer ones did once', json(404, { errcode: 'M_NOT_FOUND' }), { outcome: 'unsupported' }],
    ['no Matrix server', { status: 404, body: 'nothing here' }, { outcome: 'unsupported' }],
    ['a static page', { status: 405, body: '' }, { outcome: 'unsupported' }],
    ['a failure', json(500, { errcode: 'M_UNKNOWN' }), { outcome: 'later' }],
    ['a gateway', { status: 502, body: '<html>' }, { outcome: 'later' }],
    ['too many requests', json(429, { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 1500 }), { outcome: 'later', after: 1500 }],
    ['too many requests, by the header', { ...json(429, { retry_after_ms: 1 }), retryAfter: '7' }, { outcome: 'later', after: 7000 }],
    ['a wait beyond reason', { ...json(503), retryAfter: '999999999' }, { outcome: 'later', after: 86_400_000 }],
    ['a date to wait for', { ...json(503), retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }, { outcome: 'later' }],
    ['a wait that is no number', json(429, { retry_after_ms: 'long' }), { outcome: 'later' }],
    ['a negative wait', json(429, { retry_after_ms: -5 }), { outcome: 'later' }],
    ['a refusal', json(403, { errcode: 'M_FORBIDDEN' }), { outcome: 'refused', status: 403, errcode: 'M_FORBIDDEN' }],
    ['a refusal that says nothing', { status: 401, body: '' }, { outcome: 'refused', status: 401 }],
    ['a refusal that says too much', json(403, { errcode: 'Alice is\nhere' }), { outcome: 'refused', status: 403 }],
    ['another 404', json(404, { errcode: 'ORG.EXAMPLE_NO' }), { outcome: 'refused', status: 404, errcode: 'ORG.EXAMPLE_NO' }],
  ])('%s', (_, answer, outcome) => {
    expect(readNoticeAnswer(answer)).toEqual(outcome);
  });
});

describe('readSupportFile', () => {
  test('reads contacts, and passes over those that nobody could write to', () => {
    const read = readSupportFile({
      contacts: [
        { matrix_id: '@admin:b.example', email_address: 'admin@b.example', role: 'm.role.admin' }, { role: 'm.role.security' }, { email_address: 'x@y' }, 'x',
        { role: 'm.role.security', email_address: 'a@b\r\nBcc: everybody@example.org' }, { role: 'org.x', matrix_id: 'admin', email_address: 5 },
        { role: 'org.matrix.msc4265.role.dpo', email_address: 'dpo@b.example' },
      ],
      support_page: 'https://b.example/support', x: 1,
    });
    expect(read).toEqual({
      contacts: [
        { role: 'm.role.admin', matrixId: '@admin:b.example', email: 'admin@b.example' }, { role: 'org.matrix.msc4265.role.dpo', email: 'dpo@b.example' },
      ],
      supportPage: 'https://b.example/support',
    });
    expect(erasureContact(read)?.email).toBe('dpo@b.example');
    expect(erasureContact({ contacts: read.contacts.slice(0, 1) })?.email).toBe('admin@b.example');
    expect(erasureContact({ contacts: [{ role: 'x', email: '1@x' }, { role: 'm.role.security', email: '2@x' }] })?.email).toBe('2@x');
  });

  test.each<readonly [unknown, string]>([
    [[], 'form'], ['x', 'form'], [{ contacts: {} }, 'form'], [{}, 'empty'], [{ contacts: [] }, 'empty'], [{ support_page: 'javascript:alert(1)' }, 'empty'],
    [{ contacts: [{ role: 'm.role.admin' }] }, 'empty'],
  ])('refuses %j', (value, reason) => {
    expect(() => readSupportFile(value as JsonObject)).toThrow(SupportFileError);
    expect(() => readSupportFile(value as JsonObject)).toThrow(expect.objectContaining({ reason }));
  });
});

describe('readNoticeRegistration', () => {
  const YAML = `
id: "IRC Bridge"
url: "http://127.0.0.1:1234"
as_token: "30c05ae9"
hs_token: "312df522"
sender_localpart: "_irc_bot"
rate_limited: false
namespaces:
  users:
    - exclusive: true
      regex: "@_irc_bridge_.*"
    - exclusive: true
      regex: "\\\\@tele\\\\_gram\\\\-.*\\\\:a\\\\.example$"
  aliases:
    - exclusive: false
      regex: "#_irc_bridge_[a-z\\\\-]*"
  rooms: []
`;

  test('reads what homeservers are given, patterns for Python among it', () => {
    const registration = readNoticeRegistration(parse(YAML));
    expect(registration).toMatchObject({ id: 'IRC Bridge', url: 'http://127.0.0.1:1234', hsToken: '312df522', senderLocalpart: '_irc_bot', rooms: [] });
    const interest = serviceInterest(registration, A);
    const users = ['@_irc_bridge_x:a.example', '@tele_gram-1:a.example', '@tele_gram-1:axexample', '@_irc_bot:a.example', '@x_irc_bridge_x:a.example'];
    expect(users.map(interest.includesUser)).toEqual([true, true, false, true, false]);
    expect(interest.includesAlias('#_irc_bridge_a-b:a.example')).toBe(true);
  });

  test('may have no URL and no namespaces of a kind', () => {
    const value = { id: 'x', url: null, as_token: 'a', hs_token: 'b', sender_localpart: 'c', namespaces: { users: null } };
    expect(readNoticeRegistration(value)).toEqual({ id: 'x', url: null, hsToken: 'b', senderLocalpart: 'c', users: [], rooms: [], aliases: [] });
  });

  test.each<readonly [object, string]>([
    [{ id: undefined }, 'id'], [{ id: '' }, 'id'], [{ url: undefined }, 'url'], [{ url: 'ftp://x' }, 'url'], [{ hs_token: '' }, 'hs_token'],
    [{ hs_token: 5 }, 'hs_token'], [{ namespaces: undefined }, 'namespaces'], [{ namespaces: { users: {} } }, 'namespaces.users'],
    [{ namespaces: { users: [{}] } }, 'namespaces.users.0.regex'], [{ namespaces: { rooms: [{ regex: 'a' }, { regex: '(' }] } }, 'namespaces.rooms.1.regex'],
    [{ namespaces: { aliases: [{ regex: '(?P<x>a)?(?P=x)' }] } }, 'namespaces.aliases.0.regex'],
  ])('refuses %j', (changes, key) => {
    const value = { ...parse(YAML), ...changes };
    expect(() => readNoticeRegistration(value)).toThrow(RegistrationError);
    expect(() => readNoticeRegistration(value)).toThrow(expect.objectContaining({ key }));
    expect(() => readNoticeRegistration(value)).not.toThrow(/312df522|30c05ae9/);
  });

  test('is read for what concerns the service alone, whatever else it says', () => {
    const { url: _, hs_token, as_token, ...rest } = parse(YAML);
    const { url, hsToken, ...interest } = readNoticeRegistration(parse(YAML));
    expect([readServiceRegistration(rest), readServiceRegistration(parse(YAML))]).toEqual([interest, interest]);
    expect(() => readServiceRegistration({ ...rest, namespaces: { users: [{ regex: '(' }] } })).toThrow(expect.objectContaining({ key: 'namespaces.users.0.regex' }));
  });

  test.each([null, 'x', []])('refuses %j', (value) => {
    expect(() => readNoticeRegistration(value)).toThrow(RegistrationError);
  });
});

describe('readServerKeys', () => {
  const { keyId, publicKey } = keyOf(1);
  const answer = (changes: JsonObject = {}): JsonObject =>
    signJson({ server_name: A, valid_until_ts: NOW + 1000, verify_keys: { [keyId]: { key: publicKey } }, old_verify_keys: { 'ed25519:old': { key: publicKey, expired_ts: 1 } }, ...changes }, signAs(A));
  const WEEK = 7 * 86_400_000;

  test('gives the keys that may sign requests, with the time until which they count', () => {
    expect(readServerKeys(answer(), { server: A, fetchedAt: NOW })).toEqual({ [A]: { [keyId]: { key: publicKey, validUntil: NOW + 1000 } } });
    expect(readServerKeys(answer({ valid_until_ts: NOW + 2 * WEEK }), { server: A, fetchedAt: NOW })).toEqual({ [A]: { [keyId]: { key: publicKey, validUntil: NOW + WEEK } } });
    const ring = createKeyRing(readServerKeys(answer(), { server: A, fetchedAt: NOW }));
    expect([ring(A, keyId)?.validUntil, ring(A, 'ed25519:old')]).toEqual([NOW + 1000, undefined]);
  });

  test.each<readonly [string, JsonObject, string]>([
    ['nothing', {}, 'form'], ['no time', answer({ valid_until_ts: 'x' }), 'form'], ['another server', answer({ server_name: 'c.example' }), 'server'],
    ['no key', answer({ verify_keys: {} }), 'signature'], ['no Ed25519 key', answer({ verify_keys: { 'rsa:1': { key: publicKey } } }), 'signature'],
    ['a key that did not sign', answer({ verify_keys: { [keyId]: { key: publicKey }, 'ed25519:2': { key: keyOf(2).publicKey } } }), 'signature'],
    ['what was changed later', { ...answer(), valid_until_ts: NOW + 5 }, 'signature'], ['another key', answer({ verify_keys: { [keyId]: { key: keyOf(2).publicKey } } }), 'signature'],
  ])('refuses %s', (_, value, reason) => {
    expect(() => readServerKeys(value, { server: A, fetchedAt: NOW })).toThrow(ServerKeysError);
    expect(() => readServerKeys(value, { server: A, fetchedAt: NOW })).toThrow(expect.objectContaining({ reason }));
  });
});

test('the subject of these tests is a user', () => {
  expect(isUserId(ALICE)).toBe(true);
});
