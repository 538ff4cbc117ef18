import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../src/event/redact.ts';
import { redactionTarget } from '../../src/event/redaction-target.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { appliedRedactions, redactionContextOf } from '../../src/room/applied-redactions.ts';
import { openRoom, type RoomEventRecord } from '../../src/room/graph.ts';
import type { RedactableEvent } from '../../src/room/redaction-facts.ts';
import type { AppliedRedactions, RedactionSetContext, SourceOutcome, TargetOutcome } from '../../src/room/redaction-outcomes.ts';
import { createRedactionSet } from '../../src/room/redaction-set.ts';
import { redactionVerdict } from '../../src/room/redaction-verdict.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { stateOf, vectorText } from './vectors.ts';

const MASS = 'org.matrix.msc2244';
const VERSIONS = [...stableRoomVersionIds, MASS];
const ROOM = '!r:a.org';
const state = stateOf([
  { type: 'm.room.create', state_key: '', sender: '@admin:a.org', content: { creator: '@admin:a.org' } },
  { type: 'm.room.power_levels', state_key: '', content: { users: { '@mod:c.org': 50 } } },
]);

function contextOf(version: string, changes: Partial<RedactionSetContext> = {}): RedactionSetContext {
  return { rules: roomVersion(version), stateBefore: () => state, position: (id) => Number(/[0-9]+/.exec(id)?.[0]), ...changes };
}

const message = (event_id: string, pdu: Partial<Pdu> = {}): RedactableEvent =>
  ({ event_id, pdu: { type: 'm.room.message', sender: '@alice:a.org', room_id: ROOM, content: { body: 'x' }, ...pdu } });

/** A redaction that names its targets where the version looks for them. */
function redaction(event_id: string, targets: string | readonly string[], { version = '11', ...pdu }: Partial<Pdu> & { readonly version?: string } = {}): RedactableEvent {
  const named = roomVersion(version).redacts.location === 'event' ? { redacts: targets as string, content: { reason: 'r' } } : { content: { redacts: targets, reason: 'r' } };
  return { event_id, pdu: { type: 'm.room.redaction', sender: '@alice:a.org', room_id: ROOM, ...named, ...pdu } };
}

const targetOf = (result: AppliedRedactions, id: string): TargetOutcome | undefined => result.targets.get(id);
const sourceOf = (result: AppliedRedactions, id: string): SourceOutcome | undefined => result.redactions.get(id);

describe.each(VERSIONS)('room version %s', (version) => {
  const apply = (events: readonly RedactableEvent[], changes: Partial<RedactionSetContext> = {}): AppliedRedactions => appliedRedactions(events, contextOf(version, changes));
  const byMod = { version, sender: '@mod:c.org' };
  const redacted = ({ event_id, pdu }: RedactableEvent): RedactableEvent => ({ event_id, pdu: redact(pdu, roomVersion(version).redaction) });

  test('the first redaction that applies, in the room\'s order, is the reason', () => {
    const events = [redaction('$4:c.org', '$1:a.org', byMod), redaction('$3:a.org', '$1:a.org', { version }), redaction('$2:b.org', '$1:a.org', { version, sender: '@eve:b.org' }), message('$1:a.org')];
    expect(targetOf(apply(events), '$1:a.org')).toEqual({
      redactedBecause: '$3:a.org', applied: ['$3:a.org', '$4:c.org'], held: [], ignored: [{ eventId: '$2:b.org', rule: 'power', reason: expect.any(String) }],
    });
  });

  test('events without a place come last, by ID', () => {
    const events = [message('$1:a.org'), redaction('$z:a.org', '$1:a.org', { version }), redaction('$y:a.org', '$1:a.org', { version })];
    expect(targetOf(apply(events, { position: () => undefined }), '$1:a.org')?.redactedBecause).toBe('$y:a.org');
    expect(targetOf(apply(events, { position: (id) => (id === '$z:a.org' ? 9 : undefined) }), '$1:a.org')?.redactedBecause).toBe('$z:a.org');
  });

  test('a redaction of a redaction takes its reason, not its effect', () => {
    const [first, second] = [redaction('$2:a.org', '$1:a.org', { version }), redaction('$3:a.org', '$2:a.org', { version })];
    const result = apply([message('$1:a.org'), first, second]);
    expect(targetOf(result, '$1:a.org')?.redactedBecause).toBe('$2:a.org');
    expect(targetOf(result, '$2:a.org')?.redactedBecause).toBe('$3:a.org');
    expect(apply([message('$1:a.org'), redacted(first), first, second])).toEqual(result);
    expect(apply([message('$1:a.org'), first, redacted(first), second])).toEqual(result);
    expect(apply([redacted(message('$1:a.org')), first, second])).toEqual(result);
  });

  test('of a redaction that is known only as redacted, what it named may have been written down', () => {
    const first = redacted(redaction('$2:a.org', '$1:a.org', { version }));
    const forgets = redactionTarget(first.pdu, roomVersion(version).redacts) === undefined;
    expect(forgets).toBe(VERSIONS.indexOf(version) < 10);
    const named = apply([message('$1:a.org'), first]);
    expect([targetOf(named, '$1:a.org')?.redactedBecause, sourceOf(named, '$2:a.org')?.applied]).toEqual(forgets ? [undefined, []] : ['$2:a.org', ['$1:a.org']]);
    const noted = apply([message('$1:a.org'), { ...first, redacts: ['$1:a.org', '$1:a.org'] }]);
    expect(targetOf(noted, '$1:a.org')?.redactedBecause).toBe('$2:a.org');
    expect(sourceOf(noted, '$2:a.org')).toEqual({ applied: ['$1:a.org'], held: [], ignored: [], withheld: false });
  });

  test('the create event is not redacted', () => {
    const result = apply([message('$1:a.org', { type: 'm.room.create', state_key: '' }), redaction('$2:a.org', '$1:a.org', { version })]);
    expect(targetOf(result, '$1:a.org')).toMatchObject({ redactedBecause: undefined, ignored: [{ rule: 'create-event' }] });
    expect(sourceOf(result, '$2:a.org')?.withheld).toBe(true);
  });

  test('nothing redacts itself, and two that redact each other redact neither', () => {
    const self = apply([redaction('$1:a.org', '$1:a.org', { version })]);
    expect(targetOf(self, '$1:a.org')).toMatchObject({ redactedBecause: undefined, ignored: [{ eventId: '$1:a.org', rule: 'self' }] });
    const mutual = apply([redaction('$1:a.org', '$2:a.org', { version }), redaction('$2:a.org', '$1:a.org', { version })]);
    for (const id of ['$1:a.org', '$2:a.org']) expect(targetOf(mutual, id)).toMatchObject({ applied: [], ignored: [{ rule: 'mutual' }] });
  });

  test('a message of another room stays as it is', () => {
    const result = apply([message('$1:a.org', { room_id: '!other:a.org' }), redaction('$2:a.org', '$1:a.org', { version })]);
    expect(targetOf(result, '$1:a.org')).toMatchObject({ redactedBecause: undefined, ignored: [{ rule: 'other-room' }] });
    expect(sourceOf(result, '$2:a.org')?.withheld).toBe(true);
  });

  test('a rejected redaction redacts nothing, a rejected message is redacted', () => {
    const events = [message('$1:a.org'), redaction('$2:a.org', '$1:a.org', { version })];
    const result = apply(events, { rejected: (id) => id === '$2:a.org' });
    expect(targetOf(result, '$1:a.org')).toMatchObject({ redactedBecause: undefined, ignored: [{ eventId: '$2:a.org', rule: 'rejected' }] });
    expect(sourceOf(result, '$2:a.org')?.withheld).toBe(true);
    expect(targetOf(apply(events, { rejected: (id) => id === '$1:a.org' }), '$1:a.org')?.redactedBecause).toBe('$2:a.org');
  });

  test('one waits for its target, and then for a state', () => {
    const states = new Map<string, typeof state>();
    const set = createRedactionSet(contextOf(version, { stateBefore: (id) => states.get(id) }));
    const judged = { redaction: '$2:c.org', target: '$1:a.org' };
    expect(set.add(redaction('$2:c.org', '$1:a.org', byMod))).toEqual([{ ...judged, verdict: { verdict: 'held', waitsFor: 'target' } }]);
    expect(set.target('$1:a.org')?.held).toEqual([{ eventId: '$2:c.org', waitsFor: 'target' }]);
    expect(set.add(message('$0:a.org'))).toEqual([]);
    expect(set.add(message('$1:a.org'))).toEqual([{ ...judged, verdict: { verdict: 'held', waitsFor: 'state' } }]);
    expect(set.recheck()).toEqual([]);
    states.set('$2:c.org', state);
    expect(set.recheck()).toEqual([{ ...judged, verdict: { verdict: 'applies' } }]);
    expect(set.recheck()).toEqual([]);
    expect(set.add(message('$1:a.org'))).toEqual([]);
    expect(set.target('$1:a.org')?.redactedBecause).toBe('$2:c.org');
    expect(set.target('$0:a.org')).toBeUndefined();
  });

  test('clients are told of what applies and, in versions 1 and 2, of what the authorization rules let pass', () => {
    const old = ['1', '2'].includes(version);
    const events = [message('$1:a.org'), redaction('$2:c.org', '$9:a.org', byMod), redaction('$3:b.org', '$1:a.org', { version, sender: '@eve:b.org' }), redaction('$4:a.org', '$1:a.org', { version }),
      redaction('$5:a.org', '$5:a.org', { version }), { event_id: '$6:a.org', pdu: { type: 'm.room.redaction', content: {} } }];
    const result = apply(events);
    expect([...result.redactions].map(([id, { withheld }]) => [id, withheld])).toEqual([['$2:c.org', !old], ['$3:b.org', true], ['$4:a.org', false], ['$5:a.org', !old], ['$6:a.org', !old]]);
  });
});

describe('a redaction of many events (MSC2244)', () => {
  const apply = (events: readonly RedactableEvent[]): AppliedRedactions => appliedRedactions(events, contextOf(MASS));
  const mass = redaction('$9:a.org', ['$1:a.org', '$9:a.org', '$2:b.org', '$3:a.org', '$4:a.org'], { version: MASS });
  const events = [message('$1:a.org'), message('$2:b.org', { sender: '@bob:b.org' }), message('$3:a.org', { type: 'm.room.create', state_key: '' })];

  test('is judged target by target', () => {
    const expected = {
      applied: ['$1:a.org'], held: [{ eventId: '$4:a.org', waitsFor: 'target' }], withheld: false,
      ignored: [['$9:a.org', 'self'], ['$2:b.org', 'power'], ['$3:a.org', 'create-event']].map(([eventId, rule]) => ({ eventId, rule, reason: expect.any(String) })),
    };
    expect(sourceOf(apply([mass, ...events]), '$9:a.org')).toEqual(expected);
  });

  test('is withheld while nothing that it names is there', () => {
    expect(sourceOf(apply([mass]), '$9:a.org')).toMatchObject({ applied: [], withheld: true });
  });

  test('and another that names it among others redact neither each other, but the others', () => {
    const result = apply([...events, redaction('$8:a.org', ['$9:a.org', '$1:a.org'], { version: MASS }), redaction('$9:a.org', ['$8:a.org', '$1:a.org'], { version: MASS })]);
    expect(targetOf(result, '$1:a.org')?.applied).toEqual(['$8:a.org', '$9:a.org']);
    expect([targetOf(result, '$8:a.org'), targetOf(result, '$9:a.org')].map((outcome) => outcome?.ignored[0]?.rule)).toEqual(['mutual', 'mutual']);
  });

  test('names no more than the version allows', () => {
    expect(sourceOf(appliedRedactions([mass], contextOf('11')), '$9:a.org')).toEqual({ applied: [], held: [], ignored: [], withheld: true });
  });
});

/** The cases of the vectors that speak of what clients are shown, or of several redactions. */
test('redaction application vectors: what clients are shown', () => {
  const vectors: { readonly cases: readonly { readonly name: string; readonly shown_to_clients?: boolean; readonly applied?: boolean }[] } = JSON.parse(vectorText('spec/redaction-application.json'));
  const target = message('$1:a.org');
  const scenes: Readonly<Record<string, readonly RedactableEvent[]>> = {
    'remote user without redact PL on a different server (v5)': [target, redaction('$2:b.org', '$1:a.org', { version: '5', sender: '@eve:b.org' })],
    'redaction targets event id of another room': [message('$1:a.org', { room_id: '!other:a.org' }), redaction('$2:a.org', '$1:a.org', { version: '5' })],
    'redaction of m.room.create': [message('$1:a.org', { type: 'm.room.create' }), redaction('$2:a.org', '$1:a.org', { version: '5' })],
  };
  const shown = vectors.cases.filter((each) => each.shown_to_clients !== undefined);
  expect(shown.map(({ name }) => name).sort()).toEqual(Object.keys(scenes).sort());
  for (const { name, shown_to_clients: isShown, applied } of shown) {
    const [outcome] = appliedRedactions(scenes[name] ?? [], contextOf('5')).redactions.values();
    expect({ name, shown: outcome?.withheld === false, applied: (outcome?.applied.length ?? 0) > 0 }).toEqual({ name, shown: isShown, applied });
  }
});

describe('in a room', () => {
  const record = (event_id: string, prev_events: readonly string[], pdu: Partial<Pdu>): RoomEventRecord =>
    ({ event_id, pdu: { type: '', sender: '@admin:a.org', room_id: ROOM, content: {}, prev_events, auth_events: event_id === '$create' ? [] : ['$create', '$admin', '$levels'].filter((id) => id !== event_id), ...pdu } });
  const member = (id: string, parent: string, sender: string): RoomEventRecord =>
    record(id, [parent], { type: 'm.room.member', state_key: sender, sender, content: { membership: 'join' }, auth_events: ['$create', ...(id === '$admin' ? [] : ['$levels', '$rules'])] });
  const levels = (id: string, parent: string, users: Readonly<Record<string, number>>): RoomEventRecord =>
    record(id, [parent], { type: 'm.room.power_levels', state_key: '', content: { users: { '@admin:a.org': 100, ...users } }, auth_events: ['$create', '$admin', ...(id === '$levels' ? [] : ['$levels'])] });
  const records: readonly RoomEventRecord[] = [
    record('$create', [], { type: 'm.room.create', state_key: '', content: { creator: '@admin:a.org', room_version: '11' } }),
    member('$admin', '$create', '@admin:a.org'),
    levels('$levels', '$admin', {}),
    record('$rules', ['$levels'], { type: 'm.room.join_rules', state_key: '', content: { join_rule: 'public' } }),
    member('$bob', '$rules', '@bob:b.org'),
    record('$text', ['$bob'], { type: 'm.room.message' }),
    record('$early', ['$text'], { type: 'm.room.redaction', sender: '@bob:b.org', content: { redacts: '$text' }, auth_events: ['$create', '$levels', '$bob'] }),
    levels('$more', '$early', { '@bob:b.org': 50 }),
    record('$late', ['$more'], { type: 'm.room.redaction', sender: '@bob:b.org', content: { redacts: '$text' }, auth_events: ['$create', '$more', '$bob'] }),
    record('$stranger', ['$late'], { type: 'm.room.redaction', sender: '@eve:a.org', content: { redacts: '$text' }, auth_events: ['$create', '$more'] }),
  ];

  test('power is that of the state before the redaction', () => {
    const { targets } = appliedRedactions(records, redactionContextOf(openRoom(records)));
    expect(targets.get('$text')).toMatchObject({
      redactedBecause: '$late', applied: ['$late'], ignored: [{ eventId: '$early', rule: 'power' }, { eventId: '$stranger', rule: 'rejected' }],
    });
  });

  test('without the events before it a redaction waits', () => {
    const part = records.filter(({ event_id: id }) => id !== '$more' && id !== '$stranger');
    const { targets } = appliedRedactions(part, redactionContextOf(openRoom(part)));
    expect(targets.get('$text')).toMatchObject({ redactedBecause: undefined, held: [{ eventId: '$late', waitsFor: 'state' }] });
  });

  test('a state whose power levels are not there is not known', () => {
    const part = records.filter(({ event_id: id }) => ['$create', '$bob', '$text', '$late'].includes(id));
    const told = new Map([['m.room.create\u0000', '$create'], ['m.room.power_levels\u0000', '$more'], ['m.room.member\u0000@bob:b.org', '$bob']] as const);
    const context = redactionContextOf(openRoom(part, { stateBefore: () => told }));
    expect(context.stateBefore('$late')).toBeUndefined();
    expect(appliedRedactions(part, context).targets.get('$text')?.held).toEqual([{ eventId: '$late', waitsFor: 'state' }]);
  });
});

const USERS = ['@alice:a.org', '@mod:c.org', '@eve:b.org', 'nobody'] as const;
const IDS = ['$0:a.org', '$1:b.org', '$2:c.org', '$3:a.org', '$4:b.org', '$5:c.org', '__proto__'] as const;
const scene = fc.record({
  version: fc.constantFrom('1', '3', '10', '11', '12', MASS),
  events: fc.uniqueArray(fc.record({
    id: fc.constantFrom(...IDS), kind: fc.constantFrom('m.room.message', 'm.room.redaction', 'm.room.redaction', 'm.room.redaction', 'm.room.create'), sender: fc.constantFrom(...USERS),
    room: fc.constantFrom(ROOM, ROOM, ROOM, '!other:a.org'), names: fc.uniqueArray(fc.constantFrom(...IDS, '$gone:a.org'), { minLength: 1, maxLength: 4 }),
    also: fc.boolean(), known: fc.boolean(), rejected: fc.nat(5).map((chance) => chance === 0), place: fc.option(fc.nat(3), { nil: undefined }),
  }), { selector: ({ id }) => id, maxLength: IDS.length }),
});
type Scene = (typeof scene) extends fc.Arbitrary<infer T> ? T : never;

const pdusOf = ({ version, events }: Scene): readonly RedactableEvent[] => events.map(({ id, kind, sender, room, names }) => {
  const named = version === MASS ? names : names[0] ?? '';
  return kind === 'm.room.redaction' ? redaction(id, named, { version, sender, room_id: room }) : message(id, { type: kind, sender, room_id: room });
});

function contextFor({ version, events }: Scene): RedactionSetContext {
  const about = (id: string): Scene['events'][number] | undefined => events.find((event) => event.id === id);
  return contextOf(version, { stateBefore: (id) => (about(id)?.known === true ? state : undefined), rejected: (id) => about(id)?.rejected === true, position: (id) => about(id)?.place });
}

/** What an event's redactions come to, told pair by pair from the events as they were sent. */
function byDefinition(of: Scene, target: string): Partial<TargetOutcome> {
  const context = contextFor(of);
  const [events, { rules }] = [pdusOf(of), context];
  const found = events.find(({ event_id: id }) => id === target);
  const sent = events.filter(({ pdu }) => redactionTarget(pdu, rules.redacts)?.eventIds.includes(target));
  const ordered = sent.toSorted((one, other) =>
    (context.position(one.event_id) ?? 99) - (context.position(other.event_id) ?? 99) || (one.event_id < other.event_id ? -1 : 1));
  const applied = ordered.filter(({ event_id: id, pdu }) => {
    if (context.rejected?.(id) === true) return false;
    const alone: Pdu = of.version === MASS ? { ...pdu, event_id: id, content: { redacts: [target] } } : { ...pdu, event_id: id };
    const before = (type: string, stateKey: string): Pdu | undefined => context.stateBefore(id)?.(type, stateKey);
    return redactionVerdict(alone, found && { ...found.pdu, event_id: target }, { rules, state: before }).verdict === 'applies';
  }).map(({ event_id: id }) => id);
  return { applied, redactedBecause: applied[0] };
}

describe('whatever the order', () => {
  const arrivals = scene.chain((of) => {
    const events = pdusOf(of);
    const copies = events.filter((_, at) => of.events[at]?.also).map(({ event_id, pdu }) => ({ event_id, pdu: redact(pdu, roomVersion(of.version).redaction) }));
    const all = [...events, ...copies];
    return fc.record({ of: fc.constant(of), arriving: fc.shuffledSubarray(all, { minLength: all.length }) });
  });

  test('the outcome is the same, and as defined', () => {
    fc.assert(fc.property(arrivals, ({ of, arriving }) => {
      const expected = appliedRedactions(pdusOf(of), contextFor(of));
      const set = createRedactionSet(contextFor(of));
      const last = new Map(arriving.flatMap(set.add).map(({ redaction: id, target, verdict }) => [`${id} ${target}`, verdict.verdict]));
      expect(set.result()).toEqual(expected);
      for (const [id, outcome] of expected.targets) expect({ id, ...outcome }).toMatchObject({ id, ...byDefinition(of, id) });
      // What was told event by event is what came out.
      const told = [...expected.redactions].flatMap(([id, { applied, held, ignored }]) =>
        [...applied.map((on) => [`${id} ${on}`, 'applies']), ...held.map(({ eventId }) => [`${id} ${eventId}`, 'held']), ...ignored.map(({ eventId }) => [`${id} ${eventId}`, 'ignored'])]);
      expect(Object.fromEntries(told.map(([pair = '']) => [pair, last.get(pair)]))).toEqual(Object.fromEntries(told));
    }), { numRuns: 500 });
  });

  test('states that become known later change nothing', () => {
    fc.assert(fc.property(arrivals, ({ of, arriving }) => {
      const context = contextFor(of);
      const known = { yet: false };
      const set = createRedactionSet({ ...context, stateBefore: (id) => (known.yet ? context.stateBefore(id) : undefined) });
      arriving.forEach((event) => set.add(event));
      known.yet = true;
      set.recheck();
      expect(set.result()).toEqual(appliedRedactions(pdusOf(of), context));
    }), { numRuns: 300 });
  });

  test('copies that contradict each other come out the same', () => {
    const contradicting = fc.tuple(scene, scene).chain(([one, other]) => fc.record({
      of: fc.constant(one), all: fc.constant([...pdusOf(one), ...pdusOf({ ...other, version: one.version })]), key: fc.infiniteStream(fc.nat()),
    }));
    fc.assert(fc.property(contradicting, ({ of, all, key }) => {
      const shuffled = all.map((event) => ({ event, at: key.next().value ?? 0 })).sort((one, other) => one.at - other.at).map(({ event }) => event);
      expect(appliedRedactions(shuffled, contextFor(of))).toEqual(appliedRedactions(all, contextFor(of)));
    }), { numRuns: 300 });
  });
});
