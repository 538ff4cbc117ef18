import { addContentHash, referenceHash } from '../crypto/event-hashes.ts';
import type { EventReference, Pdu } from '../event/pdu.ts';
import { CanonicalJsonError } from '../json/canonical-json.ts';
import { authEventsFor } from '../room/auth-events.ts';
import { openRoom } from '../room/graph.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { ErasurePlan, PlanRemedy, RoomPlan } from './plan.ts';
import { createRecordStore, type RecordStore } from './record-store.ts';
import { keysToWrite, replacementContent } from './remedy-content.ts';

/** An event that another member sends so that the subject's can go: whole, but for what its sender has to add. */
export type RemedyEvent = {
  readonly room_id: string;
  readonly room_version: string;
  /** The event of the subject that it replaces. */
  readonly source: string;
  readonly hazard: string;
  /**
   * The event. Where the plan names a sender and the state is known it has its place in the room and, from version 3, its content hash: it lacks only
   * signatures, and in versions 1 and 2 an ID of its server's choice. Else it has what a client sends: type, state key and content.
   */
  readonly event: Pdu;
  /** Keys of the content in which whoever sends it writes their own words; the content hash has to be computed again then. */
  readonly write: readonly string[];
};

/** Builds the events that a plan's remedies ask for, from the events that are there when it is applied. */
export type RemedyBuilder = {
  readonly add: (event: RoomEvent) => void;
  /** The events, as if sent at a time (ms since 1970, UTC). */
  readonly finish: (now: number) => readonly RemedyEvent[];
};

type Site = {
  readonly plan: RoomPlan;
  readonly rules: RoomVersionRules;
  readonly records: RecordStore;
  readonly sources: Map<string, Pdu>;
  readonly depths: Map<string, number | bigint>;
  /** In versions 1 and 2, where references have hashes. */
  readonly hashes: Map<string, string>;
};

/**
 * Begins to build. Events of rooms without remedies are passed over. Content is read from the subject's events here, and stands in no plan.
 * @example createRemedyBuilder(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })).finish(0) // []
 */
export function createRemedyBuilder({ rooms }: ErasurePlan): RemedyBuilder {
  const plans = new Map(rooms.filter(({ remedies }) => remedies.length > 0).map((room) => [room.room_id, room]));
  const sites = new Map<string, Site>();
  return {
    add: (event) => {
      const plan = plans.get(event.roomId);
      if (plan === undefined) return;
      const site = sites.get(event.roomId) ?? createSite(plan, event.rules);
      sites.set(event.roomId, site);
      note(site, event);
    },
    finish: (now) => [...plans.keys()].flatMap((roomId) => {
      const site = sites.get(roomId);
      return site === undefined ? [] : eventsFor(site, now);
    }),
  };
}

function createSite(plan: RoomPlan, rules: RoomVersionRules): Site {
  return { plan, rules, records: createRecordStore(), sources: new Map(), depths: new Map(), hashes: new Map() };
}

function note({ plan, rules, records, sources, depths, hashes }: Site, event: RoomEvent): void {
  const { pdu, eventId } = event;
  records.add(event);
  depths.set(eventId, pdu.depth ?? 0);
  if (plan.remedies.some(({ source }) => source === eventId)) sources.set(eventId, pdu);
  if (rules.format.references === 'ids') return;
  try {
    hashes.set(eventId, referenceHash(pdu, rules));
  } catch (error) {
    // No server has such an event in its graph.
    if (!(error instanceof CanonicalJsonError)) throw error;
  }
}

function eventsFor(site: Site, now: number): readonly RemedyEvent[] {
  const { plan, rules, records, sources } = site;
  const graph = openRoom(records, { rules });
  const current = graph.currentState();
  return plan.remedies.filter(({ obstacle }) => obstacle === undefined).flatMap((remedy) => {
    const source = sources.get(remedy.source);
    const content = source === undefined ? undefined : replacementContent(source);
    if (content === undefined) return [];
    const bare: Pdu = { type: remedy.type, state_key: remedy.state_key, content };
    const event = remedy.sender === undefined || current.state === 'unknown'
      ? bare
      : placed({ ...bare, sender: remedy.sender, origin_server_ts: now }, { site, parents: graph.forwardExtremities, auth: authEventsFor({ ...bare, sender: remedy.sender }, current.map(), rules) });
    return [remedyEvent(remedy, event, plan)];
  });
}

function remedyEvent({ source, hazard, type }: PlanRemedy, event: Pdu, { room_id, room_version }: RoomPlan): RemedyEvent {
  return { room_id, room_version, source, hazard, event, write: keysToWrite(type) };
}

type Place = { readonly site: Site; readonly parents: readonly string[]; readonly auth: readonly string[] };

function placed(event: Pdu, { site, parents, auth }: Place): Pdu {
  const { rules, plan, depths } = site;
  const whole: Pdu = {
    ...event,
    room_id: plan.room_id,
    prev_events: references(parents, site),
    auth_events: references(auth, site),
    depth: depthAfter(parents.map((id) => depths.get(id) ?? 0), rules.format.maxDepth),
  };
  // Where the sender's server still has to choose an ID, the hash would cover it.
  return rules.format.eventId === 'opaque' ? whole : addContentHash(whole, rules);
}

/** One more than the deepest parent, but for the limit: from there on all events have the same depth. */
function depthAfter(parents: readonly (number | bigint)[], limit: bigint): number | bigint {
  const deepest = parents.map((depth) => (typeof depth === 'bigint' || Number.isSafeInteger(depth) ? BigInt(depth) : 0n)).reduce((a, b) => (a > b ? a : b), 0n);
  const depth = deepest < limit ? deepest + 1n : limit;
  return depth <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(depth) : depth;
}

function references(ids: readonly string[], { rules, hashes }: Site): readonly EventReference[] {
  return rules.format.references === 'ids' ? ids : ids.map((id) => [id, { sha256: hashes.get(id) ?? '' }] as const);
}
