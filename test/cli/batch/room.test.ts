import { beforeAll, describe, expect, test } from 'vitest';
import { asObject, asText } from '../../crypto/vectors.ts';
import { parseJson } from '../../../src/json/parse-json.ts';
import { stringifyJson } from '../../../src/json/stringify-json.ts';
import type { JsonObject, JsonValue } from '../../../src/json/value.ts';
import { stableRoomVersionIds } from '../../../src/rules/room-versions.ts';
import { vectorLines, vectorText } from '../../room/vectors.ts';
import { lines, runCli } from '../run.ts';

type AuthCase = { readonly label: string; readonly version: string; readonly mode: string; readonly event: JsonObject; readonly state: readonly number[]; readonly rejected?: JsonValue; readonly synapse: boolean; readonly ruma: boolean };
type ForkCase = { readonly label: string; readonly version: string; readonly states: JsonValue; readonly events: JsonValue; readonly rejected?: JsonValue; readonly expected: JsonValue };

const auth = parseJson(vectorText('three-implementations/auth.json.gz')) as unknown as { readonly events: readonly JsonObject[]; readonly cases: readonly AuthCase[] };
/** Those on which Synapse and ruma agree; where they differ, the tests of the rules themselves say who is right. */
const agreed = auth.cases.filter(({ synapse, ruma }) => synapse === ruma);
const forks = vectorLines('three-implementations/state-resolution.ndjson.gz').map((line) => parseJson(line) as unknown as ForkCase);

const authRequest = ({ version, mode, event, state, rejected }: AuthCase): JsonObject => ({
  op: 'auth', roomVersion: version, mode, event, authEvents: state.map((at) => auth.events[at] ?? null), ...(rejected === undefined ? {} : { rejected }),
});
const forkRequest = ({ version, states, events, rejected }: ForkCase): JsonObject => ({ op: 'stateRes', roomVersion: version, stateSets: states, events, ...(rejected === undefined ? {} : { rejected }) });

/** The replies to some requests, each a JSON object or a line as it stands. */
async function replies(requests: readonly (JsonObject | string)[]): Promise<readonly JsonObject[]> {
  const stdin = requests.map((request) => `${typeof request === 'string' ? request : stringifyJson(request)}\n`).join('');
  const { code, stdout, stderr } = await runCli(['batch'], { stdin });
  expect([code, stderr]).toEqual([0, '']);
  return lines(stdout).map((line) => asObject(parseJson(line)));
}

describe('auth: verdicts that Synapse and ruma share', () => {
  let answers: readonly JsonObject[] = [];
  beforeAll(async () => {
    answers = await replies(agreed.map((each, id) => ({ id, ...authRequest(each) })));
  }, 120_000);

  test('are all given, in order', () => {
    expect(answers.map((answer) => answer['id'])).toEqual(agreed.map((_, id) => id));
  });

  test.each(stableRoomVersionIds.flatMap((version) => ['state', 'full'].map((mode) => [version, mode] as const)))('version %s, mode %s', (version, mode) => {
    const indices = agreed.flatMap((each, at) => (each.version === version && each.mode === mode ? [at] : []));
    expect(indices.length).toBeGreaterThan(5);
    const wrong = indices.filter((at) => answers[at]?.['ok'] !== agreed[at]?.synapse);
    expect(wrong.map((at) => [agreed[at]?.label, answers[at]])).toEqual([]);
  });

  test('with the rule and a reason beside every verdict', () => {
    const refusals = answers.filter((answer) => answer['ok'] === false);
    expect(refusals.length).toBeGreaterThan(100);
    expect(answers.filter((answer) => asText(answer['rule']) === '' || asText(answer['reason']) === '')).toEqual([]);
    expect(answers.filter((answer) => (answer['rule'] === 'allowed') !== (answer['ok'] === true))).toEqual([]);
  });

  test('the mode is "state" where none is given', async () => {
    const some = agreed.filter(({ mode }) => mode === 'state').slice(0, 50);
    const [named, unnamed] = [await replies(some.map(authRequest)), await replies(some.map((each) => {
      const { mode: _, ...request } = authRequest(each);
      return request;
    }))];
    expect(unnamed).toEqual(named);
  });
});

describe('stateRes: forked rooms that Synapse and ruma resolved', () => {
  let answers: readonly JsonObject[] = [];
  beforeAll(async () => {
    answers = await replies(forks.map((each, id) => ({ id, ...forkRequest(each) })));
  }, 120_000);

  test.each(stableRoomVersionIds)('version %s', (version) => {
    const own = forks.flatMap((each, id) => (each.version === version ? [{ label: each.label, right: { id, ok: each.expected }, answer: answers[id] }] : []));
    expect(own).toHaveLength(33);
    for (const { label, right, answer } of own) expect({ [label]: answer }).toEqual({ [label]: right });
  });
});

describe('requests that cannot be answered', () => {
  const [good = {}, fork = {}] = [agreed[0] && authRequest(agreed[0]), forks[0] && forkRequest(forks[0])];
  const without = (request: JsonObject, field: string): JsonObject => Object.fromEntries(Object.entries(request).filter(([key]) => key !== field));

  test.each<readonly [what: string, request: JsonObject | string, err: RegExp]>([
    ['auth without an event', without(good, 'event'), /"event".*\(RequestError\)/],
    ['auth of a text', { ...good, event: 'text' }, /"event" must be an object \(RequestError\)/],
    ['auth without a state', without(good, 'authEvents'), /"authEvents" must be an array \(RequestError\)/],
    ['auth in a state of texts', { ...good, authEvents: ['$a'] }, /"authEvents" must be an array of events \(RequestError\)/],
    ['auth without a version', without(good, 'roomVersion'), /"roomVersion" must be a string \(RequestError\)/],
    ['auth in a version that does not exist', { ...good, roomVersion: '99' }, /\(UnsupportedRoomVersionError\)/],
    ['auth in a mode that does not exist', { ...good, mode: 'strict' }, /"mode" must be "state" or "full" \(RequestError\)/],
    ['auth with rejected numbers', { ...good, rejected: [1] }, /"rejected" must be an array of event IDs \(RequestError\)/],
    ['stateRes without states', without(fork, 'stateSets'), /"stateSets" must be an array \(RequestError\)/],
    ['stateRes of texts', { ...fork, stateSets: ['$a'] }, /"stateSets" must be an array of objects.*\(RequestError\)/],
    ['stateRes of a place without NUL', { ...fork, stateSets: [{ 'm.room.create': '$a' }] }, /"stateSets".*\(RequestError\)/],
    ['stateRes of events that are not there', { ...fork, roomVersion: '11', events: [] }, /\(MissingStateEventError\)/],
    ['stateRes without events', without(fork, 'events'), /"events" must be an array \(RequestError\)/],
    ['half a line', '{"op": "auth", "event": {"type": "secret', /^(?!.*secret)/],
    ['another operation', { op: 'resolve' }, /"op" must be one of .*auth.*stateRes.*\(RequestError\)/],
  ])('%s', async (_, request, err) => {
    const [answer = {}, next = {}] = await replies([request, { id: 'next', ...good }]);
    expect(asText(answer['err'])).toMatch(err);
    expect(Object.hasOwn(answer, 'ok')).toBe(false);
    expect(next).toMatchObject({ id: 'next', ok: agreed[0]?.synapse });
  });

  test('events of another form are refused by a rule, whatever they hold', async () => {
    const forms: readonly JsonObject[] = [{ type: 5, content: {} }, { type: 'x', content: null }, { type: 'x', content: {}, sender: 5 }, { type: 'm.room.member', content: {}, state_key: 7, sender: '@a:b' }, {}];
    const answers = await replies(forms.map((event) => ({ ...good, event })));
    expect(answers.map((answer) => [answer['ok'], answer['rule']])).toEqual(forms.map(() => [false, 'format']));
  });

  test('events of another form in the state count as missing', async () => {
    const [answer] = await replies([{ op: 'auth', roomVersion: '11', event: { type: 'm.room.message', content: {}, sender: '@a:b' }, authEvents: [{ type: 'm.room.create', state_key: '', content: null, event_id: '$c' }] }]);
    expect(answer).toMatchObject({ ok: false, rule: 'create-missing' });
  });
});
