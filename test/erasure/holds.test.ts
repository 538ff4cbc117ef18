import { describe, expect, it } from 'vitest';
import { erasureId, hiddenSince } from '../../src/erasure/marks.ts';
import { holdsLeaveNothing } from '../../src/erasure/carry-out.ts';
import { detectDrift } from '../../src/erasure/drift.ts';
import { ContradictoryHoldsError, InvalidHoldError, type ErasureHold } from '../../src/erasure/holds.ts';
import { ALICE, BOB, buildRoom, type RoomBuilder } from './build-room.ts';
import { applied, entryOf, erase, failures, planFor, treatmentOf } from './erase.ts';

const hold = (scope: ErasureHold['scope'] = {}, changes: Partial<ErasureHold> = {}): ErasureHold =>
  ({ id: 'case-1', ground: 'article-17-3-e', basis: 'file 12/2026', reviewAt: 9_000_000, scope, ...changes });

/** A room with Bob in it, in which Alice said and set something. */
function shared(): { readonly room: RoomBuilder; readonly text: string; readonly topic: string } {
  const room = buildRoom();
  room.join(BOB);
  return { room, text: room.text(ALICE, 'mine'), topic: room.state(ALICE, 'm.room.topic', '', { topic: 'mine too' }) };
}

describe('a hold', () => {
  it('stands beside the treatment, with a count and a date for its review', () => {
    const { room, text, topic } = shared();
    const plan = planFor(room.stored(), { holds: [hold({ events: [text, topic] })] });
    expect(entryOf(plan, text)).toMatchObject({ treatment: 'hide', holds: ['case-1'] });
    expect(entryOf(plan, topic)).toMatchObject({ treatment: 'redact', holds: ['case-1'] });
    expect(plan.totals).toMatchObject({ held: 2, redact: planFor(room.stored()).totals.redact });
    expect(plan.deadlines.review).toBe(9_000_000);
    expect(plan.warnings).toContainEqual({ code: 'held', room_id: room.roomId, count: 1 });
    expect(plan.rooms[0]?.redactions).toEqual([]);
    expect(planFor(room.stored()).rooms[0]?.redactions).toEqual([topic]);
  });

  it('blocks redaction, but state is marked to be served without what it says', () => {
    const { room, topic } = shared();
    const { plan, result, verification } = erase(room.stored(), { holds: [hold({ types: ['m.room.topic'] })] });
    const held = result.find(({ event }) => event.eventId === topic);
    expect(held?.event.pdu.content).toEqual({ topic: 'mine too' });
    expect(held?.record['erasure']).toEqual({ treatment: 'redact', profile: 'notice', effective_at: 1_000_000, request: erasureId(plan.request) });
    expect(failures(verification)).toEqual([]);
    expect(applied(plan, result).map(({ record }) => record)).toEqual(result.map(({ record }) => record));
    expect(detectDrift(plan, planFor(result, { holds: [hold({ types: ['m.room.topic'] })] }))).toEqual([]);
  });

  it('blocks a purge, but never hiding', () => {
    const diary = buildRoom();
    const id = diary.text(ALICE, 'mine');
    const other = diary.text(ALICE, 'and this');
    const holds = [hold({ events: [id] })];
    const { plan, result, verification } = erase(diary.stored(), { holds });
    expect(treatmentOf(plan, id)).toBe('purge sole-access');
    // The room around it stays, in redacted form.
    expect(result.length).toBe(diary.records().length - 1);
    const held = result.find(({ event }) => event.eventId === id);
    expect(held?.event.pdu.content).toMatchObject({ body: 'mine' });
    expect(held === undefined ? undefined : hiddenSince(held.record)).toBe(1_000_000);
    expect(result.some(({ event }) => event.eventId === other)).toBe(false);
    expect(failures(verification)).toEqual([]);
    expect(detectDrift(plan, planFor(result, { holds }))).toEqual([]);
  });

  it('covers what its scope covers', () => {
    const { room, text, topic } = shared();
    const heldBy = (scope: ErasureHold['scope']): readonly (readonly string[] | undefined)[] => {
      const plan = planFor(room.stored(), { holds: [hold(scope)] });
      return [entryOf(plan, text)?.holds, entryOf(plan, topic)?.holds];
    };
    expect(heldBy({})).toEqual([['case-1'], ['case-1']]);
    expect(heldBy({ rooms: [room.roomId] })).toEqual([['case-1'], ['case-1']]);
    expect(heldBy({ rooms: ['!other:a.example'] })).toEqual([undefined, undefined]);
    expect(heldBy({ types: ['m.room.topic'] })).toEqual([undefined, ['case-1']]);
    expect(heldBy({ before: 7500 })).toEqual([['case-1'], undefined]);
    expect(heldBy({ after: 7500 })).toEqual([undefined, ['case-1']]);
  });

  it('may be one of several, each of which is named', () => {
    const { room, text, topic } = shared();
    const plan = planFor(room.stored(), { holds: [hold({ events: [text] }), hold({}, { id: 'case-2', reviewAt: 8_000_000 })] });
    expect(entryOf(plan, text)?.holds).toEqual(['case-1', 'case-2']);
    expect(entryOf(plan, topic)?.holds).toEqual(['case-2']);
    expect(plan.deadlines.review).toBe(8_000_000);
  });

  it('keeps the files of what it covers', () => {
    const diary = buildRoom();
    const image = (id: string): string => diary.send(ALICE, 'm.room.message', { msgtype: 'm.image', url: `mxc://a.example/${id}` });
    const id = image('held');
    image('free');
    const { media } = planFor(diary.stored(), { holds: [hold({ events: [id] })] });
    expect(media.purge).toEqual(['mxc://a.example/free']);
    expect(media.kept).toEqual([{ uri: 'mxc://a.example/held', referrers: [{ room_id: diary.roomId, event_id: id, reason: 'held-referrer' }] }]);
  });
});

describe('when everything that would change is held', () => {
  it('nothing is left to do', () => {
    const diary = buildRoom();
    diary.text(ALICE, 'mine');
    expect(holdsLeaveNothing(planFor(diary.stored(), { holds: [hold()] }))).toBe(true);
    expect(holdsLeaveNothing(planFor(diary.stored(), { holds: [hold({ types: ['m.room.message'] })] }))).toBe(false);
    expect(holdsLeaveNothing(planFor(diary.stored()))).toBe(false);
    expect(holdsLeaveNothing(planFor([]))).toBe(false);
    // What is hidden is hidden under a hold, too.
    expect(holdsLeaveNothing(planFor(shared().room.stored(), { holds: [hold()] }))).toBe(false);
  });
});

describe('holds that cannot be meant', () => {
  it.each([
    ['without an ID', { id: '' }], ['without a basis', { basis: ' ' }], ['that have run out', { reviewAt: 1_000_000 }], ['without a date', { reviewAt: Number.NaN }],
  ])('%s are refused', (_, changes) => {
    expect(() => planFor([], { holds: [hold({}, changes)] })).toThrow(InvalidHoldError);
  });

  it.each([
    ['two of one ID', [hold(), hold({ types: ['m.room.topic'] })]],
    ['limits that exclude each other', [hold({ after: 5, before: 5 })]],
    ['a list of nothing', [hold({ events: [] })]],
  ])('%s contradict', (_, holds) => {
    expect(() => planFor([], { holds })).toThrow(ContradictoryHoldsError);
  });

  it('are told by their place, never by their basis', () => {
    let message = '';
    try {
      planFor([], { holds: [hold(), hold({}, { basis: 'secret' })] });
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^ContradictoryHoldsError: hold 2 /);
    expect(message).not.toContain('secret');
  });
});
