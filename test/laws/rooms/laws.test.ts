import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkContentHash, eventId, referenceHash } from '../../../src/crypto/event-hashes.ts';
import { verifyEvent } from '../../../src/crypto/verify-event.ts';
import { redact } from '../../../src/event/redact.ts';
import { openRoom } from '../../../src/room/graph.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../../src/rules/types.ts';
import {
  agreementLaws, erasureLaws, roomImplementation, stateResolutionLaws,
  type AgreementImplementation, type ErasureImplementation, type GeneratedEvent, type StateResolutionImplementation,
} from '../../../src/testing.ts';

const implementation: ErasureImplementation = {
  ...roomImplementation,
  eventId,
  referenceHash,
  hasContentHash: (event, rules) => checkContentHash(event, rules) === 'match',
  isSigned: (event, { rules, keys }) => verifyEvent(event, rules, keys).verdict !== 'invalid',
};

function judgeRoom(events: readonly GeneratedEvent[], rules: RoomVersionRules): ReadonlyMap<string, boolean> {
  const graph = openRoom(events, { rules });
  return new Map(events.map(({ event_id: id }) => [id, graph.verdict(id)?.verdict === 'authorized']));
}

const { numRuns = 100 } = fc.readConfigureGlobal();
/** A room is a case for each of its events and forks, and each law has twelve versions. */
const runs = { numRuns: Math.ceil(numRuns / 5) };

describe('an erasure', () => {
  test.each(erasureLaws(implementation))('$name', ({ check }) => {
    expect(check(runs)).toBeUndefined();
  });
});

describe('state resolution', () => {
  test.each(stateResolutionLaws({ ...roomImplementation, judgeRoom }))('$name', ({ check }) => {
    expect(check(runs)).toBeUndefined();
  });
});

/** The runner that the laws use and `openRoom` work rooms out in different ways. */
describe('openRoom', () => {
  test.each(agreementLaws({ judgeRoom }))('$name', ({ check }) => {
    expect(check(runs)).toBeUndefined();
  });
});

/** Implementations with one fault each, and the law that finds it. */
const wrong: readonly { readonly fault: string; readonly version: string; readonly breaks: string; readonly faulty: Partial<ErasureImplementation> }[] = [
  {
    fault: 'redacts by the table of version 8', version: '9', breaks: 'keeps the verdict on every event',
    faulty: { redact: (event) => redact(event, roomVersion('8').redaction) },
  },
  {
    fault: 'strips the levels of users', version: '10', breaks: 'keeps the state after every event',
    faulty: { redact: (event, rules) => redact(event.type === 'm.room.power_levels' ? { ...event, content: {} } : event, rules.redaction) },
  },
  {
    fault: 'strips all content of members', version: '12', breaks: 'keeps the resolution of every fork',
    faulty: { redact: (event, rules) => redact({ ...event, content: {} }, rules.redaction) },
  },
  { fault: 'makes event IDs of all content', version: '6', breaks: 'keeps event IDs', faulty: { eventId: (event) => JSON.stringify(event.content) } },
  { fault: 'has no eye for content', version: '4', breaks: 'is noticed by the content hash', faulty: { hasContentHash: () => true } },
  { fault: 'signs all content', version: '11', breaks: 'keeps signatures', faulty: { isSigned: (event, { rules }) => checkContentHash(event, rules) === 'match' } },
];

describe.each(wrong)('with an implementation that $fault', ({ version, breaks, faulty }) => {
  test(`the law "${breaks}" is broken`, () => {
    const law = erasureLaws({ ...implementation, ...faulty }, { roomVersions: [version] }).find(({ name }) => name.endsWith(breaks));
    expect(() => law?.check({ numRuns: 300, seed: 1 })).toThrow('Property failed');
  });
});

const wrongResolutions: readonly { readonly fault: string; readonly breaks: string; readonly faulty: StateResolutionImplementation }[] = [
  { fault: 'lets the last state win', breaks: 'depends on no order of states', faulty: { resolveState: (states) => new Map(states.flatMap((state) => [...state])) } },
  {
    fault: 'counts states', breaks: 'counts no state twice',
    faulty: { resolveState: (states, facts) => (states.length > 2 ? new Map() : roomImplementation.resolveState(states, facts)) },
  },
  { fault: 'forgets what all agree on', breaks: 'leaves alone what is not in conflict', faulty: { resolveState: () => new Map() } },
  {
    fault: 'rejects whatever comes seventh', breaks: 'depends on no order of arrival',
    faulty: { ...roomImplementation, judgeRoom: (events) => new Map(events.map(({ event_id: id }, index) => [id, index !== 6])) },
  },
];

describe.each(wrongResolutions)('with a state resolution that $fault', ({ breaks, faulty }) => {
  test(`the law "${breaks}" is broken`, () => {
    const law = stateResolutionLaws(faulty, { roomVersions: ['11'] }).find(({ name }) => name.endsWith(breaks));
    expect(() => law?.check({ numRuns: 300, seed: 1 })).toThrow('Property failed');
  });
});

const wrongRules: readonly { readonly fault: string; readonly version: string; readonly breaks: string; readonly faulty: AgreementImplementation }[] = [
  { fault: 'allows what anybody sends', version: '1', breaks: 'judges every event as the rules say', faulty: { authorize: () => true } },
  {
    fault: 'takes redactions by the rules of version 3', version: '2', breaks: 'judges every event as the rules say',
    faulty: { authorize: (event, state, room) => roomImplementation.authorize(event, state, { ...room, rules: roomVersion('3') }) },
  },
  { fault: 'cites what it likes', version: '12', breaks: 'judges every event as the rules say', faulty: { checkAuthEvents: () => false } },
  {
    fault: 'forgets the conflicted subgraph', version: '12', breaks: 'resolves every fork as the rules say',
    faulty: { resolveState: (states, facts) => roomImplementation.resolveState(states, { ...facts, rules: { ...facts.rules, stateResolution: { ...facts.rules.stateResolution, conflictedSubgraph: false } } }) },
  },
  {
    fault: 'resolves version 2 as version 1', version: '2', breaks: 'resolves every fork as the rules say',
    faulty: { resolveState: (states, facts) => roomImplementation.resolveState(states, { ...facts, rules: { ...facts.rules, stateResolution: roomVersion('1').stateResolution } }) },
  },
  { fault: 'rejects whatever comes seventh', version: '10', breaks: 'judges whole rooms as the rules say', faulty: { judgeRoom: (events) => new Map(events.map(({ event_id: id }, index) => [id, index !== 6])) } },
];

describe.each(wrongRules)('with rules by which a server $fault', ({ version, breaks, faulty }) => {
  test(`the law "${breaks}" is broken`, () => {
    const law = agreementLaws(faulty, { roomVersions: [version] }).find(({ name }) => name.endsWith(breaks));
    expect(() => law?.check({ numRuns: 300, seed: 1 })).toThrow('Property failed');
  });
});
