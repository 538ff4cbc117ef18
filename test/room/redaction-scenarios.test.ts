import { describe, expect, test } from 'vitest';
import { addContentHash } from '../../src/crypto/event-hashes.ts';
import { signEvent } from '../../src/crypto/sign.ts';
import { generateSigningKey } from '../../src/crypto/signing-key.ts';
import { verifyEvent } from '../../src/crypto/verify-event.ts';
import { redact } from '../../src/event/redact.ts';
import { serveEvents, type ServedEvent } from '../../src/erasure/view/serve.ts';
import type { Surface, Viewer } from '../../src/erasure/view/viewer.ts';
import { appliedRedactions, redactionContextOf } from '../../src/room/applied-redactions.ts';
import type { TargetOutcome } from '../../src/room/redaction-outcomes.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, buildRoom, CAROL, storedEvents, type RoomBuilder, type RoomOptions } from '../erasure/build-room.ts';
import { erasureAt, opened } from '../erasure/view/open.ts';
import { vectorText } from './vectors.ts';

function roomOf(version: string, options: RoomOptions = {}): RoomBuilder {
  const room = buildRoom({ version, ...options });
  room.join(BOB);
  room.join(CAROL);
  return room;
}

/** What somebody is served of an event where nobody was erased. */
function served(room: RoomBuilder, id: string, { viewer = { kind: 'user', id: BOB }, surface = 'event' }: { readonly viewer?: Viewer; readonly surface?: Surface } = {}): ServedEvent | undefined {
  return [...serveEvents(opened(room.stored()), viewer, { erasure: erasureAt(0, { subjects: [] }), surface })].find(({ eventId }) => eventId === id);
}

function outcome(room: RoomBuilder, id: string): TargetOutcome | undefined {
  const records = room.stored().map(({ record, event }) => ({ ...record, event_id: event.eventId }));
  return appliedRedactions(records, redactionContextOf(opened(room.stored()).graph)).targets.get(id);
}

/** The cases of the vectors that say more than whether a redaction applies: what each says, found out in a room of every version. */
const scenarios: Readonly<Record<string, (version: string) => unknown>> = {
  'second (invalid) redaction after a valid one': (version) => {
    const room = roomOf(version);
    const text = room.text(ALICE, 'hello');
    const valid = room.redaction(ALICE, text);
    room.redaction(CAROL, text);
    expect(outcome(room, text)?.redactedBecause).toBe(valid);
    return { redacted_by: 'first valid redaction id unchanged' };
  },
  'redaction of a redaction': (version) => {
    const room = roomOf(version);
    const text = room.text(ALICE, 'hello');
    const first = room.redaction(ALICE, text, 'a reason');
    room.redaction(ALICE, first);
    expect([outcome(room, text)?.redactedBecause, served(room, text)?.seen]).toEqual([first, 'redacted']);
    expect(JSON.stringify(served(room, first)?.event)).not.toContain('a reason');
    return { effect: 'reason removed; the first target stays redacted' };
  },
  'event arrives already redacted (hash mismatch, signature valid)': (version) => {
    const rules = roomVersion(version);
    const room = roomOf(version);
    const key = generateSigningKey(new Uint8Array(32).fill(1), '1');
    const id = room.text(ALICE, 'hello');
    const pdu = room.records().find((record) => record.event_id === id)?.pdu ?? { type: '', content: {} };
    const signed = signEvent(addContentHash(pdu, rules), { rules, server: 'a.example', ...key });
    const arrived = redact(signed, rules.redaction);
    const keys = { 'a.example': { 'ed25519:1': key.publicKey } };
    expect([verifyEvent(signed, rules, keys).verdict, verifyEvent(arrived, rules, keys).verdict]).toEqual(['valid', 'redact-needed']);
    const view = opened(storedEvents(room.records().map((record) => (record.event_id === id ? { ...record, pdu: arrived } : record))));
    const options = { erasure: erasureAt(0, { subjects: [] }), surface: 'event' } as const;
    for (const viewer of [{ kind: 'user', id: BOB }, { kind: 'server', id: 'b.example' }] as const) {
      const shown = [...serveEvents(view, viewer, options)].find(({ eventId }) => eventId === id);
      expect(shown).toMatchObject({ seen: 'redacted', reason: 'already-redacted', event: arrived });
    }
    expect(view.graph.verdict(id)).toEqual({ verdict: 'authorized' });
    return { effect: 'accepted; redacted copy stored and served' };
  },
  'local client redacts an event id the server does not have, redact level 0': (version) => {
    const room = roomOf(version, { powerLevels: { redact: 0 } });
    const sent = room.redaction(BOB, '$nobody-has-it:c.example');
    expect(opened(room.stored()).graph.verdict(sent)).toEqual({ verdict: 'authorized' });
    expect(outcome(room, '$nobody-has-it:c.example')?.held).toEqual([{ eventId: sent, waitsFor: 'target' }]);
    const { event, seen } = served(room, sent, { viewer: { kind: 'server', id: 'c.example' }, surface: 'messages' }) ?? {};
    expect(seen).toBe('full');
    expect(JSON.stringify(event)).toContain('$nobody-has-it:c.example');
    return { effect: 'redaction is still sent over federation' };
  },
  'content of redacted m.room.message via GET /event': (version) => {
    const room = roomOf(version);
    const text = room.text(ALICE, 'hello');
    room.redaction(ALICE, text);
    return { content: served(room, text)?.event?.content };
  },
};

describe('redaction application vectors that say more than whether it applies', () => {
  const vectors: { readonly cases: readonly { readonly name: string; readonly source: string; readonly applied?: boolean }[] } = JSON.parse(vectorText('spec/redaction-application.json'));
  const others = vectors.cases.filter(({ applied }) => applied === undefined);

  test('each has a scenario', () => {
    expect(others.map(({ name }) => name).sort()).toEqual(Object.keys(scenarios).sort());
  });

  test.each(others.flatMap((vector) => stableRoomVersionIds.map((version) => [vector.name, version, vector] as const)))('%s, version %s', (name, version, { source: _, name: __, ...said }) => {
    expect(scenarios[name]?.(version)).toEqual(said);
  });
});
