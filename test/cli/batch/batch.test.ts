import { describe, expect, test } from 'vitest';
import { asArray, asObject, asText, parseVector } from '../../crypto/vectors.ts';
import { parseJson } from '../../../src/json/parse-json.ts';
import { own, type JsonObject } from '../../../src/json/value.ts';
import { lines, runCli, startCli } from '../run.ts';

const MARKER = 'quite-private';
const SEED = 'YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1';
const PUBLIC_KEY = 'XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI';

const event = {
  type: 'm.room.message', content: { body: MARKER }, sender: '@a:domain', room_id: '!r:domain', origin_server_ts: 1, depth: 1,
  auth_events: [], prev_events: [],
};

/** The replies to requests, each given as text or as a value. */
async function batch(requests: readonly (string | object)[]): Promise<readonly string[]> {
  const stdin = requests.map((request) => `${typeof request === 'string' ? request : JSON.stringify(request)}\n`).join('');
  const { code, stdout, stderr } = await runCli(['batch'], { stdin });
  expect([code, stderr]).toEqual([0, '']);
  return lines(stdout);
}

const read = (reply: string | undefined): JsonObject => asObject(parseJson(reply ?? '{}'));

test('ids are copied as they are, replies come in order, and numbers keep every digit', async () => {
  const replies = await batch([
    '{"id": 1, "op": "canonical", "json": {"b": 1, "a": [true, null]}}',
    '{"id": "one", "op": "canonical", "raw": "{\\"b\\": 1.0, \\"a\\": 9007199254740993}", "roomVersion": "1"}',
    '{"id": [1.0, 123456789012345678901234567890, null], "op": "canonical", "json": "x"}',
    '{"op": "canonical", "json": {"__proto__": 1, "9": 2, "10": 3}}',
    '{"id": null, "op": "redact", "roomVersion": "5", "event": {"type": "m.room.power_levels", "content": {"ban": 9007199254740993, "kick": 50.0}}}',
  ]);
  expect(replies).toEqual([
    '{"id":1,"ok":"{\\"a\\":[true,null],\\"b\\":1}"}',
    '{"id":"one","ok":"{\\"a\\":9007199254740993,\\"b\\":1.0}"}',
    '{"id":[1.0,123456789012345678901234567890,null],"ok":"\\"x\\""}',
    '{"ok":"{\\"10\\":3,\\"9\\":2,\\"__proto__\\":1}"}',
    '{"id":null,"ok":{"content":{"ban":9007199254740993,"kick":50.0},"type":"m.room.power_levels"}}',
  ]);
});

test('a request that cannot be answered gets an error, and the next one is answered', async () => {
  const bad: readonly (readonly [string, string])[] = [
    ['nonsense', 'JsonSyntaxError'],
    ['[]', 'RequestError'],
    ['null', 'RequestError'],
    ['{"op": "unheard-of"}', 'RequestError'],
    ['{"op": "constructor"}', 'RequestError'],
    ['{"op": "__proto__"}', 'RequestError'],
    ['{"op": 5}', 'RequestError'],
    ['{"op": "redact", "event": {}}', 'RequestError'],
    ['{"op": "redact", "roomVersion": "99", "event": {"type": "x", "content": {}}}', 'UnsupportedRoomVersionError'],
    ['{"op": "redact", "roomVersion": "constructor", "event": {"type": "x", "content": {}}}', 'UnsupportedRoomVersionError'],
    ['{"op": "redact", "roomVersion": "10", "event": []}', 'RequestError'],
    ['{"op": "redact", "roomVersion": "10", "event": {"content": {}}}', 'UnredactableEventError'],
    ['{"op": "redact", "roomVersion": "10", "eventRaw": "{"}', 'JsonSyntaxError'],
    ['{"op": "redact", "roomVersion": "10", "event": {"type": "x", "content": {"a": 1.5}}}', 'CanonicalJsonError'],
    ['{"op": "redact", "roomVersion": "10", "event": {"type": "x", "content": {"a": "\\ud800"}}}', 'IllFormedTextError'],
    ['{"op": "canonical"}', 'RequestError'],
    ['{"op": "canonical", "json": -0}', 'CanonicalJsonError'],
    ['{"op": "eventId", "roomVersion": "1", "event": {"type": "x", "content": {}}}', 'MissingIdError'],
    ['{"op": "sign", "roomVersion": "10", "event": {"type": "x", "content": {}}, "server": "s", "keyId": "rsa:1", "seed": ""}', 'RequestError'],
    ['{"op": "sign", "roomVersion": "10", "event": {"type": "x", "content": {}}, "server": "s", "keyId": "ed25519:1", "seed": "AA"}', 'InvalidSigningKeyError'],
    ['{"op": "sign", "roomVersion": "10", "event": {"type": "x", "content": {}}, "addHash": 1, "server": "s", "keyId": "ed25519:1", "seed": "AA"}', 'RequestError'],
    ['{"op": "verify", "roomVersion": "10", "event": {"type": "x", "content": {}}, "keys": 1}', 'RequestError'],
    ['{"op": "verifySignature", "message": "!", "signature": "", "publicKey": ""}', 'InvalidBase64Error'],
  ];
  const replies = await batch([...bad.map(([line]) => line), '{"id": 7, "op": "canonical", "json": 1}']);
  const names = replies.map((reply) => /\((\w+)\)$/.exec(asText(read(reply)['err'] ?? ''))?.[1]);
  expect(names).toEqual([...bad.map(([, name]) => name), undefined]);
  expect(replies.at(-1)).toBe('{"id":7,"ok":"1"}');
});

test('an error has the id of its request and nothing of its content', async () => {
  const requests = [
    { id: 1, op: 'redact', roomVersion: '10', event: { type: MARKER, content: MARKER } },
    { id: 2, op: 'redact', roomVersion: '10', event: { type: 'x', content: { [`${MARKER}!`]: 1.5, body: MARKER } } },
    { id: 3, op: 'redact', roomVersion: '10', eventRaw: `{"body": "${MARKER}" oops` },
    { id: 4, op: MARKER },
    { id: 5, op: 'contentHash', roomVersion: MARKER, event },
    { id: 6, op: 'signJson', json: { signatures: MARKER }, server: MARKER, keyId: 'ed25519:1', seed: SEED },
    { id: 7, op: 'sign', roomVersion: '10', event, server: 's', keyId: `ed25519:${MARKER}`, seed: MARKER },
  ];
  const replies = await batch([...requests, `{"id": 8, "op": "${MARKER}`]);
  expect(replies.map((reply) => [read(reply)['id'], typeof read(reply)['err']])).toEqual([
    ...requests.map(({ id }) => [id, 'string']), [8, 'string'],
  ]);
  // The room version of request 5 has the form of one, and is repeated: it helps, and is no content.
  expect(replies.filter((_, index) => index !== 4).join('\n')).not.toContain(MARKER);
});

describe('signing', () => {
  const signer = { server: 'domain', keyId: 'ed25519:1', seed: SEED };

  test('an event that was signed with its hash is valid, changed content calls for a redaction, changed state is invalid', async () => {
    const [signedLine] = await batch([{ op: 'sign', roomVersion: '11', event, addHash: true, ...signer }]);
    const signed = asObject(read(signedLine)['ok']);
    const keys = { domain: { 'ed25519:1': PUBLIC_KEY } };
    const request = (changed: object, known: object = keys): object => ({ op: 'verify', roomVersion: '11', event: { ...signed, ...changed }, keys: known });
    const replies = await batch([
      request({}), request({ content: {} }), request({ sender: '@b:domain' }), request({ unsigned: { age: 5 } }),
      request({}, {}), request({}, { domain: MARKER }), request({}, { domain: { 'ed25519:1': 5 } }), request({ sender: '@b:elsewhere' }),
    ]);
    expect(replies.map(read).map(({ ok, reason }) => [ok, reason])).toEqual([
      ['valid', undefined], ['redact-needed', undefined], ['invalid', 'bad-signature'], ['valid', undefined],
      ['invalid', 'unknown-key'], ['invalid', 'unknown-key'], ['invalid', 'unknown-key'], ['invalid', 'missing-signature'],
    ]);
  });

  test('signJson gives what the specification gives', async () => {
    const replies = await batch([{ op: 'signJson', json: {}, ...signer }, { op: 'signJson', raw: '{"one": 1, "two": "Two"}', ...signer }]);
    expect(replies.map((reply) => asObject(asObject(asObject(read(reply)['ok'])['signatures'])['domain'])['ed25519:1'])).toEqual([
      'K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ',
      'KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw',
    ]);
  });

  test('the object that is signed comes back whole', async () => {
    const [reply] = await batch([`{"op":"signJson","raw":"{\\"__proto__\\":1,\\"unsigned\\":{\\"age\\":1.5}}","server":"domain","keyId":"ed25519:1","seed":"${SEED}"}`]);
    expect(reply).toMatch(/^\{"ok":\{"__proto__":1,"unsigned":\{"age":1\.5\},"signatures":\{"domain":\{"ed25519:1":"[A-Za-z0-9+/]{86}"\}\}\}\}$/);
  });
});

test('verifySignature follows libsodium on every adversarial triple', async () => {
  const rows = asArray(parseVector('ed25519/ed25519-edge.json.gz')['rows']).map(asArray);
  const replies = await batch(rows.map(([message, signature, publicKey]) => ({ op: 'verifySignature', message, signature, publicKey })));
  expect(rows.length).toBeGreaterThan(1000);
  expect(replies.map((reply) => own(read(reply), 'ok'))).toEqual(rows.map((row) => row[3]));
});

test('explain names each key, whether it stays, why, and where that is written', async () => {
  const [reply] = await batch([{ op: 'explain', roomVersion: '11', event: { type: 'm.room.member', content: { membership: 'join', displayname: MARKER } } }]);
  const spec = 'https://spec.matrix.org/v1.19/rooms/v11/#redactions';
  expect(read(reply)['ok']).toEqual([
    { path: 'type', kept: true, reason: 'protected-event-key', spec },
    { path: 'content.membership', kept: true, reason: 'protected-content-key', spec },
    { path: 'content.displayname', kept: false, reason: 'content-key-not-protected', spec },
  ]);
});

test('each request is answered without waiting for the next one', async () => {
  const child = startCli(['batch']);
  for (const id of [1, 2, 3]) {
    child.stdin?.write(`{"id":${id},"op":"canonical","json":{}}\n`);
    const [chunk] = await new Promise<readonly Buffer[]>((resolve) => child.stdout?.once('data', (data: Buffer) => resolve([data])));
    expect(chunk?.toString()).toBe(`{"id":${id},"ok":"{}"}\n`);
  }
  child.stdin?.end();
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(0);
});

test('what is no text, or too long a line, gets an error as well', async () => {
  const tooLong = Buffer.alloc(65 * 1024 * 1024, 0x20);
  const stdin = Buffer.concat([Buffer.from([0x22, 0xff, 0x22, 0x0a]), tooLong, Buffer.from('\n{"id":2,"op":"canonical","json":1}')]);
  const { code, stdout } = await runCli(['batch'], { stdin });
  expect(code).toBe(0);
  expect(lines(stdout).map((line) => line.replace(/.*\((\w+)\)"\}$/, '$1'))).toEqual(['InvalidUtf8Error', 'LineTooLongError', '{"id":2,"ok":"1"}']);
});
