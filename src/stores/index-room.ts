import { isState, referencedIds, type Pdu } from '../event/pdu.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import { ALIASES, isWhole } from '../erasure/graph-facts.ts';
import { createRecordStore } from '../erasure/record-store.ts';
import { joinedServer, saysBridge } from '../erasure/room-reader.ts';
import { createSignsOfMore } from '../erasure/signs-of-more.ts';
import { membershipChangesIn, type MembershipChange } from '../erasure/view/attendance.ts';
import { clockOf } from '../erasure/own-event.ts';
import type { EventClock } from '../erasure/scope.ts';
import { appliedRedactions, redactionContextOf } from '../room/applied-redactions.ts';
import { openRoom, type RoomEventRecord, type RoomGraph } from '../room/graph.ts';
import type { AppliedRedactions } from '../room/redaction-outcomes.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { spansIn } from './index-spans.ts';
import type { EventFacts, RoomClock, RoomIndex, RoomSummary, Stay } from './store.ts';

/** Reads a room's events, in the order in which the store has them, and gives the rows of its index. */
export type RoomIndexer = { readonly add: (event: RoomEvent, place: number) => void; readonly finish: () => RoomIndex };

type Member = { readonly eventId: string; readonly pdu: Pdu; readonly outlier: boolean; readonly clock: EventClock };

type Noted = {
  readonly records: ReturnType<typeof createRecordStore>;
  readonly signs: ReturnType<typeof createSignsOfMore>;
  readonly cited: Set<string>;
  readonly followed: Set<string>;
  readonly servers: Set<string>;
  readonly bridges: string[];
  readonly aliases: string[];
  readonly members: Member[];
  readonly clocks: (Pick<EventClock, 'place' | 'stream'> & { readonly time: number })[];
};

/**
 * Opens a room once, so that plans and pages need not: what its graph says of each event, from where to where each event was in its state, and who was
 * there when. No content is kept.
 * @example createRoomIndexer(roomVersion('11')).finish().summary.positions // 0
 */
export function createRoomIndexer(rules: RoomVersionRules): RoomIndexer {
  const noted: Noted = {
    records: createRecordStore(), signs: createSignsOfMore(), cited: new Set(), followed: new Set(), servers: new Set(), bridges: [], aliases: [], members: [], clocks: [],
  };
  let streams = true;
  return {
    add: (event, place) => {
      const clock = clockOf(event, place);
      streams &&= clock.outlier || clock.stream !== undefined;
      note(event, clock, noted);
    },
    finish: () => indexOf(noted, { rules, streams }),
  };
}

function note(event: RoomEvent, clock: EventClock, { records, signs, cited, followed, servers, bridges, aliases, members, clocks }: Noted): void {
  const { eventId, pdu } = records.add(event);
  signs.add(event);
  for (const id of referencedIds(event.pdu.auth_events)) cited.add(id);
  for (const id of referencedIds(event.pdu.prev_events)) followed.add(id);
  const server = joinedServer(event.pdu);
  if (server !== undefined) servers.add(server);
  if (saysBridge(event.pdu)) bridges.push(eventId);
  if (isState(event.pdu) && ALIASES.has(event.pdu.type)) aliases.push(eventId);
  if (event.pdu.type === 'm.room.member') members.push({ eventId, pdu, outlier: event.outlier, clock });
  const { time, place, stream, outlier } = clock;
  if (!outlier && time !== undefined) clocks.push({ time, place, stream });
}

function indexOf(noted: Noted, { rules, streams }: { readonly rules: RoomVersionRules; readonly streams: boolean }): RoomIndex {
  const graph = openRoom(noted.records, { rules });
  const summary = summaryOf(noted, graph, streams);
  return { summary, events: factsIn(noted, graph), spans: spansIn(graph), stays: staysIn(noted.members, graph, streams), clock: clockRows(noted.clocks) };
}

function summaryOf(noted: Noted, graph: RoomGraph, streams: boolean): RoomSummary {
  const current = graph.currentState();
  const event = (type: string, stateKey: string): Pdu | undefined => graph.stateEvent((current.state === 'known' ? current.get(type, stateKey) : undefined) ?? '');
  return {
    positions: graph.order.length,
    statesKnown: graph.order.every((id) => graph.stateAfter(id).state === 'known'),
    currentKnown: current.state === 'known',
    whole: isWhole(graph, { event }, { cited: noted.cited, lacksEvents: noted.signs.lacksEvents }),
    streams,
    servers: [...noted.servers].sort(),
    bridges: noted.bridges,
    aliases: noted.aliases.filter((id) => graph.stateEvent(id) !== undefined),
  };
}

function* factsIn({ cited, followed, signs, records }: Noted, graph: RoomGraph): Generator<EventFacts> {
  const { targets, redactions } = redactionsIn(records, graph);
  for (const [position, eventId] of graph.order.entries()) {
    const verdict = graph.verdict(eventId)?.verdict ?? 'unknown';
    const [replaced, redaction] = [replacedBy(eventId, graph), redactions.get(eventId)];
    yield {
      eventId, position, verdict,
      stateKnown: graph.stateAfter(eventId).state === 'known',
      cited: cited.has(eventId),
      named: cited.has(eventId) || followed.has(eventId) || signs.isNamed(eventId),
      redacted: targets.get(eventId)?.redactedBecause !== undefined,
      ...(replaced === undefined ? {} : { replaced }),
      ...(redaction === undefined ? {} : { redaction: { applies: redaction.applied.length + redaction.held.length > 0, withheld: redaction.withheld } }),
    };
  }
}

/** What the redactions of a room come to. */
function redactionsIn(records: Noted['records'], graph: RoomGraph): AppliedRedactions {
  const targets = new Set<string>();
  for (const { pdu } of records) for (const id of redactionTarget(pdu, graph.rules.redacts)?.eventIds ?? []) targets.add(id);
  return appliedRedactions(concernedIn(records, targets), redactionContextOf(graph));
}

function* concernedIn(records: Noted['records'], targets: ReadonlySet<string>): Generator<RoomEventRecord> {
  for (const record of records) if (record.pdu.type === 'm.room.redaction' || targets.has(record.event_id)) yield record;
}

/** What a state event that took its place replaced: with forks that is not what had the place at the event before it in the room's order. */
function replacedBy(eventId: string, graph: RoomGraph): string | undefined {
  const event = graph.stateEvent(eventId);
  if (event?.state_key === undefined || graph.verdict(eventId)?.verdict === 'rejected') return undefined;
  const before = graph.stateBefore(eventId);
  return before.state === 'known' ? before.get(event.type, event.state_key) : undefined;
}

function staysIn(members: readonly Member[], graph: RoomGraph, streams: boolean): readonly Stay[] {
  const places = members.map(({ clock: { stream = Number.NEGATIVE_INFINITY, place } }) => (streams ? stream : place));
  const at = (index: number): number => places[index] ?? Number.NEGATIVE_INFINITY;
  return staysOf(membershipChangesIn(members, { at, erasure: Number.POSITIVE_INFINITY }, graph));
}

/** When each user was joined, by the changes of memberships in the server's order. */
function staysOf(changes: readonly MembershipChange[]): readonly Stay[] {
  const stays: Stay[] = [];
  const joined = new Map<string, number>();
  for (const { user, membership, place } of changes) {
    const from = joined.get(user);
    if (membership === 'join') joined.set(user, from ?? place);
    else if (from !== undefined) {
      stays.push({ user, from, to: place });
      joined.delete(user);
    }
  }
  for (const [user, from] of joined) stays.push({ user, from, to: Number.POSITIVE_INFINITY });
  return stays;
}

/** How far the room was, at each time at which it came further. */
function* clockRows(clocks: Noted['clocks']): Generator<RoomClock> {
  let reached: RoomClock | undefined;
  let last: RoomClock | undefined;
  for (const { time, place, stream } of clocks.toSorted((one, other) => one.time - other.time)) {
    const further = Math.max(stream ?? Number.NEGATIVE_INFINITY, reached?.stream ?? Number.NEGATIVE_INFINITY);
    const next: RoomClock = { time, place: Math.max(place, reached?.place ?? place), ...(Number.isFinite(further) ? { stream: further } : {}) };
    // Of several at one time the last counts.
    if (last !== undefined && last.time < time) {
      yield last;
      last = undefined;
    }
    if (next.place !== reached?.place || next.stream !== reached.stream) last = next;
    reached = next;
  }
  if (last !== undefined) yield last;
}
