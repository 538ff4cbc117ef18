import { compareCodePoints } from '../../src/json/compare.ts';
import type { ChangeCounts, DueErasure, ErasurePart, ErasureRow, LedgerRow, StoredErasures, StoredLedger } from '../../src/stores/store.ts';

const NOTHING: ChangeCounts = { redacted: 0, hidden: 0, purged: 0, 'copies-removed': 0 };

/** The erasures of a store in maps, and what notes that files of one are gone. */
export type MemoryErasures = Undoable<StoredErasures> & { readonly markDone: (id: string, uris: readonly string[]) => Promise<void> };

/** A part of a store; `remember` gives what takes it back to how it was. */
export type Undoable<T> = { readonly stored: T; readonly remember: () => () => void };

/** No erasures yet. */
export function memoryErasures(ledger: Pick<StoredLedger, 'append'>): MemoryErasures {
  const rows = new Map<string, ErasureRow>();
  const parts = new Map<string, Map<string, ErasurePart>>();
  const media = new Map<string, Map<string, boolean>>();
  const dues = new Map<string, DueErasure>();
  const partsOf = (id: string): readonly ErasurePart[] => [...parts.get(id)?.values() ?? []].sort((one, other) => compareCodePoints(one.roomId, other.roomId));
  const markDone = async (id: string, uris: readonly string[]): Promise<void> => {
    for (const uri of uris) if (media.get(id)?.has(uri) === true) media.get(id)?.set(uri, true);
  };
  const stored: StoredErasures = {
    add: async (row) => {
      if (rows.has(row.id)) return false;
      rows.set(row.id, row);
      return true;
    },
    get: async (id) => rows.get(id),
    list: async () => [...rows.values()],
    change: async (id, from, { noted = [], ...to }) => {
      const row = rows.get(id);
      if (row === undefined || !from.includes(row.status)) return false;
      rows.set(id, { ...row, ...to });
      await ledger.append(noted);
      return true;
    },
    ofSubjects: async (users) => [...rows.values()].filter(({ status, request }) => status !== 'cancelled' && request.subjects.some((subject) => users.includes(subject))),
    putParts: async (added) => {
      for (const part of added) parts.set(part.erasureId, (parts.get(part.erasureId) ?? new Map<string, ErasurePart>()).set(part.roomId, part));
    },
    part: async (id, roomId) => parts.get(id)?.get(roomId),
    roomsOf: async (id, status, { after = '', limit }) => partsOf(id).filter((part) => part.status === status && compareCodePoints(part.roomId, after) > 0).slice(0, limit).map(({ roomId }) => roomId),
    partState: async (id, roomId) => {
      const part = parts.get(id)?.get(roomId);
      return part && { status: part.status, revision: part.revision };
    },
    setPart: async (id, roomId, to) => {
      const part = parts.get(id)?.get(roomId);
      if (part !== undefined) parts.get(id)?.set(roomId, { ...part, ...to });
    },
    progress: async (id) => {
      const all = partsOf(id);
      const done = all.filter(({ status }) => status === 'done');
      const eventsIn = (some: readonly ErasurePart[]): number => some.reduce((sum, { plan }) => sum + plan.entries.length, 0);
      const counts = done.reduce((sum, { counts: each = NOTHING }) => ({
        redacted: sum.redacted + each.redacted, hidden: sum.hidden + each.hidden, purged: sum.purged + each.purged, 'copies-removed': sum['copies-removed'] + each['copies-removed'],
      }), NOTHING);
      return { rooms: all.length, roomsDone: done.length, events: eventsIn(all), eventsDone: eventsIn(done), counts };
    },
    addMedia: async (id, uris) => {
      const of = media.get(id) ?? new Map<string, boolean>();
      media.set(id, of);
      for (const uri of uris) if (!of.has(uri)) of.set(uri, false);
    },
    media: async (id, done) => [...media.get(id) ?? []].filter(([, is]) => is === done).map(([uri]) => uri as `mxc://${string}/${string}`).sort(),
    addDues: async (added) => {
      for (const due of added) if (!dues.has(`${due.erasure} ${due.what}`)) dues.set(`${due.erasure} ${due.what}`, due);
    },
    takeDues: async (at) => {
      const found = [...dues].filter(([, { due }]) => due <= at);
      for (const [key] of found) dues.delete(key);
      return found.map(([, due]) => due);
    },
  };
  const remember = (): (() => void) => {
    const before = [new Map(rows), new Map([...parts].map(([id, of]) => [id, new Map(of)])), new Map([...media].map(([id, of]) => [id, new Map(of)])), new Map(dues)] as const;
    return () => {
      restore(rows, before[0]);
      restore(parts, before[1]);
      restore(media, before[2]);
      restore(dues, before[3]);
    };
  };
  return { stored, markDone, remember };
}

/** A ledger in a list. */
export function memoryLedger(): Undoable<StoredLedger> {
  const rows: LedgerRow[] = [];
  const remember = (): (() => void) => {
    const { length } = rows;
    return () => void rows.splice(length);
  };
  return { remember, stored: {
    append: async (added) => {
      for (const row of added) rows.push({ ...row, seq: rows.length + 1 });
    },
    read: async ({ after = 0, limit }) => rows.filter(({ seq }) => seq > after).slice(0, limit),
  } };
}

function restore<T>(map: Map<string, T>, before: ReadonlyMap<string, T>): void {
  map.clear();
  for (const [key, value] of before) map.set(key, value);
}
