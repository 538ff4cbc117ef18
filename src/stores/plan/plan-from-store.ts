import { compareCodePoints } from '../../json/compare.ts';
import type { MxcUri } from '../../identifiers/identifiers.ts';
import { planAccounts } from '../../erasure/account/plan-accounts.ts';
import type { AccountFile } from '../../erasure/account/schema.ts';
import { assemblePlan } from '../../erasure/assemble-plan.ts';
import { assertRequest } from '../../erasure/check-request.ts';
import { createMediaNotes, type MediaNotes } from '../../erasure/media-notes.ts';
import type { ErasurePlan, PlanWarning } from '../../erasure/plan.ts';
import { planRoom, predecessorIn, type PlannedRoom } from '../../erasure/plan-room.ts';
import { TEXTS_LISTED } from '../../erasure/planner.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import { beginResidue, type ResidueReader } from '../../erasure/residue/residue.ts';
import { coversRoom } from '../../erasure/scope.ts';
import { inParts } from '../pages.ts';
import type { ErasureStore } from '../store.ts';
import { indexedRoom } from './indexed-room.ts';
import { storeFacts } from './store-facts.ts';

/** What else a plan can be made from. */
export type StorePlanOptions = {
  /** The files that the subjects uploaded; without a list those that their events refer to, on their servers, are taken for theirs. */
  readonly uploads?: readonly MxcUri[];
  /** What is held of the subjects' accounts; without it the plan says nothing of them. */
  readonly account?: AccountFile;
};

/**
 * Plans an erasure from a store: the same plan as from the event files that were imported, digest included, but looked up instead of read. It costs what the
 * subjects sent and what speaks of them, whatever else is in their rooms; only the index of a room that changed is made anew.
 * @throws {UnknownProfileError} when the request names a profile that does not exist
 * @throws {InvalidIdentifierError} when a subject is no user ID
 * @throws {EmptyRequestError} when the request names no subject
 * @throws {BackwardClockError} when of two times of the request the later is earlier
 * @example planFromStore({}, { subjects: [], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }) // throws EmptyRequestError
 */
export async function planFromStore(store: ErasureStore, request: ErasureRequest, { uploads, account }: StorePlanOptions = {}): Promise<ErasurePlan> {
  assertRequest(request);
  const accounts = account === undefined ? {} : { account: planAccounts(account, request) };
  const residue = beginResidue(request.subjects, { textsListed: TEXTS_LISTED });
  const unreadable = await store.events.unreadable();
  const planned: PlannedRoom[] = [];
  for (const roomId of await roomsOf(store, request)) {
    const room = await planRoomFromStore(store, roomId, { request, complete: unreadable === 0, residue });
    if (room !== undefined) planned.push(room);
  }
  const media = createMediaNotes(request.subjects, uploads);
  await noteReferrers(store, media, { subjects: request.subjects, uris: [...(uploads ?? []), ...planned.flatMap((room) => room.media.map(({ uri }) => uri))] });
  const warnings: readonly PlanWarning[] = unreadable === 0 ? [] : [{ code: 'unreadable-lines', count: unreadable }];
  return assemblePlan(request, planned, { input: await store.events.totals(), warnings, media, residueOf: residue.finish, ...accounts });
}

/** How one room is planned. */
export type PlanRoomOptions = {
  readonly request: ErasureRequest;
  /** Whether everything that was imported could be read: else nobody can be said to have been alone. */
  readonly complete: boolean;
  /** Takes what stays of the subjects in the room. */
  readonly residue?: ResidueReader;
};

/**
 * Plans one room; `undefined` where the store has no events of it. Rooms that are planned one after another take no more memory than the largest of them.
 * @example planRoomFromStore({ events: { room: async () => undefined } }, '!r:b.c', { complete: true, request: { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} } }) // undefined
 */
export async function planRoomFromStore(store: ErasureStore, roomId: string, { request, complete, residue }: PlanRoomOptions): Promise<PlannedRoom | undefined> {
  const indexed = await indexedRoom(store, roomId);
  if (indexed === undefined) return undefined;
  const facts = await storeFacts(store, indexed, { request, complete, residue: coversRoom(request.scope, roomId) ? residue : undefined });
  const predecessor = predecessorIn(facts);
  const known = predecessor === undefined ? undefined : await store.events.room(predecessor);
  return planRoom(facts, { request, complete, hasRoom: (other) => other === known?.roomId && known.events > 0 });
}

/** The rooms in which there may be anything of the subjects, in the order of code points. */
export async function roomsOf(store: ErasureStore, { subjects }: Pick<ErasureRequest, 'subjects'>): Promise<readonly string[]> {
  return [...await store.events.roomsOf(subjects)].sort(compareCodePoints);
}

/** Which events of others refer to files of the subjects. */
async function noteReferrers(store: ErasureStore, media: MediaNotes, { subjects, uris }: { readonly subjects: readonly string[]; readonly uris: readonly MxcUri[] }): Promise<void> {
  for (const { uri, roomId, eventId, sender } of await inParts([...new Set(uris)], store.events.mediaReferrers)) {
    if (!subjects.includes(sender)) media.noteReferrer(uri, { room_id: roomId, event_id: eventId });
  }
}
