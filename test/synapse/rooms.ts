import { act, createRoom, must, paths, registerAdmin, registerGuest, register, sendEvent, sendState, type Actor } from './client.ts';
import type { Homeserver } from './homeserver.ts';

export type Cast = {
  readonly admin: Actor;
  /** Who is erased. */
  readonly alice: Actor;
  /** Runs most rooms, and stays. */
  readonly bob: Actor;
  /** A member all along. */
  readonly carol: Actor;
  /** Invited by Alice. */
  readonly dan: Actor;
  /** Banned by Alice. */
  readonly mallory: Actor;
  /** Kicked by Alice. */
  readonly kim: Actor;
  /** Joins after the erasure. */
  readonly erin: Actor;
  /** Registered, and never in a room. */
  readonly frank: Actor;
  readonly guest: Actor;
};

/** Everybody, each with a name of their own. */
export async function makeCast(homeserver: Homeserver, subject: string): Promise<Cast> {
  const user = (name: string): Promise<Actor> => register(homeserver, `${name}-${subject}`);
  return {
    admin: await registerAdmin(homeserver, subject), alice: await user('alice'), bob: await user('bob'), carol: await user('carol'), dan: await user('dan'),
    mallory: await user('mallory'), kim: await user('kim'), erin: await user('erin'), frank: await user('frank'), guest: await registerGuest(homeserver),
  };
}

export type RoomKind = 'hall' | 'square' | 'left' | 'invited' | 'invited-again' | 'knocked';
export type BuiltRoom = { readonly kind: RoomKind; readonly version: string; readonly roomId: string };

/** Gives every text of Alice's a word of its own, so that it is found wherever it is copied to. */
export type Mark = () => string;

/** A counter of marks, which no other text holds. */
export function createMarks(prefix: string): { readonly mark: Mark; readonly count: () => number } {
  let count = 0;
  return { mark: () => `${prefix}mark${String((count += 1)).padStart(4, '0')}z`, count: () => count };
}

type Building = { readonly cast: Cast; readonly version: string; readonly mark: Mark };

const rename = (actor: Actor, displayname: string): Promise<unknown> => must(actor.ask('PUT', `/profile/${encodeURIComponent(actor.userId)}/displayname`, { displayname }));

/** Bob's public room, in which Alice is a moderator who wrote, edited, redacted, banned, kicked, invited and set state. */
export async function buildHall({ cast, version, mark }: Building): Promise<BuiltRoom> {
  const { alice, bob, carol, dan, mallory, kim } = cast;
  const roomId = await createRoom(bob, version, { preset: 'public_chat', name: 'Hall', power_level_content_override: { users: levels(cast, version), events: { 'm.room.power_levels': 50 } } });
  await rename(alice, mark());
  for (const actor of [alice, carol, mallory, kim]) await act(actor, roomId, 'join');
  await rename(alice, mark());
  const text = await sendEvent(alice, roomId, 'm.room.message', { msgtype: 'm.text', body: mark() });
  const reply = await sendEvent(carol, roomId, 'm.room.message', { msgtype: 'm.text', body: 'an answer' });
  for (let edits = 0; edits < 2; edits += 1) {
    const body = mark();
    await sendEvent(alice, roomId, 'm.room.message', { msgtype: 'm.text', body: `* ${body}`, 'm.new_content': { msgtype: 'm.text', body }, 'm.relates_to': { rel_type: 'm.replace', event_id: text } });
  }
  await sendEvent(alice, roomId, 'm.room.message', { msgtype: 'm.text', body: mark(), 'm.relates_to': { rel_type: 'm.thread', event_id: reply } });
  await sendEvent(alice, roomId, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: reply, key: mark() } });
  await sendEvent(alice, roomId, 'org.example.note', { note: mark() });
  const regretted = await sendEvent(alice, roomId, 'm.room.message', { msgtype: 'm.text', body: mark() });
  await must(alice.ask('PUT', `${paths.room(roomId)}/redact/${encodeURIComponent(regretted)}/regret`, { reason: mark() }));
  await sendState(alice, roomId, 'm.room.topic', '', { topic: mark() });
  await sendState(alice, roomId, 'm.room.topic', '', { topic: mark() });
  await sendState(alice, roomId, 'org.example.state', 'key', { text: mark() });
  await act(alice, roomId, 'ban', { user_id: mallory.userId, reason: mark() });
  await act(alice, roomId, 'kick', { user_id: kim.userId, reason: mark() });
  await act(alice, roomId, 'invite', { user_id: dan.userId, reason: mark() });
  await act(dan, roomId, 'join');
  const now = await must(bob.ask('GET', paths.state(roomId, 'm.room.power_levels')));
  await sendState(alice, roomId, 'm.room.power_levels', '', { ...now, users: { ...now.users, [carol.userId]: 25 }, 'org.example.note': mark() });
  await sendEvent(bob, roomId, 'm.room.message', { msgtype: 'm.text', body: 'from Bob' });
  return { kind: 'hall', version, roomId };
}

/** The creator stands above all levels from version 12 on, and may not be among them. */
function levels({ alice, bob }: Cast, version: string): object {
  return { ...(version === '12' ? {} : { [bob.userId]: 100 }), [alice.userId]: 50 };
}

/** Alice's room, which everybody can read, with Bob as its other moderator. */
export async function buildSquare({ cast: { alice, bob, carol }, version, mark }: Building): Promise<BuiltRoom> {
  const visibility = { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } };
  const users = { ...(version === '12' ? {} : { [alice.userId]: 100 }), [bob.userId]: 100 };
  const roomId = await createRoom(alice, version, { preset: 'public_chat', name: mark(), topic: mark(), initial_state: [visibility], power_level_content_override: { users } });
  await act(bob, roomId, 'join');
  await act(carol, roomId, 'join');
  await sendEvent(alice, roomId, 'm.room.message', { msgtype: 'm.text', body: mark() });
  await sendEvent(carol, roomId, 'm.room.message', { msgtype: 'm.text', body: 'from Carol' });
  await sendEvent(alice, roomId, 'm.room.message', { msgtype: 'm.text', body: mark() });
  return { kind: 'square', version, roomId };
}

/** A room that Alice wrote in and left. */
export async function buildLeft({ cast: { alice, bob, carol }, version, mark }: Building): Promise<BuiltRoom> {
  const roomId = await createRoom(bob, version, { preset: 'public_chat', power_level_content_override: { state_default: 0 } });
  await act(carol, roomId, 'join');
  await act(alice, roomId, 'join');
  await sendState(alice, roomId, 'm.room.topic', '', { topic: mark() });
  await sendEvent(alice, roomId, 'm.room.message', { msgtype: 'm.text', body: mark() });
  await act(alice, roomId, 'leave', { reason: mark() });
  return { kind: 'left', version, roomId };
}

/** Rooms that Alice is on the way into: invited, invited again after she left, and knocking. */
export async function buildDoors({ cast: { alice, bob }, version, mark }: Building): Promise<readonly BuiltRoom[]> {
  const invited = await createRoom(bob, version, { preset: 'private_chat', invite: [alice.userId] });
  const again = await createRoom(bob, version, { preset: 'public_chat' });
  await act(alice, again, 'join');
  await act(alice, again, 'leave');
  await act(bob, again, 'invite', { user_id: alice.userId });
  const knocked = await createRoom(bob, version, { preset: 'private_chat', initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }] });
  await must(alice.ask('POST', `/knock/${encodeURIComponent(knocked)}`, { reason: mark() }));
  return [{ kind: 'invited', version, roomId: invited }, { kind: 'invited-again', version, roomId: again }, { kind: 'knocked', version, roomId: knocked }];
}
