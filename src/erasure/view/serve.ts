import type { Pdu } from '../../event/pdu.ts';
import { redact } from '../../event/redact.ts';
import { own } from '../../json/value.ts';
import type { RoomGraph } from '../../room/graph.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { withoutDerivedCopies, type CopyContext } from '../derived-copies.ts';
import type { ViewedRoom, ViewOptions } from './room-facts.ts';
import { viewRoom } from './view-room.ts';
import type { ViewDecision, Viewer, ViewReason } from './viewer.ts';

/** An event as a viewer is served it; without `event` they are served nothing. */
export type ServedEvent = ViewDecision & { readonly eventId: string; readonly event?: Pdu };

/** What to send of an event of a room, whole, by its index. */
export type EventServer = (pdu: Pdu, index: number) => ServedEvent;

/**
 * What to send a viewer of each event of a room: the event, its redacted form, or nothing. Copies of the subject's events that a server put into
 * other events (the content that state replaced, bundled edits and replies, redactions with their reason, stripped state) go wherever the
 * viewer is not served the copied event as it is. The events must be whole.
 * @throws {UnredactableEventError} when an event without a type or content is to be redacted
 * @example [...serveEvents({ roomId: '!r:b', graph: openRoom([], { rules: roomVersion('11') }), events: [] }, { kind: 'anonymous' }, { erasure: { profile: erasureProfiles.notice, subjects: [], effectiveAt: 0 } })] // []
 */
export function* serveEvents(room: ViewedRoom, viewer: Viewer, options: ViewOptions): Generator<ServedEvent> {
  const serve = eventServer(room, viewer, options);
  for (const [index, { pdu }] of room.events.entries()) yield serve(pdu, index);
}

/**
 * The same one event at a time, for rooms whose events are not kept whole: each is given when it is to be sent.
 * @example eventServer({ roomId: '!r:b', graph: openRoom([], { rules: roomVersion('11') }), events: [] }, { kind: 'anonymous' }, { erasure: { profile: erasureProfiles.notice, subjects: [], effectiveAt: 0 } })({ type: 'm.room.message', content: {} }, 0).seen // 'hidden'
 */
export function eventServer(room: ViewedRoom, viewer: Viewer, options: ViewOptions): EventServer {
  const decisions = viewRoom(room, viewer, options);
  const copies = copyContext(room, decisions, options.erasure.subjects);
  const { rules } = room.graph;
  return (pdu, index) => {
    const eventId = room.events[index]?.eventId ?? '';
    return { eventId, ...servedForm(pdu, decisions[index] ?? NOTHING, { viewer, rules, clean: (event) => withoutDerivedCopies(event, copies(eventId)) }) };
  };
}

/** What a decided event is served with: to whom, by which rules, and what takes copies of other events from it. */
export type ServingOptions = { readonly viewer: Viewer; readonly rules: RoomVersionRules; readonly clean: (event: Pdu) => Pdu };

/** What to send of an event once it is decided how it is served. */
export function servedForm(pdu: Pdu, decision: ViewDecision, { viewer, rules, clean }: ServingOptions): Omit<ServedEvent, 'eventId'> {
  if (decision.seen === 'hidden') return decision;
  if (decision.seen === 'redacted') return { ...decision, event: redact(pdu, rules.redaction) };
  const event = clean(pdu);
  return { ...decision, event: decision.reason === 'applied-redaction' && viewer.kind !== 'server' ? withoutReason(event) : event };
}

/** Clients check no hashes: they are told what a redaction redacts, and not why. */
function withoutReason(redaction: Pdu): Pdu {
  const redacts = own(redaction.content, 'redacts');
  return { ...redaction, content: typeof redacts === 'string' ? { redacts } : {} };
}

const NOTHING: ViewDecision = Object.freeze({ seen: 'hidden', reason: 'outside-history' });

/** Reasons for which the room needs an event, and nobody its copies. */
const FOR_THE_ROOM: ReadonlySet<ViewReason> = new Set(['hazard', 'room-label', 'applied-redaction']);

/** Whether copies of an event stay in others, for whoever is served it so. */
export function copiesStay({ seen, reason }: ViewDecision): boolean {
  return seen === 'full' && !FOR_THE_ROOM.has(reason);
}

function copyContext({ graph, events }: ViewedRoom, decisions: readonly ViewDecision[], subjects: readonly string[]): (eventId: string) => CopyContext {
  const kept = new Set<string>();
  const lost = new Set<string>();
  for (const [index, { eventId, pdu }] of events.entries()) {
    const decision = decisions[index] ?? NOTHING;
    if (!subjects.includes(pdu.sender ?? '')) continue;
    if (copiesStay(decision)) kept.add(eventId);
    else lost.add(eventId);
  }
  const common = {
    rules: graph.rules,
    isSubject: (sender: string) => subjects.includes(sender),
    isOwnEvent: (eventId: string) => lost.has(eventId),
    mayKeep: (eventId: string) => kept.has(eventId),
  };
  return (holder) => ({ ...common, hasOwnState: (type, stateKey) => mayHaveReplaced(holder, { graph, kept, subjects }, [type, stateKey]) });
}

type Replaced = { readonly graph: RoomGraph; readonly kept: ReadonlySet<string>; readonly subjects: readonly string[] };

/** Whether the state that an event replaced is the subject's and not to be shown, or cannot be told. */
function mayHaveReplaced(holder: string, { graph, kept, subjects }: Replaced, [type, stateKey]: readonly [string, string]): boolean {
  const before = graph.stateBefore(holder);
  if (before.state === 'unknown') return true;
  const replaced = before.get(type, stateKey);
  if (replaced === undefined || kept.has(replaced)) return false;
  return subjects.includes(graph.stateEvent(replaced)?.sender ?? '');
}
