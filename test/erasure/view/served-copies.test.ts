import { describe, expect, test } from 'vitest';
import { servedFinding, servedStrippedState, servedSummary } from '../../../src/erasure/view/served-copies.ts';
import { serveEvents } from '../../../src/erasure/view/serve.ts';
import type { Pdu } from '../../../src/event/pdu.ts';
import type { Viewer } from '../../../src/erasure/view/viewer.ts';
import { ALICE, BOB, buildRoom, CAROL } from '../build-room.ts';
import { erasureAt, opened } from './open.ts';

const hit = (event_id: string, body: string): { readonly event_id: string; readonly content: { readonly body: string } } => ({ event_id, content: { body } });
const seen = (full: readonly string[]) => (id: string) =>
  ({ seen: full.includes(id) ? 'full' : 'redacted', reason: full.includes(id) ? 'had-access' : 'new-viewer' }) as const;

describe('what a search tells', () => {
  const finding = { count: 12, results: [hit('$a', 'a Secret plan'), hit('$b', 'the plan'), hit('$c', 'no secret')], highlights: ['secret', 'plan'] };

  test('nothing of events that are not served as they are: that they match tells what they say', () => {
    expect(servedFinding(finding, seen(['$b']))).toEqual({ count: 10, results: [hit('$b', 'the plan')], highlights: ['plan'] });
    expect(servedFinding(finding, seen([]))).toEqual({ count: 9, results: [], highlights: [] });
    expect(servedFinding({ ...finding, count: 3 }, () => undefined)).toEqual({ count: 0, results: [], highlights: [] });
  });

  test('a word stays if an event that is served has it, at any depth', () => {
    const nested = { event_id: '$n', content: { poll: [{ answer: 'SECRET' }], n: 1, none: null } };
    expect(servedFinding({ count: 2, results: [nested, hit('$b', 'plan')], highlights: ['secret', 'plan'] }, seen(['$n'])).highlights).toEqual(['secret']);
  });

  test('all of it where all events are served', () => {
    expect(servedFinding(finding, () => ({ seen: 'full', reason: 'not-own' }))).toEqual(finding);
  });
});

describe('what is made from the state of a room', () => {
  const room = buildRoom();
  room.join(BOB);
  room.state(ALICE, 'm.room.name', '', { name: 'Alice\'s' });
  room.state(ALICE, 'm.room.canonical_alias', '', { alias: '#alice:a.example' });
  room.state(BOB, 'm.room.topic', '', { topic: 'by Bob' });
  room.state(ALICE, 'm.room.avatar', 'not here', { url: 'mxc://a/b' });
  room.join(CAROL);
  const stateFor = (viewer: Viewer, of: string): readonly Pdu[] =>
    [...serveEvents(opened(room.stored()), viewer, { surface: 'state', erasure: erasureAt(9500, { of }) })].flatMap(({ event }) => event ?? []);

  test('a summary names nothing that is not served', () => {
    expect(servedSummary(stateFor({ kind: 'user', id: CAROL }, 'notice'))).toEqual({ topic: 'by Bob' });
    expect(servedSummary(stateFor({ kind: 'user', id: BOB }, 'spec'))).toEqual({ name: 'Alice\'s', topic: 'by Bob', canonical_alias: '#alice:a.example' });
  });

  test('stripped state is of what is served', () => {
    const stripped = servedStrippedState(stateFor({ kind: 'user', id: CAROL }, 'notice'));
    expect(stripped).toContainEqual({ type: 'm.room.name', state_key: '', sender: ALICE, content: {} });
    expect(stripped).toContainEqual({ type: 'm.room.topic', state_key: '', sender: BOB, content: { topic: 'by Bob' } });
    expect(new Set(stripped.flatMap((event) => Object.keys(event)))).toEqual(new Set(['type', 'state_key', 'sender', 'content']));
    expect(servedStrippedState([{ type: 'm.room.message', sender: ALICE, content: {} }, { type: 'm.room.name', state_key: '', content: {} }])).toEqual([]);
  });
});
