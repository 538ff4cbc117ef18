/** Two erasures hide the same message. One is revoked: the other still hides it. */
import { applyPlan, beginRevocation, createRecordResolver, createRevoker, hiddenSince, planErasure, readRecord, type ErasurePlan, type ErasureRequest, type StoredEvent } from '../src/index.ts';

const event = (sender: string, type: string, content: object, stateKey?: string): object => ({
  type, content, sender, room_id: '!r:example.org', origin_server_ts: 0, prev_events: [], auth_events: [], hashes: {}, ...(stateKey === undefined ? {} : { state_key: stateKey }),
});
const join = { membership: 'join' };
const { resolve } = createRecordResolver({ roomVersion: '11' });
const stored: readonly StoredEvent[] = [
  event('@bob:example.org', 'm.room.create', {}, ''), event('@bob:example.org', 'm.room.member', join, '@bob:example.org'),
  event('@alice:example.org', 'm.room.member', join, '@alice:example.org'), event('@alice:example.org', 'm.room.message', { body: 'hello' }),
].map((value) => readRecord(JSON.parse(JSON.stringify(value)))).map(({ record }) => ({ record, event: resolve(record) }));

const request: ErasureRequest = { subjects: ['@alice:example.org'], requestedAt: 1000, effectiveAt: 1000, profile: 'notice', scope: { types: ['m.room.message'] } };
const planFor = (one: ErasureRequest): ErasurePlan => planErasure(stored.map(({ event: found }) => found), one);
const [first, second] = [planFor(request), planFor({ ...request, requestedAt: 2000, effectiveAt: 2000 })];

const carriedOut = (events: readonly StoredEvent[], plan: ErasurePlan): readonly StoredEvent[] =>
  [...applyPlan(plan, events)].flatMap(({ record }) => (record === undefined ? [] : [{ record, event: resolve(record) }]));
const since = (events: readonly StoredEvent[]): string => String(events.map(({ record }) => hiddenSince(record)).find((time) => time !== undefined) ?? 'not hidden');

const both = carriedOut(carriedOut(stored, first), second);
console.log(`after both: hidden since ${since(both)}`);

/** What is stored once an erasure is revoked. */
function revoked(events: readonly StoredEvent[], plan: ErasurePlan): readonly StoredEvent[] {
  const revoking = beginRevocation(plan, 5000);
  for (const { event: found } of events) revoking.add(found);
  const revoke = createRevoker(revoking.finish());
  return events.map((one) => ({ event: one.event, record: revoke(one).record ?? one.record }));
}
const left = revoked(both, first);
console.log(`the first revoked: hidden since ${since(left)}`);
console.log(`both revoked: ${since(revoked(left, second))}`);
