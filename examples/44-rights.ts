/** Answers for rights of a person: clocks, a refusal, a restriction that hides and is lifted, and what a rectification leaves, in a recorded room. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  createRecordResolver, dueRequests, erasureProfile, liftRestriction, openRequest, planRectification, readRecord, refusalRemedies, refuseRequest, reportRight, viewRestrictedRoom,
  type Restriction, type RightKind, type RightsRequest, type ViewOptions,
} from '../src/index.ts';
import { parseJson } from '../src/json.ts';
import { openRoom } from '../src/room.ts';

const alice = '@alice:hs1.test:18441';
const received = Date.UTC(2026, 0, 31);
const request = (kind: RightKind, receivedAt: number): RightsRequest => openRequest({ id: kind, kind, subjects: [alice], receivedAt });
const erasure = request('erasure', Date.UTC(2026, 0, 10));
for (const { request: { kind }, status, due } of dueRequests([request('access', received), erasure], Date.UTC(2026, 1, 11)).toReversed()) console.log(`${kind}: ${status}, due ${due.day}`);

const refused = refuseRequest(erasure, { at: Date.UTC(2026, 0, 20), ground: 'article-17-3-e', explanation: 'A claim is before the court.' });
console.log(`refused: ${reportRight(refused, {}, received).sections.find(({ id }) => id === 'refusal')?.paragraphs[0]}`);
console.log(refusalRemedies.map(({ article }) => article).join(', '));

const { resolve } = createRecordResolver();
const lines = gunzipSync(readFileSync(new URL('rooms/v10-shared.ndjson.gz', import.meta.url))).toString('utf8').trim().split('\n');
const records = lines.map((line) => readRecord(parseJson(line)).record);
const events = records.map(resolve);
const room = { roomId: events[0]?.roomId ?? '', graph: openRoom(records.map((record, index) => ({ ...record, event_id: events[index]?.eventId ?? '' }))), events };

const now = Date.UTC(2027, 0, 1);
const restriction: Restriction = { id: 'restriction', ground: 'article-18-1-a', subjects: [alice], from: now, reviewAt: now + 1e9, scope: {} };
const lifted = liftRestriction(restriction, { toldAt: now + 1, at: now + 2 });
const view: ViewOptions = { erasure: { profile: erasureProfile('notice'), subjects: [], effectiveAt: 0 } };
const message = events.findIndex(({ pdu }) => pdu.type === 'm.room.message' && pdu.sender === alice);
const seen = [now - 1, now, now + 2].map((at) => viewRestrictedRoom(room, { kind: 'user', id: '@bob:hs1.test:18441' }, { view, restrictions: [lifted], at })[message]?.seen);
console.log(`bob sees before, under and after it: ${seen.join(', ')}`);

const plan = planRectification(room, { type: 'm.room.member', stateKey: alice, content: { membership: 'join', displayname: 'Alice' } }, { subjects: [alice] });
console.log(`to rectify: ${plan?.senders.join(', ')} may send it; ${plan?.former.length} events before it remain`);
