import { describe, expect, test } from 'vitest';
import type { Pdu } from '../../../src/event/pdu.ts';
import { decideView } from '../../../src/erasure/view/decide-view.ts';
import type { ViewContext } from '../../../src/erasure/view/viewer.ts';
import { membershipIn, type Membership } from '../../../src/room/auth-context.ts';
import { historyVisibilityIn, type HistoryVisibility } from '../../../src/room/history-visibility.ts';
import { vectorText } from '../../room/vectors.ts';
import { ALICE, BOB } from '../build-room.ts';
import { contextOf, messageBy, stateBy } from './facts.ts';

type Out = 'full' | 'pruned' | 'hidden';
type Erased = { readonly sender_erased: boolean; readonly out: Out };
type Peeking = Erased & { readonly is_peeking: boolean };
type Client = Peeking & { readonly kind: string; readonly history_visibility: string | null; readonly viewer_membership: string | null };
type OwnMembership = Peeking & { readonly new: string; readonly prev: string | null; readonly history_visibility: string };
type Visibility = Peeking & { readonly new: string; readonly prev: string | null; readonly viewer_membership: string | null };
type Server = {
  readonly history_visibility: string; readonly server_memberships: readonly string[]; readonly sender_erased: boolean;
  readonly partial_state_invisible: boolean; readonly visible: boolean;
};
const vectors: {
  readonly client: readonly Client[];
  readonly client_own_membership_event: readonly OwnMembership[];
  readonly client_history_visibility_event: readonly Visibility[];
  readonly client_misc: readonly { readonly case: string; readonly out: Out }[];
  readonly server: readonly Server[];
} = JSON.parse(vectorText('synapse/erasure-visibility.json.gz'));

const content = (key: string, value: string | null): Pdu['content'] => (value === null ? {} : { [key]: value });
const membership = (value: string | null): Membership | null => membershipIn({ type: '', content: content('membership', value) }) ?? null;
const visibility = (value: string | null): HistoryVisibility => historyVisibilityIn({ type: '', content: content('history_visibility', value) });

/** Synapse asks whether the reader only peeks, which is whether they are in the room when they ask for one event. */
const asked = ({ sender_erased, is_peeking }: Peeking): Partial<ViewContext> & { readonly of: string } => ({
  of: 'synapse', surface: 'event', currentMembership: is_peeking ? null : 'join', subjects: sender_erased ? [ALICE] : [],
});

const seenBy = (event: Pdu, context: ViewContext, viewer = BOB): Out => {
  const { seen } = decideView(event, { kind: 'user', id: viewer }, context);
  return seen === 'redacted' ? 'pruned' : seen;
};

const KINDS: { readonly [kind: string]: Pdu } = {
  message: messageBy(ALICE),
  state: stateBy(ALICE),
  sender_member: { ...stateBy(ALICE, 'm.room.member', { membership: 'join', displayname: 'A' }), state_key: ALICE },
};

/** The further cases that the profile answers, and those that are no part of an erasure. */
const ANSWERED: readonly string[] = ['always_include', 'm.room.aliases', 'org.matrix.dummy'];
const OUT_OF_SCOPE: readonly string[] = [
  'ignored sender, message, viewer join',
  'ignored sender, state, viewer join',
  'ignored+filter_send_to_client=false, message',
  'retention max_lifetime 500 (event age 1000), message',
  'retention max_lifetime 1000 (event age 1000), message',
  'retention max_lifetime 500, state',
];

describe('profile synapse answers as Synapse did', () => {
  test.each(Object.entries(KINDS))('of a %s', (kind, event) => {
    const rows = vectors.client.filter((row) => row.kind === kind);
    expect(rows).toHaveLength(144);
    for (const row of rows) {
      const facts = { historyVisibility: visibility(row.history_visibility), membershipAtEvent: membership(row.viewer_membership) };
      expect({ ...row, out: seenBy(event, contextOf({ ...asked(row), ...facts })) }).toEqual(row);
    }
  });

  test.each<readonly [string, (isPeeking: boolean) => Partial<ViewContext>]>([
    ['whether they ever were in the room', (isPeeking) => ({ everInRoom: !isPeeking })],
    ['whether they came since', (isPeeking) => ({ everInRoom: !isPeeking, joinedAfterErasure: !isPeeking })],
    ['whether they came since, asking for one event', (isPeeking) => ({ surface: 'event', everInRoom: !isPeeking, joinedAfterErasure: !isPeeking })],
  ])('where nothing is known of how things stand but %s', (_, factsOf) => {
    for (const row of vectors.client) {
      const event = KINDS[row.kind] ?? messageBy(ALICE);
      const facts = { historyVisibility: visibility(row.history_visibility), membershipAtEvent: membership(row.viewer_membership), subjects: row.sender_erased ? [ALICE] : [] };
      expect({ ...row, out: seenBy(event, contextOf({ of: 'synapse', ...facts, ...factsOf(row.is_peeking) })) }).toEqual(row);
    }
  });

  test('of the reader\'s own membership events', () => {
    expect(vectors.client_own_membership_event).toHaveLength(576);
    for (const row of vectors.client_own_membership_event) {
      const event: Pdu = { type: 'm.room.member', sender: ALICE, state_key: BOB, content: { membership: row.new } };
      const facts = {
        historyVisibility: visibility(row.history_visibility), membershipAtEvent: membership(row.new) ?? 'leave', previousMembership: membership(row.prev),
      } as const;
      expect({ ...row, out: seenBy(event, contextOf({ ...asked(row), ...facts })) }).toEqual(row);
    }
  });

  test('of changes of the visibility', () => {
    expect(vectors.client_history_visibility_event).toHaveLength(300);
    for (const row of vectors.client_history_visibility_event) {
      const event = stateBy(ALICE, 'm.room.history_visibility', { history_visibility: row.new });
      const facts = {
        historyVisibility: visibility(row.new), previousVisibility: visibility(row.prev), membershipAtEvent: membership(row.viewer_membership),
      };
      expect({ ...row, out: seenBy(event, contextOf({ ...asked(row), ...facts })) }).toEqual(row);
    }
  });

  test('of servers', () => {
    expect(vectors.server).toHaveLength(160);
    for (const row of vectors.server) {
      const best = (['join', 'invite', 'knock', 'leave', 'ban'] as const).find((one) => row.server_memberships.includes(one)) ?? null;
      const context = contextOf({
        of: 'synapse', subjects: row.sender_erased ? [ALICE] : [], membershipAtEvent: best,
        historyVisibility: row.partial_state_invisible ? 'unknown' : visibility(row.history_visibility),
      });
      const { seen } = decideView(messageBy(ALICE), { kind: 'server', id: 'b.example' }, context);
      expect({ ...row, visible: seen === 'full' }).toEqual(row);
      expect(seen).not.toBe('hidden');
    }
  });

  const further = vectors.client_misc.map((row) => row.case);

  // Decision 6 says why.
  test('of all further cases but those of ignored senders and of retention', () => {
    expect(further).toHaveLength(9);
    expect(further.filter((name) => !ANSWERED.some((answered) => name.startsWith(answered)))).toEqual(OUT_OF_SCOPE);
  });

  test('of what is served to everybody or to nobody', () => {
    const outOf = (name: string): Out | undefined => vectors.client_misc.find((row) => row.case.startsWith(name))?.out;
    expect(ANSWERED.map(outOf)).toEqual(['full', 'hidden', 'hidden']);
    const joined = contextOf({ of: 'synapse', currentMembership: 'join', membershipAtEvent: 'join', everInRoom: true, isCurrentState: true });
    const stranger = { ...joined, membershipAtEvent: null, historyVisibility: 'joined' } as const;
    expect(seenBy(stateBy(ALICE), { ...stranger, surface: 'sync' })).toBe(outOf('always_include'));
    expect(seenBy(stateBy(ALICE, 'm.room.aliases'), joined)).toBe(outOf('m.room.aliases'));
    expect(seenBy({ ...messageBy(ALICE), type: 'org.matrix.dummy_event' }, joined)).toBe(outOf('org.matrix.dummy'));
  });
});
