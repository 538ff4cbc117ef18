import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSnapshots } from '../../src/room/snapshots.ts';

type Model = ReadonlyMap<number, number>;

const place = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(63, 64, 511, 512, 4095, 4096, 1_000_000));
const step = fc.record({ from: fc.nat(), place, value: fc.integer({ min: 0, max: 3 }) });

/** Applies steps to snapshots and to plain maps alike: each step starts from any earlier state. */
function build(steps: readonly { readonly from: number; readonly place: number; readonly value: number }[]) {
  const snapshots = createSnapshots();
  const states: { readonly snapshot: number; readonly model: Model }[] = [{ snapshot: 0, model: new Map() }];
  for (const { from, place: at, value } of steps) {
    const base = states[from % states.length] ?? { snapshot: 0, model: new Map() };
    const model = new Map(base.model);
    if (value === 0) model.delete(at);
    else model.set(at, value);
    states.push({ snapshot: snapshots.with(base.snapshot, at, value), model });
  }
  return { snapshots, states };
}

describe('snapshots', () => {
  test('hold what maps would hold', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { snapshots, states } = build(steps);
      for (const { snapshot, model } of states) {
        for (const { place: at } of steps) expect(snapshots.get(snapshot, at)).toBe(model.get(at) ?? 0);
      }
    }));
  });

  test('differ where the maps do, in the order of the places', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), fc.nat(), (steps, one, other) => {
      const { snapshots, states } = build(steps);
      const [before, after] = [states[one % states.length], states[other % states.length]];
      const seen: (readonly number[])[] = [];
      snapshots.diff(before?.snapshot ?? 0, after?.snapshot ?? 0, (...change) => seen.push(change));
      const places = [...new Set(steps.map(({ place: at }) => at))].sort((a, b) => a - b);
      const expected = places.map((at) => [at, before?.model.get(at) ?? 0, after?.model.get(at) ?? 0]).filter(([, was, is]) => was !== is);
      expect(seen).toEqual(expected);
    }));
  });

  test('changing nothing gives the same snapshot', () => {
    const snapshots = createSnapshots();
    const one = snapshots.with(0, 5, 7);
    expect(snapshots.with(one, 5, 7)).toBe(one);
    expect(snapshots.with(0, 5, 0)).toBe(0);
  });
});
