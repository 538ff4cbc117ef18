import type { Pdu } from '../src/index.ts';
import type { RoomEventRecord } from '../src/room.ts';

const ADMIN = '@admin:a.org';
const JOINING = ['$create', '$levels', '$rules'];

function record(event_id: string, prev_events: readonly string[], pdu: Partial<Pdu>): RoomEventRecord {
  const event: Pdu = { type: 'm.room.message', sender: ADMIN, room_id: '!r:a.org', content: {}, origin_server_ts: 1_700_000_000_000, depth: 1, prev_events, auth_events: JOINING, ...pdu };
  return { event_id, pdu: event };
}

const userOf = (member: number): string => `@user${member}:s${member % 100}.org`;
const joinOf = (member: number): string => `$join${member}`;

/** The ID of a member of these rooms, and of the event by which they joined. */
export const memberOf = (member: number): { readonly userId: string; readonly joinId: string } => ({ userId: userOf(member), joinId: joinOf(member) });

const START: readonly RoomEventRecord[] = [
  record('$create', [], { type: 'm.room.create', state_key: '', content: { creator: ADMIN, room_version: '10' }, auth_events: [] }),
  record('$admin', ['$create'], { type: 'm.room.member', state_key: ADMIN, content: { membership: 'join' }, auth_events: ['$create'] }),
  record('$levels', ['$admin'], { type: 'm.room.power_levels', state_key: '', content: { users: { [ADMIN]: 100 }, events: { 'm.room.topic': 0 } }, auth_events: ['$create', '$admin'] }),
  record('$rules', ['$levels'], { type: 'm.room.join_rules', state_key: '', content: { join_rule: 'public' }, auth_events: ['$create', '$admin', '$levels'] }),
];

function join(member: number, parents: readonly string[]): RoomEventRecord {
  const sender = userOf(member);
  return record(joinOf(member), parents, { type: 'm.room.member', state_key: sender, sender, content: { membership: 'join', displayname: `User ${member}` } });
}

function bySomebody(id: string, parents: readonly string[], { member, ...pdu }: Partial<Pdu> & { readonly member: number }): RoomEventRecord {
  return record(id, parents, { sender: userOf(member), content: { body: 'Good morning', msgtype: 'm.text' }, auth_events: ['$create', '$levels', joinOf(member)], ...pdu });
}

/** A room of so many members, each of whom says something: as many messages as joins, one after another. */
export function* growingRoom(members: number): Generator<RoomEventRecord> {
  yield* START;
  let last = '$rules';
  for (let member = 0; member < members; member++) {
    yield join(member, [last]);
    yield bySomebody(`$say${member}`, [joinOf(member)], { member: Math.floor(member / 2) });
    last = `$say${member}`;
  }
}

/** A room of 5,000 events, 500 of them joins, in which every tenth message is a fork: two topics at once that the next event joins. */
export function forkingRoom(): readonly RoomEventRecord[] {
  const records: RoomEventRecord[] = [...START];
  let ends: readonly string[] = ['$rules'];
  const add = (event: RoomEventRecord): void => {
    records.push(event);
    ends = [event.event_id];
  };
  for (let member = 0; member < 500; member++) add(join(member, ends));
  for (let turn = 0; records.length < 5000; turn++) {
    const member = (turn * 7) % 500;
    if (turn % 10 > 0) add(bySomebody(`$say${turn}`, ends, { member }));
    else {
      const topics = [0, 1].map((side) => bySomebody(`$topic${turn}.${side}`, ends, {
        member: (member + side) % 500, type: 'm.room.topic', state_key: '', content: { topic: `Topic ${turn}` }, origin_server_ts: 1_700_000_000_000 + turn,
      }));
      records.push(...topics);
      ends = topics.map(({ event_id: id }) => id);
    }
  }
  return records;
}
