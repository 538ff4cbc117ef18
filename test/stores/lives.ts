import fc, { type Arbitrary } from 'fast-check';
import { stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import type { ImportedLine } from '../../src/stores/import/imported-event.ts';
import { ALICE, BOB, CAROL, buildRoom, type RoomBuilder } from '../erasure/build-room.ts';
import { linesOfRecords } from './lines.ts';

/** The few people of small rooms, in which somebody is often alone. */
export const fewPeople = [ALICE, BOB, CAROL] as const;

type Deed = { readonly who: string; readonly whom: string; readonly what: keyof typeof WAYS; readonly at: number; readonly back: number };

/** What a deed is done with: the IDs of what came before. */
type Scene = { readonly room: RoomBuilder; readonly ids: readonly string[] };

const member = (membership: string) => ({ who, whom, back }: Deed, { room, ids }: Scene): string =>
  room.state(who, 'm.room.member', whom, { membership, reason: 'because' }, parents(back, ids));
const visibility = (value: string) => ({ who }: Deed, { room }: Scene): string => room.state(who, 'm.room.history_visibility', '', { history_visibility: value });

const WAYS = {
  say: ({ who, back }: Deed, { room, ids }: Scene) => room.text(who, 'words', parents(back, ids)),
  name: ({ who, whom }: Deed, { room }: Scene) => room.text(who, `thanks ${whom}, and https://matrix.to/#/${encodeURIComponent(whom)}`),
  quote: ({ who, whom, at }: Deed, { room, ids }: Scene) => room.send(who, 'm.room.message', { body: `> <${whom}> words\n\nyes`, 'm.relates_to': { 'm.in_reply_to': { event_id: some(ids, at) } } }),
  file: ({ who, whom }: Deed, { room }: Scene) => room.send(who, 'm.sticker', { url: `mxc://${whom.slice(whom.indexOf(':') + 1)}/file` }),
  edit: ({ who, at }: Deed, { room, ids }: Scene) => room.send(who, 'm.room.message', { body: 'better', 'm.relates_to': { rel_type: 'm.replace', event_id: some(ids, at) } }),
  pin: ({ who, at }: Deed, { room, ids }: Scene) => room.state(who, 'm.room.pinned_events', '', { pinned: [some(ids, at)] }),
  redact: ({ who, at }: Deed, { room, ids }: Scene) => room.redaction(who, some(ids, at)),
  topic: ({ who, back }: Deed, { room, ids }: Scene) => room.state(who, 'm.room.topic', '', { topic: 'theirs' }, parents(back, ids)),
  alias: ({ who }: Deed, { room }: Scene) => room.state(who, 'm.room.canonical_alias', '', { alias: '#room:a.example' }),
  bridge: ({ who }: Deed, { room }: Scene) => room.state(who, 'uk.half-shot.bridge', 'irc', { bridgebot: who }),
  levels: ({ who, whom }: Deed, { room }: Scene) => room.state(who, 'm.room.power_levels', '', { users: { [ALICE]: 100, [whom]: 50 }, redact: 50 }),
  join: ({ who, back }: Deed, { room, ids }: Scene) => room.join(who, {}, parents(back, ids)),
  leave: ({ who }: Deed, { room }: Scene) => room.state(who, 'm.room.member', who, { membership: 'leave' }),
  invite: member('invite'),
  knock: ({ who }: Deed, { room }: Scene) => room.state(who, 'm.room.member', who, { membership: 'knock' }),
  kick: member('leave'),
  ban: member('ban'),
  open: ({ who }: Deed, { room }: Scene) => room.state(who, 'm.room.join_rules', '', { join_rule: 'knock' }),
  shared: visibility('shared'),
  joined: visibility('joined'),
  invited: visibility('invited'),
  world: visibility('world_readable'),
} as const;

function some(ids: readonly string[], at: number): string {
  return ids[at % ids.length] ?? '$missing';
}

/** Most events follow the last one; some another, so that the room forks. */
function parents(back: number, ids: readonly string[]): { readonly prev?: readonly string[] } {
  const parent = back === 0 ? undefined : ids.at(-back);
  return parent === undefined ? {} : { prev: [parent] };
}

/** Lives of small rooms, with all that plans look at: few people, who come, go, are asked in and thrown out, and much that the rules forbid. */
export function arbitraryLife(): Arbitrary<readonly ImportedLine[]> {
  const deed = fc.record({
    who: fc.constantFrom(ALICE, ALICE, ALICE, BOB, CAROL),
    whom: fc.constantFrom(...fewPeople),
    what: fc.constantFrom(...Object.keys(WAYS) as (keyof typeof WAYS)[], 'say', 'say', 'say', 'say', 'join', 'leave', 'kick', 'invite', 'topic'),
    at: fc.nat(40),
    back: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 4 }) }),
  });
  const setting = fc.record({ version: fc.constantFrom(...stableRoomVersionIds), visibility: fc.constantFrom('shared', 'joined', 'invited'), streams: fc.boolean() });
  return fc.tuple(setting, fc.array(deed, { maxLength: 25, size: 'max' })).map(([{ version, visibility: shown, streams }, deeds]) => {
    const room = buildRoom({ version, visibility: shown });
    for (const each of deeds) WAYS[each.what](each, { room, ids: room.records().map(({ event_id: id = '' }) => id) });
    return linesOfRecords(room.records().map(({ stream_ordering: _, ...record }, index) => ({ ...record, pdu: record.pdu, received_ts: 1000 * (index + 1), ...(streams ? { stream_ordering: index + 1 } : {}) })), { roomVersion: version });
  });
}
