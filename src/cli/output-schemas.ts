import * as v from 'valibot';
import { planSchema, requestPart } from './plan-file.ts';
import { verificationSchema } from './verification-file.ts';

/** The shape of what a command prints with `--json`: one document, or one for each line. */
export type OutputSchema = { readonly command: string; readonly per: 'document' | 'line'; readonly title: string; readonly schema: v.GenericSchema };

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.safeInteger());
const texts = v.array(v.string());
const counts = v.record(v.string(), count);

const applied = v.strictObject({ counts, rooms: v.record(v.string(), counts), files: texts });
const drift = v.strictObject({
  drift: v.array(v.strictObject({
    kind: v.picklist(['missing-event', 'new-event', 'changed-event', 'changed-tables']), room_id: v.exactOptional(v.string()), event_id: v.exactOptional(v.string()),
  })),
});

const explained = v.strictObject({
  source: v.string(),
  line: count,
  type: v.string(),
  room_version: v.string(),
  event_id: v.exactOptional(v.string()),
  keys: v.array(v.strictObject({ path: v.string(), kept: v.boolean(), reason: v.string(), spec: v.string() })),
});

const viewed = v.strictObject({
  room_id: v.string(),
  event_id: v.string(),
  seen: v.picklist(['full', 'redacted', 'hidden']),
  reason: v.string(),
  event: v.exactOptional(v.record(v.string(), v.unknown())),
});

const difference = v.strictObject({
  room_id: v.string(), event_id: v.string(), type: v.string(), only_first: texts, only_second: texts, hash_changes: v.boolean(), id_changes: v.boolean(),
});

const place = { id: v.string(), row: count, lane: count };
const graph = v.strictObject({
  room_id: v.string(),
  room_version: v.string(),
  totals: v.strictObject({
    events: count, folded: count, state: count, redactions: count, redacted: count, rejected: count, soft_failed: count, unknown: count, hazards: count,
    forks: count, merges: count, extremities: count,
  }),
  senders: v.array(v.strictObject({ user_id: v.string(), events: count })),
  nodes: v.array(v.looseObject({ ...place, kind: v.picklist(['event', 'run', 'braid']) })),
  edges: v.array(v.strictObject({ from: v.string(), to: v.string(), kind: v.picklist(['prev', 'auth']), references: count })),
  strands: v.array(v.strictObject({ lane: count, top: count, bottom: count })),
  bends: v.array(v.strictObject({ row: count, from: count, to: count, way: v.picklist(['in', 'out']) })),
  lanes: count,
  missing_parents: texts,
  loops: v.array(v.strictTuple([v.string(), v.string()])),
});

const receipts = v.array(v.strictObject({ file: v.string(), valid: v.boolean(), reason: v.exactOptional(v.string()) }));
const proof = v.variant('verdict', [
  v.strictObject({ verdict: v.literal('intact'), records: count, head: v.string(), receipts }),
  v.strictObject({ verdict: v.literal('broken'), fault: v.string(), record: count, receipts }),
]);

const deliveries = {
  deliveries: count,
  statuses: counts,
  asks: counts,
  nextAt: v.exactOptional(time),
};
const status = v.looseObject({
  ...deliveries,
  list: v.array(v.looseObject({ id: v.string(), kind: v.string(), channel: v.string(), destination: v.string(), status: v.string() })),
});

const progress = { rooms: count, roomsDone: count, events: count, eventsDone: count, counts };
const inStore = v.strictObject({
  erasure: v.string(), status: v.string(), outcome: v.picklist(['done', 'drifted', 'stopped']), drifted: texts, ...progress,
});
const queued = v.strictObject({ erasure: v.string(), status: v.string(), jobs: count });
const imported = v.strictObject({ added: count, known: count, rooms: texts, unreadable: count, erasuresApplied: count });
const erasures = v.strictObject({
  format: v.literal('matrix-erasure/erasures'),
  formatVersion: v.literal(1),
  erasures: v.array(v.strictObject({
    id: v.string(), request: requestPart, status: v.picklist(['planned', 'running', 'paused', 'done', 'cancelled', 'revoked']), createdAt: time, changedAt: time,
    progress: v.strictObject(progress),
  })),
});
const replayed = v.strictObject({ replayed: v.array(v.looseObject({ id: v.string(), outcome: v.string() })), rooms: count });
const exported = v.strictObject({
  out: v.string(), subjects: texts, exportedAt: time, counts, missing: v.array(v.looseObject({ what: v.string(), reason: v.string(), explanation: v.string() })),
});
const recipients = v.strictObject({
  recipients: v.array(v.looseObject({
    kind: v.string(), id: v.string(), channel: v.string(), since: v.exactOptional(time), reasons: texts,
    rooms: v.array(v.strictObject({ room_id: v.string(), since: v.exactOptional(time), reasons: texts })),
  })),
  deliveries: count,
  added: count,
  known: count,
});
const sent = v.strictObject({ tries: count, ...deliveries });

/** What is printed with `--json`, by command. Keys may be added in a minor version; those that are here stay. */
export const outputSchemas: readonly OutputSchema[] = [
  { command: 'plan', per: 'document', title: 'A plan, or a plan to revoke', schema: planSchema },
  { command: 'apply', per: 'document', title: 'What applying a plan did, or why it was refused', schema: v.union([applied, drift, inStore, queued]) },
  { command: 'import', per: 'document', title: 'What was imported into a store', schema: imported },
  { command: 'status', per: 'document', title: 'The erasures of a store', schema: erasures },
  { command: 'replay', per: 'document', title: 'Which erasures were applied again', schema: replayed },
  { command: 'export', per: 'document', title: 'What was copied for a person', schema: exported },
  { command: 'verify', per: 'document', title: 'What verification found', schema: verificationSchema },
  { command: 'view', per: 'line', title: 'How a viewer is served an event', schema: viewed },
  { command: 'explain', per: 'document', title: 'Why each key of events stays or goes', schema: v.array(explained) },
  { command: 'compare-rules', per: 'line', title: 'An event that two rule tables redact differently', schema: difference },
  { command: 'graph', per: 'document', title: 'The drawing of a room', schema: graph },
  { command: 'verify-ledger', per: 'document', title: 'What was found in a ledger of proof', schema: proof },
  { command: 'notify-plan', per: 'document', title: 'Who holds copies', schema: recipients },
  { command: 'notify-send', per: 'document', title: 'What became of notices', schema: sent },
  { command: 'notify-status', per: 'document', title: 'Who has been told', schema: status },
];
