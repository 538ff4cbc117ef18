/** Reports an erasure to the person and to the operator: what was deleted, what stays, who was told, and what is left to do. */
import { applyPlan, createRecordResolver, planErasure, readRecord, verifyErasure } from '../src/index.ts';
import type { JsonObject } from '../src/json.ts';
import { recipientStates, reportToOperator, reportToSubject, type ReportedDelivery } from '../src/portability.ts';

const alice = '@alice:a.example';
const pdu = (type: string, content: JsonObject, stateKey?: string): JsonObject => ({
  type, content, sender: alice, room_id: '!r:a.example', origin_server_ts: 0, prev_events: [], auth_events: [], hashes: {},
  ...(stateKey === undefined ? {} : { state_key: stateKey }),
});
const { resolve } = createRecordResolver({ roomVersion: '11' });
const stored = [pdu('m.room.topic', { topic: 'mine' }, ''), pdu('m.room.message', { body: 'hello' })]
  .map((value) => readRecord(value)).map(({ record }) => ({ record, event: resolve(record) }));

const plan = planErasure(stored.map(({ event }) => event), { subjects: [alice], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} });
const result = [...applyPlan(plan, stored)].flatMap(({ record }) => (record === undefined ? [] : [{ record, event: resolve(record) }]));
const verification = verifyErasure(plan, { original: stored, result });

// As a ledger of deliveries has them: one server has confirmed, a bot has to be written to.
const deliveries: readonly ReportedDelivery[] = [
  { kind: 'server', destination: 'b.example', status: 'acknowledged', since: 10, deadline: plan.deadlines.answer, attempts: 1 },
  { kind: 'bot', destination: '@bot:c.example', status: 'pending', since: 10, deadline: plan.deadlines.answer, attempts: 0, ask: 'write' },
];
const options = { generatedAt: 20, verification, deliveries, operator: 'Example', contact: 'dpo@a.example' };

const { fates, recipients = [] } = reportToSubject(plan, options);
console.log(`to the person: ${fates.emptied} emptied, ${fates.hidden} hidden, ${fates.kept} kept`);
for (const { kind, name, state } of recipients) console.log(`  ${kind} ${name}: ${state}`);

const { steps, recipientStates: states } = reportToOperator(plan, options);
console.log(`to the operator: ${steps.filter(({ standing }) => standing !== 'done').map(({ step, standing }) => `${step} ${standing}`).join(', ')}`);
console.log(`recipients: ${recipientStates.map((state) => `${states?.[state]} ${state}`).join(', ')}`);
