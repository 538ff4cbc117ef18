import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeServerNotice, judgeServiceNotice, type NoticeRequest, type NoticeVerdict } from '../../src/notices/authority.ts';
import { parseXMatrixHeader } from '../../src/notices/x-matrix-header.ts';
import { isSameSecret } from '../../src/notices/token.ts';
import { signRequest } from '../../src/notices/x-matrix.ts';
import { A, ALICE, B, NOW, ringOf, SERVER_PATH, SERVICE_PATH, signAs } from './keys.ts';

const keys = ringOf({ [A]: 1, 'evil.example': 3 });
const authority = { serverName: B, keys, now: NOW };

function notice(userId: string = ALICE, { by = A, number = 1, to = B, body = JSON.stringify({ user_id: userId }) } = {}): NoticeRequest {
  const authorization = signRequest({ method: 'POST', uri: SERVER_PATH, destination: to, content: JSON.parse(body) }, signAs(by, number));
  return { method: 'POST', uri: SERVER_PATH, authorization, body };
}

const reasonOf = (verdict: NoticeVerdict): string => (verdict.accepted ? 'accepted' : verdict.reason);

describe('a notice from a server', () => {
  test('counts from the user\'s own server', () => {
    expect(judgeServerNotice(notice(), authority)).toEqual({ accepted: true, notice: { endpoint: 'server', userId: ALICE, origin: A } });
  });

  test('may say more than the proposal knows, and white space is nothing', () => {
    expect(judgeServerNotice(notice(ALICE, { body: ` {"org.example.reason": [1], "user_id":\n"${ALICE}"} ` }), authority).accepted).toBe(true);
  });

  test.each<readonly [string, NoticeRequest, string]>([
    ['no authorization', { ...notice(), authorization: null }, 'no-authorization'],
    ['a token', { ...notice(), authorization: 'Bearer abc' }, 'malformed-authorization'],
    ['an empty header', { ...notice(), authorization: '' }, 'malformed-authorization'],
    ['another destination', notice(ALICE, { to: 'c.example' }), 'wrong-destination'],
    ['another destination that it keeps silent about', { ...notice(), authorization: (notice(ALICE, { to: 'c.example' }).authorization ?? '').replace(/destination="[^"]+",/, '') }, 'bad-signature'],
    ['a server whose keys are not known', notice('@a:c.example', { by: 'c.example' }), 'unknown-key'],
    ['a key that is not the server\'s', notice(ALICE, { number: 2 }), 'bad-signature'],
    ['another server', notice(ALICE, { by: 'evil.example', number: 3 }), 'not-own-server'],
    ['another server that names itself in the localpart', notice(`@evil.example:${A}`, { by: 'evil.example', number: 3 }), 'not-own-server'],
    ['a server whose name goes on', notice(`@alice:${A}:8448`), 'not-own-server'],
    ['a server in other case', notice(`@alice:${A.toUpperCase()}`), 'not-own-server'],
    ['another body than was signed', { ...notice(), body: `{"user_id":"@bob:${A}"}` }, 'bad-signature'],
    ['another path than was signed', { ...notice(), uri: '/_matrix/federation/unstable/org.matrix.msc2438/user/erase' }, 'bad-signature'],
    ['no JSON', { ...notice(), body: '{"user_id":' }, 'not-json'],
    ['nothing', { ...notice(), body: '' }, 'not-json'],
    ['a list', notice(ALICE, { body: '[]' }), 'bad-json'],
    ['no user', notice(ALICE, { body: '{}' }), 'bad-json'],
    ['a room', notice('!room:a.example'), 'bad-json'],
    ['a user without a server', notice('@alice'), 'bad-json'],
    ['two users', { ...notice(), body: `{"user_id":"@bob:${A}","user_id":"${ALICE}"}` }, 'bad-json'],
    ['a list of users', notice(ALICE, { body: `{"user_id":["${ALICE}"]}` }), 'bad-json'],
  ])('does not count with %s', (_, request, reason) => {
    expect(reasonOf(judgeServerNotice(request, authority))).toBe(reason);
  });

  test('does not count with a key that has expired', () => {
    const expired = { ...authority, keys: ringOf({ [A]: [1, NOW - 1] }) };
    expect(reasonOf(judgeServerNotice(notice(), expired))).toBe('expired-key');
  });
});

describe('no notice without authority is accepted', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', ALICE, '@bob:a.example', '@eve:evil.example', '@x:c.example', A, B, 'evil.example'));
  const server = fc.constantFrom(A, B, 'evil.example', 'c.example');

  /** Everything that an attacker can make who has every key but Alice's server's. */
  const forged = fc.record({
    userId: text, by: server, to: server, number: fc.constantFrom(2, 3, 4), method: fc.constantFrom('POST', 'GET', 'PUT'),
    uri: fc.constantFrom(SERVER_PATH, SERVICE_PATH, '/'), claimed: fc.option(server), extra: text, mangle: fc.option(fc.nat(400)),
  });

  test('from a server that has not the key of the user\'s server, whatever it sends', () => {
    fc.assert(fc.property(forged, ({ userId, by, to, number, method, uri, claimed, extra, mangle }) => {
      const body = JSON.stringify({ user_id: userId, extra });
      const signed = signRequest({ method, uri, destination: to, content: JSON.parse(body) }, signAs(by, number));
      const claiming = claimed === null ? signed : signed.replace(/origin="[^"]*"/, `origin="${claimed}"`);
      const authorization = mangle === null ? claiming : claiming.slice(0, mangle) + extra + claiming.slice(mangle + 1);
      const verdict = judgeServerNotice({ method, uri, authorization, body }, authority);
      // Evil's own users are Evil's to erase.
      expect(!verdict.accepted || ('origin' in verdict.notice && verdict.notice.origin === 'evil.example' && /^@[^:]*:evil\.example$/s.test(verdict.notice.userId))).toBe(true);
    }));
  });

  test('that was recorded and changed in any byte of the body or the header', () => {
    const recorded = notice();
    const change = (whole: string, at: number, to: string): string => whole.slice(0, at % whole.length) + to + whole.slice((at % whole.length) + 1);
    fc.assert(fc.property(fc.boolean(), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (inBody, at, to) => {
      const header = recorded.authorization ?? '';
      const changed = inBody ? { ...recorded, body: change(recorded.body, at, to) } : { ...recorded, authorization: change(header, at, to) };
      const verdict = judgeServerNotice(changed, authority);
      // Names are in any case, and the bits that base64 leaves over mean nothing: it is then the same notice.
      const isSame = sameParts(changed.authorization ?? '', header) && JSON.stringify(parsed(changed.body)) === JSON.stringify(JSON.parse(recorded.body));
      expect(verdict.accepted).toBe(isSame);
    }), { numRuns: 500 });
  });
});

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function sameParts(one: string, other: string): boolean {
  try {
    const [left, right] = [parseXMatrixHeader(one), parseXMatrixHeader(other)];
    const bytes = (sig: string): string => Buffer.from(sig, 'base64').toString('hex');
    return left.origin === right.origin && (left.destination ?? B) === right.destination && left.key === right.key && bytes(left.sig) === bytes(right.sig);
  } catch {
    return false;
  }
}

describe('a notice to an application service', () => {
  const hsToken = 'hs-secret_1';
  const request: NoticeRequest = { method: 'POST', uri: SERVICE_PATH, authorization: `Bearer ${hsToken}`, body: JSON.stringify({ user_id: ALICE }) };

  test.each(['Bearer', 'bearer', 'BEARER '])('counts with the homeserver\'s token after %j', (scheme) => {
    expect(judgeServiceNotice({ ...request, authorization: `${scheme} ${hsToken}` }, { hsToken }))
      .toEqual({ accepted: true, notice: { endpoint: 'application-service', userId: ALICE } });
  });

  test('counts with the same token in the query', () => {
    expect(judgeServiceNotice({ ...request, uri: `${SERVICE_PATH}?x=1&access_token=hs%2Dsecret_1` }, { hsToken }).accepted).toBe(true);
  });

  test.each<readonly [string, Partial<NoticeRequest>, string]>([
    ['nothing', { authorization: null }, 'no-authorization'],
    ['a token in the query alone', { authorization: null, uri: `${SERVICE_PATH}?access_token=${hsToken}` }, 'no-authorization'],
    ['an empty token', { authorization: 'Bearer ' }, 'malformed-authorization'],
    ['another scheme', { authorization: `Basic ${hsToken}` }, 'malformed-authorization'],
    ['a wrong token', { authorization: 'Bearer hs-secret_2' }, 'wrong-token'],
    ['the beginning of the token', { authorization: 'Bearer hs-secret_' }, 'wrong-token'],
    ['another one in the query', { uri: `${SERVICE_PATH}?access_token=x` }, 'wrong-token'],
    ['a second one in the query', { uri: `${SERVICE_PATH}?access_token=${hsToken}&access_token=x` }, 'wrong-token'],
    ['a broken escape in the query', { uri: `${SERVICE_PATH}?access_token=%` }, 'wrong-token'],
    ['no JSON', { body: 'x' }, 'not-json'],
    ['no user', { body: '{"user_id":null}' }, 'bad-json'],
  ])('does not count with %s', (_, changed, reason) => {
    expect(reasonOf(judgeServiceNotice({ ...request, ...changed }, { hsToken }))).toBe(reason);
  });

  test('a wrong token is told before the body is looked at', () => {
    expect(reasonOf(judgeServiceNotice({ ...request, authorization: 'Bearer x', body: 'x' }, { hsToken }))).toBe('wrong-token');
  });

  test('nobody has the empty token', () => {
    expect(judgeServiceNotice({ ...request, authorization: 'Bearer ' }, { hsToken: '' }).accepted).toBe(false);
  });

  test('every part of the tokens is compared', () => {
    // One byte of their hashes in 256 is the same by chance.
    expect(Array.from({ length: 2000 }, (_, index) => `${hsToken}${index}`).filter((token) => isSameSecret(token, hsToken))).toEqual([]);
    expect(isSameSecret(hsToken, `${hsToken}`)).toBe(true);
  });

  test('no other token is accepted', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.constantFrom('Bearer ', '', 'X-Matrix '), (token, scheme) => {
      fc.pre(token.trim() !== hsToken);
      expect(judgeServiceNotice({ ...request, authorization: scheme + token }, { hsToken }).accepted).toBe(false);
    }));
  });
});
