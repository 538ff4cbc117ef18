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

/**
 * Who is right where Synapse and ruma differ, and why. `reject`: neither reply is taken, and the event is refused. A pair holds
 * for versions 1 to 5 and from 6, which enforce Canonical JSON.
 */
type Judge = 'synapse' | 'ruma' | 'reject';
type Decision = { readonly judge: Judge | readonly [Judge, Judge]; readonly why: string };
type Decisions = { readonly [label: string]: Decision };

const anyNumberBeforeV6: Decision = {
  judge: ['synapse', 'reject'],
  why: 'versions 1 to 5 hash any number as it was written by the first servers; from 6 on floats and integers beyond 2^53-1 are refused',
};
const removedByRedaction: Decision = { judge: 'synapse', why: 'what redaction removes is no part of the reference hash' };
const contentNoObject: Decision = { judge: 'reject', why: 'no room version accepts an event whose content is no object' };

const CONTENT_HASH: Decisions = {
  'message all top-level': { judge: 'ruma', why: 'only unsigned, signatures and hashes are left out; age_ts, outlier and destinations are hashed' },
  'member membership object': anyNumberBeforeV6,
  'power_levels bigint': anyNumberBeforeV6,
  'power_levels 1e3': anyNumberBeforeV6,
  'power_levels huge 1e21 int': anyNumberBeforeV6,
  'depth float': anyNumberBeforeV6,
  'depth bigint': anyNumberBeforeV6,
  'float in stripped content': anyNumberBeforeV6,
  'bigint in unsigned': { judge: 'synapse', why: 'unsigned is not hashed' },
  'array event': { judge: 'reject', why: 'an event is an object' },
};

const EVENT_ID: Decisions = {
  'member tpi null': { judge: 'synapse', why: 'only `signed` of a third-party invite is kept, and null has none' },
  'member tpi array': { judge: 'synapse', why: 'only `signed` of a third-party invite is kept, and an array has none' },
  'member membership object': anyNumberBeforeV6,
  create: { judge: 'ruma', why: 'version 12 has the redaction list of 11, and room_id is on it' },
  'create empty content': { judge: 'ruma', why: 'version 12 has the redaction list of 11, and room_id is on it' },
  'create float content': removedByRedaction,
  'power_levels bigint': anyNumberBeforeV6,
  'power_levels 1e3': anyNumberBeforeV6,
  'content string': contentNoObject,
  'content array': contentNoObject,
  'content number': contentNoObject,
  'member content null': contentNoObject,
  'member content array': contentNoObject,
  'create content null': contentNoObject,
  'create no content': contentNoObject,
  'depth float': anyNumberBeforeV6,
  'float in stripped top-level': removedByRedaction,
};

/** From version 11 a redacted create event keeps its content, and so a float in it. */
const EVENT_ID_V11: Decisions = {
  ...EVENT_ID,
  'create float content': { judge: 'reject', why: 'the content of a create event is kept, and Canonical JSON has no floats' },
};

const VERIFY: Decisions = {
  'age_ts added': { judge: 'ruma', why: 'only unsigned, signatures and hashes are left out of the content hash' },
  'outlier added': { judge: 'ruma', why: 'only unsigned, signatures and hashes are left out of the content hash' },
  'sig number': { judge: 'ruma', why: 'a number is no signature' },
  'no hashes': { judge: 'ruma', why: 'an event without a content hash is refused' },
  '3pid invite signed by b.org only': { judge: 'ruma', why: 'the server of the event ID must have signed in versions 1 and 2' },
  '3pid invite non-object signed by b.org only': { judge: 'ruma', why: 'a third-party invite is an object' },
  'hash urlsafe': { judge: 'ruma', why: 'hashes are in the standard alphabet' },
  'leave with join_authorised, w/o sig': { judge: 'ruma', why: 'the rule (version 8, 4.2) is for any membership' },
  'message with join_authorised, w/o sig': { judge: 'synapse', why: 'the rule (version 8, 4.2) is for m.room.member' },
  'join_authorised number': { judge: 'ruma', why: 'a number is no user ID' },
};

type Case = { readonly label: string; readonly rules: RoomVersionRules; readonly request: JsonObject; readonly replies: JsonObject };

function read(op: string): readonly Case[] {
  return parseVectorLines(`cases/${op}.ndjson.gz`).map((row) => ({
    label: asText(row['label']), rules: roomVersion(asText(row['roomVersion'])), request: asObject(row['request']), replies: asObject(row['replies']),
  }));
}

/** What an implementation replied; an error is a refusal. */
function replyOf({ replies }: Case, judge: Judge): unknown {
  return judge === 'reject' ? 'refused' : (at(replies, judge, 'ok') ?? 'refused');
}

/** What is expected: the reply both gave, or that of the judge. Cases that differ and are in no table fail. */
function expected(each: Case, decisions: Decisions): unknown {
  const [synapse, ruma] = [replyOf(each, 'synapse'), replyOf(each, 'ruma')];
  if (synapse === ruma) return synapse;
  const judge = decisions[each.label]?.judge;
  if (judge === undefined) return 'no decision';
  if (typeof judge === 'string') return replyOf(each, judge);
  return replyOf(each, each.rules.format.strictCanonicalJson ? judge[1] : judge[0]);
}

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
