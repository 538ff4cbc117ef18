import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { renderPlanText, summaryLine } from '../../../src/cli/text/plan-text.ts';
import { columnsOf } from '../../../src/cli/text/visible.ts';
import { hazards } from '../../../src/erasure/hazards.ts';
import { eventIds, hostileRoom, planOf, room, samplePlan } from '../sample-plan.ts';

const lines = (text: string): readonly string[] => text.trimEnd().split('\n');

describe('the last line', () => {
  test('has a fixed form', () => {
    expect(summaryLine({ redact: 1949, hide: 4002, purge: 37, keep: 12, held: 4, outOfReach: 211, about: 322 }))
      .toBe('Plan: 1,949 to redact, 4,002 to hide, 37 to purge, 12 to keep (4 held, 211 out of reach, 322 about others). Nothing changed.');
  });

  test.each([20, 40, 80, 120])('stands alone at the end, whole, at %i columns', (width) => {
    expect(lines(renderPlanText(samplePlan, { width })).at(-1)).toBe(summaryLine(samplePlan.totals));
  });

  test('stands alone in colour too', () => {
    expect(lines(renderPlanText(samplePlan, { color: true })).at(-1)).toBe(summaryLine(samplePlan.totals));
  });
});

describe('a printed plan', () => {
  test('names every room with its counts', () => {
    const text = renderPlanText(samplePlan, { width: 120 });
    const found = lines(text).find((line) => line.startsWith('!R2rqFIlKgq0fGWa9R3gZsURngE9VWWPl66xFnO_xack'));
    expect(found?.split(/\s+/)).toEqual(['!R2rqFIlKgq0fGWa9R3gZsURngE9VWWPl66xFnO_xack', '12', '48,211', '9', '1,533', '0', '0', '212']);
  });

  test('says what stays and why, and what is due when', () => {
    const text = renderPlanText(samplePlan, { width: 10_000 });
    for (const id of ['create', 'power-levels', 'restricted-join', 'server-acl', 'encryption']) {
      expect(text).toContain(hazards.find((hazard) => hazard.id === id)?.consequence);
    }
    expect(text).toContain('49 events out of reach of a redaction sent into their room: room left 46 and banned 3.');
    expect(text).toContain('220 events of others, listed and not touched: mention 215,');
    expect(text).toContain('Purge by   Wed 2026-12-23 20:07 UTC');
  });

  test('names the holds with ground, basis and review, what others send first, the files, and the steps', () => {
    const text = renderPlanText(samplePlan, { width: 10_000 });
    expect(text).toContain('- case-12, Article 17(3)(e), legal claims (File 12/2026): 4 events in 1 room. Review by Sun 2027-02-21 20:07 UTC.');
    expect(text).toContain('- 1 event of type m.room.encryption in 1 room, from @moderator:hs2.test:18442, who has not the power to send it.');
    expect(text).toContain('- 1 event of type m.room.name in 1 room, from @moderator:hs2.test:18442.');
    expect(text).toContain('- 70 files to purge by Wed 2026-12-23 20:07 UTC');
    expect(text).toContain('- 60 files kept, because an event that stays refers to them: hidden 60 and of others 60.');
    expect(text).toContain('- 1 file unknown');
    expect(text).toContain('; 2 redactions to send into 1 room.');
    expect(text).toContain('- Bridges to other networks: @irc:hs1.test:18441.');
    expect(text).toContain('- Rooms that were replaced and are not in the input: !older:hs1.test:18441.');
    expect(text).toContain('Review by  Sun 2027-02-21 20:07 UTC, the first of the holds');
    expect(lines(text).filter((line) => /^\d\. /.test(line)).map((line) => line.slice(0, 1))).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  test('says what a supplement adds', () => {
    const entry = { event_id: '$a', type: 'm.room.message', treatment: 'hide', reason: 'others-had-access' } as const;
    const plan = planOf([room('!r:hs1.test', '10', [{ ...entry, added: true }, { ...entry, event_id: '$b' }])]);
    expect(renderPlanText({ ...plan, supplements: 'abc' })).toContain('A supplement: 1 event new, the rest as approved in plan abc.');
    expect(renderPlanText(plan)).not.toContain('supplement');
  });

  test('takes the warnings of a kind together', () => {
    const text = renderPlanText(samplePlan, { width: 10_000 });
    expect(text).toContain('! 7 labels in 2 rooms: Rooms lose');
    expect(lines(text).filter((line) => line.startsWith('! '))).toHaveLength(5);
  });

  test.each([24, 40, 60, 80, 100])('fits into %i columns, but for its last line', (width) => {
    const wide = lines(renderPlanText(samplePlan, { width })).slice(0, -1).filter((line) => columnsOf(line) > width);
    expect(wide.filter((line) => line.trim().includes(' '))).toEqual([]);
  });

  test('is the same in colour but for the colours', () => {
    expect(stripVTControlCharacters(renderPlanText(samplePlan, { color: true }))).toBe(renderPlanText(samplePlan));
    expect(renderPlanText(samplePlan)).not.toContain('\u001b');
  });

  test('sums up the rooms that it does not list', () => {
    const id = eventIds(3);
    const rooms = Array.from({ length: 1200 }, (_, i) => room(`!${i}:hs1.test`, '10', [{ event_id: id(), type: 'm.room.message', treatment: 'hide', reason: 'others-had-access' }]));
    const text = renderPlanText(planOf(rooms));
    expect(lines(text).length).toBeLessThan(90);
    expect(lines(text).find((line) => line.includes('more, in the plan file'))?.split(/\s{2,}/)).toEqual(['1,150 more, in the plan file', '1,150', '0', '1,150', '0', '0', '0']);
  });

  test('of nothing still says so', () => {
    expect(lines(renderPlanText(planOf([]))).at(-1)).toBe('Plan: 0 to redact, 0 to hide, 0 to purge, 0 to keep (0 held, 0 out of reach, 0 about others). Nothing changed.');
  });
});

describe('hostile text', () => {
  test('reaches the terminal as escapes', () => {
    const text = renderPlanText(planOf([hostileRoom]), { width: 200 });
    expect(text).toContain('!<script>alert(1)</script>\\u202e:hs1.test');
  });

  test('never commands the terminal', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 200 }), (text, width) => {
      const plan = planOf([room(text, text, [{ event_id: text, type: text, treatment: 'keep', reason: 'hazard', hazard: text }], { servers: [text], membership: text })]);
      const printed = renderPlanText({ ...plan, request: { ...plan.request, profile: text, scope: { types: [text] } } }, { width });
      expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(lines(printed).at(-1)).toBe(summaryLine(plan.totals));
    }));
  });
});
