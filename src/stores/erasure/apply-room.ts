import { createApplier, type Applied, type Applier } from '../../erasure/apply.ts';
import { carriedOut } from '../../erasure/carry-out.ts';
import { driftIn } from '../../erasure/drift.ts';
import type { RoomPlan } from '../../erasure/plan.ts';
import { supplementRoom } from '../../erasure/supplement.ts';
import { asJson } from '../../event/pdu.ts';
import { repeatsKeys } from '../../event/repeated-keys.ts';
import { isMxcUri, serverNameOf, type MxcUri } from '../../identifiers/identifiers.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { rowReader } from '../stored-event.ts';
import type { ChangeCounts, ErasurePart, ErasureRow, ErasureStore, EventChange, EventRow } from '../store.ts';
import { pagesOf } from './pages.ts';
import { planPart } from './plan-part.ts';

/** What became of a room: `waiting` where its erasure is not running, `drifted` where the room is no longer what was planned, and nothing was done. */
export type RoomOutcome = 'done' | 'waiting' | 'drifted';

/** What was done in a room. */
export type RoomResult = { readonly outcome: RoomOutcome; readonly events: number; readonly counts: ChangeCounts };

const NOTHING: ChangeCounts = Object.freeze({ redacted: 0, hidden: 0, purged: 0, 'copies-removed': 0 });

/** Carries out an erasure in one room: whole or not at all, and alone in the room. A second time it changes nothing. */
export function applyRoom(store: ErasureStore, id: string, roomId: string): Promise<RoomResult> {
  return store.inRoom(roomId, async (inside) => {
    const erasure = await inside.erasures.get(id);
    const part = await inside.erasures.part(id, roomId);
    if (erasure?.status !== 'running' || part === undefined) return { outcome: 'waiting', events: 0, counts: NOTHING };
    const plan = await planNow(inside, part, erasure);
    if (plan === undefined) {
      await inside.erasures.setPart(id, roomId, { status: 'failed' });
      return { outcome: 'drifted', events: 0, counts: NOTHING };
    }
    const { counts, media } = await changeRoom(inside, plan, erasure);
    if (media.length > 0) await inside.erasures.addMedia(id, media);
    const revision = (await inside.events.room(roomId))?.revision ?? part.revision;
    const done = { status: 'done', revision, counts: sum(part.counts ?? NOTHING, counts) } as const;
    await (plan === part.plan ? inside.erasures.setPart(id, roomId, done) : inside.erasures.putParts([{ ...part, plan, ...done }]));
    return { outcome: 'done', events: plan.entries.length, counts };
  });
}

/** What was planned, and what has come since; `undefined` where anything else has changed. A room that is as it was when it was planned needs no second look. */
async function planNow(store: ErasureStore, { roomId, plan, revision }: ErasurePart, { request }: ErasureRow): Promise<RoomPlan | undefined> {
  const room = await store.events.room(roomId);
  if (room === undefined || room.events === 0 || room.revision === revision) return plan;
  const now = await planPart(store, roomId, request);
  const drift = driftIn(plan, now?.plan).filter(({ kind }) => kind !== 'new-event');
  return drift.length > 0 ? undefined : supplementRoom(plan, now?.plan);
}

type Changed = { readonly counts: ChangeCounts; readonly media: readonly MxcUri[] };

/** Looks at what the subjects sent, and at what others sent beside which there may be copies of it. */
async function changeRoom(store: ErasureStore, plan: RoomPlan, { request }: ErasureRow): Promise<Changed> {
  const { room_id: roomId, room_version: roomVersion } = plan;
  const read = rowReader({ roomId, roomVersion });
  const apply = createApplier({ request, rooms: [plan] });
  const counts = { ...NOTHING };
  const change = async (rows: readonly EventRow[]): Promise<void> => {
    const changes: EventChange[] = [];
    for (const row of rows) {
      const applied = changeOf(row, apply, read);
      if (applied.kind !== 'none') counts[applied.kind] += 1;
      if (applied.change !== undefined) changes.push(applied.change);
    }
    if (changes.length > 0) await store.events.change(roomId, changes);
  };
  for await (const rows of pagesOf((page) => store.events.bySenders(roomId, request.subjects, page))) await change(rows);
  for await (const rows of pagesOf((page) => store.events.withCopies(roomId, request.subjects, page))) await change(rows);
  return { counts, media: filesIn(plan, request.subjects) };
}

type ChangeOf = { readonly kind: keyof ChangeCounts | 'none'; readonly change?: EventChange };

function changeOf(row: EventRow, apply: Applier, read: ReturnType<typeof rowReader>): ChangeOf {
  const stored = read(row);
  const applied = apply(stored);
  const { eventId, place, bare } = row;
  const kind = kindOf(applied);
  if (applied.record === undefined) return { kind, change: { eventId, place } };
  const record = applied.change === 'hidden' ? unmarked(applied.record, stored.record) : applied.record;
  // Of a key that stands twice the first is shown to nobody, and is there all the same.
  if (record === stored.record && !repeatsKeys({ text: row.text, record, bare })) return { kind };
  return { kind, change: { eventId, place, bare, record, text: stringifyJson(asJson(bare ? record.pdu : record)) } };
}

function kindOf({ change }: Applied): ChangeOf['kind'] {
  return change === 'restored' ? 'none' : change;
}

type Record = NonNullable<Applied['record']>;

/** The erasure is recorded, and hides by that: events carry no marks. Copies beside a held event are gone all the same. */
function unmarked(after: Record, before: Record): Record {
  const { erasure: _, ...rest } = after;
  const restored: Record = { ...rest, ...(before['erasure'] === undefined ? {} : { erasure: before['erasure'] }), pdu: after.pdu };
  const isSame = after.pdu === before.pdu && Object.keys(restored).length === Object.keys(before).length;
  return isSame ? before : restored;
}

/** Files on the subjects' servers to which events refer that no longer do. */
function filesIn({ entries }: RoomPlan, subjects: readonly string[]): readonly MxcUri[] {
  const homes = new Set(subjects.map((subject) => serverNameOf(subject)));
  const letGo = entries.map(carriedOut).filter(({ treatment }) => treatment === 'redact' || treatment === 'purge');
  const uris = letGo.flatMap(({ media = [] }) => media).filter((uri) => isMxcUri(uri) && homes.has(uri.slice('mxc://'.length, uri.indexOf('/', 'mxc://'.length))));
  return [...new Set(uris)].sort();
}

function sum(one: ChangeCounts, other: ChangeCounts): ChangeCounts {
  return {
    redacted: one.redacted + other.redacted, hidden: Math.max(one.hidden, other.hidden), purged: one.purged + other.purged,
    'copies-removed': one['copies-removed'] + other['copies-removed'],
  };
}
