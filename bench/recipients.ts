import { planErasure, roomVersion, type ErasureRequest, type Pdu } from '../src/index.ts';
import { buildErasureNotices, findRecipients } from '../src/notices.ts';
import { openRoom } from '../src/room.ts';
import { each } from './events.ts';
import type { Task } from './measure.ts';

const SERVERS = 10_000;
const ALICE = '@alice:a.example';

/** A room that a user of each of ten thousand servers joins, one after another, while Alice talks. */
function crowdedRoom(): readonly { readonly eventId: string; readonly pdu: Pdu; readonly receivedTs: number; readonly outlier: boolean }[] {
  const events: { eventId: string; pdu: Pdu; receivedTs: number; outlier: boolean }[] = [];
  const add = (pdu: Partial<Pdu> & Pick<Pdu, 'type'>, ...auth: readonly number[]): void => {
    const at = events.length;
    const place = { room_id: '!r:a.example', origin_server_ts: 1000 + at, depth: at + 1, prev_events: at === 0 ? [] : [`$${at - 1}`], auth_events: auth.map((id) => `$${id}`) };
    events.push({ eventId: `$${at}`, pdu: { sender: ALICE, content: {}, ...place, ...pdu }, receivedTs: 1000 + at, outlier: false });
  };
  add({ type: 'm.room.create', state_key: '', content: { creator: ALICE, room_version: '10' } });
  add({ type: 'm.room.member', state_key: ALICE, content: { membership: 'join' } }, 0);
  add({ type: 'm.room.power_levels', state_key: '', content: { users: { [ALICE]: 100 } } }, 0, 1);
  add({ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'public' } }, 0, 1, 2);
  for (let server = 0; server < SERVERS; server++) {
    const user = `@user:s${server}.example`;
    add({ type: 'm.room.member', sender: user, state_key: user, content: { membership: 'join' } }, 0, 2, 3);
    if (server % 2 === 1) add({ type: 'm.room.message', content: { msgtype: 'm.text', body: 'Good morning' } }, 0, 1, 2);
  }
  return events;
}

const events = crowdedRoom();
const lines = events.map((event) => JSON.stringify(event.pdu));
const graph = openRoom(events.map(({ eventId, pdu }) => ({ event_id: eventId, pdu })), { rules: roomVersion('10') });
const request: ErasureRequest = { subjects: [ALICE], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} };
const plan = planErasure([], request);

function planNotices(): number {
  const recipients = findRecipients([{ roomId: '!r:a.example', graph, events }], request, { server: 'a.example' });
  const notices = buildErasureNotices(plan, recipients, { server: 'a.example', operator: 'a.example', contact: 'dpo@a.example' });
  if (notices.length !== SERVERS) throw new Error(`${notices.length} notices`);
  return notices.length;
}

export const recipientTask: Task = {
  name: 'recipients',
  what: 'recipients of an open room of 10,000 servers and 15,000 events, and the notices to them',
  atLeast: 0.02,
  baseline: { name: 'JSON.parse of its events', run: each(lines, (line) => JSON.parse(line)) },
  ours: { name: 'matrix-erasure', run: planNotices },
  peers: [],
};
