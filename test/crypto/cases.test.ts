import { describe, expect, it } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { encodeHistoricalJson } from '../../src/json/canonical-json.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';
import { contentHash, eventId, referenceHash } from '../../src/crypto/event-hashes.ts';
import { verifyEvent } from '../../src/crypto/verify-event.ts';
import type { PublicKeys } from '../../src/crypto/key-ring.ts';
import { asObject, asPdu, asText, at, parseVectorLines } from './vectors.ts';
import { CONTENT_HASH, EVENT_ID, EVENT_ID_V11, replyBy, rightReply, VERIFY, type Decisions, type Judge } from '../vectors/cases/verdicts.ts';

type Case = { readonly label: string; readonly rules: RoomVersionRules; readonly request: JsonObject; readonly replies: JsonObject };

function read(op: string): readonly Case[] {
  return parseVectorLines(`cases/${op}.ndjson.gz`).map((row) => ({
    label: asText(row['label']), rules: roomVersion(asText(row['roomVersion'])), request: asObject(row['request']), replies: asObject(row['replies']),
  }));
}

const replyOf = ({ replies }: Case, judge: Judge): unknown => replyBy(replies, judge);
const expected = ({ label, rules, replies }: Case, decisions: Decisions): unknown =>
  rightReply({ label, strict: rules.format.strictCanonicalJson, replies }, decisions);

function orRefused(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error instanceof Error && REFUSALS.has(error.name) ? 'refused' : error;
  }
}

/** The TypeError is that of the reader of vectors, which finds no object where an event should be. */
const REFUSALS: ReadonlySet<string> = new Set(['CanonicalJsonError', 'UnredactableEventError', 'MissingIdError', 'TypeError']);

/** Events arrive as UTF-8, which has no lone surrogates; the historical form refuses those and allows any number. */
function received(request: JsonObject): Pdu {
  encodeHistoricalJson(asObject(request['event']));
  return asPdu(request['event']);
}

type Mistake = { readonly label: string; readonly why: string; readonly answer: unknown; readonly expected: unknown };

function mistakes(cases: readonly Case[], decisions: Decisions, run: (event: Pdu, each: Case) => unknown): readonly Mistake[] {
  return cases.flatMap((each) => {
    const answer = orRefused(() => run(received(each.request), each));
    const right = expected(each, decisions);
    const why = decisions[each.label]?.why ?? 'Synapse and ruma agree';
    return answer === right ? [] : [{ label: each.label, why, answer, expected: right }];
  });
}

describe.each([
  ['contentHash', CONTENT_HASH, 756],
  ['eventId', EVENT_ID, 696],
  ['verify', VERIFY, 338],
] as const)('the decisions for %s', (op, decisions, count) => {
  const cases = read(op);

  it('are about cases that exist and in which the implementations differ', () => {
    const differing = new Set(cases.filter((each) => replyOf(each, 'synapse') !== replyOf(each, 'ruma')).map(({ label }) => label));
    expect(cases).toHaveLength(count);
    expect([...differing].toSorted()).toEqual(Object.keys(decisions).toSorted());
  });
});

describe.each(stableRoomVersionIds)('version %s', (version) => {
  const inVersion = (op: string): readonly Case[] => read(op).filter(({ rules }) => rules.id === version);

  it('contentHash', () => {
    expect(mistakes(inVersion('contentHash'), CONTENT_HASH, (event, { rules }) => contentHash(event, rules))).toEqual([]);
  });

  it('eventId', () => {
    const decisions = Number(version) < 11 ? EVENT_ID : EVENT_ID_V11;
    expect(mistakes(inVersion('eventId'), decisions, (event, { rules }) => eventId(event, rules))).toEqual([]);
  });

  it('referenceHash', () => {
    const agreed = inVersion('eventId').filter(({ replies }) => refHash(replies, 'synapse') === refHash(replies, 'ruma'));
    const wrong = agreed.filter(({ rules, request, replies }) => {
      const hash = refHash(replies, 'ruma');
      return hash !== undefined && referenceHash(asPdu(request['event']), rules) !== hash;
    });
    expect(wrong).toEqual([]);
  });

  it('verifyEvent', () => {
    expect(mistakes(inVersion('verify'), VERIFY, verdictOf)).toEqual([]);
  });
});

function verdictOf(event: Pdu, { rules, request }: Case): unknown {
  return verifyEvent(event, rules, asObject(request['keys']) as PublicKeys).verdict;
}

function refHash(replies: JsonObject, implementation: string): unknown {
  return at(replies, implementation, 'refHash');
}
