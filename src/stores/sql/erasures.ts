import type { MxcUri } from '../../identifiers/identifiers.ts';
import type { DueErasure, ErasureChange, ErasurePart, ErasureProgress, ErasureRow, ErasureStatus, StoredErasures, StoredLedger } from '../store.ts';
import { fromKeyText, keyText } from './key-text.ts';
import type { SqlPort, SqlRow } from './port.ts';
import type { Statements } from './statements.ts';
import { INSERT } from './tables.ts';

/** The erasures of a store. */
export function storedErasures(port: SqlPort, sql: Statements): StoredErasures {
  return {
    add: (erasure) => port.transaction((inside) => addErasure(inside, erasure)),
    get: async (id) => (await port.all(sql.erasure, [id])).map(erasureRow)[0],
    list: async () => (await port.all(sql.erasures)).map(erasureRow),
    change: (id, from, change) => port.transaction((inside) => changeErasure(inside, sql, { id, from, ...change })),
    ofSubjects: async (users) => (await port.all(sql.erasuresOf, [users.map(keyText)])).map(erasureRow),
    putParts: async (parts) => void (await port.insert(INSERT.erasureParts, parts.map(partColumns))),
    part: async (id, roomId) => (await port.all(sql.part, [id, keyText(roomId)])).map((row) => partOf(id, row))[0],
    partState: async (id, roomId) => (await port.all(sql.partState, [id, keyText(roomId)])).map(({ revision, status }) =>
      ({ status: status as ErasurePart['status'], revision: Number(revision) }))[0],
    setPart: async (id, roomId, { status, revision = null, counts }) => {
      const { redacted = null, hidden = null, purged = null, 'copies-removed': copies = null } = counts ?? {};
      await port.run(sql.setPart, [id, keyText(roomId), status, revision, redacted, hidden, purged, copies]);
    },
    roomsOf: async (id, status, { after = '', limit }) => (await port.all(sql.partRooms, [id, status, keyText(after), limit])).map(({ room_id: roomId }) => fromKeyText(String(roomId))),
    progress: async (id) => progressOf((await port.all(sql.progress, [id]))[0] ?? {}),
    addMedia: async (id, uris) => void (await port.insert(INSERT.erasureMedia, uris.map((uri) => [id, uri, 0]))),
    addDues: async (dues) => void (await port.insert(INSERT.erasureDues, dues.map(({ erasure, what, due }) => [erasure, what, due]))),
    takeDues: (at) => port.transaction((inside) => takeDues(inside, sql, at)),
    media: async (id, done) => (await port.all(sql.media, [id, done ? 1 : 0])).map(({ uri }) => String(uri) as MxcUri),
  };
}

async function addErasure(port: SqlPort, { id, request, status, createdAt, changedAt }: ErasureRow): Promise<boolean> {
  const skipped = await port.insert(INSERT.erasures, [[id, JSON.stringify(request), status, createdAt, changedAt]]);
  if (skipped.length > 0) return false;
  await port.insert(INSERT.erasureSubjects, request.subjects.map((user) => [keyText(user), id]));
  return true;
}

type Changing = ErasureChange & { readonly id: string; readonly from: readonly ErasureStatus[] };

async function changeErasure(port: SqlPort, sql: Statements, { id, from, status, changedAt, request, noted = [] }: Changing): Promise<boolean> {
  const changed = (await port.run(sql.changeErasure, [id, status, changedAt, request === undefined ? null : JSON.stringify(request), from])) > 0;
  if (changed && noted.length > 0) await storedLedger(port, sql).append(noted);
  return changed;
}

/** What another process has taken meanwhile is not given again. */
async function takeDues(port: SqlPort, sql: Statements, at: number): Promise<readonly DueErasure[]> {
  const taken: DueErasure[] = [];
  for (const { erasure_id: erasure, what, due } of await port.all(sql.dues, [at])) {
    if ((await port.run(sql.dropDue, [erasure ?? '', what ?? ''])) > 0) taken.push({ erasure: String(erasure), what: what as DueErasure['what'], due: Number(due) });
  }
  return taken;
}

function erasureRow({ id, request, status, created_at: createdAt, changed_at: changedAt }: SqlRow): ErasureRow {
  return { id: String(id), request: JSON.parse(String(request)), status: status as ErasureRow['status'], createdAt: Number(createdAt), changedAt: Number(changedAt) };
}

function partColumns({ erasureId, roomId, plan, revision, status, counts }: ErasurePart): readonly (string | number)[] {
  const { redacted = 0, hidden = 0, purged = 0, 'copies-removed': copies = 0 } = counts ?? {};
  return [erasureId, keyText(roomId), revision, status, plan.entries.length, redacted, hidden, purged, copies, JSON.stringify(plan)];
}

function partOf(erasureId: string, row: SqlRow): ErasurePart {
  const { room_id: roomId, revision, status, plan } = row;
  return {
    erasureId, roomId: fromKeyText(String(roomId)), plan: JSON.parse(String(plan)), revision: Number(revision),
    status: status as ErasurePart['status'], counts: countsOf(row),
  };
}

function countsOf({ redacted, hidden, purged, copies_removed: copies }: SqlRow): ErasureProgress['counts'] {
  return { redacted: Number(redacted ?? 0), hidden: Number(hidden ?? 0), purged: Number(purged ?? 0), 'copies-removed': Number(copies ?? 0) };
}

function progressOf(row: SqlRow): ErasureProgress {
  const { rooms, rooms_done: roomsDone, events, events_done: eventsDone } = row;
  return { rooms: Number(rooms ?? 0), roomsDone: Number(roomsDone ?? 0), events: Number(events ?? 0), eventsDone: Number(eventsDone ?? 0), counts: countsOf(row) };
}

/** The ledger of a store. */
export function storedLedger(port: SqlPort, sql: Statements): StoredLedger {
  return {
    append: async (rows) => void (await port.insert(INSERT.ledger, rows.map(({ at, erasureId, step, detail }) => [at, erasureId, step, JSON.stringify(detail)]))),
    read: async ({ after = 0, limit }) => (await port.all(sql.ledger, [after, limit])).map(({ seq, at, erasure_id: erasureId, step, detail }) =>
      ({ seq: Number(seq), at: Number(at), erasureId: String(erasureId), step: String(step), detail: JSON.parse(String(detail)) })),
  };
}
