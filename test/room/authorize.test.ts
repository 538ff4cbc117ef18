import { describe, expect, test } from 'vitest';
import { generateSigningKey } from '../../src/crypto/signing-key.ts';
import { signJson } from '../../src/crypto/sign.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { authEventKeys, authEventsFor, checkAuthEvents } from '../../src/room/auth-events.ts';
import { authorize } from '../../src/room/authorize.ts';
import { stateKeyOf } from '../../src/room/state-map.ts';
import type { AuthRule, AuthVerdict } from '../../src/room/verdict.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { stateOf } from './vectors.ts';

const ADMIN = '@admin:a.org';
const MOD = '@mod:a.org';
const USER = '@user:b.org';
const OUT = '@out:c.org';
const ROOM = '!room:a.org';

const state = (type: string, stateKey: string, content: JsonObject, sender: string = ADMIN): Pdu => ({ type, state_key: stateKey, content, sender, room_id: ROOM, prev_events: ['$before'] });
const member = (user: string, membership: string, extra: JsonObject = {}, sender: string = user): Pdu => state('m.room.member', user, { membership, ...extra }, sender);
const message = (sender: string): Pdu => ({ type: 'm.room.message', sender, room_id: ROOM, content: {} });

const create = state('m.room.create', '', { creator: ADMIN, room_version: '10' });
const levels = state('m.room.power_levels', '', { users: { [ADMIN]: 100, [MOD]: 50 }, invite: 20, events: { 'm.room.name': 60 }, notifications: { room: 60 } });
const rules = (joinRule: string): Pdu => state('m.room.join_rules', '', { join_rule: joinRule });
const members = [ADMIN, MOD, USER].map((user) => member(user, 'join'));
const room = [create, levels, rules('invite'), ...members];

type Asked = { readonly version?: string; readonly extra?: readonly Pdu[]; readonly base?: readonly Pdu[] };
const ask = (event: Pdu, { version = '10', extra = [], base = room }: Asked = {}): AuthVerdict =>
  authorize(event, { rules: roomVersion(version), state: stateOf([...base, ...extra]), createEventId: '$create' });
const founding = (changes: Partial<Pdu>, version = '10'): AuthVerdict => authorize({ ...create, prev_events: [], ...changes }, { rules: roomVersion(version), state: () => undefined });
const cite = (event: Pdu, authEvents: readonly Pdu[], options: { readonly version?: string; readonly bad?: Pdu; readonly createEventId?: string } = {}): AuthVerdict =>
  checkAuthEvents(event, authEvents, { rules: roomVersion(options.version ?? '10'), rejected: (auth) => auth === options.bad, createEventId: options.createEventId });

const key = generateSigningKey(new Uint8Array(32).fill(7), '1');
const invitation = (publicKey: string): Pdu => state('m.room.third_party_invite', 'token', { public_keys: [{ public_key: publicKey }] }, MOD);
const redeem = (signed: JsonObject, sender: string = MOD): Pdu => member(OUT, 'invite', { third_party_invite: { display_name: 'o…', signed } }, sender);
const signed = signJson({ mxid: OUT, token: 'token' }, { server: 'id.org', keyId: key.keyId, sign: key.sign });
const invited = [invitation(key.publicKey)];
const changed = (changes: JsonObject, sender: string = MOD): Pdu => state('m.room.power_levels', '', { ...levels.content, ...changes }, sender);

/** For every rule something that it refuses, so that a rule that refuses nothing is found out. The compiler asks for all of them. */
const refused: Readonly<Record<AuthRule, () => AuthVerdict>> = {
  'create-has-previous-events': () => founding({ prev_events: ['$a'] }),
  'create-room-id-domain': () => founding({ room_id: '!room:b.org' }),
  'create-has-room-id': () => founding({}, '12'),
  'create-room-version': () => founding({ content: { creator: ADMIN, room_version: 'toString' } }),
  'create-additional-creators': () => authorize({ type: 'm.room.create', sender: ADMIN, content: { additional_creators: ['nobody'] } }, { rules: roomVersion('12'), state: () => undefined }),
  'create-creator': () => founding({ content: {} }),
  'auth-events-duplicate': () => cite(message(USER), [create, create]),
  'auth-events-unexpected': () => cite(message(USER), [create, member(MOD, 'join')]),
  'auth-events-rejected': () => cite(message(USER), [create, levels], { bad: levels }),
  'auth-events-create': () => cite(message(USER), [levels]),
  'auth-events-other-room': () => cite(message(USER), [create, { ...levels, room_id: '!other:a.org' }]),
  format: () => authorize({ ...message(USER), sender: null } as unknown as Pdu, { rules: roomVersion('11'), state: () => undefined }),
  'room-id-create': () => cite(message(USER), [], { version: '12', createEventId: '$create' }),
  'create-missing': () => ask(message(USER), { base: [] }),
  'federation': () => ask(message(USER), { extra: [state('m.room.create', '', { creator: ADMIN, 'm.federate': false })] }),
  'sender': () => ask({ ...message(USER), sender: 'user' }),
  'sender-not-joined': () => ask(message(OUT)),
  'required-power': () => ask(state('m.room.name', '', {}, MOD)),
  'owned-state-key': () => ask(state('org.example', USER, {}, ADMIN)),
  'aliases-state-key': () => ask({ ...message(OUT), type: 'm.room.aliases' }, { version: '5' }),
  'aliases-domain': () => ask(state('m.room.aliases', 'b.org', {}, OUT), { version: '5' }),
  'member-form': () => ask({ ...message(USER), type: 'm.room.member', content: { membership: 'join' } }),
  'member-authorising-signature': () => authorize(member(OUT, 'join', { join_authorised_via_users_server: MOD }), { rules: roomVersion('10'), state: stateOf(room), signedBy: (_event, server) => server !== 'a.org' }),
  'join-sender': () => ask(member(OUT, 'join', {}, USER)),
  'join-banned': () => ask(member(OUT, 'join'), { extra: [rules('public'), member(OUT, 'ban', {}, MOD)] }),
  'join-rule': () => ask(member(OUT, 'join')),
  'join-authorising-user': () => ask(member(OUT, 'join', { join_authorised_via_users_server: USER }), { extra: [rules('restricted')] }),
  'third-party-invite-banned': () => ask(redeem(signed), { extra: [...invited, member(OUT, 'ban', {}, MOD)] }),
  'third-party-invite-form': () => ask(redeem({ mxid: OUT }), { extra: invited }),
  'third-party-invite-mxid': () => ask(redeem({ ...signed, mxid: USER }), { extra: invited }),
  'third-party-invite-token': () => ask(redeem(signed)),
  'third-party-invite-sender': () => ask(redeem(signed, ADMIN), { extra: invited }),
  'third-party-invite-signature': () => ask(redeem({ ...signed, extra: 1 }), { extra: invited }),
  'invite-sender-not-joined': () => ask(member('@x:c.org', 'invite', {}, OUT)),
  'invite-target': () => ask(member(USER, 'invite', {}, MOD)),
  'invite-power': () => ask(member(OUT, 'invite', {}, USER)),
  'leave-membership': () => ask(member(OUT, 'leave')),
  'kick-sender-not-joined': () => ask(member(USER, 'leave', {}, OUT)),
  'unban-power': () => ask(member(OUT, 'leave', {}, USER), { extra: [member(OUT, 'ban', {}, MOD)] }),
  'kick-power': () => ask(member(ADMIN, 'leave', {}, MOD)),
  'ban-sender-not-joined': () => ask(member(USER, 'ban', {}, OUT)),
  'ban-power': () => ask(member(ADMIN, 'ban', {}, MOD)),
  'knock-rule': () => ask(member(OUT, 'knock')),
  'knock-sender': () => ask(member(OUT, 'knock', {}, USER), { extra: [rules('knock')] }),
  'knock-membership': () => ask(member(USER, 'knock'), { extra: [rules('knock')] }),
  'membership-unknown': () => ask(member(OUT, 'knock'), { version: '6', extra: [rules('knock')] }),
  'third-party-invite-power': () => ask(state('m.room.third_party_invite', 't', {}, USER)),
  'power-levels-form': () => ask(changed({ ban: '50' }, ADMIN)),
  'power-levels-users-form': () => ask(changed({ users: { user: 1 } }, ADMIN)),
  'power-levels-creators': () => ask({ ...changed({}, ADMIN), content: { users: { [ADMIN]: 100 } } }, { version: '12' }),
  'power-levels-raise': () => ask(changed({ kick: 51 })),
  'redaction-power': () => ask({ ...message(USER), type: 'm.room.redaction', event_id: '$r:b.org', redacts: '$m:a.org' }, { version: '2' }),
};

describe('every rule refuses something', () => {
  test.each(Object.entries(refused))('%s', (rule, judge) => {
    const verdict = judge();
    expect(verdict).toMatchObject({ allowed: false, rule });
    expect(verdict.allowed === false && /@|!|\$/.test(verdict.reason)).toBe(false);
  });
});

const allowed: Readonly<Record<string, () => AuthVerdict>> = {
  'the founder\'s first join': () => ask({ ...member(ADMIN, 'join'), prev_events: ['$create'] }, { base: [create] }),
  'a restricted join through a moderator': () => ask(member(OUT, 'join', { join_authorised_via_users_server: MOD }), { extra: [rules('restricted')] }),
  'a restricted join of the invited': () => ask(member(OUT, 'join'), { extra: [rules('restricted'), member(OUT, 'invite', {}, MOD)] }),
  'a knock in a room open to knocks and restricted joins': () => ask(member(OUT, 'knock'), { extra: [rules('knock_restricted')] }),
  'a knock taken back': () => ask(member(OUT, 'leave'), { extra: [member(OUT, 'knock')] }),
  'a third-party invite redeemed': () => ask(redeem(signed), { extra: invited }),
  'a third-party invite with one key': () => ask(redeem(signed), { extra: [state('m.room.third_party_invite', 'token', { public_key: key.publicKey }, MOD)] }),
  'a ban lifted': () => ask(member(OUT, 'leave', {}, MOD), { extra: [member(OUT, 'ban', {}, ADMIN)] }),
  'giving up one\'s own power': () => ask(changed({ users: { [ADMIN]: 100 } })),
  'a creator of version 12 above all levels': () => ask(state('org.example', '', {}, ADMIN), { version: '12', extra: [state('m.room.power_levels', '', { state_default: 2 ** 53 - 1 })] }),
  'an additional creator': () => ask(state('org.example', '', {}, USER), { version: '12', extra: [state('m.room.create', '', { additional_creators: [USER] })] }),
  'aliases of one\'s own server, from outside': () => ask(state('m.room.aliases', 'c.org', {}, OUT), { version: '5' }),
  'a redaction within one server': () => ask({ ...message(USER), type: 'm.room.redaction', event_id: '$r:b.org', redacts: '$m:b.org' }, { version: '2' }),
};

test.each(Object.entries(allowed))('%s is allowed', (_name, judge) => {
  expect(judge()).toEqual({ allowed: true });
});

describe('MSC3757', () => {
  const own = (stateKey: string, sender: string): AuthVerdict => ask(state('org.example', stateKey, {}, sender), { version: 'org.matrix.msc3757.10', extra: [state('m.room.power_levels', '', { state_default: 0, users: { [MOD]: 50 } })] });

  test('users own the state keys that begin with their ID', () => {
    expect(own(`${USER}_one`, USER)).toEqual({ allowed: true });
    expect(own(`${USER}_one`, ADMIN)).toMatchObject({ rule: 'owned-state-key' });
    expect(own(`${USER}x`, USER)).toMatchObject({ rule: 'owned-state-key' });
    expect(ask(state('org.example', `${USER}_one`, {}, USER), { extra: [state('m.room.power_levels', '', { state_default: 0 })] })).toMatchObject({ rule: 'owned-state-key' });
  });

  test('those above them may write them as well', () => {
    expect(own(`${USER}_one`, MOD)).toEqual({ allowed: true });
    expect(own('@no user_one', MOD)).toMatchObject({ rule: 'owned-state-key' });
  });
});

describe('auth events', () => {
  const keys = (event: Pdu, version = '10'): readonly string[] => authEventKeys(event, roomVersion(version)).map((place) => place.replace('\u0000', ' '));

  test.each(stableRoomVersionIds)('of a message in version %s', (version) => {
    expect(keys(message(USER), version)).toEqual([...(version === '12' ? [] : ['m.room.create ']), 'm.room.power_levels ', `m.room.member ${USER}`]);
  });

  test('of a create event are none', () => {
    expect(keys(create)).toEqual([]);
    expect(cite(create, [])).toEqual({ allowed: true });
  });

  test('of a join', () => {
    const join = member(OUT, 'join', { join_authorised_via_users_server: MOD });
    expect(keys(join)).toEqual(['m.room.create ', 'm.room.power_levels ', `m.room.member ${OUT}`, 'm.room.join_rules ', `m.room.member ${MOD}`]);
    expect(keys(join, '7')).not.toContain(`m.room.member ${MOD}`);
  });

  test('of an invite that redeems another', () => {
    expect(keys(redeem(signed))).toContain('m.room.third_party_invite token');
    expect(keys(member(USER, 'leave', {}, MOD))).toEqual(['m.room.create ', 'm.room.power_levels ', `m.room.member ${MOD}`, `m.room.member ${USER}`]);
  });

  test('are taken from the state, where they are there', () => {
    const current = new Map([[stateKeyOf('m.room.create', ''), '$create'], [stateKeyOf('m.room.member', USER), '$user'], [stateKeyOf('m.room.topic', ''), '$topic']]);
    expect(authEventsFor(message(USER), current, roomVersion('10'))).toEqual(['$create', '$user']);
  });
});
