import type { BulkInsert, BulkUpdate } from './port.ts';

/** Where many rows at once go. */
export const INSERT: Readonly<Record<TableName, BulkInsert>> = {
  users: { table: 'users', columns: { user_id: 'text' }, key: ['user_id'], present: 'skip' },
  rooms: { table: 'rooms', columns: { room_id: 'text', version: 'text' }, key: ['room_id'], present: 'skip' },
  events: {
    table: 'events',
    columns: { place: 'bigint', room: 'bigint', sender: 'bigint', event_id: 'text', bare: 'bigint', copies: 'bigint', marked: 'bigint', json: 'text' },
    key: ['event_id', 'room'],
    present: 'skip',
  },
  names: { table: 'names', columns: { user_id: 'bigint', room: 'bigint', place: 'bigint' }, key: ['user_id', 'room', 'place'], present: 'skip' },
  refs: { table: 'refs', columns: { event_id: 'text', room: 'bigint', place: 'bigint' }, key: ['event_id', 'room', 'place'], present: 'skip' },
  mediaRefs: { table: 'media_refs', columns: { uri: 'text', place: 'bigint' }, key: ['uri', 'place'], present: 'skip' },
  indexEvents: {
    table: 'index_events',
    columns: { room: 'bigint', event_id: 'text', position: 'bigint', verdict: 'text', state_known: 'bigint', cited: 'bigint', named: 'bigint', replaced: 'text', redacted: 'bigint', applies: 'bigint', withheld: 'bigint' },
    key: ['room', 'event_id'],
    present: 'fail',
  },
  indexSpans: {
    table: 'index_spans',
    columns: { room: 'bigint', type: 'text', state_key: 'text', from_position: 'bigint', to_position: 'bigint', event_id: 'text', membership: 'text' },
    key: ['room', 'type', 'state_key', 'from_position'],
    present: 'fail',
  },
  indexStays: {
    table: 'index_stays',
    columns: { room: 'bigint', user_id: 'text', from_place: 'bigint', to_place: 'bigint' },
    key: ['room', 'from_place', 'user_id'],
    present: 'skip',
  },
  indexClock: {
    table: 'index_clock',
    columns: { room: 'bigint', time: 'bigint', place: 'bigint', stream: 'bigint' },
    key: ['room', 'time'],
    present: 'replace',
  },
  erasures: {
    table: 'erasures',
    columns: { id: 'text', request: 'text', status: 'text', created_at: 'bigint', changed_at: 'bigint' },
    key: ['id'],
    present: 'skip',
  },
  erasureSubjects: { table: 'erasure_subjects', columns: { user_id: 'text', erasure_id: 'text' }, key: ['user_id', 'erasure_id'], present: 'skip' },
  erasureParts: {
    table: 'erasure_parts',
    columns: {
      erasure_id: 'text', room_id: 'text', revision: 'bigint', status: 'text', events: 'bigint',
      redacted: 'bigint', hidden: 'bigint', purged: 'bigint', copies_removed: 'bigint', plan: 'text',
    },
    key: ['erasure_id', 'room_id'],
    present: 'replace',
  },
  erasureMedia: { table: 'erasure_media', columns: { erasure_id: 'text', uri: 'text', done: 'bigint' }, key: ['erasure_id', 'uri'], present: 'skip' },
  erasureDues: { table: 'erasure_dues', columns: { erasure_id: 'text', what: 'text', due: 'bigint' }, key: ['erasure_id', 'what'], present: 'skip' },
  accountData: { table: 'account_data', columns: { user_id: 'text', category: 'text', item: 'text' }, key: ['user_id', 'category', 'item'], present: 'skip' },
  ledger: { table: 'ledger', columns: { at: 'bigint', erasure_id: 'text', step: 'text', detail: 'text' }, key: ['seq'], present: 'fail' },
};

type TableName =
  | 'users' | 'rooms' | 'events' | 'names' | 'refs' | 'mediaRefs' | 'indexEvents' | 'indexSpans'
  | 'indexStays' | 'indexClock' | 'erasures' | 'erasureSubjects' | 'erasureParts' | 'erasureMedia' | 'erasureDues' | 'accountData' | 'ledger';

/** What changes in many rows at once. */
export const UPDATE: Readonly<Record<'texts', BulkUpdate>> = {
  texts: { table: 'events', set: { json: 'text', bare: 'bigint', copies: 'bigint', marked: 'bigint', changed: 'bigint' }, by: { place: 'bigint' } },
};
