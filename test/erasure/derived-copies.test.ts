import { describe, expect, it } from 'vitest';
import { hiddenSince } from '../../src/erasure/marks.ts';
import { withoutDerivedCopies, type CopyContext } from '../../src/erasure/derived-copies.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, CAROL, buildRoom, type RoomBuilder } from './build-room.ts';
import { applied, erase, planFor } from './erase.ts';

const SECRET = 'a secret of hers';
const OWN = '$own';

function contextOf(version: string): CopyContext {
  return {
    rules: roomVersion(version),
    isSubject: (sender) => sender === ALICE,
    isOwnEvent: (id) => id === OWN,
    hasOwnState: (type) => type === 'm.room.topic',
  };
}

/** What is left of the `unsigned` of an event of Bob's. */
function left(unsigned: JsonObject, { version = '10', type = 'm.room.message' } = {}): JsonValue | undefined {
  const event = { type, sender: BOB, state_key: '', content: {}, unsigned };
  const cleaned = withoutDerivedCopies(event, contextOf(version));
  // A second time, nothing is left to do.
  expect(withoutDerivedCopies(cleaned, contextOf(version))).toBe(cleaned);
  return cleaned.unsigned;
}

describe('the content that an event replaced', () => {
  const prev = { prev_content: { topic: SECRET } };

  it('goes if it is the subject\'s, by sender or by event', () => {
    expect(left({ ...prev, prev_sender: ALICE, age: 5 })).toEqual({ prev_sender: ALICE, age: 5 });
    expect(left({ ...prev, replaces_state: OWN })).toEqual({ replaces_state: OWN });
    expect(left({ ...prev, prev_sender: BOB, replaces_state: OWN })).toEqual({ prev_sender: BOB, replaces_state: OWN });
    expect(left({ ...prev, prev_sender: ALICE, replaces_state: '$bobs' })).toEqual({ prev_sender: ALICE, replaces_state: '$bobs' });
  });

  it('stays if it is known to be somebody else\'s', () => {
    for (const unsigned of [{ ...prev, prev_sender: BOB }, { ...prev, replaces_state: '$bobs' }]) expect(left(unsigned)).toBe(unsigned);
  });

  it('goes if nothing says whose it was, in a place of the state that the subject had', () => {
    expect(left(prev, { type: 'm.room.topic' })).toEqual({});
    expect(left(prev, { type: 'm.room.name' })).toBe(prev);
    expect(left({ ...prev, prev_sender: 5, replaces_state: null }, { type: 'm.room.topic' })).toEqual({ prev_sender: 5, replaces_state: null });
  });

  it('goes inside of other events as well', () => {
    const bobs = { type: 'm.room.topic', sender: BOB, state_key: '', content: {}, prev_content: { topic: SECRET }, prev_sender: ALICE };
    expect(JSON.stringify(left({ invite_room_state: [bobs] }))).not.toContain(SECRET);
    const nested = { type: 'm.room.message', sender: BOB, content: {}, unsigned: { prev_content: { topic: SECRET }, replaces_state: OWN } };
    expect(JSON.stringify(left({ 'm.relations': { 'm.thread': { latest_event: nested, count: 1 } } }))).not.toContain(SECRET);
  });
});

describe('bundled relations', () => {
  const message = { type: 'm.room.message', sender: ALICE, event_id: '$x', content: { body: SECRET } };

  it('lose the subject\'s messages, and keep what counts them', () => {
    expect(left({ 'm.relations': { 'm.thread': { latest_event: message, count: 2, current_user_participated: true } } }))
      .toEqual({ 'm.relations': { 'm.thread': { count: 2, current_user_participated: true } } });
    expect(left({ 'm.relations': { 'm.replace': message } })).toEqual({ 'm.relations': {} });
    expect(left({ 'm.relations': { 'm.reference': { chunk: [message, { ...message, sender: BOB }] } } }))
      .toEqual({ 'm.relations': { 'm.reference': { chunk: [{ ...message, sender: BOB }] } } });
  });

  it('keep what only names an event', () => {
    const unsigned = { 'm.relations': { 'm.replace': { event_id: '$x', origin_server_ts: 1, sender: ALICE } } };
    expect(left(unsigned)).toBe(unsigned);
  });

  it('lose an event of the subject\'s that does not say who sent it', () => {
    expect(left({ latest_event: { type: 'm.room.message', event_id: OWN, content: { body: SECRET } } })).toEqual({});
  });

  it('lose what is nested in somebody else\'s event', () => {
    const bobs = { type: 'm.room.message', sender: BOB, content: { body: 'his' }, unsigned: { 'm.relations': { 'm.replace': message } } };
    expect(JSON.stringify(left({ 'm.relations': { 'm.thread': { latest_event: bobs } } }))).not.toContain(SECRET);
  });
});

describe('the redaction of an event', () => {
  const redaction = { type: 'm.room.redaction', sender: ALICE, event_id: '$r', content: { reason: SECRET }, redacts: '$bobs', unsigned: { note: SECRET } };

  it('keeps what it redacts and loses its reason', () => {
    expect(left({ redacted_because: redaction })).toEqual({ redacted_because: { type: 'm.room.redaction', sender: ALICE, event_id: '$r', content: {}, redacts: '$bobs' } });
    const both = { ...redaction, content: { reason: SECRET, redacts: '$bobs' } };
    for (const version of ['10', '11']) {
      expect(left({ redacted_because: both }, { version })).toMatchObject({ redacted_because: { content: { redacts: '$bobs' }, redacts: '$bobs' } });
      expect(JSON.stringify(left({ redacted_because: both }, { version }))).not.toContain(SECRET);
    }
  });

  it('without a reason stays as it is', () => {
    const { unsigned: _, ...bare } = redaction;
    const unsigned = { redacted_because: { ...bare, content: { redacts: '$bobs' } } };
    expect(left(unsigned)).toBe(unsigned);
  });
});

describe.each(['invite_room_state', 'knock_room_state'])('the stripped state in %s', (key) => {
  const stripped = (type: string, content: JsonObject, more: JsonObject = {}): JsonObject => ({ type, state_key: '', sender: ALICE, content, ...more });

  it('comes in redacted form', () => {
    const state = [
      stripped('m.room.name', { name: SECRET }),
      stripped('m.room.join_rules', { join_rule: 'public', note: SECRET }),
      { ...stripped('m.room.member', { membership: 'join', displayname: SECRET }), state_key: ALICE },
      { ...stripped('m.room.name', { name: 'his' }), sender: BOB },
    ];
    expect(left({ [key]: state })).toEqual({
      [key]: [
        stripped('m.room.name', {}), stripped('m.room.join_rules', { join_rule: 'public' }),
        { ...stripped('m.room.member', { membership: 'join' }), state_key: ALICE }, { ...stripped('m.room.name', { name: 'his' }), sender: BOB },
      ],
    });
  });

  it('keeps the create event, which is kept', () => {
    const create = { [key]: [stripped('m.room.create', { creator: ALICE, room_version: '10', type: 'm.space' })] };
    expect(left(create)).toBe(create);
  });

  it('loses what stands beside content, in kept events too', () => {
    for (const type of ['m.room.create', 'm.room.name', 'm.room.encryption']) {
      for (const more of [{ unsigned: { prev_content: { x: SECRET } } }, { prev_content: { x: SECRET } }, { note: SECRET }]) {
        expect(JSON.stringify(left({ [key]: [stripped(type, { creator: ALICE }, more)] }))).not.toContain(SECRET);
      }
    }
  });

  it('loses a part of a protected key', () => {
    const invite = stripped('m.room.member', { membership: 'invite', third_party_invite: { display_name: SECRET, signed: { mxid: CAROL } } });
    expect(JSON.stringify(left({ [key]: [invite] }, { version: '11' }))).toContain('mxid');
    expect(JSON.stringify(left({ [key]: [invite] }, { version: '11' }))).not.toContain(SECRET);
  });

  it('loses what would be a hazard elsewhere: a copy does not say whether it is current', () => {
    for (const type of ['m.room.encryption', 'm.room.server_acl', 'm.room.power_levels']) {
      expect(JSON.stringify(left({ [key]: [stripped(type, { note: SECRET, invite: 1 })] }))).not.toContain(SECRET);
    }
  });
});

describe('hostile copies', () => {
  it('neither crash nor get lost by their keys', () => {
    const hostile = parseJson(`{"__proto__": {"sender": "${ALICE}", "type": "m.room.message", "content": {"body": "${SECRET}"}},
      "constructor": {"prev_content": {"x": "${SECRET}"}, "prev_sender": "${ALICE}"}, "toString": 1, "hasOwnProperty": null}`) as JsonObject;
    const cleaned = left(hostile);
    expect(JSON.stringify(cleaned)).not.toContain(SECRET);
    expect(Object.keys(cleaned ?? {})).toEqual(['constructor', 'toString', 'hasOwnProperty']);
    expect(left({ a: { sender: ALICE, content: { body: SECRET } }, b: { sender: ALICE, type: 5, content: {} } })).toEqual({});
    const junk: JsonObject = { prev_content: 5, prev_sender: [], redacted_because: 'x', invite_room_state: { a: 1 }, 'm.relations': [[[]], null, 5] };
    expect(left(junk)).toBe(junk);
  });

  it('are found at any depth that JSON may have', () => {
    const depth = 900;
    const text = `${'{"a":['.repeat(depth / 2)}{"sender": "${ALICE}", "type": "m.room.message", "content": {"body": "${SECRET}"}}${']}'.repeat(depth / 2)}`;
    expect(JSON.stringify(left({ deep: parseJson(text) }))).not.toContain(SECRET);
  });

  it('in an unsigned that is no object are none', () => {
    const event = { type: 'm.room.message', content: {}, unsigned: null as unknown as JsonObject };
    expect(withoutDerivedCopies(event, contextOf('10'))).toBe(event);
  });
});

describe('applied to a room', () => {
  const withCopies = (room: RoomBuilder): string => {
    room.join(BOB);
    const topic = room.state(ALICE, 'm.room.topic', '', { topic: SECRET });
    room.text(ALICE, SECRET);
    return room.state(BOB, 'm.room.topic', '', { topic: 'his' }, { unsigned: { prev_content: { topic: SECRET }, replaces_state: topic, age: 1 } });
  };

  it('copies go from others\' events, and the event proper stays', () => {
    const room = buildRoom();
    const id = withCopies(room);
    const { result, verification } = erase(room.stored());
    expect(result.find(({ event }) => event.eventId === id)?.event.pdu).toEqual({
      ...room.stored().at(-1)?.event.pdu, unsigned: expect.not.objectContaining({ prev_content: expect.anything() }),
    });
    expect(verification.checks.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  it('nothing changes in rooms outside the scope', () => {
    const [inside, outside] = [buildRoom(), buildRoom({ name: 'outside' })];
    withCopies(inside);
    withCopies(outside);
    const plan = planFor([...inside.stored(), ...outside.stored()], { scope: { rooms: [inside.roomId] } });
    expect(applied(plan, outside.stored()).map(({ record }) => record)).toEqual(outside.records());
  });

  it('the earlier of two erasures hides, whichever comes first', () => {
    const room = buildRoom();
    withCopies(room);
    const stored = room.stored();
    const [early, late] = [planFor(stored, { effectiveAt: 1_000_010 }), planFor(stored, { effectiveAt: 1_000_020 })];
    const since = (plans: readonly typeof early[]): readonly unknown[] => {
      const result = plans.reduce((events, plan) => applied(plan, events), stored);
      return [...new Set(result.map(({ record }) => hiddenSince(record)))];
    };
    expect([since([early]), since([early, late]), since([late, early]), since([late])]).toEqual([[undefined, 1_000_010], [undefined, 1_000_010], [undefined, 1_000_010], [undefined, 1_000_020]]);
  });
});

describe('what a server noted beside an event', () => {
  const note = { internal_metadata: { device_id: SECRET, txn_id: SECRET }, device: SECRET, tags: [SECRET], depth: 7, is_state: true };

  it('goes from redacted events, but for numbers and flags', () => {
    const room = buildRoom();
    room.join(BOB);
    const id = room.state(ALICE, 'm.room.name', '', { name: 'x' }, { record: note });
    const { result, verification } = erase(room.stored());
    const record = result.find(({ event }) => event.eventId === id)?.record;
    expect(JSON.stringify(record)).not.toContain(SECRET);
    expect(record).toMatchObject({ event_id: id, depth: 7, is_state: true, room_version: '10' });
    expect(verification.checks.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  it('stays with everybody else\'s, and fails the verification when it repeats the subject', () => {
    const room = buildRoom();
    room.join(BOB);
    room.text(ALICE, SECRET);
    const id = room.text(BOB, 'his', { record: { internal_metadata: { device_id: 'BOBS' }, highlights: [SECRET] } });
    const { result, verification } = erase(room.stored());
    expect(result.at(-1)?.record).toEqual(room.records().at(-1));
    expect(verification.checks.filter(({ status }) => status === 'failed')).toMatchObject([{ check: 'nothing-left-for-new-viewers', examples: [id] }]);
  });
});

describe('what a server noted beside an event', () => {
  /** What is left of the notes in the record of an event of Bob's. */
  function leftBeside(notes: { readonly [key: string]: JsonValue }): { readonly [key: string]: unknown } {
    const room = buildRoom();
    room.join(BOB);
    room.state(ALICE, 'm.room.topic', '', { topic: SECRET });
    room.text(BOB, 'his', { record: notes });
    const stored = room.stored();
    const plan = planFor(stored);
    const after = applied(plan, stored);
    expect(applied(plan, after)).toEqual(after);
    const record: { readonly [key: string]: unknown } = after.at(-1)?.record ?? {};
    return Object.fromEntries(Object.keys(notes).filter((key) => Object.hasOwn(record, key)).map((key) => [key, record[key]]));
  }

  it('loses copies of hers, wherever they stand', () => {
    const copy = { type: 'm.room.message', sender: ALICE, content: { body: SECRET } };
    expect(leftBeside({ latest: copy })).toEqual({});
    expect(leftBeside({ thread: { count: 2, events: [copy, { ...copy, sender: BOB }] } })).toEqual({ thread: { count: 2, events: [{ ...copy, sender: BOB }] } });
    expect(leftBeside({ prev_content: { topic: SECRET }, prev_sender: ALICE })).toEqual({ prev_sender: ALICE });
  });

  it('stays if it is none', () => {
    const notes = { note: { device: 'x' }, list: ['a', 1, null], age: 5, seen: { sender: BOB, content: {} } };
    expect(leftBeside(notes)).toEqual(notes);
  });

  it('loses copies that name the sender as servers did of old', () => {
    const edit = { type: 'm.room.message', user_id: ALICE, content: { body: SECRET } };
    expect(left({ 'm.relations': { 'm.replace': edit } })).toEqual({ 'm.relations': {} });
    expect(left({ 'm.relations': { 'm.replace': { ...edit, user_id: BOB } } })).toEqual({ 'm.relations': { 'm.replace': { ...edit, user_id: BOB } } });
  });
});
