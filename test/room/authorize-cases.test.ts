import { describe, expect, test } from 'vitest';
import { eventId } from '../../src/crypto/event-hashes.ts';
import { referencedIds, type Pdu } from '../../src/event/pdu.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { checkAuthEvents } from '../../src/room/auth-events.ts';
import { authorize } from '../../src/room/authorize.ts';
import type { AuthVerdict } from '../../src/room/verdict.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { stateOf, vectorText } from './vectors.ts';

type Case = {
  readonly label: string;
  readonly version: string;
  readonly mode: 'state' | 'full';
  readonly event: Pdu;
  readonly state: readonly number[];
  readonly rejected?: readonly string[];
  readonly synapse: boolean;
  readonly ruma: boolean;
};

const vectors = parseJson(vectorText('three-implementations/auth.json.gz')) as unknown as {
  readonly events: readonly Pdu[];
  readonly cases: readonly Case[];
};

/** Where Synapse and ruma differ: what the specification says, and where. */
const decisions: Readonly<Record<string, { readonly allowed: boolean; readonly why: string }>> = {
  'create unknown room_version': { allowed: false, why: 'rule 1.3: a version that is named is a recognised one' },
  'create room_version number': { allowed: false, why: 'rule 1.3: a number is no recognised version' },
  'create creator null': { allowed: true, why: 'rule 1.4 asks for the property, whatever its value' },
  'create state_key missing': { allowed: true, why: 'no authorization rule speaks of it; the format does' },
  'PL notifications not object': { allowed: true, why: 'versions 1 to 5 do not look at notifications' },
  'PL events not object': { allowed: true, why: 'an empty array has no entries, and only from version 10 must it be an object' },
  'PL bool ban': { allowed: false, why: 'a level is an integer, a text of one or a float' },
  'PL float ban 50.0': { allowed: true, why: 'versions 1 to 5 cut floats off at the point' },
  'PL float ban 50.7': { allowed: true, why: 'versions 1 to 5 cut floats off at the point' },
  'PL float user 99.9': { allowed: true, why: 'versions 1 to 5 cut floats off at the point' },
  'redaction without redacts': { allowed: false, why: 'rule 11.2 compares the domain of an ID that is not there' },
  "PL string in prior PL (ban '50')": { allowed: true, why: 'cannot come up in a valid room; levels in the state are read whatever their form' },
};

function judge({ version, mode, event, state, rejected = [] }: Case): AuthVerdict {
  const rules = roomVersion(version);
  const events = state.flatMap((at) => vectors.events[at] ?? []);
  const context = { rules, state: stateOf(events) };
  if (mode === 'state') return authorize(event, context);
  const byId = new Map(events.map((auth): readonly [string, Pdu] => [eventId(auth, rules), auth]));
  const bad = new Set(rejected.map((id) => byId.get(id)));
  const cited = referencedIds(event.auth_events).flatMap((id) => byId.get(id) ?? []);
  const list = checkAuthEvents(event, cited, { rules, rejected: (auth) => bad.has(auth) });
  return list.allowed ? authorize(event, context) : list;
}

const differing = vectors.cases.filter(({ synapse, ruma }) => synapse !== ruma);

describe('verdicts that Synapse and ruma share', () => {
  test.each(stableRoomVersionIds)('version %s', (version) => {
    const agreed = vectors.cases.filter((vector) => vector.version === version && vector.synapse === vector.ruma);
    expect(agreed.length).toBeGreaterThan(100);
    const wrong = agreed.flatMap((vector) => {
      const verdict = judge(vector);
      return verdict.allowed === vector.ruma ? [] : [{ label: vector.label, verdict }];
    });
    expect(wrong).toEqual([]);
  });
});

describe('verdicts in which they differ', () => {
  test.each(differing.map((vector) => [vector.label, vector.version, vector] as const))('%s, version %s', (label, _version, vector) => {
    expect(decisions).toHaveProperty([label]);
    expect(judge(vector).allowed).toBe(decisions[label]?.allowed);
  });

  test('are all decided, and none is decided in vain', () => {
    expect(new Set(differing.map(({ label }) => label))).toEqual(new Set(Object.keys(decisions)));
  });
});
