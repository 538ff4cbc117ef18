import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord, UnreadableRecordError } from '../../src/event/record.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { roomVersion, roomVersionIds } from '../../src/rules/room-versions.ts';
import { createRecordResolver } from '../../src/room/resolve-record.ts';
import { arbitraryPdu } from '../../src/testing/pdu-arbitraries.ts';
import { ALICE, BOB, buildRoom } from './build-room.ts';
import { erase, failures, planFor, treatmentOf } from './erase.ts';

/** Lines of an event file around PDUs of any shape; those that are no events are refused one by one. */
function readable(pdus: readonly Pdu[], version: string): readonly StoredEvent[] {
  const { resolve } = createRecordResolver({ roomVersion: version });
  return pdus.flatMap((pdu, place) => {
    try {
      const { record } = readRecord({ pdu: pdu as JsonValue, room_id: '!r:a.example', room_version: version, event_id: `$${place}`, stream_ordering: place } as JsonObject);
      return [{ record, event: resolve(record) }];
    } catch (error) {
      if (error instanceof UnreadableRecordError) return [];
      throw error;
    }
  });
}

describe('events of any shape', () => {
  const rooms = fc.constantFrom(...roomVersionIds).chain((version) =>
    fc.tuple(fc.constant(version), fc.array(fc.oneof(
      arbitraryPdu({ rules: roomVersion(version) }),
      arbitraryPdu({ rules: roomVersion(version) }).map((pdu): Pdu => ({ ...pdu, sender: ALICE })),
    ), { maxLength: 8 })));

  it('are planned, applied and verified without a crash', () => {
    fc.assert(fc.property(rooms, ([version, pdus]) => {
      const { plan, verification } = erase(readable(pdus, version));
      expect(plan.digest).toMatch(/^[\w+/]{43}$/);
      expect(verification.checks).toHaveLength(11);
      // What they name as their own ID is not what the records call them, so that IDs say nothing here; forms and treatments do.
      expect(failures(verification).filter((check) => /complete|applied|untouched|hashes|idempotent/.test(check))).toEqual([]);
    }));
  });
});

const lines: readonly (readonly [what: string, json: string])[] = [
  ['keys of Object.prototype', `{"type": "constructor", "sender": "${ALICE}", "state_key": "__proto__", "content": {"__proto__": {"body": "pii_a01_001"}, "constructor": "pii_a01_002", "toString": 1, "hasOwnProperty": 2, "toJSON": 3}}`],
  ['parents that are none', `{"type": "x", "sender": "${ALICE}", "content": {}, "prev_events": [null, 5, {}, [], [5], ["$x"], "$y"], "auth_events": "none"}`],
  ['no sender', '{"type": "m.room.member", "state_key": "x", "content": {"membership": ["join"]}}'],
  ['nothing where a text should be', '{"type": "m.room.create", "sender": null, "room_id": null, "state_key": "", "event_id": null, "content": {}}'],
  ['fields of other types', `{"type": "m.room.redaction", "sender": "${ALICE}", "content": {"redacts": {"a": "pii_a01_003"}}, "redacts": ["$a"], "origin_server_ts": "now", "depth": {}, "hashes": 5, "signatures": [], "unsigned": null, "state_key": null}`],
  ['content that only looks right', `{"type": "m.room.power_levels", "sender": "${ALICE}", "state_key": "", "content": {"users": "pii_a01_004", "invite": {"a": "pii_a01_005"}}}`],
  ['a create event that is a message', `{"type": "m.room.create", "sender": "${ALICE}", "content": {"room_version": "pii_a01_006"}}`],
  ['pins and relations of other types', `{"type": "m.room.pinned_events", "sender": "${BOB}", "state_key": "", "content": {"pinned": {"a": 1}, "m.relates_to": [1], "body": 5, "formatted_body": {}}}`],
  ['numbers beyond every limit', `{"type": "x", "sender": "${ALICE}", "content": {"a": 1e400, "b": 99999999999999999999, "c": -0.0, "d": 1.5}, "origin_server_ts": 1e400}`],
  ['half of a surrogate pair', `{"type": "\\ud800", "sender": "${ALICE}", "state_key": "\\udc00", "content": {"body": "\\ud83d"}}`],
  ['its own parent', `{"type": "x", "sender": "${ALICE}", "content": {}, "prev_events": ["$odd"], "auth_events": ["$odd"]}`],
];

describe.each(lines)('an event with %s', (_, json) => {
  it.each(['1', '6', '10', '11', '12'])('crashes nothing in version %s, and leaks nothing into the plan', (version) => {
    const room = buildRoom({ version });
    room.join(BOB);
    const value = parseJson(json) as JsonObject;
    const { record } = readRecord({ pdu: value, room_id: room.roomId, room_version: version, event_id: '$odd', stream_ordering: 7 });
    const stored = [...room.stored(), { record, event: createRecordResolver().resolve(record) }];
    const { plan, verification } = erase(stored);
    expect(JSON.stringify(plan)).not.toMatch(/pii_/);
    expect(JSON.stringify(verification)).not.toMatch(/pii_/);
    expect(failures(verification).filter((check) => check !== 'ids-unchanged')).toEqual([]);
    expect(plan.totals.hide + plan.totals.redact + plan.totals.keep).toBeGreaterThan(4);
  });
});

describe('content that is nested as deeply as JSON may be', () => {
  const nested = parseJson(`${'{"a":'.repeat(980)}"pii_a01_007 ${ALICE}"${'}'.repeat(980)}`) as JsonObject;

  it.each([ALICE, BOB])('of %s is planned, applied and verified', (sender) => {
    const room = buildRoom({ version: '6' });
    room.join(BOB);
    const id = room.send(sender, 'm.room.message', nested, { unsigned: nested });
    const { plan, verification } = erase(room.stored());
    expect(treatmentOf(plan, id)).toBe(sender === ALICE ? 'hide others-had-access' : undefined);
    expect(plan.rooms[0]?.about.map(({ event_id: about }) => about)).toEqual(sender === ALICE ? [] : [id]);
    expect(failures(verification)).toEqual([]);
  });
});

it('many events that follow one another are read without recursion', () => {
  const room = buildRoom();
  room.join(BOB);
  for (let count = 0; count < 5000; count++) room.text(count % 2 === 0 ? ALICE : BOB, 'x');
  expect(planFor(room.stored()).totals).toMatchObject({ hide: 2500 });
});
