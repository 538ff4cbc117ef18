import { withoutDerivedCopies, type CopyContext } from '../../erasure/derived-copies.ts';
import { clockOf } from '../../erasure/own-event.ts';
import { erasureProfile } from '../../erasure/profiles.ts';
import { NOTHING_REACHED, placeAt, roomScope, timesIn, type Timeline } from '../../erasure/scope.ts';
import { createDecisionMemo } from '../../erasure/view/decision-memo.ts';
import type { FactsOptions, RoomErasure, RoomNotes } from '../../erasure/view/room-facts.ts';
import { copiesStay, servedForm, type ServedEvent } from '../../erasure/view/serve.ts';
import { decideIn, isServedOutside } from '../../erasure/view/view-room.ts';
import type { Surface, ViewDecision, Viewer } from '../../erasure/view/viewer.ts';
import type { Pdu } from '../../event/pdu.ts';
import { isJsonObject } from '../../json/value.ts';
import { inParts } from '../pages.ts';
import type { ErasureRow, ErasureStore, EventRow } from '../store.ts';
import { copiesNamedIn } from './copies-named.ts';
import { pageEvents, type PageEvent } from './page-event.ts';
import { tookItsPlace, viewerInRoom, viewerStates, type ViewerInRoom, type ViewerStates } from './viewer-in-room.ts';

/** The APIs that pages are served by. What reads the room's state as a whole needs the whole room: `serveEvents`. */
export type PageSurface = Exclude<Surface, 'state'>;

/** How pages are served; `messages` if no API is named. */
export type ServePageOptions = { readonly surface?: PageSurface };

/** Serves pages of one room to one viewer: rows of the store in, what is sent of each out. */
export type PageServer = (rows: readonly EventRow[]) => Promise<readonly ServedEvent[]>;

/**
 * What to send a viewer of each event of a page of a room: what `serveEvents` would send of the whole room, without opening it. Senders who were
 * erased are looked up for the whole page at once, and every time, so that an erasure hides from the moment at which it is recorded.
 * @throws {WholeRoomNeededError} for application services, and for erasures of the profile `synapse` or that were taken back: they are told apart only by the whole room
 * @example pageServer({ events: { room: async () => undefined } }, '!r:b.c', { kind: 'anonymous' })([]) // []
 */
export function pageServer(store: ErasureStore, roomId: string, viewer: Viewer, { surface = 'messages' }: ServePageOptions = {}): PageServer {
  if (viewer.kind === 'applicationService') throw new WholeRoomNeededError();
  let known: { readonly room: ViewerInRoom; readonly erasures: Map<string, ErasureIn> } | undefined;
  return async (rows) => {
    const row = await store.events.room(roomId);
    if (known === undefined || known.room.indexed.room.revision !== row?.revision) {
      const room = await viewerInRoom(store, roomId, viewer);
      known = room && { room, erasures: new Map() };
    }
    return known === undefined ? [] : servePage(store, known.room, { rows, surface, erasures: known.erasures });
  };
}

/** What is served, by which API, and what was worked out of erasures for other pages. */
type Page = { readonly rows: readonly EventRow[]; readonly surface: PageSurface; readonly erasures: Map<string, ErasureIn> };

async function servePage(store: ErasureStore, known: ViewerInRoom, { rows, surface, erasures: cached }: Page): Promise<readonly ServedEvent[]> {
  const { indexed: { rules }, viewer } = known;
  const events = await pageEvents(store, known.indexed, rows);
  const copied = copiesNamedIn(events.flatMap(({ pdu }) => pdu.unsigned ?? []));
  const replaced = await statesReplaced(store, known, events);
  const named = await eventsNamed(store, known, { events, eventIds: [...copied.eventIds, ...replaced.values()] });
  const all = [...events, ...named];
  const people = new Set([...all.map(({ pdu }) => pdu.sender ?? ''), ...copied.users, ...(viewer.kind === 'server' ? known.users : [])]);
  const erasures = await erasuresOf(store, known, { people: [...people], cached });

  const decider = decidersOf(all, known, surface);
  const deciders = erasures.map(decider);
  const others = deciders[0] ?? decider(noErasure(known));
  const whose = new Map(erasures.flatMap(({ erasure: { subjects } }, index) => subjects.map((subject) => [subject as string, deciders[index]] as const)));
  const decisions = all.map((event, index) => (whose.get(event.pdu.sender ?? '') ?? others)(event, index));
  const byId = new Map(all.map((event, index) => [event.eventId, { event, decision: decisions[index] ?? HIDDEN }]));
  // Whoever sent what an event replaced, where that is not known, need not be on the page.
  const unknown = erasures.length === 0 && events.some(mayRepeatAnybody) && (await store.erasures.list()).length > 0;
  const contexts = (unknown ? [[]] : erasures.map(({ erasure: { subjects } }) => subjects)).map((subjects) => copyContext(subjects, { byId, replaced, known }));
  return events.map(({ pdu, eventId }, index) => {
    const clean = (event: Pdu): Pdu => contexts.reduce((cleaned, contextOf) => withoutDerivedCopies(cleaned, contextOf(eventId)), event);
    return { eventId, ...servedForm(pdu, decisions[index] ?? HIDDEN, { viewer, rules, clean }) };
  });
}

/** The erasures of some people, looked up anew for each page: one that is recorded hides at once. */
async function erasuresOf(store: ErasureStore, known: ViewerInRoom, { people, cached }: { readonly people: readonly string[]; readonly cached: Page['erasures'] }): Promise<readonly ErasureIn[]> {
  const rows = new Map((await inParts(people, store.erasures.ofSubjects)).filter(({ status }) => status !== 'revoked').map((row) => [row.id, row]));
  const erasures: ErasureIn[] = [];
  for (const row of rows.values()) {
    const key = `${row.id} ${row.changedAt}`;
    const erasure = cached.get(key) ?? await erasureIn(store, known, row);
    cached.set(key, erasure);
    erasures.push(erasure);
  }
  return erasures;
}

const HIDDEN: ViewDecision = Object.freeze({ seen: 'hidden', reason: 'outside-history' });

/** Of events that come with the content of what they replaced: which event that was, where there was one. */
async function statesReplaced(store: ErasureStore, { indexed: { room: { roomId } } }: ViewerInRoom, events: readonly PageEvent[]): Promise<ReadonlyMap<string, string>> {
  const replaced = new Map<string, string>();
  for (const event of events) {
    const { facts, pdu, eventId } = event;
    if (facts?.stateKnown !== true || !isJsonObject(pdu.unsigned) || !Object.hasOwn(pdu.unsigned, 'prev_content')) continue;
    const found = tookItsPlace(event) ? facts.replaced : await heldAt(store, roomId, event);
    if (found !== undefined) replaced.set(eventId, found);
  }
  return replaced;
}

/** What has the place of an event that never got it. */
async function heldAt(store: ErasureStore, roomId: string, { facts, pdu: { type, state_key: stateKey = '' } }: PageEvent): Promise<string | undefined> {
  const position = facts?.position ?? 0;
  return (await store.index.spans(roomId, { types: [type], stateKeys: [stateKey], from: position, to: position }))[0]?.eventId;
}

type Named = { readonly events: readonly PageEvent[]; readonly eventIds: readonly string[] };

/** Other events of which copies may stand in those of a page. */
async function eventsNamed(store: ErasureStore, { indexed }: ViewerInRoom, { events, eventIds }: Named): Promise<readonly PageEvent[]> {
  const ids = new Set(eventIds);
  for (const { eventId } of events) ids.delete(eventId);
  if (ids.size === 0) return [];
  return pageEvents(store, indexed, await inParts([...ids], (part) => store.events.byIds(indexed.room.roomId, part)));
}

/** An erasure as it concerns a viewer in a room. */
type ErasureIn = { readonly erasure: RoomErasure; readonly place: number; readonly covers: (event: PageEvent) => boolean; readonly states: ViewerStates };

async function erasureIn(store: ErasureStore, known: ViewerInRoom, { request }: ErasureRow): Promise<ErasureIn> {
  const { room: { roomId }, summary: { streams } } = known.indexed;
  const { subjects, effectiveAt, scope, keepLabels, alreadyErased = [], revokedAt } = request;
  const profile = erasureProfile(request.profile);
  if (profile.law === 'synapse' || revokedAt !== undefined) throw new WholeRoomNeededError();
  const erasure: RoomErasure = { profile, subjects, effectiveAt, scope, alreadyErased, ...(keepLabels === undefined ? {} : { keepLabels }) };
  const times = [...new Set([effectiveAt, ...timesIn(scope)])];
  const clocks = await store.index.clock(roomId, times);
  const reached = new Map(times.map((time, index) => [time, { ...NOTHING_REACHED, ...clocks[index] }]));
  const timeline: Timeline = { streams, reachedBy: (time) => reached.get(time) ?? NOTHING_REACHED };
  const inScope = roomScope(scope, roomId, timeline);
  return {
    erasure, place: placeAt(timeline, effectiveAt),
    covers: ({ event, row }) => inScope({ pdu: event.pdu, clock: clockOf(event, row.place) }),
    states: viewerStates(known, [...subjects, ...alreadyErased]),
  };
}

/** Where nobody was erased. */
function noErasure(known: ViewerInRoom): ErasureIn {
  const erasure: RoomErasure = { profile: erasureProfile('notice'), subjects: [], effectiveAt: Number.POSITIVE_INFINITY };
  return { erasure, place: Number.POSITIVE_INFINITY, covers: () => false, states: viewerStates(known, []) };
}

/** Whether an event comes with the content of something that is not known to have been there. */
function mayRepeatAnybody({ facts, pdu }: PageEvent): boolean {
  return facts?.stateKnown !== true && isJsonObject(pdu.unsigned) && Object.hasOwn(pdu.unsigned, 'prev_content');
}

type Decider = (event: PageEvent, index: number) => ViewDecision;

/** Decides about the events of a page as `viewRoom` does about those of a room. */
function decidersOf(events: readonly PageEvent[], { viewer, indexed: { rules, summary } }: ViewerInRoom, surface: PageSurface): (erasure: ErasureIn) => Decider {
  const byId = new Map(events.map((event) => [event.eventId, event]));
  const page = ({ eventId }: { readonly eventId: string }): PageEvent => byId.get(eventId) as PageEvent;
  const common = {
    current: summary.currentKnown ? new Set(events.filter(({ current }) => current).map(({ eventId }) => eventId)) : undefined,
    redactions: { isRedacted: (eventId: string) => byId.get(eventId)?.facts?.redacted === true, of: (eventId: string) => byId.get(eventId)?.facts?.redaction },
    authReferenced: new Set(events.filter(({ facts }) => facts?.cited === true).map(({ eventId }) => eventId)),
    parted: new Set<string>(),
    isServiceRoom: false,
  };
  return ({ erasure, place, covers, states }) => {
    const notes: RoomNotes = {
      ...common, ...states,
      before: (event) => states.before(page(event)),
      after: (event) => states.after(page(event)),
      places: { at: (index) => events[index]?.place ?? Number.NEGATIVE_INFINITY, erasure: place },
      covers: (index) => covers(events[index] as PageEvent),
    };
    const about: FactsOptions = { notes, erasure, surface };
    const memo = createDecisionMemo({ rules }, about);
    return (event, index) => {
      const reason = viewer.kind === 'admin' ? undefined : whyUnserved(event, viewer, surface);
      if (reason !== undefined) return { seen: viewer.kind === 'server' ? 'redacted' : 'hidden', reason };
      return memo(event, index, () => decideIn([event, index], viewer, { graph: { rules }, about }));
    };
  };
}

function whyUnserved(event: PageEvent, viewer: Viewer, surface: PageSurface): ViewDecision['reason'] | undefined {
  if (event.facts?.verdict === 'rejected' || event.facts?.verdict === 'soft-failed') return 'rejected';
  return event.outlier && !isServedOutside(event, viewer, surface) ? 'outside-history' : undefined;
}

type Decided = { readonly event: PageEvent; readonly decision: ViewDecision };

type Copies = { readonly byId: ReadonlyMap<string, Decided>; readonly replaced: ReadonlyMap<string, string>; readonly known: ViewerInRoom };

/** What tells copies of the subjects' events in those of a page, and which of them stay. */
function copyContext(subjects: readonly string[], { byId, replaced, known: { indexed: { rules } } }: Copies): (holder: string) => CopyContext {
  const own = (eventId: string): Decided | undefined => {
    const found = byId.get(eventId);
    return found !== undefined && subjects.includes(found.event.pdu.sender ?? '') ? found : undefined;
  };
  const stays = (eventId: string): boolean | undefined => {
    const found = own(eventId);
    return found && copiesStay(found.decision);
  };
  const common = {
    rules,
    isSubject: (sender: string) => subjects.includes(sender),
    isOwnEvent: (eventId: string) => stays(eventId) === false,
    mayKeep: (eventId: string) => stays(eventId) === true,
  };
  // Whether the state that an event replaced is a subject's and not to be shown, or cannot be told.
  const hasOwnState = (holder: string): boolean => {
    const before = replaced.get(holder);
    return byId.get(holder)?.event.facts?.stateKnown !== true || (before !== undefined && (byId.has(before) ? stays(before) === false : true));
  };
  return (holder) => ({ ...common, hasOwnState: () => hasOwnState(holder) });
}

/** What is asked for cannot be told from a page: open the whole room and use `serveEvents`. */
export class WholeRoomNeededError extends Error {
  override readonly name = 'WholeRoomNeededError';

  constructor() {
    super('pages alone do not tell what an application service, or anybody under the profile "synapse", is served: open the whole room, and use serveEvents');
  }
}
