import { encodeHistoricalJson } from '../../../src/json/canonical-json.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../../src/json/value.ts';

/**
 * Who is right where Synapse and ruma differ, and why. `reject`: neither reply is taken, and the event is refused. A pair holds
 * for versions 1 to 5 and from 6, which enforce Canonical JSON.
 */
export type Judge = 'synapse' | 'ruma' | 'reject';
export type Decision = { readonly judge: Judge | readonly [Judge, Judge]; readonly why: string };
export type Decisions = { readonly [label: string]: Decision };

const anyNumberBeforeV6: Decision = {
  judge: ['synapse', 'reject'],
  why: 'versions 1 to 5 hash any number as it was written by the first servers; from 6 on floats and integers beyond 2^53-1 are refused',
};
const removedByRedaction: Decision = { judge: 'synapse', why: 'what redaction removes is no part of the reference hash' };
const contentNoObject: Decision = { judge: 'reject', why: 'no room version accepts an event whose content is no object' };

/** `contentHash`. */
export const CONTENT_HASH: Decisions = {
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

/** `eventId`, room versions 1 to 10. */
export const EVENT_ID: Decisions = {
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
export const EVENT_ID_V11: Decisions = {
  ...EVENT_ID,
  'create float content': { judge: 'reject', why: 'the content of a create event is kept, and Canonical JSON has no floats' },
};

/** `verify`. */
export const VERIFY: Decisions = {
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

const thirdPartyInvite: Decision = { judge: 'synapse', why: 'of a third-party invite that is no object nothing is kept' };
const roomIdOfCreate: Decision = { judge: 'ruma', why: 'the text keeps the room ID of every event' };
const numberWithoutForm: Decision = {
  judge: ['synapse', 'reject'], why: 'numbers without a canonical form make an event invalid from version 6 on',
};
const withoutContent: Decision = { judge: 'reject', why: 'an event without content is invalid' };
const contentOtherwise: Decision = { judge: 'reject', why: 'an event whose content is no object is invalid' };

/** `redact`. */
export const REDACT: Decisions = {
  'member tpi null': thirdPartyInvite,
  'member tpi array': thirdPartyInvite,
  create: roomIdOfCreate,
  'create empty content': roomIdOfCreate,
  'create html content': roomIdOfCreate,
  'dup top-level type': roomIdOfCreate,
  'member membership object': numberWithoutForm,
  'power_levels 1e3': numberWithoutForm,
  'depth bigint': numberWithoutForm,
  'float in stripped content': numberWithoutForm,
  'bigint in stripped content': numberWithoutForm,
  'float in stripped top-level': numberWithoutForm,
  'float in unsigned': { judge: 'synapse', why: 'nothing is said about numbers in unsigned, which is not hashed' },
  'no content': withoutContent,
  'only type': withoutContent,
  'create no content': withoutContent,
  'content null': contentOtherwise,
  'content array': contentOtherwise,
  'content number': contentOtherwise,
  'member content null': contentOtherwise,
  'create content array': contentOtherwise,
};

/**
 * `canonical`, whose labels are the numbers: ruma is no judge of versions 1 to 5, which it refuses by design, nor of depth,
 * which the specification does not limit; Synapse does not check without a version, and takes -0 for 0.
 */
export const CANONICAL = (label: string): Decision => ({
  judge: label.startsWith('nest ') ? 'synapse' : ['synapse', 'ruma'],
  why: 'floats, -0 and integers beyond 2^53-1 have no canonical form where it is enforced; depth is not limited',
});

/** A row of a file: whose replies there are, and whether the room version (or the lack of one) enforces Canonical JSON. */
export type Row = { readonly label: string; readonly strict: boolean; readonly replies: JsonObject };

/** What an implementation replied; an error is a refusal. `unsigned` is no part of a redaction. */
export function replyBy(replies: JsonObject, judge: Judge): unknown {
  const reply = judge === 'reject' ? undefined : own(replies, judge);
  const ok = isJsonObject(reply) ? own(reply, 'ok') : undefined;
  return ok === undefined ? 'refused' : comparable(ok);
}

/** A reply such that equal ones are the same: an object as its text. */
export function comparable(ok: JsonValue): unknown {
  if (!isJsonObject(ok)) return ok;
  return encodeHistoricalJson(Object.fromEntries(Object.entries(ok).filter(([key]) => key !== 'unsigned')));
}

/** What is expected: the reply both gave, or that of the judge. Cases that differ and are in no table fail. */
export function rightReply({ label, strict, replies }: Row, decisions: Decisions): unknown {
  const [synapse, ruma] = [replyBy(replies, 'synapse'), replyBy(replies, 'ruma')];
  if (synapse === ruma) return synapse;
  const judge = judgeOf(own(decisions, label), strict);
  return judge === undefined ? 'no decision' : replyBy(replies, judge);
}

/** Who decides in a room version that enforces Canonical JSON, or in one that does not. */
export function judgeOf(decision: Decision | undefined, strict: boolean): Judge | undefined {
  const judge = decision?.judge;
  if (judge === undefined || typeof judge === 'string') return judge;
  return strict ? judge[1] : judge[0];
}
