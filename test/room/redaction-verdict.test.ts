import { describe, expect, test } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { redactionVerdict, type RedactionVerdict } from '../../src/room/redaction-verdict.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { stateOf, vectorText } from './vectors.ts';

const create: Pdu = { type: 'm.room.create', state_key: '', sender: '@admin:a.org', content: { creator: '@admin:a.org' } };
const levels: Pdu = { type: 'm.room.power_levels', state_key: '', content: { users: { '@mod:c.org': 50 } } };
const old = (version: string): boolean => version === '1' || version === '2';

type Ask = { readonly version: string; readonly sender: string; readonly redaction?: Partial<Pdu>; readonly target?: Partial<Pdu> | undefined; readonly state?: readonly Pdu[] };

/** A redaction by somebody of a message by @alice:a.org, judged in a room with a moderator. */
function judge({ version, sender, redaction = {}, target = {}, state = [create, levels] }: Ask): RedactionVerdict {
  const rules = roomVersion(version);
  const ids = old(version) ? ['$redaction:' + sender.slice(sender.indexOf(':') + 1), '$target:a.org'] as const : [undefined, '$target:a.org'] as const;
  const event: Pdu = {
    type: 'm.room.redaction', sender, room_id: '!r:a.org', ...(ids[0] === undefined ? {} : { event_id: ids[0] }),
    ...(rules.redacts.location === 'event' ? { redacts: ids[1], content: {} } : { content: { redacts: ids[1] } }), ...redaction,
  };
  const message: Pdu = { type: 'm.room.message', sender: '@alice:a.org', room_id: '!r:a.org', content: {}, ...(old(version) ? { event_id: ids[1] } : {}), ...target };
  return redactionVerdict(event, message, { rules, state: stateOf(state) });
}

/** Each case of the vectors, in the words of this library. */
const scenarios: Readonly<Record<string, { readonly versions: readonly string[]; readonly ask: (version: string) => RedactionVerdict }>> = {
  'remote user without redact PL on a different server (v5)': { versions: ['5'], ask: (version) => judge({ version, sender: '@eve:b.org' }) },
  'redaction targets event id of another room': { versions: stableRoomVersionIds, ask: (version) => judge({ version, sender: '@mod:c.org', target: { room_id: '!other:a.org' } }) },
  'event redacts itself (v1, chosen event_id)': { versions: ['1'], ask: (version) => judge({ version, sender: '@mod:c.org', redaction: { event_id: '$target:a.org' } }) },
  'two events redact each other (v1)': {
    versions: ['1'],
    ask: (version) => judge({ version, sender: '@mod:c.org', target: { type: 'm.room.redaction', redacts: '$redaction:c.org' } }),
  },
  'regular user redacts own event over federation, every version': { versions: stableRoomVersionIds, ask: (version) => judge({ version, sender: '@alice:a.org' }) },
  'redaction of m.room.create': { versions: stableRoomVersionIds, ask: (version) => judge({ version, sender: '@mod:c.org', target: { type: 'm.room.create', state_key: '' } }) },
  'same-domain sender (not the author), PL < redact': { versions: stableRoomVersionIds.filter((version) => !old(version)), ask: (version) => judge({ version, sender: '@other:a.org' }) },
};

describe('redaction application vectors', () => {
  const vectors: { readonly cases: readonly { readonly name: string; readonly applied?: boolean }[] } = JSON.parse(vectorText('spec/redaction-application.json'));
  const decisive = vectors.cases.filter(({ applied }) => applied !== undefined);

  test('each has a scenario', () => {
    expect(vectors.cases).toHaveLength(12);
    expect(decisive.map(({ name }) => name).sort()).toEqual(Object.keys(scenarios).sort());
    // The other five say more than whether it applies: test/room/redaction-scenarios.test.ts.
    expect(vectors.cases.length - decisive.length).toBe(5);
  });

  test.each(decisive)('$name', ({ name, applied }) => {
    const scenario = scenarios[name];
    expect(scenario?.versions.length).toBeGreaterThan(0);
    const wrong = scenario?.versions.filter((version) => (scenario.ask(version).verdict === 'applies') !== applied);
    expect(wrong).toEqual([]);
  });
});

describe.each(stableRoomVersionIds)('room version %s', (version) => {
  test('a moderator of another server redacts', () => {
    expect(judge({ version, sender: '@mod:c.org' })).toEqual({ verdict: 'applies' });
  });

  test('others of another server do not', () => {
    expect(judge({ version, sender: '@eve:b.org' })).toMatchObject({ verdict: 'ignored', rule: 'power' });
  });

  test('without the target it is held', () => {
    const { location } = roomVersion(version).redacts;
    const redaction: Pdu = { type: 'm.room.redaction', sender: '@mod:c.org', content: location === 'event' ? {} : { redacts: '$a' }, ...(location === 'event' ? { redacts: '$a' } : {}) };
    expect(redactionVerdict(redaction, undefined, { rules: roomVersion(version), state: stateOf([create]) })).toEqual({ verdict: 'held', waitsFor: 'target' });
  });

  test('without a state it is held, unless the servers are the same', () => {
    expect(judge({ version, sender: '@mod:c.org', state: [] })).toEqual({ verdict: 'held', waitsFor: 'state' });
    expect(judge({ version, sender: '@alice:a.org', state: [] })).toEqual({ verdict: 'applies' });
  });

  test('the key in the wrong place names nothing', () => {
    const { location } = roomVersion(version).redacts;
    const redaction: Partial<Pdu> = location === 'event' ? { content: { redacts: '$target:a.org' } } : { content: {}, redacts: '$target:a.org' };
    const rules = roomVersion(version);
    expect(redactionVerdict({ type: 'm.room.redaction', content: {}, ...redaction }, undefined, { rules, state: stateOf([]) })).toMatchObject({ rule: 'no-target' });
  });
});

test('in versions 1 and 2 the IDs are compared, not the senders', () => {
  expect(judge({ version: '2', sender: '@eve:b.org', redaction: { event_id: '$x:a.org' } })).toEqual({ verdict: 'applies' });
  expect(judge({ version: '2', sender: '@eve:a.org', redaction: { event_id: '$x:b.org' } })).toMatchObject({ rule: 'power' });
});

test('servers that have no name are not the same server', () => {
  expect(judge({ version: '11', sender: 'nobody', target: { sender: 'nobody' } })).toMatchObject({ rule: 'power' });
});

test('another event than the one named is not redacted', () => {
  expect(judge({ version: '1', sender: '@mod:c.org', target: { event_id: '$another:a.org' } })).toMatchObject({ rule: 'other-target' });
});
