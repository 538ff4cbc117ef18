import { compareCodePoints } from '../json/compare.ts';
import type { EventTable } from './event-table.ts';
import { compareNumbers, sortingNumber } from './readable.ts';

/**
 * The mainline ordering of events: those based on older power levels come first, then those sent earlier, then by ID.
 * @see https://spec.matrix.org/v1.19/rooms/v2/#definitions
 */
export function mainlineOrder(events: Iterable<number>, powerLevels: number | undefined, table: EventTable): readonly number[] {
  const positions = mainlinePositions(powerLevels, table);
  return Array.from(events, (number) => ({
    number,
    position: mainlinePosition(number, positions, table),
    sent: sortingNumber(table.event(number).origin_server_ts),
    id: table.id(number),
  })).sort((one, other) =>
    compareNumbers(other.position, one.position) || compareNumbers(one.sent, other.sent) || compareCodePoints(one.id, other.id),
  ).map(({ number }) => number);
}

/** The mainline of a power levels event: itself, the power levels that it cites, and so on, each with its position. */
function mainlinePositions(powerLevels: number | undefined, table: EventTable): Map<number, number> {
  const positions = new Map<number, number>();
  for (let event = powerLevels; event !== undefined && !positions.has(event); event = citedPowerLevels(event, table)) {
    positions.set(event, positions.size);
  }
  return positions;
}

/** The position of the first of an event's cited power levels that is in the mainline; infinite if none is. Remembers what it walks past. */
function mainlinePosition(number: number, positions: Map<number, number>, table: EventTable): number {
  const walked = new Set<number>();
  let event = citedPowerLevels(number, table);
  while (event !== undefined && !positions.has(event) && !walked.has(event)) {
    walked.add(event);
    event = citedPowerLevels(event, table);
  }
  const position = (event === undefined ? undefined : positions.get(event)) ?? Infinity;
  for (const passed of walked) positions.set(passed, position);
  return position;
}

function citedPowerLevels(number: number, table: EventTable): number | undefined {
  return table.auth(number).find((auth) => {
    const event = table.event(auth);
    return event.type === 'm.room.power_levels' && event.state_key === '';
  });
}
