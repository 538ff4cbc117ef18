import { describe, expect, test } from 'vitest';
import { readRecord } from '../../../src/event/record.ts';
import { erasureProfile } from '../../../src/erasure/profiles.ts';
import type { ViewedRoom } from '../../../src/erasure/view/room-facts.ts';
import { viewRoom } from '../../../src/erasure/view/view-room.ts';
import type { Surface } from '../../../src/erasure/view/viewer.ts';
import { openRoom } from '../../../src/room/graph.ts';
import { createRecordResolver } from '../../../src/room/resolve-record.ts';
import { vectorLines } from '../../room/vectors.ts';

const ALICE = '@alice:hs1.test:18441';
const ERASED_AT = 1_795_465_515_653;

type View = { readonly viewer: string; readonly user: string; readonly api: string; readonly seen: string };
type Recorded = { readonly room: string; readonly events: readonly Parameters<typeof readRecord>[0][]; readonly views: readonly View[] };
const recorded: readonly Recorded[] = vectorLines('recorded-views/rooms.ndjson.gz').map((line) => JSON.parse(line));

/** The rule that holds for each API that was asked, and whether it reads states of the past. */
const RULES: { readonly [api: string]: readonly [Surface, pastStates: boolean] } = {
  messages_b: ['messages', false], messages_f: ['messages', false], relations: ['messages', false], threads: ['messages', false], search: ['messages', false],
  event: ['event', false], context: ['context', false], context_around: ['context', false],
  state: ['state', false], members: ['state', false], context_state: ['state', true],
  sync_timeline: ['sync', false],
};

const ROWS: { readonly [api: string]: number } = {
  context: 3422, context_around: 6399, context_state: 1201, event: 14507, members: 1808, messages_b: 13583, messages_f: 13583, relations: 1050,
  search: 1441, state: 4304, sync_timeline: 8725, threads: 196,
};

/** Where Synapse differs from its own rule: the decision about this project's view of it gives the reasons. */
const EXCEPTIONS: { readonly [of: string]: number } = {
  'remote-v10 messages_f bob': 8, 'remote-v10 messages_f dave': 8, 'remote-v10 messages_f dora': 8, 'remote-v10 messages_f ghost': 8,
  'leftbefore-v11 messages_b bob': 1, 'leftbefore-v11 messages_f bob': 8,
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

function judge({ room, events, views }: Recorded): readonly Judged[] {
  const opened = open(events);
  return views.map(({ viewer, user, api, seen }) => {
    const [surface, pastStates] = RULES[api] ?? ['messages', false];
    const erasure = { profile: erasureProfile('synapse'), subjects: [ALICE], effectiveAt: ERASED_AT };
    const decisions = viewRoom(opened, { kind: viewer === 'guest' ? 'guest' : 'user', id: user }, { erasure, surface, pastStates });
    const asked = [...seen].flatMap((letter, index) => (letter === '.' ? [] : [[letter, LETTER[decisions[index]?.seen ?? 'hidden']] as const]));
    return { api, of: `${room} ${api} ${viewer}`, rows: asked.length, wrong: asked.filter(([served, predicted]) => !agrees(served, predicted)).length };
  });
}

describe('profile synapse predicts what a real server served', () => {
  const judged = recorded.flatMap(judge);
  const sum = (of: (one: Judged) => number): number => judged.reduce((total, one) => total + of(one), 0);

  test('in these many rows', () => {
    expect(Object.fromEntries(Object.keys(ROWS).map((api) => [api, sum((one) => (one.api === api ? one.rows : 0))]))).toEqual(ROWS);
    expect(sum(({ rows }) => rows)).toBe(70_219);
  });

  test('but for the exceptions that are known', () => {
    expect(Object.fromEntries(judged.filter(({ wrong }) => wrong > 0).map(({ of, wrong }) => [of, wrong]))).toEqual(EXCEPTIONS);
  });

  test('of what /messages gave, more than 99.8 %', () => {
    const [wrong, rows] = [sum((one) => (one.api.startsWith('messages') ? one.wrong : 0)), sum((one) => (one.api.startsWith('messages') ? one.rows : 0))];
    expect(1 - wrong / rows).toBeGreaterThan(0.998);
  });
});
