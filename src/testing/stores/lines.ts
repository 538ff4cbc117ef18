import * as fc from 'fast-check';
import { asJson } from '../../event/pdu.ts';
import type { EventRecord } from '../../event/record.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { createRecordResolver } from '../../room/resolve-record.ts';
import { roomVersion } from '../../rules/room-versions.ts';
import type { ImportedLine } from '../../stores/import/imported-event.ts';
import { arbitraryRoom } from '../rooms/arbitrary-room.ts';

/**
 * Records as an import reads them, each as a line of an event file.
 * @throws {MissingRoomVersionError} when the version of a room is not known when its first record comes
 * @example importedLines([{ pdu: { type: 'm.room.message', content: {}, room_id: '!r:b' }, room_version: '10', event_id: '$a' }])[0].text // '{"pdu":{"type":"m.room.message","content":{},"room_id":"!r:b"},"room_version":"10","event_id":"$a"}'
 */
export function importedLines(records: Iterable<EventRecord>): readonly ImportedLine[] {
  const { resolve } = createRecordResolver();
  return [...records].map((record) => ({ text: stringifyJson(asJson(record)), bare: false, record, event: resolve(record) }));
}

/** A few generated rooms, always the same: with forks, rejected events, memberships of all kinds, and an order of their server's own. */
export function generatedLines(): readonly (readonly ImportedLine[])[] {
  return ['6', '10', '12'].flatMap((version, index) => {
    const rooms = fc.sample(arbitraryRoom({ rules: roomVersion(version), signed: false }), { numRuns: 3, seed: 7 + index });
    return rooms.map(({ events }, room) => importedLines(events.map(({ event_id: id, pdu }, place): EventRecord => ({
      event_id: id, room_id: `!${version}-${room}:generated.example`, room_version: version, stream_ordering: place + 1, received_ts: 1_000_000 + place * 1000, pdu,
    }))));
  });
}
