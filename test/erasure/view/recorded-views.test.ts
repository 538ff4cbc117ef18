import { describe, expect, test } from 'vitest';
import type { readRecord } from '../../../src/event/record.ts';
import { vectorLines } from '../../room/vectors.ts';
import { agrees, LETTER, openRecorded, predict, RULES, viewerOf } from './recordings.ts';

type View = { readonly viewer: string; readonly user: string; readonly api: string; readonly seen: string };
type Recorded = { readonly room: string; readonly server?: string; readonly events: readonly Parameters<typeof readRecord>[0][]; readonly views: readonly View[] };
const recorded: readonly Recorded[] = vectorLines('recorded-views/rooms.ndjson.gz').map((line) => JSON.parse(line));
const elsewhere: readonly Recorded[] = vectorLines('recorded-views/other-servers.ndjson.gz').map((line) => JSON.parse(line));

const ROWS: { readonly [api: string]: number } = {
  context: 3422, context_around: 6399, context_state: 1201, event: 14507, members: 1808, messages_b: 13583, messages_f: 13583, relations: 1050,
  search: 1441, state: 4304, sync_timeline: 8725, threads: 196,
  fed_event: 6524, fed_backfill: 6524, fed_get_missing_events: 6386, 'fed_state.pdus': 2074, 'fed_state.auth_chain': 976, 'fed_event_auth.auth_chain': 648,
};

/** Of five rooms, as two servers had them that were not told of the erasure. */
const ROWS_ELSEWHERE: { readonly [api: string]: number } = {
  context: 328, context_around: 597, context_state: 119, event: 1125, members: 144, messages_b: 1077, messages_f: 1077, relations: 92, search: 118,
  state: 349, sync_state: 105, sync_timeline: 640, threads: 17,
};

type Judged = { readonly api: string; readonly of: string; readonly rows: number; readonly wrong: number };

function judge({ room, server, events, views }: Recorded, ruleOf = (api: string): (typeof RULES)[string] => RULES[api] ?? {}): readonly Judged[] {
  const opened = openRecorded(events);
  return views.map(({ viewer, user, api, seen }) => {
    const decisions = predict(opened, viewerOf(viewer, user), { ...ruleOf(api), ...(server === undefined ? {} : { subjects: [] }) });
    const asked = [...seen].flatMap((letter, index) => (letter === '.' ? [] : [[letter, LETTER[decisions[index]?.seen ?? 'hidden']] as const]));
    return { api, of: `${room} ${api} ${viewer}`, rows: asked.length, wrong: asked.filter(([served, predicted]) => !agrees(served, predicted)).length };
  });
}

function rowsByApi(judged: readonly Judged[]): typeof ROWS {
  const rows: { [api: string]: number } = {};
  for (const one of judged) rows[one.api] = (rows[one.api] ?? 0) + one.rows;
  return rows;
}

describe('profile synapse predicts what a real server served', () => {
  const judged = recorded.flatMap((room) => judge(room));
  const sum = (of: (one: Judged) => number): number => judged.reduce((total, one) => total + of(one), 0);

  test('in these many rows', () => {
    expect(rowsByApi(judged)).toEqual(ROWS);
    expect(sum(({ rows }) => rows)).toBe(93_351);
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

describe('two servers that were not told of the erasure', () => {
  const judged = elsewhere.flatMap((room) => judge(room));

  test('served these many rows', () => {
    expect(rowsByApi(judged)).toEqual(ROWS_ELSEWHERE);
  });

  test('all of them by the same rules without an erasure, which would be wrong with it', () => {
    expect(judged.filter(({ wrong }) => wrong > 0)).toEqual([]);
    expect(elsewhere.flatMap(({ server: _, ...room }) => judge(room)).reduce((total, { wrong }) => total + wrong, 0)).toBeGreaterThan(200);
  });
});
