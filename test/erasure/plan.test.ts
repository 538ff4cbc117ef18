import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { oneMonthAfter, purgeDeadline } from '../../src/erasure/deadlines.ts';
import { UnknownProfileError } from '../../src/erasure/profiles.ts';
import { BackwardClockError, EmptyRequestError, RemedySenderError } from '../../src/erasure/check-request.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import { DuplicateEventError } from '../../src/room/room-columns.ts';
import { InvalidIdentifierError, type UserId } from '../../src/identifiers/identifiers.ts';
import { stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { ALICE, BOB, CAROL, buildRoom, storedEvents, type RoomBuilder } from './build-room.ts';
import { applied, entryOf, erase, planFor, requestOf, treatmentOf } from './erase.ts';

const MOD = '@mod:m.example';

describe('redactions of the subject', () => {
  it.each(stableRoomVersionIds)('that apply keep their effect in version %s', (version) => {
    const room = buildRoom({ version });
    const mine = room.text(ALICE, 'mine');
    const id = room.redaction(ALICE, mine, 'regret');
    room.join(BOB);
    const plan = planFor(room.stored());
    expect(treatmentOf(plan, id)).toBe(Number(version) >= 11 ? 'redact own-redaction' : 'keep applied-redaction');
    const after = applied(plan, room.stored()).find(({ event }) => event.eventId === id)?.event.pdu;
    expect(Number(version) >= 11 ? after?.content : { redacts: after?.redacts }).toEqual({ redacts: mine });
  });

  it.each(['2', '10', '11'])('of what is not known apply once it comes, in version %s', (version) => {
    const room = buildRoom({ version });
    room.join(BOB);
    const id = room.redaction(ALICE, version === '2' ? '$later:a.example' : '$later', 'regret');
    expect(treatmentOf(planFor(room.stored()), id)).toBe(version === '11' ? 'redact own-redaction' : 'keep applied-redaction');
  });

  it.each(['10', '11'])('of somebody else\'s event apply with the power alone, in version %s', (version) => {
    const powerless = buildRoom({ version, creator: BOB });
    powerless.join(ALICE);
    const bobs = powerless.text(BOB, 'his');
    const tried = powerless.redaction(ALICE, bobs, 'no');
    expect(treatmentOf(planFor(powerless.stored()), tried)).toBe('hide others-had-access');

    const powerful = buildRoom({ version });
    powerful.join(BOB);
    const done = powerful.redaction(ALICE, powerful.text(BOB, 'his'), 'no');
    expect(treatmentOf(planFor(powerful.stored()), done)).toBe(version === '11' ? 'redact own-redaction' : 'keep applied-redaction');
  });

  it('are judged by the power at the time, not by the power now', () => {
    const room = buildRoom();
    room.join(BOB);
    const done = room.redaction(ALICE, room.text(BOB, 'his'));
    room.state(ALICE, 'm.room.power_levels', '', { users: { [BOB]: 100 } });
    const tried = room.redaction(ALICE, room.text(BOB, 'his too'));
    const plan = planFor(room.stored());
    expect([treatmentOf(plan, done), treatmentOf(plan, tried)]).toEqual(['keep applied-redaction', 'hide others-had-access']);
  });

  it('of a user of the same server apply without the power', () => {
    const room = buildRoom({ creator: BOB });
    room.join(ALICE);
    room.join('@other:a.example');
    const id = room.redaction(ALICE, room.text('@other:a.example', 'theirs'));
    expect(treatmentOf(planFor(room.stored()), id)).toBe('keep applied-redaction');
  });

  it.each(['10', '11'])('that name nothing, the create event or are rejected never do, in version %s', (version) => {
    const room = buildRoom({ version });
    room.join(BOB);
    const nothing = room.send(ALICE, 'm.room.redaction', { reason: 'x' }, { more: { redacts: 5 } });
    const create = room.redaction(ALICE, room.records()[0]?.event_id ?? '');
    const rejected = room.redaction(ALICE, room.text(BOB, 'his'), 'x', { record: { rejected: 'auth_error' } });
    const plan = planFor(room.stored());
    for (const id of [nothing, create, rejected]) expect(treatmentOf(plan, id)).toBe('hide others-had-access');
  });

  it('look for their target where the version has it', () => {
    const room = buildRoom({ version: '11' });
    room.join(BOB);
    const mine = room.text(ALICE, 'mine');
    const wrong = room.send(ALICE, 'm.room.redaction', { reason: 'x' }, { more: { redacts: mine } });
    expect(treatmentOf(planFor(room.stored()), wrong)).toBe('hide others-had-access');
  });

  it.each(['10', '11'])('that are state keep their effect as well, in version %s', (version) => {
    const room = buildRoom({ version });
    room.join(BOB);
    const mine = room.text(ALICE, 'mine');
    const content: JsonObject = version === '11' ? { redacts: mine, reason: 'x' } : { reason: 'x' };
    const id = room.state(ALICE, 'm.room.redaction', '', content, version === '11' ? {} : { more: { redacts: mine } });
    expect(treatmentOf(planFor(room.stored()), id)).toBe(version === '11' ? 'redact own-redaction' : 'keep applied-redaction');
  });
});

describe('labels', () => {
  const types = ['m.room.name', 'm.room.topic', 'm.room.avatar', 'm.room.canonical_alias', 'm.room.pinned_events'];
  const room = buildRoom();
  room.join(BOB);
  const ids = types.map((type) => room.state(ALICE, type, '', { name: 'mine', pinned: [], alias: '#mine:a.example' }));
  const old = room.state(ALICE, 'm.room.topic', '', { topic: 'old' });
  room.state(BOB, 'm.room.topic', '', { topic: 'new' });

  it('are redacted, with a warning that counts those that are current', () => {
    const plan = planFor(room.stored());
    for (const id of [...ids, old]) expect(treatmentOf(plan, id)).toBe('redact own-state');
    expect(plan.warnings.find(({ code }) => code === 'label-lost')?.count).toBe(4);
  });

  it('stay while current if the request keeps labels', () => {
    const plan = planFor(room.stored(), { keepLabels: true });
    expect(ids.map((id) => treatmentOf(plan, id))).toEqual([
      'keep room-label', 'redact own-state', 'keep room-label', 'keep room-label', 'keep room-label',
    ]);
    expect(treatmentOf(plan, old)).toBe('redact own-state');
    expect(plan.warnings.map(({ code }) => code)).not.toContain('label-lost');
  });
});

describe('sole access', () => {
  const alone = (build: (room: RoomBuilder) => void = () => undefined, options = {}): RoomBuilder => {
    const room = buildRoom(options);
    room.state(ALICE, 'm.room.name', '', { name: 'diary' });
    room.text(ALICE, 'mine');
    build(room);
    return room;
  };
  const isPurged = (room: RoomBuilder, changes = {}): boolean => {
    const entries = planFor(room.stored(), changes).rooms.flatMap((each) => each.entries);
    const whole = entries.filter(({ reason }) => reason === 'sole-access-room').length;
    expect([0, room.records().length]).toContain(whole);
    return whole > 0;
  };

  it.each(stableRoomVersionIds)('purges a whole room of version %s', (version) => {
    const room = alone(undefined, { version });
    const { plan, result, verification } = erase(room.stored());
    expect(plan.totals).toMatchObject({ redact: 0, hide: 0, purge: 7, keep: 0, about: 0 });
    expect(new Set(plan.rooms[0]?.entries.map(({ reason }) => reason))).toEqual(new Set(['sole-access-room']));
    expect(result).toEqual([]);
    expect(verification.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(plan.steps.find(({ step }) => step === 'purge')).toEqual({ step: 'purge', count: 7, due: plan.deadlines.purge });
  });

  it('is lost by anybody who could have been there', () => {
    expect(isPurged(alone())).toBe(true);
    expect(isPurged(alone((room) => room.join(BOB)))).toBe(false);
    expect(isPurged(alone((room) => room.text(BOB, 'hi', { record: { rejected: 'auth_error' } })))).toBe(false);
    expect(isPurged(alone((room) => room.text(BOB, 'hi', { record: { outlier: true } })))).toBe(false);
    expect(isPurged(alone((room) => room.state(ALICE, 'm.room.member', BOB, { membership: 'invite' })))).toBe(false);
    expect(isPurged(alone((room) => room.state(ALICE, 'm.room.member', BOB, { membership: 'join' })))).toBe(false);
    expect(isPurged(alone((room) => room.send('@bad', 'm.room.message', {})))).toBe(false);
  });

  it('is not lost by a ban or kick of somebody who never came', () => {
    expect(isPurged(alone((room) => room.state(ALICE, 'm.room.member', BOB, { membership: 'ban' })))).toBe(true);
    expect(isPurged(alone((room) => room.state(ALICE, 'm.room.member', BOB, { membership: 'leave' })))).toBe(true);
  });

  it('is lost by a room that the world could read at any time', () => {
    expect(isPurged(alone(undefined, { visibility: 'world_readable' }))).toBe(false);
    expect(isPurged(alone((room) => {
      room.state(ALICE, 'm.room.history_visibility', '', { history_visibility: 'world_readable' });
      room.state(ALICE, 'm.room.history_visibility', '', { history_visibility: 'joined' });
    }))).toBe(false);
    expect(isPurged(alone(undefined, { visibility: 'joined' }))).toBe(true);
  });

  it('is not known where part of the room is missing', () => {
    const room = alone();
    for (const gone of [0, 1, 2, 3, 5]) {
      expect(planFor(room.stored().filter((_, place) => place !== gone)).totals.purge).toBe(0);
    }
    // What follows the last event is not known to be missing.
    expect(planFor(room.stored().slice(0, -1)).totals.purge).toBe(6);
  });

  it('is not known of an event that stands alone', () => {
    const lonely = buildRoom();
    lonely.text(ALICE, 'mine', { prev: [], auth: [] });
    expect(planFor(lonely.stored().slice(-1)).totals).toMatchObject({ purge: 0, hide: 1 });
    // One that names what allows it, which is not there.
    const cited = buildRoom();
    cited.text(ALICE, 'mine', { prev: [] });
    expect(planFor(cited.stored().slice(-1)).totals).toMatchObject({ purge: 0, hide: 1 });
  });

  it('needs the whole room in scope', () => {
    const room = alone();
    expect(isPurged(room, { scope: { types: ['m.room.message'] } })).toBe(false);
    expect(isPurged(room, { scope: { before: 3500 } })).toBe(false);
    expect(isPurged(room, { scope: { rooms: [room.roomId] } })).toBe(true);
    expect(planFor(room.stored(), { scope: { rooms: ['!other:a.example'] } }).rooms).toEqual([]);
  });

  it('can be that of several subjects together', () => {
    const ghost = '@ghost:a.example';
    const room = alone((each) => {
      each.join(ghost);
      each.text(ghost, 'from there');
    });
    expect(isPurged(room)).toBe(false);
    expect(isPurged(room, { subjects: [ALICE, ghost] })).toBe(true);
  });
});

describe('reach', () => {
  const reachIn = (build: (room: RoomBuilder) => void, subjects: readonly UserId[] = [ALICE]): readonly unknown[] => {
    const room = buildRoom({ creator: BOB });
    build(room);
    const plan = planFor(room.stored(), { subjects });
    return [plan.rooms[0]?.membership, plan.rooms[0]?.entries.at(-1)?.reach, plan.totals.outOfReach];
  };

  it('is not limited for members', () => {
    expect(reachIn((room) => room.join(ALICE))).toEqual(['join', undefined, 0]);
  });

  it('ends where the subject left, was banned or never came in', () => {
    expect(reachIn((room) => {
      room.join(ALICE);
      room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    })).toEqual(['leave', 'room-left', 2]);
    expect(reachIn((room) => {
      room.join(ALICE);
      room.state(BOB, 'm.room.member', ALICE, { membership: 'ban' });
    })).toEqual(['ban', 'banned', 1]);
    expect(reachIn((room) => {
      room.state(BOB, 'm.room.member', ALICE, { membership: 'invite' });
      room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    })).toEqual(['leave', 'room-left', 1]);
    expect(reachIn((room) => room.text(ALICE, 'never in'))).toEqual(['none', 'not-joined', 1]);
    expect(reachIn((room) => {
      room.text(ALICE, 'never in');
      room.state(BOB, 'm.room.member', ALICE, { membership: 'invite' });
    })).toEqual(['invite', 'not-joined', 1]);
  });

  it('is that of the subject with the best membership', () => {
    const ghost = '@ghost:a.example';
    expect(reachIn((room) => {
      room.join(ALICE);
      room.join(ghost);
      room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    }, [ALICE, ghost])).toEqual(['join', undefined, 0]);
  });

  it('goes by the last membership where the state is not known', () => {
    const room = buildRoom({ creator: BOB });
    room.join(ALICE);
    room.state(ALICE, 'm.room.member', ALICE, { membership: 'leave' });
    room.text(BOB, 'x');
    const plan = planFor(room.stored().slice(4));
    expect(plan.rooms[0]).toMatchObject({ state: 'unknown', membership: 'leave' });
  });
});

describe('scope', () => {
  const room = buildRoom({ creator: BOB });
  room.join(ALICE);
  const [first, second, third] = [room.text(ALICE, '1'), room.text(ALICE, '2'), room.text(ALICE, '3')];
  const other = buildRoom({ creator: BOB, name: 'other' });
  other.join(ALICE);
  other.text(ALICE, 'elsewhere');
  const stored: readonly StoredEvent[] = [...room.stored(), ...other.stored()];
  const covered = (scope: object, of = stored): readonly string[] =>
    planFor(of, { scope }).rooms.flatMap(({ entries }) => entries).filter(({ type }) => type === 'm.room.message').map(({ event_id: id }) => id);
  const timed = (times: readonly (number | undefined)[]): readonly StoredEvent[] =>
    storedEvents(room.records().map((record, place) => {
      const { received_ts: time, ...rest } = record;
      const given = place >= 6 ? times[place - 6] : time;
      return { ...rest, ...(given === undefined ? {} : { received_ts: given }) };
    }));

  it('limits rooms and types', () => {
    expect(covered({ rooms: [room.roomId] })).toEqual([first, second, third]);
    expect(planFor(stored, { scope: { rooms: [other.roomId] } }).rooms.map(({ room_id: id }) => id)).toEqual([other.roomId]);
    expect(covered({ types: ['m.room.member'] })).toEqual([]);
    expect(planFor(stored, { scope: { types: ['m.room.member'] } }).totals).toMatchObject({ redact: 2, hide: 0 });
    expect(planFor(stored, { scope: { types: [] } }).totals).toMatchObject({ redact: 0, hide: 0 });
  });

  it('counts up to the last event that had been received by a time, and after it', () => {
    const of = timed([7000, 8000, 9000]);
    expect(covered({ before: 8000 }, of)).toEqual([first, second]);
    expect(covered({ before: 7999 }, of)).toEqual([first]);
    expect(covered({ after: 8000 }, of)).toEqual([third]);
    expect(covered({ after: 7000, before: 8500 }, of)).toEqual([second]);
    expect(covered({ before: 0 }, of)).toEqual([]);
    expect(covered({ after: 0 }, of)).toEqual([first, second, third]);
  });

  it('goes by the server\'s order where times do not', () => {
    // The third was received before the second: at 7500 it is the last live event, so the second comes before the position.
    const of = timed([7000, 8000, 7500]);
    expect(covered({ before: 7500 }, of)).toEqual([first, second, third]);
    expect(covered({ after: 7500 }, of)).toEqual([]);
    expect(covered({ before: 7400 }, of)).toEqual([first]);
    expect(covered({ after: 7400 }, of)).toEqual([second, third]);
  });

  it('has each event on one side of a time', () => {
    for (const time of [0, 7000, 7500, 8000, 10_000]) {
      const of = timed([7000, 8000, 7500]);
      expect([...covered({ before: time }, of), ...covered({ after: time }, of)]).toEqual([first, second, third]);
    }
  });

  it('does not depend on the order of the input where the server\'s is known', () => {
    const of = timed([7000, 8000, 7500]);
    expect(covered({ before: 7400 }, [...of].reverse())).toEqual(covered({ before: 7400 }, of));
  });

  it('takes the order of the input where the server\'s is not known of all events', () => {
    const of = storedEvents(room.records().map((record, place) => {
      const { stream_ordering: _, ...rest } = record;
      return place === 7 ? { ...rest, stream_ordering: 1000 } : rest;
    }));
    expect(covered({ before: 7500 }, of)).toEqual([first]);
  });

  it('takes the sender\'s clock where the time of receipt is missing, and says so', () => {
    const of = timed([undefined, undefined, undefined]);
    // The sender's clock says 7000, 8000 and 9000.
    expect(covered({ before: 8000 }, of)).toEqual([first, second]);
    const warningOf = (scope: object): unknown => planFor(of, { scope }).warnings.find(({ code }) => code === 'sender-clock')?.count;
    expect(warningOf({ before: 8000 })).toBe(2);
    expect(warningOf({})).toBeUndefined();
    expect(planFor(timed([7000, 8000, 9000]), { scope: { before: 8000 } }).warnings.map(({ code }) => code)).not.toContain('sender-clock');
  });

  it('judges outliers by their own time, and lets them move no position', () => {
    const build = buildRoom({ creator: BOB });
    build.join(ALICE);
    const outlier = build.text(ALICE, 'outside', { record: { outlier: true, received_ts: 50_000 } });
    const live = build.text(ALICE, 'inside', { record: { received_ts: 60_000 } });
    expect(covered({ before: 55_000 }, build.stored())).toEqual([outlier]);
    expect(covered({ after: 55_000 }, build.stored())).toEqual([live]);
    expect(covered({ before: 40_000 }, build.stored())).toEqual([]);
  });
});

describe('several subjects', () => {
  it('are one person', () => {
    const ghost = '@_irc_alice:a.example';
    const room = buildRoom({ creator: BOB });
    for (const user of [ALICE, ghost, CAROL]) room.join(user);
    const ids = [ALICE, ghost, CAROL].map((user) => room.text(user, `I am ${user}`));
    const plan = planFor(room.stored(), { subjects: [ALICE, ghost] });
    expect(ids.map((id) => treatmentOf(plan, id))).toEqual(['hide others-had-access', 'hide others-had-access', undefined]);
    expect(plan.rooms[0]?.about).toEqual([]);
  });
});

describe('servers', () => {
  it('are those with somebody joined at any time, but for the subjects\' own', () => {
    const room = buildRoom();
    room.join('@b:b.example:8448');
    room.state(ALICE, 'm.room.member', CAROL, { membership: 'invite' });
    room.join('@d:d.example');
    room.state('@d:d.example', 'm.room.member', '@d:d.example', { membership: 'leave' });
    room.join('@neighbour:a.example');
    room.state(ALICE, 'm.room.member', '@bad', { membership: 'join' });
    const plan = planFor(room.stored());
    expect(plan.rooms[0]?.servers).toEqual(['b.example:8448', 'd.example']);
    expect(plan.warnings.find(({ code }) => code === 'copies-elsewhere')?.count).toBe(2);
  });
});

describe('media', () => {
  it('are listed with the event that refers to them', () => {
    const room = buildRoom();
    room.join(BOB);
    const image = room.send(ALICE, 'm.room.message', {
      msgtype: 'm.image', body: 'me.jpg', url: 'mxc://a.example/one', info: { thumbnail_url: 'mxc://a.example/two', thumbnail_file: { url: 'mxc://a.example/three' } },
      'm.new_content': { url: 'mxc://a.example/four' }, formatted_body: '<img src="mxc://a.example/five">',
    });
    const text = room.text(ALICE, 'mxc://a.example/six is a text');
    room.send(BOB, 'm.room.message', { url: 'mxc://b.example/his' });
    const avatar = room.join(ALICE, { avatar_url: 'mxc://a.example/face' });
    const plan = planFor(room.stored());
    expect(entryOf(plan, image)?.media?.toSorted()).toEqual(['five', 'four', 'one', 'three', 'two'].map((id) => `mxc://a.example/${id}`));
    expect(entryOf(plan, text)?.media).toBeUndefined();
    expect(entryOf(plan, avatar)?.media).toEqual(['mxc://a.example/face']);
    expect(JSON.stringify(plan)).not.toContain('b.example/his');
  });
});

describe('what is about the subject', () => {
  const reasons = (build: (room: RoomBuilder) => string): unknown => {
    const room = buildRoom({ creator: MOD });
    room.join(BOB);
    room.join(ALICE);
    const id = build(room);
    return planFor(room.stored()).rooms[0]?.about.find((entry) => entry.event_id === id)?.reasons;
  };
  const text = (content: JsonObject) => (room: RoomBuilder): string => room.send(BOB, 'm.room.message', { msgtype: 'm.text', body: 'x', ...content });

  it('is a mention, however it is written', () => {
    expect(reasons(text({ body: `hello ${ALICE}, you` }))).toEqual(['mention']);
    expect(reasons(text({ formatted_body: `<a href="https://matrix.to/#/${encodeURIComponent(ALICE)}">A</a>` }))).toEqual(['mention']);
    expect(reasons(text({ formatted_body: '<a href="https://matrix.to/#/%40alice%3aa.example">A</a>' }))).toEqual(['mention']);
    expect(reasons(text({ formatted_body: '<a href="https://matrix.to/#/@alice%3Aa.example?via=b.example">A</a>' }))).toEqual(['mention']);
    expect(reasons(text({ body: 'matrix:u/alice:a.example' }))).toEqual(['mention']);
    expect(reasons(text({ 'm.mentions': { user_ids: [ALICE] } }))).toEqual(['mention']);
    expect(reasons(text({ votes: { [ALICE]: 1 } }))).toEqual(['mention']);
    expect(reasons(text({ deep: [[[{ a: [ALICE] }]]] }))).toEqual(['mention']);
    expect(reasons((room) => room.state(BOB, 'org.example.badge', `for ${ALICE}`, {}))).toEqual(['mention']);
  });

  it('is nobody who only looks like the subject', () => {
    for (const body of ['alice', '@alice', '@alice:b.example', '@alice:a.example.org', '@alice:a.example:8448', '@alice:a.example-2', '100% @al%zz%', '%e0%a4']) {
      expect(reasons(text({ body }))).toBeUndefined();
    }
    expect(reasons(text({ body: 'ask @alice:a.example.' }))).toEqual(['mention']);
    expect(reasons(text({ body: '@alice:a.example: hello' }))).toEqual(['mention']);
  });

  it('is a membership that somebody else gave', () => {
    expect(reasons((room) => room.state(MOD, 'm.room.member', ALICE, { membership: 'leave', reason: 'out' }))).toEqual(['membership', 'membership-reason']);
    expect(reasons((room) => room.state(MOD, 'm.room.member', ALICE, { membership: 'ban', reason: '', displayname: 5 }))).toEqual(['membership']);
    expect(reasons((room) => room.state(BOB, 'm.room.member', ALICE, { membership: 'invite', displayname: 'Alice' }))).toEqual(['membership', 'membership-profile']);
    expect(reasons((room) => room.state(BOB, 'm.room.member', ALICE, { membership: 'invite', avatar_url: 'mxc://a.example/face' }))).toEqual(['membership', 'membership-profile']);
    expect(reasons((room) => room.state(BOB, 'm.room.member', CAROL, { membership: 'invite' }))).toBeUndefined();
    expect(reasons((room) => room.join(CAROL, { join_authorised_via_users_server: ALICE }))).toEqual(['mention']);
  });

  it('is an entry in the power levels', () => {
    expect(reasons((room) => room.state(MOD, 'm.room.power_levels', '', { users: { [ALICE]: 50 } }))).toEqual(['power-level']);
    expect(reasons((room) => room.state(MOD, 'm.room.power_levels', '', { users: { [BOB]: 50 } }))).toBeUndefined();
  });

  it('is a pin of an event of theirs', () => {
    expect(reasons((room) => room.state(BOB, 'm.room.pinned_events', '', { pinned: [room.text(ALICE, 'mine'), 5, null] }))).toEqual(['pinned']);
    expect(reasons((room) => room.state(BOB, 'm.room.pinned_events', '', { pinned: [room.text(BOB, 'his')] }))).toBeUndefined();
    expect(reasons((room) => room.state(BOB, 'm.room.pinned_events', '', { pinned: 'x' }))).toBeUndefined();
  });

  it('is a quote in the fallback of a reply, by its text or by its target', () => {
    const reply = (target: string): JsonObject => ({ 'm.relates_to': { 'm.in_reply_to': { event_id: target } } });
    expect(reasons(text({ body: `> <${ALICE}> mine\n\nyes` }))).toEqual(['reply-quote']);
    expect(reasons(text({ formatted_body: `<mx-reply><blockquote><a href="https://matrix.to/#/${ALICE}">A</a>mine</blockquote></mx-reply>yes` }))).toEqual(['reply-quote']);
    expect(reasons(text({ body: `> <${ALICE}> mine\n\nyes ${ALICE}` }))).toEqual(['reply-quote', 'mention']);
    expect(reasons((room) => text({ body: '> * mine\n\nyes', ...reply(room.text(ALICE, 'mine')) })(room))).toEqual(['reply-quote']);
    // A quote that somebody made, without the fallback of old.
    expect(reasons((room) => text({ body: 'yes', formatted_body: '<blockquote>mine</blockquote>yes', ...reply(room.text(ALICE, 'mine')) })(room))).toEqual(['reply-quote']);
    expect(reasons(text({ formatted_body: `so: <blockquote dir="auto">${ALICE}: mine</blockquote> yes` }))).toEqual(['reply-quote']);
    expect(reasons(text({ formatted_body: `${ALICE} <blockquote>his</blockquote> yes` }))).toEqual(['mention']);
    expect(reasons(text({ formatted_body: `<blockquote>his</blockquote> yes ${ALICE}` }))).toEqual(['mention']);
    // Without a fallback nothing is quoted, and of somebody else's event nothing is the subject's.
    expect(reasons((room) => text({ body: 'yes', ...reply(room.text(ALICE, 'mine')) })(room))).toBeUndefined();
    expect(reasons((room) => text({ body: '> <@bob:b.example> his\n\nyes', ...reply(room.text(BOB, 'his')) })(room))).toBeUndefined();
  });

  it('never names an event of the subject', () => {
    const room = buildRoom({ creator: BOB });
    room.join(ALICE);
    room.text(ALICE, `I am ${ALICE}`);
    expect(planFor(room.stored()).rooms[0]?.about).toEqual([]);
  });

  it('is listed of rooms in which the subject never was', () => {
    const room = buildRoom({ creator: BOB });
    const id = room.text(BOB, `where is ${ALICE}?`);
    expect(planFor(room.stored()).rooms).toMatchObject([{ membership: 'none', entries: [], about: [{ event_id: id, reasons: ['mention'] }] }]);
  });
});

describe('deadlines', () => {
  const day = (year: number, month: number, date: number, ...time: readonly number[]): number => Date.UTC(year, month - 1, date, ...time);

  it.each([
    [day(2026, 1, 31), day(2026, 2, 28)],
    [day(2028, 1, 31), day(2028, 2, 29)],
    [day(2028, 2, 29), day(2028, 3, 29)],
    [day(2026, 12, 31), day(2027, 1, 31)],
    [day(2026, 3, 31, 23, 59, 59, 999), day(2026, 4, 30, 23, 59, 59, 999)],
    [day(2100, 1, 30), day(2100, 2, 28)],
  ])('one month after %i is %i', (from, to) => {
    expect(oneMonthAfter(from)).toBe(to);
  });

  it('the purge is due after 30 days or a month, whichever is earlier', () => {
    expect(purgeDeadline(day(2026, 1, 15))).toBe(day(2026, 2, 14));
    expect(purgeDeadline(day(2026, 2, 1))).toBe(day(2026, 3, 1));
    expect(purgeDeadline(day(2028, 2, 1))).toBe(day(2028, 3, 1));
    expect(purgeDeadline(day(2026, 4, 1))).toBe(day(2026, 5, 1));
    const { deadlines } = planErasure([], requestOf({ requestedAt: day(2026, 1, 15), effectiveAt: day(2026, 1, 15) }));
    // 15 February 2026 is a Sunday: the answer is due by the end of Monday.
    expect(deadlines).toEqual({ purge: day(2026, 2, 14), answer: day(2026, 2, 17) - 1 });
  });
});

describe('requests', () => {
  it('must name somebody, by a user ID, and a profile that there is', () => {
    expect(() => planErasure([], requestOf({ subjects: [] }))).toThrow(EmptyRequestError);
    for (const subject of ['alice', '@alice', '@alice:', '#alice:a.example', '@al\0ice:a.example', `@${'a'.repeat(255)}:b`]) {
      expect(() => planErasure([], requestOf({ subjects: [subject as UserId] }))).toThrow(InvalidIdentifierError);
    }
    for (const profile of ['', 'Notice', '__proto__', 'constructor']) expect(() => planErasure([], requestOf({ profile }))).toThrow(UnknownProfileError);
  });

  it('have clocks that run forwards', () => {
    const bad: readonly object[] = [
      { requestedAt: 2, effectiveAt: 1 }, { requestedAt: 2, effectiveAt: 2, revokedAt: 1 }, { scope: { after: 2, before: 1 } },
    ];
    for (const changes of bad) expect(() => planErasure([], requestOf(changes))).toThrow(BackwardClockError);
    for (const changes of [{ requestedAt: 1, effectiveAt: 1, revokedAt: 1 }, { scope: { after: 1, before: 1 } }]) {
      expect(() => planErasure([], requestOf(changes))).not.toThrow();
    }
  });

  it('name others by user IDs, too, and let nobody who is erased send a remedy', () => {
    expect(() => planErasure([], requestOf({ alreadyErased: ['bob' as UserId] }))).toThrow(InvalidIdentifierError);
    expect(() => planErasure([], requestOf({ remedySender: 'bob' as UserId }))).toThrow(InvalidIdentifierError);
    expect(() => planErasure([], requestOf({ remedySender: ALICE }))).toThrow(RemedySenderError);
    expect(() => planErasure([], requestOf({ remedySender: BOB, alreadyErased: [BOB] }))).toThrow(RemedySenderError);
  });

  it('refuse an event that comes twice', () => {
    const stored = buildRoom().stored();
    expect(() => planFor([...stored, ...stored.slice(0, 1)])).toThrow(DuplicateEventError);
  });

  it('of nobody who is there plan nothing', () => {
    const room = buildRoom({ creator: BOB });
    expect(planFor(room.stored())).toMatchObject({ rooms: [], totals: { redact: 0, hide: 0, purge: 0, keep: 0, about: 0 }, warnings: [] });
  });
});
