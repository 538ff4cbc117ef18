import { hazards, type Hazard } from './hazards.ts';
import type { AboutReason, ErasurePlan, PlanWarning, PlanWarningCode, Reach, RoomPlan, TreatmentReason } from './plan.ts';

/** Something counted over the rooms of a plan. */
export type Tally<Key> = { readonly key: Key; readonly events: number; readonly rooms: number };

/** Why an event is kept: the reason, and which hazard. */
export type KeptKey = { readonly reason: TreatmentReason; readonly hazard?: string };

/** What an erasure leaves behind, counted by reason, the most frequent first. */
export type WhatStays = {
  readonly kept: readonly Tally<KeptKey>[];
  readonly outOfReach: readonly Tally<Reach>[];
  readonly about: readonly Tally<AboutReason>[];
  /** Servers with copies, and in how many rooms. */
  readonly servers: readonly Tally<string>[];
};

/** Counts what stays after a plan is carried out. */
export function whatStays(plan: ErasurePlan): WhatStays {
  const kept = tally(plan.rooms, (room) =>
    room.entries.flatMap(({ treatment, reason, hazard }) => (treatment === 'keep' ? [hazard === undefined ? { reason } : { reason, hazard }] : [])),
  );
  return {
    kept,
    outOfReach: tally(plan.rooms, (room) => room.entries.flatMap(({ reach }) => reach ?? [])),
    about: tally(plan.rooms, (room) => room.about.flatMap(({ reasons }) => reasons)),
    servers: tally(plan.rooms, (room) => room.servers),
  };
}

function tally<Key>(rooms: readonly RoomPlan[], keysOf: (room: RoomPlan) => readonly Key[]): readonly Tally<Key>[] {
  const tallies = new Map<string, { readonly key: Key; events: number; rooms: number; lastRoom: number }>();
  rooms.forEach((room, index) => {
    for (const key of keysOf(room)) {
      const name = JSON.stringify(key);
      const found = tallies.get(name) ?? { key, events: 0, rooms: 0, lastRoom: -1 };
      found.events += 1;
      if (found.lastRoom !== index) found.rooms += 1;
      found.lastRoom = index;
      tallies.set(name, found);
    }
  });
  return [...tallies.values()].map(({ key, events, rooms: count }) => ({ key, events, rooms: count })).sort((a, b) => b.events - a.events);
}

/** The hazard of an ID. A plan may be older than the table: then there is none. */
export function hazardOf(id: string | undefined): Hazard | undefined {
  return hazards.find((hazard) => hazard.id === id);
}

/** The warnings of one kind, taken together, and in how many rooms. */
export type WarningGroup = { readonly code: PlanWarningCode; readonly count: number; readonly warnings: readonly PlanWarning[]; readonly rooms: number };

/** The warnings of a plan by kind, in the order in which the kinds first appear. */
export function groupWarnings(warnings: readonly PlanWarning[]): readonly WarningGroup[] {
  const codes = [...new Set(warnings.map(({ code }) => code))];
  return codes.map((code) => {
    const ofCode = warnings.filter((warning) => warning.code === code);
    return { code, count: ofCode.reduce((sum, { count }) => sum + count, 0), warnings: ofCode, rooms: ofCode.filter(({ room_id: room }) => room !== undefined).length };
  });
}
