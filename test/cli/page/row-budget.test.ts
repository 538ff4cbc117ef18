import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layOut, treatmentParts } from '../../../src/cli/page/charts.ts';
import { countTypes, groupEntries, shareOut } from '../../../src/cli/page/row-budget.ts';
import { percent } from '../../../src/cli/text/numbers.ts';
import { samplePlan } from '../sample-plan.ts';

const wishes = fc.array(fc.nat(1000), { maxLength: 20 });

test('nobody gets more than they wish, and nothing is left while somebody wants', () => {
  fc.assert(fc.property(wishes, fc.nat(3000), (wanted, rows) => {
    const shares = shareOut(wanted, rows);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    expect(shares.every((share, i) => share >= 0 && share <= (wanted[i] ?? 0))).toBe(true);
    expect(sum(shares)).toBe(Math.min(rows, sum(wanted)));
  }));
});

test('the entries of a room are grouped, none is lost, and small groups come whole', () => {
  for (const { entries } of samplePlan.rooms) {
    const groups = groupEntries(entries, 100);
    expect(groups.flatMap((group) => group.entries)).toHaveLength(entries.length);
    expect(groups.flatMap((group) => group.shown).length).toBe(Math.min(100, entries.length));
    for (const { like, entries: same } of groups) expect(new Set(same.map(({ reason, hazard, reach }) => [reason, hazard, reach].join()))).toEqual(new Set([[like.reason, like.hazard, like.reach].join()]));
  }
});

test('types are counted, hostile ones too', () => {
  const entry = (type: string) => ({ event_id: '$x', type, treatment: 'hide', reason: 'others-had-access' }) as const;
  expect(countTypes(['__proto__', 'a', '__proto__', 'constructor'].map(entry))).toEqual([['__proto__', 2], ['a', 1], ['constructor', 1]]);
});

test('the parts of a bar fill it, in order, and each can be seen', () => {
  fc.assert(fc.property(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), (redact, hide, purge, keep) => {
    const parts = layOut(treatmentParts({ redact, hide, purge, keep }));
    expect(parts.every(({ width }) => width > 0.7)).toBe(true);
    const end = parts.reduce((at, { from, width }) => {
      expect(from).toBeCloseTo(at, 6);
      return from + width;
    }, 0);
    expect(end).toBeCloseTo(parts.length === 0 ? 0 : 100, 6);
  }));
});

test('a share is never rounded to nothing or to all', () => {
  expect([0, 0.01, 0.5, 99.97, 100].map(percent)).toEqual(['0 %', 'under 0.1 %', '0.5 %', 'over 99.9 %', '100 %']);
});
