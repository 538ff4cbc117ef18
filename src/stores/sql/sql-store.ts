import type { ImportingStore } from '../import/import.ts';
import type { ErasureStore } from '../store.ts';
import { storedErasures, storedLedger } from './erasures.ts';
import { storedEvents } from './events.ts';
import { importEvents } from './import-events.ts';
import { keyText } from './key-text.ts';
import type { SqlPort } from './port.ts';
import { roomIndexes } from './room-indexes.ts';
import { statements } from './statements.ts';
import { INSERT } from './tables.ts';

/** A store in a database of its own: whatever erasures need, and what is imported into it. */
export type SqlStore = ErasureStore & ImportingStore;

/** The store on a database: the same on SQLite and on PostgreSQL. */
export function sqlStore(port: SqlPort): SqlStore {
  const sql = statements(port.dialect);
  return {
    events: storedEvents(port, sql),
    index: roomIndexes(port, sql),
    erasures: storedErasures(port, sql),
    ledger: storedLedger(port, sql),
    deleteMedia: async (erasureId, uris) => void (await port.run(sql.mediaDone, [erasureId, uris])),
    deleteAccountData: (user, category) => port.run(sql.dropAccountData, [keyText(user), category]),
    inRoom: (roomId, work) => port.transaction(async (inside) => {
      await inside.all(sql.lockRoom, [keyText(roomId)]);
      return work(sqlStore(inside));
    }),
    settle: port.settle,
    close: port.close,
    importEvents: (batches, options = {}) => importEvents(port, sql, { ...options, batches }),
    noteUnreadable: async (lines) => void (await port.run(sql.addToFact, ['unreadable', lines])),
    addAccountData: async (user, category, items) => void (await port.insert(INSERT.accountData, items.map((item) => [keyText(user), category, item]))),
  };
}
