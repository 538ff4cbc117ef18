import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSteps } from '../../src/erasure/steps.ts';
import { erasureProfiles } from '../../src/erasure/profiles.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { ALICE, BOB, CAROL, buildRoom, type RoomBuilder } from './build-room.ts';
import { entryOf, planFor, treatmentOf } from './erase.ts';

const GHOST = '@_irc_alice:a.example';

const edit = (room: RoomBuilder, target: string): string =>
  room.send(ALICE, 'm.room.message', { body: '* x', 'm.new_content': { body: 'x' }, 'm.relates_to': { rel_type: 'm.replace', event_id: target } });

function shared(): RoomBuilder {
  const room = buildRoom();
  room.join(BOB);
  return room;
}

describe('the steps', () => {
  it('are always the same, in one order', () => {
    expect(planSteps).toEqual(['verify', 'record', 'remedies', 'redact', 'notices', 'leave', 'account', 'purge', 'report']);
    for (const profile of Object.keys(erasureProfiles)) expect(planFor(shared().stored(), { profile }).steps.map(({ step }) => step)).toEqual(planSteps);
  });

  it('count what they are about, and say when they are due', () => {
    const room = shared();
    room.join(CAROL);
    room.state(BOB, 'uk.half-shot.bridge', 'irc', { protocol: { id: 'irc' } });
    room.text(ALICE, 'mine');
    room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
    const plan = planFor(room.stored());
    const counts = Object.fromEntries(plan.steps.map(({ step, count }) => [step, count]));
    const { redact, hide, purge, keep } = plan.totals;
    expect(counts).toEqual({
      verify: room.records().length, record: redact + hide + purge + keep, remedies: 1, redact, notices: 3, leave: 1, account: 1, purge: 0,
      report: redact + hide + purge + keep,
    });
    expect(plan.steps.filter(({ due }) => due !== undefined).map(({ step, due }) => [step, due])).toEqual([
      ['record', 1_000_000], ['purge', plan.deadlines.purge], ['report', plan.deadlines.answer],
    ]);
  });

  it('leave rooms and the account alone where the request is for a part', () => {
    const room = shared();
    const part = planFor(room.stored(), { scope: { types: ['m.room.message'] } });
    expect(part.rooms[0]?.departures ?? []).toEqual([]);
    expect(part.steps.find(({ step }) => step === 'account')?.count).toBe(0);
    const one = planFor(room.stored(), { scope: { rooms: [room.roomId] } });
    expect(one.rooms[0]?.departures).toEqual([{ user_id: ALICE, how: 'leave' }]);
    expect(one.steps.find(({ step }) => step === 'account')?.count).toBe(0);
  });
});

describe('redactions that are sent', () => {
  it('are for state alone, unless the profile or the request wants more', () => {
    const room = shared();
    const text = room.text(ALICE, 'mine');
    const topic = room.state(ALICE, 'm.room.topic', '', { topic: 'mine' });
    const sent = (changes = {}): readonly string[] | undefined => planFor(room.stored(), changes).rooms[0]?.redactions;
    expect(sent()).toEqual([topic]);
    expect(sent({ profile: 'strict' })).toEqual([text, topic]);
    expect(sent({ redactEvents: true })).toEqual([text, topic]);
    expect(treatmentOf(planFor(room.stored(), { redactEvents: true }), text)).toBe('redact redact-events');
  });

  it('name a parent, then at once its edits, though others were sent between', () => {
    const room = shared();
    const [first, second] = [room.text(ALICE, '1'), room.text(ALICE, '2')];
    const [edit2, edit1, again1] = [edit(room, second), edit(room, first), edit(room, first)];
    const last = room.text(ALICE, '3');
    expect(planFor(room.stored(), { redactEvents: true }).rooms[0]?.redactions).toEqual([first, edit1, again1, second, edit2, last]);
  });

  it('name edits whose parent is not redacted, and edits of one another, once', () => {
    const room = shared();
    const orphan = edit(room, '$elsewhere');
    const ofBobs = edit(room, room.text(BOB, 'his'));
    expect(planFor(room.stored(), { redactEvents: true }).rooms[0]?.redactions).toEqual([orphan, ofBobs]);
  });

  it('leave out what has nothing to lose, what is kept or held, and the create event', () => {
    const room = buildRoom({ version: '11', createContent: { 'org.example.note': 'mine' } });
    room.join(BOB);
    const acl = room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'] });
    const topic = room.state(ALICE, 'm.room.topic', '', { topic: 'mine' });
    const holds = [{ id: 'x', ground: 'legal-hold', basis: 'x', reviewAt: 9_000_000, scope: { events: [topic] } }] as const;
    expect(planFor(room.stored()).rooms[0]?.redactions).toEqual([topic]);
    expect(planFor(room.stored(), { holds }).rooms[0]?.redactions).toEqual([]);
    expect(treatmentOf(planFor(room.stored()), acl)).toBe('keep hazard server-acl');
  });

  it('need a member to send them', () => {
    const room = shared();
    room.state(ALICE, 'm.room.topic', '', { topic: 'mine' });
    room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    expect(planFor(room.stored()).rooms[0]?.redactions).toEqual([]);
  });

  it('never come before what they are an edit of', () => {
    fc.assert(fc.property(fc.array(fc.option(fc.nat(9)), { maxLength: 14 }), (targets) => {
      const room = shared();
      const sent: string[] = [];
      for (const target of targets) {
        const parent = target === null ? undefined : sent[target];
        sent.push(parent === undefined ? room.text(ALICE, 'x') : edit(room, parent));
      }
      const redactions = planFor(room.stored(), { redactEvents: true }).rooms[0]?.redactions ?? [];
      expect(redactions.toSorted()).toEqual(sent.toSorted());
      const parents = new Map(room.records().map(({ event_id: id, pdu }) => [id, (pdu.content['m.relates_to'] as JsonObject | undefined)?.['event_id']]));
      redactions.forEach((id, place) => {
        const parent = parents.get(id);
        if (parent === undefined) return;
        // All between a parent and its edit are edits, too, of it or of one another.
        const at = redactions.indexOf(String(parent));
        expect(at).toBeLessThan(place);
        expect(redactions.slice(at + 1, place).every((each) => parents.get(each) !== undefined)).toBe(true);
      });
    }));
  });
});

describe('at last the subjects', () => {
  it('leave, turn invites down, and take knocks back', () => {
    const joined = shared();
    const [invited, knocked] = [buildRoom({ creator: BOB, name: 'b' }), buildRoom({ creator: BOB, name: 'c', version: '10', joinRule: 'knock' })];
    invited.state(BOB, 'm.room.member', ALICE, { membership: 'invite' });
    invited.state(BOB, 'm.room.member', GHOST, { membership: 'invite' });
    knocked.state(ALICE, 'm.room.member', ALICE, { membership: 'knock' });
    const plan = planFor([...joined.stored(), ...invited.stored(), ...knocked.stored()], { subjects: [ALICE, GHOST] });
    expect(Object.fromEntries(plan.rooms.map(({ room_id: id, departures }) => [id, departures]))).toEqual({
      [joined.roomId]: [{ user_id: ALICE, how: 'leave' }],
      [invited.roomId]: [{ user_id: ALICE, how: 'reject-invite' }, { user_id: GHOST, how: 'reject-invite' }],
      [knocked.roomId]: [{ user_id: ALICE, how: 'retract-knock' }],
    });
    expect(plan.steps.find(({ step }) => step === 'leave')?.count).toBe(4);
  });
});

describe('out of reach', () => {
  it('is what an own redaction named and is not here', () => {
    const room = shared();
    const known = room.redaction(ALICE, room.text(ALICE, 'mine'));
    const unknown = room.redaction(ALICE, '$elsewhere');
    const plan = planFor(room.stored());
    expect([known, unknown].map((id) => entryOf(plan, id)?.reach)).toEqual([undefined, 'unknown-target']);
    expect(entryOf(plan, unknown)?.redacts).toEqual(['$elsewhere']);
    expect(plan.totals.outOfReach).toBe(1);
  });

  it('are the bridges of a room while they are there, and the room that it replaced unless that is here', () => {
    const old = buildRoom({ name: 'old' });
    old.join(BOB);
    const room = buildRoom({ createContent: { predecessor: { room_id: old.roomId, event_id: '$x' } } });
    room.join('@ircbot:a.example');
    room.state(ALICE, 'm.room.power_levels', '', { users: { [ALICE]: 100, '@ircbot:a.example': 100 } });
    room.state('@ircbot:a.example', 'm.bridge', 'irc', { bridgebot: '@ircbot:a.example', protocol: { id: 'irc' } });
    const alone = planFor(room.stored());
    expect(alone.rooms[0]).toMatchObject({ bridges: ['@ircbot:a.example'], predecessor: old.roomId });
    expect(alone.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['bridged', 'predecessor-missing']));
    const both = planFor([...room.stored(), ...old.stored()]);
    expect(both.rooms.map(({ predecessor }) => predecessor)).toEqual([undefined, undefined]);
    room.state('@ircbot:a.example', 'm.bridge', 'irc', {});
    expect(planFor(room.stored()).rooms[0]?.bridges).toEqual([]);
  });
});
