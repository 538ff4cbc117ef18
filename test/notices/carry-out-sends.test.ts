import { describe, expect, test } from 'vitest';
import { carryOutSends, type CarryOutOptions, type SendOutcome } from '../../src/notices/carry-out-sends.ts';
import { openHomeserver, type SendAnswer, type SendFetch } from '../../src/notices/client-server.ts';
import type { Send } from '../../src/notices/send-plan.ts';

const ALICE = '@alice:a.example';
const BOB = '@bob:a.example';
const ROOM = '!r/1:a.example';
const redact = (event_id: string, at = 0, sender = ALICE): Send => ({ kind: 'redact', sender, room_id: ROOM, event_id, txn_id: `txn-${event_id}`, at });
const leave: Send = { kind: 'leave', sender: ALICE, room_id: ROOM, how: 'leave', at: 0 };
const deactivate: Send = { kind: 'deactivate', sender: ALICE, at: 0 };

const answer = (status: number, body: object | string = {}, retryAfter: string | null = null): SendAnswer => ({
  status, headers: { get: (name) => (name === 'retry-after' ? retryAfter : null) }, text: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
});
const refusal = (status: number, errcode: string, more: object = {}): SendAnswer => answer(status, { errcode, error: 'SECRET text', ...more });

type Answers = (line: string, count: number) => SendAnswer | undefined;

/** A homeserver that answers as it is told, else that all is well; what it was asked, and how long was waited. */
function scripted(answers: Answers = () => undefined) {
  const asked: string[] = [];
  const waits: number[] = [];
  const fetch: SendFetch = async (url, { method, body, headers, redirect }) => {
    expect([headers['authorization']?.startsWith('Bearer '), redirect]).toEqual([true, 'error']);
    const line = `${method} ${url.replace('https://a.example/_matrix/client/v3', '')}`;
    asked.push(body === undefined || body === '{}' ? line : `${line} ${body}`);
    const own = answers(line, asked.filter((one) => one.startsWith(line)).length);
    if (own !== undefined) return own;
    if (line === 'GET /account/whoami') return answer(200, { user_id: headers['authorization'] === 'Bearer bob' ? BOB : ALICE });
    return line.startsWith('GET') ? refusal(404, 'M_NOT_FOUND') : answer(200, { event_id: '$redaction' });
  };
  return { fetch, asked, waits, wait: async (ms: number) => void waits.push(ms) };
}

type Scripted = ReturnType<typeof scripted>;

async function run(sends: readonly Send[], { fetch, wait }: Scripted, more: Partial<CarryOutOptions> = {}): Promise<readonly SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  const options = { baseUrl: 'https://a.example/', fetch, wait, accessTokens: { [ALICE]: 'alice', [BOB]: 'bob' }, ...more };
  for await (const outcome of carryOutSends({ sends }, options)) outcomes.push(outcome);
  return outcomes;
}
const statuses = (outcomes: readonly SendOutcome[]) => outcomes.map(({ status, errcode }) => (errcode === undefined ? status : `${status} ${errcode}`));

describe('sends', () => {
  test('are looked up, sent and paced, with names encoded', async () => {
    const server = scripted();
    const outcomes = await run([redact('$a/b'), redact('$c', 500), leave], server);
    expect(outcomes).toEqual([
      { send: redact('$a/b'), status: 'done', httpStatus: 200, event_id: '$redaction' },
      { send: redact('$c', 500), status: 'done', httpStatus: 200, event_id: '$redaction' },
      { send: leave, status: 'done', httpStatus: 200, event_id: '$redaction' },
    ]);
    expect(server.asked).toEqual([
      'GET /account/whoami',
      'GET /rooms/!r%2F1%3Aa.example/event/%24a%2Fb',
      'PUT /rooms/!r%2F1%3Aa.example/redact/%24a%2Fb/txn-%24a%2Fb',
      'GET /rooms/!r%2F1%3Aa.example/event/%24c',
      'PUT /rooms/!r%2F1%3Aa.example/redact/%24c/txn-%24c',
      'GET /rooms/!r%2F1%3Aa.example/state/m.room.member/%40alice%3Aa.example',
      'POST /rooms/!r%2F1%3Aa.example/leave',
    ]);
    expect(server.waits).toEqual([500]);
  });

  test('that were done before are not sent again, and not waited for', async () => {
    const server = scripted((line) => {
      if (line.includes('/event/')) return answer(200, { unsigned: line.endsWith('a') ? { redacted_because: {} } : { redacted_by: '$r' } });
      return line.includes('/state/') ? answer(200, { membership: 'leave' }) : undefined;
    });
    expect(statuses(await run([redact('$a'), redact('$b', 500), leave], server))).toEqual(['already', 'already', 'already']);
    expect(server.asked.filter((line) => !line.startsWith('GET'))).toEqual([]);
    expect(server.waits).toEqual([]);
  });

  test('wait as long as the server asks, whatever the form', async () => {
    const limited = [refusal(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 1234 }), answer(429, 'slow down', '7'), answer(503, '<html>')];
    const server = scripted((line, count) => (line.startsWith('PUT') ? limited[count - 1] : undefined));
    expect(statuses(await run([redact('$a')], server))).toEqual(['done']);
    expect(server.waits).toEqual([1234, 7000, 4000]);
    expect(new Set(server.asked.filter((line) => line.startsWith('PUT'))).size).toBe(1);
  });

  test('do not wait longer than allowed, nor try without end', async () => {
    const patient = scripted((line) => (line.startsWith('PUT') ? refusal(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 5000 }) : undefined));
    expect(statuses(await run([redact('$a')], patient, { longestWait: 4999 }))).toEqual(['failed M_LIMIT_EXCEEDED']);
    expect(patient.waits).toEqual([]);
    const tried = scripted((line) => (line.startsWith('PUT') ? answer(500) : undefined));
    expect(await run([redact('$a')], tried, { attempts: 3 })).toEqual([{ send: redact('$a'), status: 'failed', httpStatus: 500 }]);
    expect(tried.waits).toEqual([1000, 2000]);
  });

  test('take no page of somebody else for an answer, and survive a server that hangs up', async () => {
    const page = scripted((line) => (line.startsWith('PUT') ? answer(200, '<html>welcome') : undefined));
    expect(await run([redact('$a')], page, { attempts: 2 })).toEqual([{ send: redact('$a'), status: 'failed' }]);
    const dead = scripted((line) => {
      if (line.startsWith('PUT')) throw new TypeError('SECRET');
      return undefined;
    });
    expect(await run([redact('$a')], dead, { attempts: 2 })).toEqual([{ send: redact('$a'), status: 'failed' }]);
  });

  test('that the server refuses stop nothing and repeat none of its words', async () => {
    const server = scripted((line) => (line.startsWith('PUT') ? refusal(403, 'M_FORBIDDEN') : undefined));
    const outcomes = await run([redact('$a'), leave, deactivate], server);
    expect(statuses(outcomes)).toEqual(['refused M_FORBIDDEN', 'done', 'done']);
    expect(JSON.stringify(outcomes)).not.toContain('SECRET');
    const odd = scripted((line) => (line.startsWith('PUT') ? refusal(403, 'no code but text') : undefined));
    expect(await run([redact('$a')], odd)).toEqual([{ send: redact('$a'), status: 'refused', httpStatus: 403 }]);
  });

  test('that failed keep their sender in the room and the account open', async () => {
    const server = scripted((line) => (line.startsWith('PUT') && line.includes('%24a') ? answer(500) : undefined));
    const elsewhere: Send = { ...leave, room_id: '!other:a.example' };
    expect(statuses(await run([redact('$a'), redact('$b'), leave, elsewhere, deactivate], server, { attempts: 1 }))).toEqual(['failed', 'done', 'waiting', 'done', 'waiting']);
    const another = scripted((line) => (line.startsWith('PUT') ? answer(500) : undefined));
    expect(statuses(await run([redact('$a', 0, BOB), leave, deactivate], another, { attempts: 1 }))).toEqual(['failed', 'done', 'done']);
    const staying = scripted((line) => (line.includes('/leave') ? answer(500) : undefined));
    expect(statuses(await run([leave, deactivate], staying, { attempts: 1 }))).toEqual(['failed', 'waiting']);
  });

  test('are made with nobody else\'s token', async () => {
    const server = scripted();
    expect(statuses(await run([redact('$a'), leave, deactivate], server, { accessTokens: { [ALICE]: 'bob' } })))
      .toEqual(['refused M_FORBIDDEN', 'refused M_FORBIDDEN', 'refused M_FORBIDDEN']);
    expect(server.asked).toEqual(['GET /account/whoami']);
    expect(statuses(await run([deactivate], server, { accessTokens: {} }))).toEqual(['failed M_MISSING_TOKEN']);
    expect(statuses(await run([deactivate], server, { accessTokens: Object.create({ [ALICE]: 'alice' }) }))).toEqual(['failed M_MISSING_TOKEN']);
  });
});

describe('an account', () => {
  const challenge = (line: string, count: number): SendAnswer | undefined =>
    line.includes('deactivate') && count === 1 ? answer(401, { session: 's1', flows: [] }) : undefined;
  const authenticate: CarryOutOptions['authenticate'] = (user, session) => ({ type: 'm.login.password', user, session: session ?? '' });

  test('is closed with proof of who asks', async () => {
    const server = scripted(challenge);
    expect(statuses(await run([deactivate], server, { authenticate }))).toEqual(['done']);
    expect(server.asked.slice(1)).toEqual([
      'POST /account/deactivate {"erase":true}',
      `POST /account/deactivate {"erase":true,"auth":{"type":"m.login.password","user":"${ALICE}","session":"s1"}}`,
    ]);
  });

  test('stays open without proof, or with a wrong one', async () => {
    expect(statuses(await run([deactivate], scripted(challenge)))).toEqual(['refused']);
    const wrong = scripted((line, count) => challenge(line, count) ?? (line.includes('deactivate') ? refusal(401, 'M_FORBIDDEN') : undefined));
    expect(statuses(await run([deactivate], wrong, { authenticate }))).toEqual(['refused M_FORBIDDEN']);
  });

  const gone = (line: string): SendAnswer | undefined => (line.endsWith('whoami') ? refusal(401, 'M_UNKNOWN_TOKEN') : undefined);

  test('that may be closed is asked about; a token alone says nothing', async () => {
    expect(statuses(await run([redact('$a'), deactivate], scripted(gone)))).toEqual(['failed M_UNKNOWN_TOKEN', 'waiting']);
    expect(statuses(await run([deactivate], scripted(gone), { isDeactivated: async () => false }))).toEqual(['failed M_UNKNOWN_TOKEN']);
    expect(statuses(await run([redact('$a'), leave, deactivate], scripted(gone), { isDeactivated: async (user) => user === ALICE })))
      .toEqual(['refused M_USER_DEACTIVATED', 'refused M_USER_DEACTIVATED', 'already']);
    const cutOff = scripted((line) => (line.includes('deactivate') ? refusal(401, 'M_UNKNOWN_TOKEN') : undefined));
    expect(statuses(await run([deactivate], cutOff, { isDeactivated: async () => true }))).toEqual(['already']);
  });

  test('that is closed leaves rooms to somebody else to look into', async () => {
    const server = scripted((line, count) => {
      if (line.includes('/event/%24a')) return answer(200, { unsigned: { redacted_by: '$r' } });
      if (line.includes('/state/')) return answer(200, { membership: 'leave' });
      return count === 1 ? gone(line) : undefined;
    });
    const more: Partial<CarryOutOptions> = { isDeactivated: async (user) => user === ALICE, observer: BOB };
    expect(statuses(await run([redact('$a'), redact('$b'), leave, deactivate], server, more)))
      .toEqual(['already', 'refused M_USER_DEACTIVATED', 'already', 'already']);
  });
});

describe('a homeserver', () => {
  const open = (baseUrl: string) => () => openHomeserver({ baseUrl, fetch: scripted().fetch, wait: async () => undefined });

  test.each(['https://a.example', 'https://a.example:8448/matrix/', 'http://localhost:8008', 'http://127.0.0.1:1', 'http://[::1]:8008'])('at %s may be asked', (baseUrl) => {
    expect(open(baseUrl)).not.toThrow();
  });

  test.each([
    ['http://a.example', 'plain'], ['http://127.0.0.1.a.example', 'plain'], ['http://localhost.a.example:80', 'plain'],
    ['a.example', 'form'], ['https://user:secret@a.example', 'form'], ['https://a.example?x', 'form'], ['ftp://a.example', 'form'], ['', 'form'],
  ])('at %s may not', (baseUrl, reason) => {
    expect(open(baseUrl)).toThrow(expect.objectContaining({ name: 'HomeserverAddressError', reason }));
  });
});
