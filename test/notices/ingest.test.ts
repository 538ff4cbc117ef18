import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { applyPlan } from '../../src/erasure/apply.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import { erasureProfiles, UnknownProfileError } from '../../src/erasure/profiles.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { asJson, type Pdu } from '../../src/event/pdu.ts';
import { isRedacted } from '../../src/event/redact.ts';
import { ingestVerdict, type IngestOptions, type IngestVerdict } from '../../src/notices/ingest.ts';
import { hashKeyId, HashKeyError, keyedHash } from '../../src/notices/keyed-hash.ts';
import { createSuppressionList, suppressionEntries } from '../../src/notices/suppression.ts';
import { readSuppressionEntry, SuppressionEntryError, type SuppressionEntry } from '../../src/notices/suppression-entry.ts';
import type { RoomEvent } from '../../src/room/resolve-record.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';
import { arbitraryPdu } from '../../src/testing/pdu-arbitraries.ts';
import { ALICE, BOB, buildRoom } from '../erasure/build-room.ts';
import { readRoom, RECORDED_ALICE, recordedRooms } from '../erasure/rooms.ts';

const KEY = new Uint8Array(32).fill(7);
const rules = roomVersion('11');
const plan = (changes: Partial<ErasureRequest> = {}) => planErasure([], { subjects: [ALICE], requestedAt: 5, effectiveAt: 5000, profile: 'notice', scope: {}, ...changes });
const listOf = (entries: readonly SuppressionEntry[]) => createSuppressionList(entries, KEY);
const erased = (changes: Partial<SuppressionEntry> = {}) => listOf(suppressionEntries(plan(), KEY).map((entry) => ({ ...entry, ...changes })));

const message: Pdu = { type: 'm.room.message', sender: ALICE, room_id: '!r:a.example', content: { body: 'hello' }, origin_server_ts: 1000 };
const topic: Pdu = { ...message, type: 'm.room.topic', state_key: '', content: { topic: 'hello' } };
const verdictOn = (pdu: Pdu, list = erased(), options: Partial<IngestOptions> = {}): IngestVerdict => ingestVerdict(pdu, list, { rules, ...options });
const short = (verdict: IngestVerdict): string => `${verdict.store} ${verdict.reason}`;

describe('an event of somebody erased', () => {
  test('is stored as the profile says', () => {
    expect(verdictOn(message)).toEqual({ store: 'hidden', reason: 'others-had-access', pdu: message, mark: { treatment: 'hide', profile: 'notice', effective_at: 5000 } });
    expect(verdictOn(topic)).toEqual({ store: 'redacted', reason: 'own-state', pdu: { ...topic, content: {} } });
    expect(short(verdictOn(message, erased({ profile: 'strict' })))).toBe('redacted others-had-access');
    expect(short(verdictOn(topic, erased({ profile: 'spec' })))).toBe('hidden own-state');
  });

  test('that would break the room is stored as it is, and says why', () => {
    const acl = { ...topic, type: 'm.room.server_acl', content: { allow: ['*'] } };
    expect(verdictOn(acl)).toMatchObject({ store: 'as-is', reason: 'hazard', hazard: 'server-acl', pdu: acl });
    expect(short(verdictOn(acl, erased(), { standing: { current: false } }))).toBe('redacted own-state');
    const redaction = { ...message, type: 'm.room.redaction', redacts: '$x' };
    expect(short(verdictOn(redaction, erased(), { rules: roomVersion('10') }))).toBe('as-is applied-redaction');
    expect(short(verdictOn(redaction))).toBe('redacted own-redaction');
    expect(short(verdictOn(topic, erased({ keepLabels: true })))).toBe('as-is room-label');
  });

  test('of a room that was purged is not stored', () => {
    const room = buildRoom();
    room.text(ALICE, 'to myself');
    const events = room.stored().map(({ event }) => event);
    const list = listOf(suppressionEntries(planErasure(events, plan().request), KEY));
    expect(events.map(({ pdu, roomId, rules: own }) => verdictOn(pdu, list, { rules: own, roomId }).store)).toEqual(events.map(() => 'nothing'));
    expect(verdictOn(message, list).store).toBe('hidden');
  });

  test('is judged by the scope of the erasure', () => {
    const scoped = (scope: ErasureRequest['scope']) => listOf(suppressionEntries(plan({ scope }), KEY));
    expect(short(verdictOn(message, scoped({ rooms: ['!other:a'] })))).toBe('as-is out-of-scope');
    expect(verdictOn(message, scoped({ rooms: ['!r:a.example'] })).store).toBe('hidden');
    expect(short(verdictOn(message, scoped({ types: ['m.sticker'] })))).toBe('as-is out-of-scope');
    expect([999, 1000].map((before) => verdictOn(message, scoped({ before })).store)).toEqual(['as-is', 'hidden']);
    expect([999, 1000].map((after) => verdictOn(message, scoped({ after })).store)).toEqual(['hidden', 'as-is']);
    expect(verdictOn(message, scoped({ before: 999 }), { receivedTs: 5 }).store).toBe('hidden');
    const { origin_server_ts: _, ...timeless } = message;
    expect([{ before: 5 }, { after: 5 }].map((scope) => verdictOn(timeless, scoped(scope)).store)).toEqual(['hidden', 'hidden']);
  });

  test('is their own again once they came back', () => {
    expect([999, 1000].map((revokedAt) => short(verdictOn(message, erased({ revokedAt }))))).toEqual(['as-is after-return', 'hidden others-had-access']);
    expect(verdictOn(message, erased({ revokedAt: 999 }), { afterReturn: false }).store).toBe('hidden');
    expect(verdictOn(message, erased({ revokedAt: 1000 }), { afterReturn: true }).store).toBe('as-is');
  });
});

describe('an event of somebody else', () => {
  test('is stored as it is', () => {
    const bobs = { ...message, sender: BOB };
    expect(verdictOn(bobs)).toEqual({ store: 'as-is', reason: 'not-erased', pdu: bobs });
    const { sender: _, ...senderless } = message;
    expect(verdictOn(senderless).store).toBe('as-is');
  });

  test('is stored without copies of the erased', () => {
    const unsigned = { prev_content: { topic: 'hello' }, prev_sender: ALICE, age: 5 };
    expect(verdictOn({ ...topic, sender: BOB, unsigned })).toMatchObject({ store: 'as-is', pdu: { unsigned: { prev_sender: ALICE, age: 5 } } });
    expect(JSON.stringify(verdictOn({ ...topic, sender: BOB, unsigned }))).not.toContain('"prev_content"');
  });
});

describe('laws', () => {
  test('what was stored comes in once more and stays the same, and nothing of a redacted event is left', () => {
    const events = (version: RoomVersionRules) => arbitraryPdu({ rules: version }).map((pdu) => ({ version, pdu: { ...pdu, sender: ALICE } }));
    const arbitrary = fc.oneof(...stableRoomVersionIds.map(roomVersion).map(events));
    fc.assert(fc.property(arbitrary, fc.constantFrom(...Object.keys(erasureProfiles)), ({ version, pdu }, profile) => {
      const list = erased({ profile });
      const before = JSON.stringify(asJson(pdu), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      const first = verdictOn(pdu, list, { rules: version });
      expect(JSON.stringify(asJson(pdu), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toBe(before);
      const stored = first.store === 'nothing' ? pdu : first.pdu;
      expect(first.store !== 'redacted' || isRedacted(stored, version.redaction)).toBe(true);
      expect(verdictOn(stored, list, { rules: version })).toMatchObject(first.store === 'nothing' ? { store: 'nothing' } : { pdu: stored });
    }));
  });

  test.each(recordedRooms)('%s, restored from a backup, is stored as the plan left it', (file) => {
    const stored = readRoom(file);
    const request: ErasureRequest = { subjects: [RECORDED_ALICE], requestedAt: 0, effectiveAt: 1_795_465_515_653, profile: 'notice', scope: {} };
    const made = planErasure(stored.map(({ event }) => event), request);
    const list = createSuppressionList(suppressionEntries(made, KEY), KEY);
    const applied = [...applyPlan(made, stored)];
    const differing = stored.flatMap(({ event }, index) => {
      const { store, reason } = ingestVerdict(event.pdu, list, { rules: event.rules, roomId: event.roomId });
      const wanted = PLANNED[applied[index]?.change ?? 'none'];
      return event.pdu.sender !== RECORDED_ALICE || store === wanted || isExcused(event, { store, reason, wanted }) ? [] : [{ type: event.pdu.type, store, reason, wanted }];
    });
    expect(differing).toEqual([]);
  });
});

const PLANNED = { none: 'as-is', redacted: 'redacted', hidden: 'hidden', purged: 'nothing', 'copies-removed': 'as-is', restored: 'as-is' } as const;

type Difference = { readonly store: IngestVerdict['store']; readonly reason: string; readonly wanted: IngestVerdict['store'] };

function isExcused({ pdu, rules: own }: RoomEvent, { store, reason, wanted }: Difference): boolean {
  // A restored event may be current, and a redaction may apply, for all that is known: they are kept where the plan knew better.
  if (store === 'as-is') return reason === 'hazard' || reason === 'applied-redaction';
  // What is in redacted form already is not changed by redacting it.
  return store === 'redacted' && wanted === 'as-is' && isRedacted(pdu, own.redaction);
}

describe('the list of the erased', () => {
  test('names nobody, and no room', () => {
    const text = JSON.stringify(suppressionEntries(plan({ scope: { rooms: ['!secret:a.example'] } }), KEY));
    expect(text).not.toMatch(/alice|secret|a\.example/);
  });

  test('is of no use without its key', () => {
    const entries = suppressionEntries(plan(), KEY);
    expect(createSuppressionList(entries, KEY)(ALICE)).toHaveLength(1);
    expect(createSuppressionList(entries, new Uint8Array(32))(ALICE)).toEqual([]);
  });

  test('has an entry for each subject', () => {
    expect(suppressionEntries(plan({ subjects: [ALICE, BOB] as ErasureRequest['subjects'] }), KEY)).toHaveLength(2);
  });

  test('may have several of one user: each covers what it covers, and the strictest counts', () => {
    const entries = (changes: Partial<ErasureRequest>) => suppressionEntries(plan(changes), KEY);
    const rooms = listOf([...entries({ scope: { rooms: ['!r:a.example'] } }), ...entries({ scope: { rooms: ['!s:a.example'] } })]);
    expect(['!r:a.example', '!s:a.example', '!t:a.example'].map((room_id) => verdictOn({ ...message, room_id }, rooms).store)).toEqual(['hidden', 'hidden', 'as-is']);
    for (const order of [['strict', 'notice'], ['notice', 'strict']]) {
      expect(verdictOn(message, listOf(order.flatMap((profile) => entries({ profile })))).store).toBe('redacted');
    }
    for (const times of [[5000, 9000], [9000, 5000]]) {
      expect(verdictOn(message, listOf(times.flatMap((effectiveAt) => entries({ effectiveAt }))))).toMatchObject({ mark: { effective_at: 5000 } });
    }
    const [revoked] = entries({}).map((entry) => ({ ...entry, revokedAt: 999 }));
    expect(verdictOn(message, listOf([...entries({ profile: 'strict' }), ...(revoked === undefined ? [] : [revoked])])).store).toBe('redacted');
  });

  test('is read back as it was stored', () => {
    const scope = { rooms: ['!r:a.example'], types: ['m.room.message'], before: 9, after: 1 };
    for (const entry of suppressionEntries(plan({ scope, keepLabels: true }), KEY)) expect(readSuppressionEntry(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
  });

  test.each<readonly [object, string]>([
    [{ subject: ALICE }, 'subject'], [{ rooms: ['!r:a.example'] }, 'rooms.0'], [{ effectiveAt: '5' }, 'effectiveAt'], [{ revoked: true }, 'revoked'], [{ revokedAt: null }, 'revokedAt'],
    [{ types: [1] }, 'types.0'],
  ])('has no entry with %j', (changes, key) => {
    const [entry] = suppressionEntries(plan(), KEY);
    expect(() => readSuppressionEntry({ ...entry, ...changes })).toThrow(SuppressionEntryError);
    expect(() => readSuppressionEntry({ ...entry, ...changes })).toThrow(expect.objectContaining({ key }));
  });

  test('knows its mistakes', () => {
    expect(() => createSuppressionList([], new Uint8Array(31))).toThrow(HashKeyError);
    expect(() => suppressionEntries(plan(), new Uint8Array(0))).toThrow(HashKeyError);
    expect(() => listOf([{ subject: 'x', profile: 'nope', effectiveAt: 0 }])).toThrow(UnknownProfileError);
  });
});

describe('keyedHash', () => {
  test('is HMAC-SHA-256, apart for each kind', async () => {
    const key = await crypto.subtle.importKey('raw', KEY, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const bytes = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`matrix-erasure user\0${ALICE}`));
    expect(keyedHash(KEY, 'user', ALICE)).toBe(Buffer.from(bytes).toString('base64url'));
    expect(new Set((['user', 'room', 'event', 'recipient', 'key'] as const).map((kind) => keyedHash(KEY, kind, ALICE))).size).toBe(5);
  });

  test('a key has a name that tells keys apart', () => {
    expect(hashKeyId(KEY)).toMatch(/^[A-Za-z0-9_-]{12}$/);
    expect(hashKeyId(KEY)).not.toBe(hashKeyId(new Uint8Array(32)));
  });
});
