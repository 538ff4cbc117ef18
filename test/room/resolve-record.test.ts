import { describe, expect, it } from 'vitest';
import { addContentHash, eventId } from '../../src/crypto/event-hashes.ts';
import { readRecord, type EventRecord } from '../../src/event/record.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { redact } from '../../src/event/redact.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { createRecordResolver, LostRoomVersionError, MissingRoomIdError, MissingRoomVersionError, type ResolveOptions } from '../../src/room/resolve-record.ts';
import { roomVersion, stableRoomVersionIds, UnsupportedRoomVersionError } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, buildRoom } from '../erasure/build-room.ts';

function resolveAll(records: readonly EventRecord[], options: ResolveOptions = {}): readonly string[] {
  const { resolve } = createRecordResolver(options);
  return records.map((record) => {
    const { eventId: id, roomId, rules } = resolve(record);
    return `${rules.id} ${roomId} ${id}`;
  });
}

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

function bare(records: readonly EventRecord[]): readonly EventRecord[] {
  return records.map(({ pdu }) => ({ pdu }));
}

describe.each(stableRoomVersionIds)('in version %s', (version) => {
  const room = buildRoom({ version });
  room.text(BOB, 'hello');
  const records = room.records();

  it('bare events get their version from the create event, their ID from their hash, and the room', () => {
    expect(resolveAll(bare(records))).toEqual(records.map(({ event_id: id }) => `${version} ${room.roomId} ${id}`));
  });

  it('an event before its create event needs a version from elsewhere', () => {
    const late = bare(records).slice(1);
    const { knows, resolve } = createRecordResolver();
    expect(late.map(knows)).toEqual(late.map(() => false));
    for (const record of late) expect(() => resolve(record)).toThrow(MissingRoomVersionError);
    expect(resolveAll(late, { known: new Map([[room.roomId, version]]) })).toHaveLength(late.length);
    expect(resolveAll(late, { roomVersion: version })).toHaveLength(late.length);
  });

  it('a create event that was redacted may have lost its version', () => {
    const [create] = records;
    if (create === undefined) throw new Error('no create event');
    const redacted: EventRecord = { pdu: redact(create.pdu, roomVersion(version).redaction) };
    const named = expect.stringMatching(`^${version} `);
    expect(resolveAll([{ ...redacted, room_version: version }])).toEqual([named]);
    expect(resolveAll([redacted], { roomVersion: version })).toEqual([named]);
    // `null` says as little as nothing.
    for (const said of [{}, { room_version: null }]) {
      const outcome = attempt(() => resolveAll([{ ...redacted, ...said } as unknown as EventRecord]));
      expect(outcome).toEqual(Number(version) >= 11 ? [named] : new LostRoomVersionError());
    }
  });
});

describe('the version of a create event', () => {
  const create = (content: Pdu['content'], more: object = {}): Pdu =>
    addContentHash({ type: 'm.room.create', state_key: '', sender: ALICE, room_id: '!r:a.example', event_id: '$c:a.example', content, hashes: {}, ...more }, roomVersion('1'));

  it('is 1 where it states none', () => {
    expect(resolveAll([{ pdu: create({ creator: ALICE }) }])).toEqual(['1 !r:a.example $c:a.example']);
  });

  it('may be in a hash with padding', () => {
    const pdu = create({ creator: ALICE });
    expect(resolveAll([{ pdu: { ...pdu, hashes: { sha256: `${String(pdu.hashes?.['sha256'])}=` } } }])).toHaveLength(1);
  });

  it.each([11, true, ['11'], {}, '', '13', 'X'])('is not supported when it is %j', (version) => {
    expect(() => resolveAll([{ pdu: create({ creator: ALICE, room_version: version }) }])).toThrow(UnsupportedRoomVersionError);
  });

  it('is not learned from an event that others precede, nor from another state key', () => {
    for (const more of [{ prev_events: ['$x'] }, { prev_events: [['$x', {}]] }, { state_key: 'x' }]) {
      const fake = create({ room_version: '6' }, more);
      const { resolve } = createRecordResolver();
      expect(() => resolve({ pdu: fake })).toThrow(MissingRoomVersionError);
      const { pdu } = { pdu: create({ creator: ALICE }) };
      expect(resolve({ pdu }).rules.id).toBe('1');
      expect(resolve({ pdu: { ...fake, event_id: '$f:a.example' } }).rules.id).toBe('1');
    }
  });

  it('that came first counts', () => {
    const { resolve } = createRecordResolver();
    resolve({ pdu: create({ room_version: '1', creator: ALICE }) });
    expect(resolve({ pdu: create({ room_version: '6' }, { event_id: '$d:a.example' }) }).rules.id).toBe('1');
  });
});

describe('the room and the ID', () => {
  it('are those of the record first', () => {
    expect(resolveAll([{ pdu: { type: 'x', content: {}, room_id: '!pdu:a' }, room_id: '!record:a', room_version: '10', event_id: '$given' }])).toEqual(['10 !record:a $given']);
  });

  it('null says as little as nothing', () => {
    const pdu: Pdu = { type: 'x', content: {}, room_id: '!pdu:a' };
    const record = readRecord({ pdu: pdu as JsonValue, room_id: null, room_version: '10', event_id: null, stream_ordering: null, received_ts: null, outlier: null });
    expect(createRecordResolver().resolve(record.record)).toEqual({
      pdu, roomId: '!pdu:a', eventId: eventId(pdu, roomVersion('10')), rules: roomVersion('10'), rejected: false, softFailed: false, outlier: false, redactedBy: [],
    });
  });

  it('must be there', () => {
    expect(() => resolveAll([{ pdu: { type: 'x', content: {} } }], { roomVersion: '12' })).toThrow(MissingRoomIdError);
    expect(() => resolveAll([{ pdu: { type: 'm.room.create', content: {}, prev_events: ['$x'] } }], { roomVersion: '12' })).toThrow(MissingRoomIdError);
  });
});
