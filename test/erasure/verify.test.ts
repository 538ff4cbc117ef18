import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import { digestOf } from '../../src/erasure/digest.ts';
import type { ErasurePlan, PlanEntry } from '../../src/erasure/plan.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import type { CheckName } from '../../src/erasure/verification.ts';
import { verifyErasure } from '../../src/erasure/verify.ts';
import { createKeyRing } from '../../src/crypto/key-ring.ts';
import { referencedIds, type Pdu } from '../../src/event/pdu.ts';
import type { EventRecord } from '../../src/event/record.ts';
import { isJsonObject, type JsonObject } from '../../src/json/value.ts';
import { ALICE, BOB, CAROL, buildRoom, storedEvents } from './build-room.ts';
import { applied, failures, planFor, requestOf } from './erase.ts';
import { RECORDED_ALICE, readRoom, recordedKeys } from './rooms.ts';

const keys = recordedKeys();
const original = [...readRoom('v10-shared.ndjson.gz'), ...readRoom('alone-v10.ndjson.gz')];
const plan = planErasure(original.map(({ event }) => event), requestOf({ subjects: [RECORDED_ALICE] }));
const result = applied(plan, original);
const treatments = new Map(plan.rooms.flatMap(({ entries }) => entries).map((entry) => [entry.event_id, entry.treatment]));

type Which = (stored: StoredEvent) => boolean;

const treated = (treatment: string): Which => ({ event }) => treatments.get(event.eventId) === treatment;
const others: Which = ({ event }) => event.pdu.sender !== RECORDED_ALICE;
const message: Which = (stored) => others(stored) && stored.event.pdu.type === 'm.room.message';

/** The result with one event changed: the first that fits. */
function changed(which: Which, change: (record: EventRecord, stored: StoredEvent) => EventRecord): readonly StoredEvent[] {
  const target = result.find(which);
  if (target === undefined) throw new Error('the room has no such event');
  return storedEvents(result.map((stored) => (stored === target ? change(stored.record, stored) : stored.record)));
}

function withPdu(record: EventRecord, changes: { readonly [key: string]: unknown }): EventRecord {
  return { ...record, pdu: { ...record.pdu, ...changes } as Pdu };
}

function originalOf({ event }: StoredEvent): StoredEvent {
  const found = original.find((stored) => stored.event.eventId === event.eventId);
  if (found === undefined) throw new Error('not in the original');
  return found;
}

function failed(after: readonly StoredEvent[]): readonly CheckName[] {
  const verification = verifyErasure(plan, { original, result: after }, { keys });
  expect(verification.verdict).toBe(failures(verification).length > 0 ? 'leftovers' : 'clean');
  return failures(verification);
}

const hidden = original.find(treated('hide'));
const secret = ((text) => (typeof text === 'string' ? text : ''))(hidden?.event.pdu.content['body']);

it('nothing fails of the result itself', () => {
  expect(failed(result)).toEqual([]);
  expect(secret.length).toBeGreaterThan(10);
});

describe('exactly one check fails of', () => {
  it('an event of somebody else that was dropped', () => {
    // Nothing follows the last event, so that nothing else is missing its parent.
    const cited = new Set(result.flatMap(({ event }) => [...referencedIds(event.pdu.prev_events), ...referencedIds(event.pdu.auth_events)]));
    const gone = result.filter((stored) => !cited.has(stored.event.eventId));
    expect(gone.length).toBeGreaterThan(0);
    expect(failed(result.filter((stored) => !gone.includes(stored)))).toEqual(['events-complete']);
  });

  it('an event that was added', () => {
    const [first] = storedEvents([{ ...(result[0]?.record ?? { pdu: { type: 'x', content: {} } }), event_id: '$new' }]);
    expect(failed([...result, ...(first === undefined ? [] : [first])])).toEqual(['events-complete']);
  });

  it('an event that comes twice', () => {
    expect(failed([...result, ...result.slice(0, 1)])).toEqual(['events-complete']);
  });

  it('a purged event that is still there', () => {
    const purged = original.filter(treated('purge'));
    expect(purged.length).toBeGreaterThan(10);
    expect(failed([...result, ...purged])).toEqual(['events-complete', 'treatments-applied', 'idempotent']);
    expect(failed([...result, ...purged.slice(-1)])).toEqual(expect.arrayContaining(['events-complete', 'idempotent']));
  });

  it('a hidden event that is hidden no more, or later', () => {
    expect(failed(changed(treated('hide'), ({ erasure: _, ...record }) => record))).toEqual(['treatments-applied', 'idempotent']);
    const late = { treatment: 'hide', profile: 'notice', effective_at: plan.request.effectiveAt + 1 };
    expect(failed(changed(treated('hide'), (record) => ({ ...record, erasure: late })))).toEqual(['treatments-applied', 'idempotent']);
    // Nor is a mark that says more than marks do one.
    for (const other of [{ effective_at: 1 }, { profile: 'strict' }, { note: secret }]) {
      expect(failed(changed(treated('hide'), (record) => ({ ...record, erasure: { ...late, effective_at: plan.request.effectiveAt, ...other } })))).toContain('treatments-applied');
    }
  });

  it('an event of somebody else that is hidden', () => {
    const mark = { treatment: 'hide', profile: 'notice', effective_at: 1 };
    expect(failed(changed(message, (record) => ({ ...record, erasure: mark })))).toEqual(['others-untouched']);
    expect(failed(changed(treated('keep'), (record) => ({ ...record, erasure: mark })))).toEqual(['treatments-applied']);
  });

  it('a text of hers that a server put beside somebody else\'s event', () => {
    const copy = { prev_content: { topic: secret }, prev_sender: BOB };
    const both = ['others-untouched', 'nothing-left-for-new-viewers'];
    const notes: readonly JsonObject[] = [{ highlights: [secret] }, { labels: { [secret]: 1 } }, { cache: JSON.stringify({ body: secret }) }, { summary: `Alice: ${secret}` }];
    expect(failed(changed(message, (record) => withPdu(record, { unsigned: copy })))).toEqual(both);
    for (const note of notes) expect(failed(changed(message, (record) => ({ ...record, ...note })))).toEqual(both);
    expect(failed(changed(message, (record) => withPdu(record, { unsigned: { ...record.pdu.unsigned, age: 5 } })))).toEqual([]);
  });

  it('what a server knew of somebody else\'s event', () => {
    for (const note of [{ received_ts: 1 }, { stream_ordering: -5 }, { redacted_by: '$x' }, { note: 'x' }]) {
      expect(failed(changed(message, (record) => ({ ...record, ...note })))).toContain('others-untouched');
    }
  });

  it('a signature that was damaged', () => {
    const damaged = changed(message, (record) => withPdu(record, { signatures: corrupted(record.pdu.signatures ?? {}) }));
    expect(failed(damaged)).toEqual(['others-untouched', 'signatures']);
  });
});

describe('some checks fail of', () => {
  it('a body that was kept', () => {
    const kept = changed((stored) => treated('redact')(stored) && Object.keys(originalOf(stored).event.pdu.content).length > 1, (_, stored) => originalOf(stored).record);
    expect(failed(kept)).toEqual(['treatments-applied', 'content-hashes', 'idempotent']);
  });

  it('a key too many that was dropped', () => {
    // A membership without its membership: event ID, signatures, state and all who rest on it are lost.
    const broken = changed((stored) => treated('redact')(stored) && stored.event.pdu.type === 'm.room.member', (record) => withPdu(record, { content: {} }));
    expect(failed(broken)).toEqual(expect.arrayContaining(['treatments-applied', 'ids-unchanged', 'signatures', 'authorization-unchanged']));
  });

  it('a hidden event that was redacted: those who had access lose their copy', () => {
    expect(failed(changed(treated('hide'), (record) => withPdu(record, { content: {} })))).toEqual(['treatments-applied', 'content-hashes']);
  });

  it('a hazard that was redacted', () => {
    expect(failed(changed(treated('keep'), (record) => withPdu(record, { content: { creator: RECORDED_ALICE } })))).toEqual(expect.arrayContaining(['treatments-applied', 'content-hashes']));
  });

  it('a body of somebody else\'s that was changed, or gone', () => {
    for (const content of [{ msgtype: 'm.text', body: 'other' }, {}]) {
      expect(failed(changed(message, (record) => withPdu(record, { content })))).toEqual(['others-untouched', 'content-hashes']);
    }
  });

  it('an event that names other parents', () => {
    expect(failed(changed(message, (record) => withPdu(record, { prev_events: [] })))).toEqual(expect.arrayContaining(['others-untouched', 'ids-unchanged', 'state-unchanged']));
  });

  it('an event with another ID', () => {
    expect(failed(changed(message, (record) => ({ ...record, event_id: '$other' })))).toEqual(expect.arrayContaining(['events-complete']));
  });
});

describe('a plan is not taken at its word', () => {
  type Change = (entries: readonly PlanEntry[]) => readonly PlanEntry[];

  /** The verification of what a changed plan does, with the digest of the change. */
  function checksOf(change: Change): readonly CheckName[] {
    const { digest: _, ...rest } = { ...plan, rooms: plan.rooms.map((room) => ({ ...room, entries: change(room.entries) })) };
    const forged: ErasurePlan = { ...rest, digest: digestOf(rest) };
    return failures(verifyErasure(forged, { original, result: applied(forged, original) }, { keys }));
  }

  it('that leaves an event out', () => {
    for (const treatment of ['redact', 'hide', 'purge', 'keep'] as const) {
      const [left] = plan.rooms.flatMap(({ entries }) => entries.filter((entry) => entry.treatment === treatment));
      expect(checksOf((entries) => entries.filter((entry) => entry !== left))).toEqual(['plan-complete']);
    }
  });

  it('that treats an event otherwise', () => {
    const [kept] = plan.rooms.flatMap(({ entries }) => entries.filter((entry) => entry.treatment === 'keep'));
    const redacting: Change = (entries) => entries.map((entry) => (entry === kept ? { ...entry, treatment: 'redact', reason: 'own-state' } : entry));
    expect(checksOf(redacting)).toContain('plan-complete');
  });

  it('that names an event of somebody else', () => {
    const theirs = original.find(message)?.event;
    const entry: PlanEntry = { event_id: theirs?.eventId ?? '', type: 'm.room.message', treatment: 'redact', reason: 'others-had-access' };
    expect(checksOf((entries) => [...entries, ...(entries.length > 5 ? [entry] : [])])).toContain('plan-complete');
  });

  it('that forgets what others wrote about the person, or by when files must be gone', () => {
    const changes: readonly Partial<ErasurePlan>[] = [
      { rooms: plan.rooms.map((room) => ({ ...room, about: [] })) }, { deadlines: { ...plan.deadlines, purge: plan.deadlines.purge + 1 } },
    ];
    for (const change of changes) expect(failures(verifyErasure({ ...plan, ...change }, { original, result }, { keys }))).toEqual(['plan-complete']);
  });

  it('whatever of it people read before they approve', () => {
    const first = plan.rooms.find(({ servers }) => servers.length > 0);
    if (first === undefined) throw new Error('no room');
    const rooms = (change: Partial<typeof first>): Partial<ErasurePlan> => ({ rooms: plan.rooms.map((room) => (room === first ? { ...room, ...change } : room)) });
    const media = first.entries.map(({ media: _, ...entry }) => entry);
    const changes: readonly Partial<ErasurePlan>[] = [
      rooms({ servers: [] }), rooms({ membership: 'ban' }), rooms({ room_version: '1' }), rooms({ entries: media }), rooms({ entries: first.entries.map((entry) => ({ ...entry, type: 'x' })) }),
      { warnings: [] }, { steps: [] }, { totals: { ...plan.totals, keep: 0 } }, { tables: { ...plan.tables, roomVersions: {} } },
    ];
    for (const [index, change] of changes.entries()) expect([index, ...failures(verifyErasure({ ...plan, ...change }, { original, result }, { keys }))]).toContain('plan-complete');
    const checks = verifyErasure({ ...plan, input: { ...plan.input, events: 1 } }, { original, result }, { keys }).checks;
    expect(checks[0]).toMatchObject({ status: 'unknown', unknown: expect.stringContaining('not as many events') });
  });

  it('made with other tables: then it cannot be compared', () => {
    const other = { ...plan, tables: { ...plan.tables, hazards: 'x' } };
    const { verdict, checks } = verifyErasure(other, { original, result }, { keys });
    expect([verdict, checks[0]]).toMatchObject(['unknown', { check: 'plan-complete', status: 'unknown', unknown: expect.stringContaining('other tables') }]);
  });
});

it('IDs that run into each other are kept apart', () => {
  const [one, other] = ['!r:a.example', '!r:a.example x'].map((id) => {
    const room = buildRoom({ name: 'r' });
    return room.records().map((record, place) => ({ ...record, room_id: id, event_id: `${id === '!r:a.example' ? 'x ' : ''}$${place}`, pdu: { ...record.pdu, room_id: id } }));
  });
  const stored = storedEvents([...(one ?? []), ...(other ?? [])] as readonly EventRecord[]);
  const both = planFor(stored, { scope: { types: ['x'] } });
  expect(failures(verifyErasure(both, { original: stored, result: stored }))).toEqual([]);
  expect(failures(verifyErasure(both, { original: stored, result: stored.slice(1) }))).toContain('events-complete');
});

describe('in a room of its own', () => {
  const build = (): ReturnType<typeof buildRoom> => {
    const room = buildRoom();
    room.join(BOB);
    room.text(ALICE, 'mine');
    return room;
  };

  it('another resolution of a fork fails', () => {
    const room = build();
    const parent = room.records().at(-1)?.event_id ?? '';
    const one = room.state(BOB, 'm.room.topic', '', { topic: 'one' }, { prev: [parent] });
    const two = room.state(BOB, 'm.room.topic', '', { topic: 'two' }, { prev: [parent] });
    const last = room.text(BOB, 'together', { prev: [one, two] });
    const stored = room.stored();
    const forked = planFor(stored);
    const after = applied(forked, stored);
    expect(failures(verifyErasure(forked, { original: stored, result: after }))).toEqual([]);
    // The server's record rejects one side of the fork now.
    const rejecting = storedEvents(after.map(({ record, event }) => (event.eventId === two ? { ...record, rejected: 'x' } : record)));
    const verification = verifyErasure(forked, { original: stored, result: rejecting });
    expect(failures(verification)).toEqual(['others-untouched', 'state-unchanged', 'authorization-unchanged']);
    expect(verification.checks.find(({ check }) => check === 'state-unchanged')?.examples).toEqual(expect.arrayContaining([two]));
    expect(last).toMatch(/^\$/);
  });

  it('an event that is allowed no more fails, and its record with it', () => {
    const room = build();
    const stored = room.stored();
    const small = planFor(stored);
    const after = storedEvents(applied(small, stored).map(({ record, event }) => (event.pdu.type === 'm.room.message' ? { ...record, rejected: 'x' } : record)));
    const verification = verifyErasure(small, { original: stored, result: after });
    expect(failures(verification)).toEqual(['treatments-applied', 'authorization-unchanged']);
    const changes = verification.checks.flatMap(({ changes: found = [] }) => found);
    expect(changes).toEqual([{ event_id: stored.at(-1)?.event.eventId, before: 'authorized', after: 'rejected: recorded' }]);
  });

  it('text in events that the plan keeps is counted', () => {
    const room = build();
    room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'], deny: ['evil.example'] });
    room.redaction(ALICE, room.text(BOB, 'his'), 'her reason for it');
    const stored = room.stored();
    const small = planFor(stored);
    expect(small.totals.keep).toBeGreaterThan(2);
    // The create event, the power levels and the like are kept as well, and hold no text.
    const check = verifyErasure(small, { original: stored, result: applied(small, stored) }).checks.find(({ check: name }) => name === 'nothing-left-for-new-viewers');
    expect(check).toMatchObject({ status: 'passed', excepted: 2 });
  });

  it('a text of hers inside of another is found, if it is long enough to be hers', () => {
    const room = build();
    room.text(ALICE, 'a sentence of hers');
    room.text(ALICE, 'Poodles');
    room.text(BOB, 'his');
    const stored = room.stored();
    const small = planFor(stored);
    const summing = (summary: string): readonly StoredEvent[] => storedEvents(applied(small, stored).map(({ record, event }) =>
      (event.pdu.sender === BOB && event.pdu.state_key === undefined ? { ...record, summary } : record)));
    const found = (summary: string): readonly CheckName[] => failures(verifyErasure(small, { original: stored, result: summing(summary) }));
    const both = ['others-untouched', 'nothing-left-for-new-viewers'];
    for (const summary of ['Alice: "a sentence of hers" (5 replies)', 'mine', 'said: Poodles!']) expect(found(summary)).toEqual(both);
    for (const summary of ['determined', 'this is mine', 'Poodlesque']) expect(found(summary)).toEqual(['others-untouched']);
  });

  it('words that formats and identifiers are made of are no texts of hers', () => {
    const room = build();
    for (const word of ['age', 'content', 'b.example', 'message', 'org.matrix.custom.html', 'prev_content']) room.text(ALICE, word);
    const beside: JsonObject = {
      age: 5, prev_content: {}, prev_sender: BOB, format: 'org.matrix.custom.html', via: ['b.example'],
      latest: { type: 'm.room.message', sender: BOB, content: { msgtype: 'm.text' } },
    };
    room.text(BOB, 'his', { unsigned: beside, record: { json: JSON.stringify({ type: 'm.room.message', content: { body: 'his' } }) } });
    const stored = room.stored();
    const small = planFor(stored);
    expect(failures(verifyErasure(small, { original: stored, result: applied(small, stored) }))).toEqual([]);
  });

  it('names that a file gives its events by hand are no broken IDs', () => {
    const room = buildRoom();
    room.join(BOB);
    const named = room.records().map((record, place) => ({ ...record, event_id: `$${place}`, pdu: { ...record.pdu, prev_events: place === 0 ? [] : [`$${place - 1}`] } }));
    const stored = storedEvents(named as readonly EventRecord[]);
    const small = planFor(stored);
    expect(failures(verifyErasure(small, { original: stored, result: applied(small, stored) }))).not.toContain('ids-unchanged');
  });

  it('a copy that the plan would remove fails three times', () => {
    const room = build();
    room.text(BOB, 'his');
    const stored = room.stored();
    const small = planFor(stored);
    const leaking = { prev_content: { body: 'mine' }, prev_sender: ALICE };
    const after = storedEvents(applied(small, stored).map(({ record, event }) => (event.pdu.sender === BOB && event.pdu.state_key === undefined ? withPdu(record, { unsigned: leaking }) : record)));
    expect(failures(verifyErasure(small, { original: stored, result: after }))).toEqual(['others-untouched', 'nothing-left-for-new-viewers', 'idempotent']);
  });

  it('what others wrote as well, or stays, is no leftover', () => {
    const room = build();
    room.text(BOB, 'mine');
    room.text(ALICE, 'public');
    room.state(BOB, 'm.room.topic', '', {}, { unsigned: { note: ['mine', 'public'] } });
    const stored = room.stored();
    const small = planFor(stored);
    expect(failures(verifyErasure(small, { original: stored, result: applied(small, stored) }))).toEqual([]);
  });
});

describe('what could not be checked is unknown', () => {
  const unknowns = (...args: Parameters<typeof verifyErasure>): readonly string[] => {
    const verification = verifyErasure(...args);
    expect(verification.verdict).toBe('unknown');
    for (const { unknown } of verification.checks.filter(({ status }) => status === 'unknown')) expect(unknown).toMatch(/\w/);
    return verification.checks.filter(({ status }) => status === 'unknown').map(({ check }) => check);
  };

  it('signatures of originals that do not hold', () => {
    const damaged = storedEvents(original.map(({ record }) => withPdu(record, { signatures: corrupted(record.pdu.signatures ?? {}) })));
    const other = planErasure(damaged.map(({ event }) => event), plan.request);
    expect(unknowns(other, { original: damaged, result: applied(other, damaged) }, { keys })).toEqual(['signatures']);
  });

  it('signatures without keys, or without some of them', () => {
    expect(unknowns(plan, { original, result })).toEqual(['signatures']);
    const some = createKeyRing((server, keyId) => (server === 'hs1.test:18441' ? undefined : publicKey(server, keyId)));
    expect(unknowns(plan, { original, result }, { keys: some })).toEqual(['signatures']);
  });

  it('an empty original', () => {
    const empty = { original: [], result: [] };
    expect(unknowns(planErasure([], plan.request), empty, { keys })).toEqual(verifyErasure(plan, empty).checks.map(({ check }) => check));
  });

  it('an original without what the plan names', () => {
    expect(unknowns(plan, { original: original.slice(0, 40), result: result.slice(0, 40) }, { keys })).toContain('treatments-applied');
    // What was to be purged may be gone already: then the plan cannot be compared as a whole.
    expect(unknowns(plan, { original: result, result }, { keys })).toEqual(['plan-complete']);
  });

  it('the state where history is missing', () => {
    const room = buildRoom();
    room.join(BOB);
    room.text(ALICE, 'mine');
    room.join(CAROL);
    const part = room.stored().filter((_, place) => place !== 5);
    const small = planFor(part);
    expect(unknowns(small, { original: part, result: applied(small, part) })).toEqual(['signatures', 'state-unchanged']);
  });

  it('IDs of events that have no canonical form', () => {
    const room = buildRoom({ version: '6' });
    room.join(BOB);
    const [last] = storedEvents([{ ...room.records().at(-1), event_id: '$odd', pdu: { ...room.records().at(-1)?.pdu, type: 'x', state_key: '\ud800', content: { body: '\ud800' } } } as EventRecord]);
    const odd = [...room.stored(), ...(last === undefined ? [] : [last])];
    const small = planFor(odd);
    expect(unknowns(small, { original: odd, result: applied(small, odd) })).toEqual(['ids-unchanged', 'signatures']);
  });
});

it('examples are at most ten event IDs, and never content', () => {
  const verification = verifyErasure(plan, { original, result: [] }, { keys });
  const check = verification.checks.find(({ check: name }) => name === 'events-complete');
  expect(check).toMatchObject({ status: 'failed', failed: result.length });
  expect(check?.examples).toHaveLength(10);
  for (const example of check?.examples ?? []) expect(example).toMatch(/^\$[\w-]{43}$/);
});

function publicKey(server: string, keyId: string): string | undefined {
  const found = keys(server, keyId);
  // A ring gives verifiers, not keys: for the servers that are known, any well-formed key that verifies nothing will do.
  return found === undefined ? undefined : 'A'.repeat(43);
}

function corrupted(signatures: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(signatures).map(([server, byKey]) =>
    [server, isJsonObject(byKey) ? Object.fromEntries(Object.keys(byKey).map((key) => [key, 'A'.repeat(86)])) : byKey]));
}
