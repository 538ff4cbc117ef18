import { describe, expect, it } from 'vitest';
import type { EventRecord } from '../../src/event/record.ts';
import { readRecord } from '../../src/event/record.ts';
import { createApplier, type StoredEvent } from '../../src/erasure/apply.ts';
import { assertPlanIntact, detectDrift } from '../../src/erasure/drift.ts';
import type { ErasurePlan } from '../../src/erasure/plan.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import { verifyErasure } from '../../src/erasure/verify.ts';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { createRecordResolver } from '../../src/room/resolve-record.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { storedEvents } from './build-room.ts';
import { applied, kept, requestOf } from './erase.ts';
import { RECORDED_ALICE, readRecords, readRoom, recordedKeys, recordedRooms } from './rooms.ts';
import { hasCopyOf, markersIn, treatmentsByHand } from './treatments-by-hand.ts';

const keys = recordedKeys();
const request = requestOf({ subjects: [RECORDED_ALICE], requestedAt: 1_795_500_000_000, effectiveAt: 1_795_500_000_000 });

function planRecorded(stored: readonly StoredEvent[]): ErasurePlan {
  return planErasure(stored.map(({ event }) => event), request);
}

function recordsOf(stored: readonly StoredEvent[]): readonly EventRecord[] {
  return stored.map(({ record }) => record);
}

function withoutUnsigned({ pdu: { unsigned: _, ...pdu }, ...record }: EventRecord): object {
  return { ...record, pdu };
}

/** What a new viewer is served: all that is not hidden. */
function served(stored: readonly StoredEvent[]): readonly StoredEvent[] {
  return stored.filter(({ record }) => record['erasure'] === undefined);
}

it('there are recorded rooms of many versions', () => {
  expect(new Set(recordedRooms.map((file) => readRoom(file)[0]?.event.rules.id)).size).toBeGreaterThan(7);
});

describe.each(recordedRooms)('%s', (file) => {
  const stored = readRoom(file);
  const plan = planRecorded(stored);
  const result = applied(plan, stored);
  const treatments = new Map(plan.rooms.flatMap((room) => room.entries).map((entry) => [entry.event_id, entry.treatment]));

  it('is clean after its erasure, signatures included', () => {
    const verification = verifyErasure(plan, { original: stored, result }, { keys });
    expect(verification.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(verification.verdict).toBe('clean');
    const signatures = verification.checks.find(({ check }) => check === 'signatures');
    expect(signatures?.checked).toBe(result.length);
  });

  it('treats every own event as the table says, and nobody else\'s', () => {
    const byHand = treatmentsByHand(recordsOf(stored), RECORDED_ALICE);
    expect(Object.fromEntries(treatments)).toEqual(Object.fromEntries(byHand));
    const count = (treatment: string): number => [...byHand.values()].filter((each) => each === treatment).length;
    expect(plan.totals).toMatchObject({ redact: count('redact'), hide: count('hide'), purge: count('purge'), keep: count('keep'), held: 0 });
    expect(byHand.size).toBeGreaterThan(10);
  });

  it('tells state from messages by the state key', () => {
    for (const { event_id: id, treatment, reason, state_key: stateKey } of plan.rooms.flatMap((room) => room.entries)) {
      const pdu = stored.find(({ event }) => event.eventId === id)?.event.pdu;
      expect(stateKey).toBe(pdu?.state_key);
      const forState = reason === 'own-state' || reason === 'hazard';
      expect([treatment, stateKey === undefined]).not.toEqual(['hide', false]);
      expect([forState, stateKey === undefined]).not.toEqual([true, true]);
    }
  });

  it('is the same after a second application', () => {
    expect(recordsOf(applied(plan, result))).toEqual(recordsOf(result));
  });

  it('is the same when the first application broke off', () => {
    for (const done of [0, 1, Math.floor(stored.length / 2), stored.length - 1]) {
      const prefix = applied(plan, stored.slice(0, done));
      const mixed = [...prefix, ...stored.slice(done)];
      expect(detectDrift(plan, planRecorded(mixed))).toEqual([]);
      expect(recordsOf(applied(plan, mixed))).toEqual(recordsOf(result));
    }
  });

  it('has no drift, before or after', () => {
    expect(() => assertPlanIntact(plan)).not.toThrow();
    expect(detectDrift(plan, planRecorded(readRoom(file)))).toEqual([]);
    expect(detectDrift(plan, planRecorded(result))).toEqual([]);
  });

  it('leaves nothing of hers to a new viewer that is not kept or protected', () => {
    const own = stored.filter(({ event }) => event.pdu.sender === RECORDED_ALICE);
    const residue = markersIn(own.filter(({ event }) => treatments.get(event.eventId) === 'keep').map(({ event }) => event.pdu.content));
    const hers = new Set([...markersIn(own.map(({ record }) => record))].filter((marker) => !residue.has(marker)));
    expect(hers.size).toBeGreaterThan(5);
    const leaks = served(result).flatMap(({ record, event }) => {
      const { unsigned, ...pdu } = event.pdu;
      const { pdu: _, ...beside } = record;
      const isHers = pdu.sender === RECORDED_ALICE;
      const allowed = !isHers || (pdu.type === 'm.room.create' && Number(event.rules.id) >= 11);
      return [...markersIn(allowed ? [unsigned, beside] : [unsigned, beside, pdu])].filter((marker) => hers.has(marker));
    });
    expect(leaks).toEqual([]);
  });

  it('leaves everybody else\'s events as they were, but for copies of hers in unsigned', () => {
    const before = new Map(stored.map((each) => [each.event.eventId, each.record]));
    for (const { record, event } of result) {
      if (event.pdu.sender === RECORDED_ALICE) continue;
      const original = before.get(event.eventId);
      expect(original).toBeDefined();
      if (original === undefined) continue;
      expect(JSON.stringify(withoutUnsigned(record))).toBe(JSON.stringify(withoutUnsigned(original)));
      const same = JSON.stringify(record) === JSON.stringify(original);
      expect(same || hasCopyOf(original.pdu.unsigned, RECORDED_ALICE)).toBe(true);
    }
  });

  it('changes nothing in what it was given', () => {
    const again = readRecords(file);
    expect(recordsOf(stored)).toEqual(again);
  });

  it('has a plan without a word of hers', () => {
    // State keys and types are the plan's to name; of the markers none is in either.
    expect([...markersIn(plan)]).toEqual([]);
    expect([...markersIn(verifyErasure(plan, { original: stored, result }))]).toEqual([]);
    expect([...markersIn(detectDrift(plan, planRecorded(result.slice(3))))]).toEqual([]);
  });
});

describe('error messages', () => {
  const records = readRecords('v10-shared.ndjson.gz').filter(({ pdu }) => pdu.sender === RECORDED_ALICE && pdu.type !== 'm.room.create');
  const marked = records.filter((record) => markersIn(record).size > 0);
  const text = [...markersIn(records)][0] ?? '';

  type Attempt = readonly [what: string, attempt: (record: EventRecord) => unknown];
  const attempts: readonly Attempt[] = [
    ['a record of the wrong form', (record) => readRecord({ ...record, outlier: text } as JsonValue)],
    ['a PDU of the wrong form', (record) => readRecord({ pdu: { ...record.pdu, content: text } } as JsonValue)],
    ['a line that is no object', (record) => readRecord(JSON.stringify(record))],
    ['a version that is a text', (record) => storedEvents([{ ...record, room_version: `x ${text}` }])],
    ['a missing version', (record) => createRecordResolver().resolve({ pdu: record.pdu })],
    ['a missing room', (record) => createRecordResolver({ roomVersion: '12' }).resolve({ pdu: { type: text, content: record.pdu.content } })],
    ['a lost version', (record) => createRecordResolver().resolve({ pdu: { ...record.pdu, type: 'm.room.create', state_key: '', room_id: '!x:y' } })],
    ['a missing ID', (record) => createRecordResolver({ roomVersion: '1' }).resolve({ pdu: record.pdu })],
    ['a value without canonical form', (record) => createRecordResolver({ roomVersion: '10' }).resolve({ pdu: { ...record.pdu, depth: 1.5, prev_state: { [text]: 1.5 } } })],
    ['events that come twice', (record) => planRecorded(storedEvents([record, record]))],
    ['a subject that is no user ID', () => planErasure([], { ...request, subjects: [text as UserId] })],
    ['a profile that is none', () => planErasure([], { ...request, profile: text })],
    ['a plan that was changed', () => assertPlanIntact({ ...planErasure([], request), digest: text })],
  ];

  it.each(attempts)('for %s hold none of it', (_, attempt) => {
    expect(marked.length).toBeGreaterThan(10);
    for (const record of marked) {
      let message = '';
      try {
        attempt(record);
      } catch (error) {
        message = error instanceof Error ? `${error.name}: ${error.message}` : '';
      }
      expect(message).toMatch(/^[A-Z][A-Za-z]+Error: ./);
      expect(message).not.toMatch(/pii_/);
    }
  });
});

describe('several rooms at once', () => {
  const stored = recordedRooms.flatMap((file) => [...readRoom(file)]);
  const plan = planRecorded(stored);

  it('have the plans that each has alone', () => {
    const alone = recordedRooms.flatMap((file) => planRecorded(readRoom(file)).rooms);
    const byId = (rooms: ErasurePlan['rooms']): object => Object.fromEntries(rooms.map((room) => [room.room_id, room]));
    expect(byId(plan.rooms)).toEqual(byId(alone));
  });

  it('are applied in any order of events', () => {
    const apply = createApplier(plan);
    const forwards = kept(stored.map(apply));
    const backwards = kept([...stored].reverse().map(createApplier(plan)));
    expect([...backwards].reverse()).toEqual(forwards);
  });

  it('name the rules that each version rests on', () => {
    expect(Object.keys(plan.tables.roomVersions).map((id) => roomVersion(id).id).sort()).toEqual([...new Set(stored.map(({ event }) => event.rules.id))].sort());
  });
});
