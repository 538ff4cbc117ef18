import { driftIn } from '../../erasure/drift.ts';
import type { RoomPlan } from '../../erasure/plan.ts';
import { supplementRoom } from '../../erasure/supplement.ts';
import type { MxcUri } from '../../identifiers/identifiers.ts';
import type { ChangeCounts, ErasurePart, ErasureRow, ErasureStore } from '../store.ts';
import { changesIn, filesIn, NOTHING, type PageChanges } from './changes-in.ts';
import { planPart } from './plan-part.ts';
import type { RoomAhead, RoomsAhead } from './rooms-ahead.ts';

/** What became of a room: `waiting` where its erasure is not running, `drifted` where the room is no longer what was planned, and nothing was done. */
export type RoomOutcome = 'done' | 'waiting' | 'drifted';

/** What was done in a room. */
export type RoomResult = { readonly outcome: RoomOutcome; readonly events: number; readonly counts: ChangeCounts };

/** Carries out an erasure in one room: whole or not at all, and alone in the room. A second time it changes nothing. */
export function applyRoom(store: ErasureStore, id: string, roomId: string, ahead?: RoomsAhead): Promise<RoomResult> {
  return store.inRoom(roomId, async (inside) => {
    const found = await ahead?.take(roomId);
    const erasure = await inside.erasures.get(id);
    if (erasure?.status !== 'running') return { outcome: 'waiting', events: 0, counts: NOTHING };
    const applying = { store: inside, erasure, roomId };
    return found !== undefined && (await isAsFound(found, applying)) ? applyFound(found, applying) : readAndApply(applying);
  });
}

type Applying = { readonly store: ErasureStore; readonly erasure: ErasureRow; readonly roomId: string };

/** Whether what was found out holds, now that nobody else can change the room. */
async function isAsFound({ revision, request }: RoomAhead, { store, erasure, roomId }: Applying): Promise<boolean> {
  const [room, part] = [await store.events.room(roomId), await store.erasures.partState(erasure.id, roomId)];
  return room?.revision === revision && part?.revision === revision && JSON.stringify(erasure.request) === request;
}

async function applyFound(found: RoomAhead, applying: Applying): Promise<RoomResult> {
  const { store, erasure, roomId } = applying;
  const { counts, done } = await change(found.pages(), applying, found);
  await store.erasures.setPart(erasure.id, roomId, done);
  return { outcome: 'done', events: found.events, counts };
}

async function readAndApply(applying: Applying): Promise<RoomResult> {
  const { store, erasure, roomId } = applying;
  const part = await store.erasures.part(erasure.id, roomId);
  if (part === undefined) return { outcome: 'waiting', events: 0, counts: NOTHING };
  const plan = await planNow(applying, part);
  if (plan === undefined) {
    await store.erasures.setPart(erasure.id, roomId, { status: 'failed' });
    return { outcome: 'drifted', events: 0, counts: NOTHING };
  }
  const { counts, done } = await change(changesIn(store, plan, erasure.request), applying, { ...part, media: filesIn(plan, erasure.request.subjects) });
  await (plan === part.plan ? store.erasures.setPart(erasure.id, roomId, done) : store.erasures.putParts([{ ...part, plan, ...done }]));
  return { outcome: 'done', events: plan.entries.length, counts };
}

/** What was planned, and what has come since; `undefined` where anything else has changed. A room that is as it was when it was planned needs no second look. */
async function planNow({ store, erasure: { request }, roomId }: Applying, { plan, revision }: ErasurePart): Promise<RoomPlan | undefined> {
  const room = await store.events.room(roomId);
  if (room === undefined || room.events === 0 || room.revision === revision) return plan;
  const now = await planPart(store, roomId, request);
  const drift = driftIn(plan, now?.plan).filter(({ kind }) => kind !== 'new-event');
  return drift.length > 0 ? undefined : supplementRoom(plan, now?.plan);
}

type Before = Pick<ErasurePart, 'revision' | 'counts'> & { readonly media: readonly MxcUri[] };
type Changed = { readonly counts: ChangeCounts; readonly done: Pick<ErasurePart, 'revision'> & { readonly status: 'done'; readonly counts: ChangeCounts } };

/** Changes a room's events, page by page; gives what was done, and what the part says from now on. */
async function change(pages: AsyncIterable<PageChanges>, { store, erasure, roomId }: Applying, before: Before): Promise<Changed> {
  let counts = NOTHING;
  for await (const page of pages) {
    if (page.changes.length > 0) await store.events.change(roomId, page.changes);
    counts = add(counts, page.counts);
  }
  if (before.media.length > 0) await store.erasures.addMedia(erasure.id, before.media);
  const revision = (await store.events.room(roomId))?.revision ?? before.revision;
  return { counts, done: { status: 'done', revision, counts: bothRuns(before.counts ?? NOTHING, counts) } };
}

function add(one: ChangeCounts, other: ChangeCounts): ChangeCounts {
  return {
    redacted: one.redacted + other.redacted, hidden: one.hidden + other.hidden, purged: one.purged + other.purged,
    'copies-removed': one['copies-removed'] + other['copies-removed'],
  };
}

/** What two runs did: the second hides again what the first has hidden. */
function bothRuns(one: ChangeCounts, other: ChangeCounts): ChangeCounts {
  return { ...add(one, other), hidden: Math.max(one.hidden, other.hidden) };
}
