import { describe, expect, test } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { membershipIn, type Membership } from '../../src/room/auth-context.ts';
import {
  historyVisibilityFor, historyVisibilityForServer, historyVisibilityIn, historyVisibilityOf, type HistoryVisibility,
} from '../../src/room/history-visibility.ts';
import { stateOf, vectorText } from './vectors.ts';

type Row = { readonly visibility: HistoryVisibility; readonly membership_at_event: Membership | null; readonly joined_later: boolean; readonly allow: boolean };
const spec: { readonly truth_table: readonly Row[] } = JSON.parse(vectorText('spec/history-visibility.json'));

describe('the specification\'s rules', () => {
  test.each(spec.truth_table)('$visibility, $membership_at_event, joined later: $joined_later', (row) => {
    const membership = row.membership_at_event ?? undefined;
    expect(historyVisibilityFor({ visibility: row.visibility, membership, joinedLater: row.joined_later }).visible).toBe(row.allow);
  });

  test('cover every case', () => {
    expect(spec.truth_table).toHaveLength(48);
  });
});

type Out = 'full' | 'hidden';
type Client = { readonly kind: string; readonly history_visibility: string | null; readonly viewer_membership: string | null; readonly is_peeking: boolean; readonly out: Out };
type OwnMembership = { readonly new: string; readonly prev: string | null; readonly history_visibility: string; readonly is_peeking: boolean; readonly out: Out };
type Visibility = { readonly new: string; readonly prev: string | null; readonly viewer_membership: string | null; readonly is_peeking: boolean; readonly out: Out };
type Server = { readonly history_visibility: string; readonly server_memberships: readonly string[]; readonly visible: boolean };
const synapse: {
  readonly client: readonly Client[];
  readonly client_own_membership_event: readonly OwnMembership[];
  readonly client_history_visibility_event: readonly Visibility[];
  readonly server: readonly Server[];
} = JSON.parse(vectorText('synapse/visibility.json.gz'));

const READER = '@reader:b.org';
const member = (membership: string): Pdu => ({ type: 'm.room.member', state_key: READER, content: { membership } });
const visibility = (value: string): Pdu => ({ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: value } });
const message: Pdu = { type: 'm.room.message', content: {} };

// Synapse asks whether the reader only peeks: who does not has joined at some point after the event, or had been joined.
describe('what Synapse shows', () => {
  const seen = (event: Pdu, joinedLater: boolean, before: readonly Pdu[]): Out => {
    const states = { before: stateOf(before), after: stateOf([...before, event]) };
    return historyVisibilityOf(event, { userId: READER, joinedLater }, states).visible ? 'full' : 'hidden';
  };
  const given = (value: string | null, make: (text: string) => Pdu): readonly Pdu[] => (value === null ? [] : [make(value)]);

  test('of messages and state', () => {
    expect(synapse.client.length).toBeGreaterThan(200);
    for (const vector of synapse.client) {
      const state = [...given(vector.history_visibility, visibility), ...given(vector.viewer_membership, member)];
      expect({ ...vector, out: seen(message, !vector.is_peeking, state) }).toEqual(vector);
    }
  });

  // The invited who decline see that they did: kinder than the rules, by which neither membership shows the event.
  const isDeclined = ({ prev, new: next }: OwnMembership): boolean => prev === 'invite' && (next === 'leave' || next === 'weird');

  test('of a reader\'s own membership events', () => {
    expect(synapse.client_own_membership_event.length).toBeGreaterThan(200);
    const differing = synapse.client_own_membership_event.filter((vector) => {
      const state = [visibility(vector.history_visibility), ...given(vector.prev, member)];
      return seen(member(vector.new), !vector.is_peeking, state) !== vector.out;
    });
    expect(differing).toHaveLength(6);
    expect(differing.filter((vector) => !isDeclined(vector) || vector.out !== 'full')).toEqual([]);
  });

  // The rules count the visibility before as well as that after; Synapse forgets that `invited` before showed the event to the invited.
  const wasForInvited = ({ prev, viewer_membership: membership }: Visibility): boolean => prev === 'invited' && membership === 'invite';

  test('of changes of the visibility', () => {
    expect(synapse.client_history_visibility_event.length).toBeGreaterThan(100);
    const differing = synapse.client_history_visibility_event.filter((vector) => {
      const state = [...given(vector.prev, visibility), ...given(vector.viewer_membership, member)];
      return seen(visibility(vector.new), !vector.is_peeking, state) !== vector.out;
    });
    expect(differing).toHaveLength(4);
    expect(differing.filter((vector) => !wasForInvited(vector) || vector.out !== 'hidden')).toEqual([]);
  });

  test('to servers', () => {
    expect(synapse.server.length).toBeGreaterThan(30);
    for (const vector of synapse.server) {
      const members = vector.server_memberships.flatMap((text, at) => {
        const membership = membershipIn(member(text));
        return membership === undefined ? [] : [[`@u${at}:b.org`, membership] as const];
      });
      const facts = { visibility: historyVisibilityIn(visibility(vector.history_visibility)), members };
      expect({ ...vector, visible: historyVisibilityForServer('b.org', facts).visible }).toEqual(vector);
    }
  });
});

describe('a server', () => {
  test('does not see by the members of another', () => {
    expect(historyVisibilityForServer('c.org', { visibility: 'joined', members: [[READER, 'join']] })).toEqual({ visible: false });
  });

  test('with a port is another than without', () => {
    expect(historyVisibilityForServer('b.org', { visibility: 'joined', members: [['@a:b.org:8448', 'join']] })).toEqual({ visible: false });
  });
});

test.each(['toString', '__proto__', '', 'JOINED'])('the visibility %j is shared', (value) => {
  expect(historyVisibilityIn(visibility(value))).toBe('shared');
});
