import { describe, expect, test } from 'vitest';
import { readRecord } from '../../../src/event/record.ts';
import { erasureProfile } from '../../../src/erasure/profiles.ts';
import type { ViewedRoom, ViewOptions } from '../../../src/erasure/view/room-facts.ts';
import { viewRoom } from '../../../src/erasure/view/view-room.ts';
import { openRoom } from '../../../src/room/graph.ts';
import { createRecordResolver } from '../../../src/room/resolve-record.ts';
import { vectorLines } from '../../room/vectors.ts';

const ALICE = '@alice:hs1.test:18441';
const ERASED_AT = 1_795_465_515_653;

type View = { readonly viewer: string; readonly user: string; readonly api: string; readonly seen: string };
type Recorded = { readonly room: string; readonly events: readonly Parameters<typeof readRecord>[0][]; readonly views: readonly View[] };
const recorded: readonly Recorded[] = vectorLines('recorded-views/rooms.ndjson.gz').map((line) => JSON.parse(line));

/** The rule that holds for each API that was asked. */
const RULES: { readonly [api: string]: Pick<ViewOptions, 'surface' | 'forwards' | 'pastStates'> } = {
  messages_b: { surface: 'messages' }, messages_f: { surface: 'messages', forwards: true },
  relations: { surface: 'messages' }, threads: { surface: 'messages' }, search: { surface: 'messages' },
  event: { surface: 'event' }, context: { surface: 'context' }, context_around: { surface: 'context' },
  state: { surface: 'state' }, members: { surface: 'state' }, context_state: { surface: 'state', pastStates: true },
  sync_timeline: { surface: 'sync' },
};

const ROWS: { readonly [api: string]: number } = {
  context: 3422, context_around: 6399, context_state: 1201, event: 14507, members: 1808, messages_b: 13583, messages_f: 13583, relations: 1050,
  search: 1441, state: 4304, sync_timeline: 8725, threads: 196,
};

function open(events: Recorded['events']): ViewedRoom {
  const { resolve } = createRecordResolver();
  const records = events.map((event) => readRecord(event).record);
  const resolved = records.map(resolve);
  const graph = openRoom(resolved.map(({ eventId }, index) => ({ ...records[index], event_id: eventId, pdu: records[index]?.pdu ?? { type: '', content: {} } })));
  return { roomId: resolved[0]?.roomId ?? '', graph, events: resolved };
}

const LETTER = { full: 'F', redacted: 'R', hidden: 'H' } as const;
const agrees = (served: string, predicted: string): boolean => served === predicted || (served === 'S' && predicted !== 'H');

type Judged = { readonly api: string; readonly of: string; readonly rows: number; readonly wrong: number };

function judge({ room, events, views }: Recorded, ruleOf = (api: string): (typeof RULES)[string] => RULES[api] ?? {}): readonly Judged[] {
  const opened = open(events);
  return views.map(({ viewer, user, api, seen }) => {
    const erasure = { profile: erasureProfile('synapse'), subjects: [ALICE], effectiveAt: ERASED_AT };
    const decisions = viewRoom(opened, { kind: viewer === 'guest' ? 'guest' : 'user', id: user }, { erasure, ...ruleOf(api) });
    const asked = [...seen].flatMap((letter, index) => (letter === '.' ? [] : [[letter, LETTER[decisions[index]?.seen ?? 'hidden']] as const]));
    return { api, of: `${room} ${api} ${viewer}`, rows: asked.length, wrong: asked.filter(([served, predicted]) => !agrees(served, predicted)).length };
  });
}

describe('profile synapse predicts what a real server served', () => {
  const judged = recorded.flatMap((room) => judge(room));
  const sum = (of: (one: Judged) => number): number => judged.reduce((total, one) => total + of(one), 0);

  test('in these many rows', () => {
    expect(Object.fromEntries(Object.keys(ROWS).map((api) => [api, sum((one) => (one.api === api ? one.rows : 0))]))).toEqual(ROWS);
    expect(sum(({ rows }) => rows)).toBe(70_219);
  });

  test('and in every one of them', () => {
    expect(judged.filter(({ wrong }) => wrong > 0)).toEqual([]);
  });

  test('and would be found wrong where the rule of another API is taken', () => {
    const wrongWith = (rule: (typeof RULES)[string]): number => recorded.slice(0, 12).flatMap((room) => judge(room, () => rule)).reduce((total, { wrong }) => total + wrong, 0);
    expect(wrongWith({ surface: 'messages' })).toBeGreaterThan(200);
    expect(wrongWith({ surface: 'state' })).toBeGreaterThan(200);
  });

  test('whichever way the history is paged, of what /messages gave more than 99.8 % are as without saying which', () => {
    const pages = recorded.flatMap((room) => judge(room, () => ({ surface: 'messages' }))).filter(({ api }) => api.startsWith('messages'));
    const [wrong, rows] = pages.reduce(([one, all], page) => [one + page.wrong, all + page.rows], [0, 0]);
    expect([wrong, rows]).toEqual([41, 27_166]);
    expect(1 - 41 / 27_166).toBeGreaterThan(0.998);
  });
});
