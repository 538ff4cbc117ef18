import { beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/json/parse-json.ts';
import { stringifyJson } from '../../../src/json/stringify-json.ts';
import { own, type JsonObject } from '../../../src/json/value.ts';
import { asObject, asText, at, readVector } from '../../crypto/vectors.ts';
import {
  CANONICAL, comparable, CONTENT_HASH, EVENT_ID, EVENT_ID_V11, REDACT, rightReply, VERIFY, type Decisions,
} from '../../vectors/cases/verdicts.ts';
import { lines, runCli } from '../run.ts';

type Case = { readonly op: string; readonly label: string; readonly version: string; readonly request: JsonObject; readonly replies: JsonObject };

const OPERATIONS = ['canonical', 'redact', 'contentHash', 'eventId', 'verify'];
const COUNT = 182 + 732 + 756 + 696 + 338;

const cases: readonly Case[] = OPERATIONS.flatMap((op) =>
  lines(readVector(`cases/${op}.ndjson.gz`)).map((line) => {
    const row = asObject(parseJson(line));
    return {
      op, label: asText(row['label']), version: asText(row['roomVersion']),
      request: asObject(row['request']), replies: asObject(row['replies']),
    };
  }));

/** Without a version the strict form is asked for. */
const isStrict = ({ version }: Case): boolean => !['1', '2', '3', '4', '5'].includes(version);

function decisionsFor({ op, label, version }: Case): Decisions {
  switch (op) {
    case 'canonical': return { [label]: CANONICAL(label) };
    case 'redact': return REDACT;
    case 'contentHash': return CONTENT_HASH;
    case 'eventId': return Number(version) < 11 ? EVENT_ID : EVENT_ID_V11;
    default: return VERIFY;
  }
}

function outcomeOf(reply: JsonObject): unknown {
  const ok = own(reply, 'ok');
  return ok === undefined ? 'refused' : comparable(ok);
}

describe.each(['native', 'portable'])('cases with the replies of other implementations, by batch --crypto %s', (backend) => {
  let replies: readonly JsonObject[] = [];
  let ended: unknown;

  beforeAll(async () => {
    const stdin = cases.map(({ request }, id) => `${stringifyJson({ id, ...request })}\n`).join('');
    const result = await runCli(['batch', '--crypto', backend], { stdin });
    ended = [result.code, result.stderr];
    replies = lines(result.stdout).map((line) => asObject(parseJson(line)));
  }, 120_000);

  test('are all answered, in order', () => {
    expect(ended).toEqual([0, '']);
    expect(cases).toHaveLength(COUNT);
    expect(replies.map((reply) => reply['id'])).toEqual(cases.map((_, id) => id));
  });

  test.each(OPERATIONS)('%s: what Synapse and ruma agree on, or the specification decides', (op) => {
    const wrong = cases.flatMap((each, index) => {
      if (each.op !== op) return [];
      const [actual, right] = [outcomeOf(replies[index] ?? {}), rightReply({ ...each, strict: isStrict(each) }, decisionsFor(each))];
      return actual === right ? [] : [{ label: each.label, version: each.version, actual, right }];
    });
    expect(wrong).toEqual([]);
  });

  test('eventId: the reference hash beside it', () => {
    const wrong = cases.filter((each, index) => {
      const [synapse, ruma] = ['synapse', 'ruma'].map((judge) => at(each.replies, judge, 'refHash'));
      return each.op === 'eventId' && synapse !== undefined && synapse === ruma && replies[index]?.['refHash'] !== ruma;
    });
    expect(wrong.map(({ label, version }) => [label, version])).toEqual([]);
  });

  test('verify: a reason for every event that is invalid', () => {
    const invalid = cases.flatMap((each, index) => (each.op === 'verify' ? [replies[index] ?? {}] : [])).filter((reply) => reply['ok'] === 'invalid');
    expect(invalid.length).toBeGreaterThan(50);
    expect(invalid.filter((reply) => typeof reply['reason'] !== 'string')).toEqual([]);
  });
});
