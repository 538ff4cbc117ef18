import { describe, expect, test } from 'vitest';
import { hazards } from '../../../src/erasure/hazards.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';
import { buildRoom, hasEffects, keptIn, redactionEffects, type LevelChange, type Room, type RoomAction, type Sending, type Setting } from '../../../src/testing.ts';

const remedyOf = (id: string): string => hazards.find((hazard) => hazard.id === id)?.remedy ?? '';
const bobToo: LevelChange = { table: 'users', key: 'bob', to: 100 };
const opening: readonly RoomAction[] = [
  { do: 'levels', by: 'alice', set: [bobToo] }, { do: 'join-rule', by: 'alice', to: 'public' }, { do: 'join', by: 'bob' },
];

/** The remedy, tried: what becomes of an event of Alice's when somebody else has sent another. */
function after(sent: Sending, remedy: Sending | undefined, version: string): { readonly kept: string | undefined; readonly changes: boolean } {
  const room = buildRoom({ actions: [...opening, sent, ...(remedy === undefined ? [] : [remedy])] }, roomVersion(version), { signed: false });
  const event = eventOf(room, opening.length);
  return { kept: keptIn(room).get(event), changes: hasEffects({ ...redactionEffects(room)(new Set([event])), redactions: [] }) };
}

/** The event that an action of the script made: after the two that every room has. */
function eventOf({ events }: Room, action: number): string {
  return events[action + 2]?.event_id ?? '';
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  'server-acl': 'acl', 'encryption': 'encryption', 'tombstone': 'tombstone', 'policy-server': 'policy-server', 'space-child': 'space-child', 'retention': 'retention',
};

describe.each(Object.entries(SETTINGS))('%s', (id, what) => {
  test('is over once another member has sent a replacement', () => {
    expect(remedyOf(id)).toContain('sends a replacement first');
    expect(after({ do: 'set', by: 'alice', what }, undefined, '10').kept).toBe(id);
    expect(after({ do: 'set', by: 'alice', what }, { do: 'set', by: 'bob', what }, '10')).toEqual({ kept: undefined, changes: false });
  });
});

test('room-mentions is over once another member has replaced the levels', () => {
  const levels = (by: 'alice' | 'bob', to: number | null): Sending => ({ do: 'levels', by, set: [{ table: 'notifications', key: 'room', to }] });
  expect(remedyOf('room-mentions')).toContain('sends a replacement first');
  expect(after(levels('alice', 75), undefined, '5').kept).toBe('room-mentions');
  expect(after(levels('alice', 75), levels('bob', 50), '5')).toEqual({ kept: undefined, changes: false });
});

describe.each([
  ['power-levels', '10', { key: 'invite', to: 75 }],
  ['notification-levels', '12', { table: 'notifications', key: 'room', to: 75 }],
] satisfies readonly (readonly [string, string, LevelChange])[])('%s', (id, version, change) => {
  test('stays, for a replacement is no remedy: it rests on what it replaces', () => {
    expect(remedyOf(id)).toMatch(/^None.*a replacement rests on the levels that it replaces/);
    const sent: Sending = { do: 'levels', by: 'alice', set: [change, { table: 'users', key: 'carol', to: 50 }] };
    const room = buildRoom({ actions: [...opening.slice(1), sent, { do: 'join', by: 'carol' }, { do: 'levels', by: 'carol', set: [{ key: 'kick', to: 25 }] }] }, roomVersion(version), { signed: false });
    const event = eventOf(room, 2);
    expect(keptIn(room).get(event)).toBe(id);
    expect(redactionEffects(room)(new Set([event])).authorization).toEqual([eventOf(room, 4)]);
  });
});

describe('third-party-invite', () => {
  const offer: Sending = { do: 'offer', by: 'alice', token: 'red' };

  test('is over once the invite is sent again, unless somebody has accepted it', () => {
    expect(remedyOf('third-party-invite')).toBe('Revoke the invite by sending it again without content; then it can be redacted, unless somebody has accepted it.');
    for (const version of ['1', '12']) {
      expect(after(offer, undefined, version).kept).toBe('third-party-invite');
      expect(after(offer, { do: 'offer', by: 'bob', token: 'red' }, version)).toEqual({ kept: undefined, changes: false });
    }
    const accepted = buildRoom({ actions: [...opening, offer, { do: 'redeem', by: 'alice', whom: 'erin', token: 'red' }, { do: 'offer', by: 'bob', token: 'red' }] }, roomVersion('12'), { signed: false });
    expect(keptIn(accepted).get(eventOf(accepted, 3))).toBe('third-party-invite');
    expect(redactionEffects(accepted)(new Set([eventOf(accepted, 3)])).authorization).toEqual([eventOf(accepted, 4)]);
  });
});

const offerAndRedeem: readonly RoomAction[] = [{ do: 'offer', by: 'alice', token: 'red' }, { do: 'redeem', by: 'alice', whom: 'erin', token: 'red' }];
const vouchedFor: readonly RoomAction[] = [{ do: 'join-rule', by: 'alice', to: 'restricted' }, { do: 'join', by: 'erin', vouched: 'alice' }];

/** What the remedies of the others say about room versions: from which on the key survives. */
test.each([
  { id: 'create', says: /^None before room version 11\./, actions: [], place: 0, last: '10', first: '11' },
  { id: 'restricted-join', says: /^None in room version 8; from version 9 the key survives\./, actions: vouchedFor, place: 3, last: '8', first: '9' },
  { id: 'third-party-invite-member', says: /^None before room version 11, where the signed part survives\./, actions: offerAndRedeem, place: 3, last: '10', first: '11' },
  { id: 'power-levels', says: /^None before room version 11, where the level survives:/, actions: [{ do: 'levels', by: 'alice', set: [{ key: 'invite', to: 50 }] }] as const, place: 2, last: '10', first: '11' },
])('$id is a hazard up to the version that its remedy names', ({ id, says, actions, place, last, first }) => {
  const keptFor = (version: string): string | undefined => {
    const room = buildRoom({ actions }, roomVersion(version), { signed: false });
    return keptIn(room).get(room.events[place]?.event_id ?? '');
  };
  expect(remedyOf(id)).toMatch(says);
  expect([keptFor(last), keptFor(first)]).toEqual([id, undefined]);
});
