// What a dependent project does with each public entry. Compiled against the packed package, then run.
import {
  addContentHash, applyPlan, createKeyRing, createRecordResolver, eventId, explainRedaction, generateSigningKey, planErasure, readRecord, redact, roomVersion,
  signEvent, UnsupportedRoomVersionError, verifyErasure, verifyEvent, type ErasureRequest, type Pdu, type StoredEvent,
} from 'matrix-erasure';
import { encodeCanonicalJson, JsonSyntaxError, parseJson, type JsonValue } from 'matrix-erasure/json';
import { noticeCause, planBridgeErasure, type MessageMapping } from 'matrix-erasure/bridge';
import { compareRules } from 'matrix-erasure/lab';
import {
  appendToLedger, createSuppressionList, emptyLedger, findRecipients, ingestVerdict, serveErasureApi, suppressionEntries, toNodeHandler, verifyLedger,
  type FetchHandler, type LedgerEntry, type NodeRequest,
} from 'matrix-erasure/notices';
import { createMemoryExport, exportSubjectData, type ExportRequest } from 'matrix-erasure/portability';
import { authorize, openRoom, stateKeyOf, type AuthVerdict, type StateMap } from 'matrix-erasure/room';
import { openPostgresStore, storeName } from 'matrix-erasure/stores/postgres';
import { openSqliteStore, recordErasure, type ErasureStore } from 'matrix-erasure/stores/sqlite';
import { arbitraryPdu, redactionLaws, storeConformance } from 'matrix-erasure/testing';
import fc from 'fast-check';

const rules = roomVersion('11');
const server = 'example.org';
const key = generateSigningKey(new Uint8Array(32), '1');
const keys = createKeyRing({ [server]: { [key.keyId]: key.publicKey } });

const alice = '@alice:example.org';
const bob = '@bob:example.org';

function send(event: Pdu, previous: readonly Pdu[], authorizedBy: readonly Pdu[]): Pdu {
  const idOf = (other: Pdu): string => eventId(other, rules);
  const place = { room_id: '!room:example.org', origin_server_ts: 1000 + previous.length, depth: previous.length + 1 };
  const whole: Pdu = { ...event, ...place, prev_events: previous.slice(-1).map(idOf), auth_events: authorizedBy.map(idOf) };
  return signEvent(addContentHash(whole, rules), { rules, server, ...key });
}

const create = send({ type: 'm.room.create', state_key: '', sender: alice, content: { room_version: '11' } }, [], []);
const join = send({ type: 'm.room.member', state_key: alice, sender: alice, content: { membership: 'join', displayname: 'Alice' } }, [create], [create]);
const open = send({ type: 'm.room.join_rules', state_key: '', sender: alice, content: { join_rule: 'public' } }, [create, join], [create, join]);
const guest = send({ type: 'm.room.member', state_key: bob, sender: bob, content: { membership: 'join' } }, [create, join, open], [create, open]);
const message = send({ type: 'm.room.message', sender: alice, content: { msgtype: 'm.text', body: 'hello' } }, [create, join, open, guest], [create, join]);
const room = [create, join, open, guest, message];

const events = new Map<string, Pdu>(room.map((event) => [eventId(event, rules), event]));
const state: StateMap = new Map(room.slice(0, 4).map((event) => [stateKeyOf(event.type, event.state_key ?? ''), eventId(event, rules)]));
const stateEvent = (type: string, stateKey: string): Pdu | undefined => events.get(state.get(stateKeyOf(type, stateKey)) ?? '');
const verdict: AuthVerdict = authorize(message, { rules, state: stateEvent });

const { resolve } = createRecordResolver();
const storedOf = (event: Pdu): StoredEvent => {
  const parsed: JsonValue = parseJson(encodeCanonicalJson(event as JsonValue));
  const { record } = readRecord(parsed);
  return { record, event: resolve(record) };
};
const original = room.map(storedOf);
const request: ErasureRequest = { subjects: [alice], requestedAt: 5000, effectiveAt: 5000, profile: 'notice', scope: {} };
const plan = planErasure(original.map(({ event }) => event), request);
const result = [...applyPlan(plan, original)].flatMap(({ record }) => (record === undefined ? [] : [{ record, event: resolve(record) }]));

const viewed = original.map(({ event }) => event);
const graph = openRoom(viewed.map(({ eventId: id, pdu }) => ({ event_id: id, pdu })));
const recipients = findRecipients([{ roomId: '!room:example.org', graph, events: viewed }], request, { server, bots: [bob] });
const suppressed = ingestVerdict(message, createSuppressionList(suppressionEntries(plan, new Uint8Array(32)), new Uint8Array(32)), { rules });
const done: LedgerEntry = { at: 5000, kind: 'applied', case: '1', subjects: [alice], counts: { hide: 1 } };
const receive: FetchHandler = serveErasureApi({ hsToken: 'token', standing: () => 'none', onErasure: () => undefined, onReview: () => undefined });
const answers: number[] = [];
const noBody: NodeRequest = Object.assign((async function* (): AsyncGenerator<Uint8Array> {})(), { method: 'GET', url: '/_matrix/app/v1/users/erase', headers: {} });
await toNodeHandler(receive)(noBody, { writeHead: (status) => answers.push(status), end: () => undefined });
const bridged: readonly MessageMapping[] = [
  { event_id: '$1', room_id: '!room:example.org', sender: alice, network: 'irc', chat: '#room', remoteId: '1', account: 'alice', sentAt: 5000 },
  { event_id: '$2', room_id: '!room:example.org', sender: alice, network: 'signal', chat: 'group', remoteId: '2', account: 'alice', sentAt: 5000 },
];
const bridgePlan = planBridgeErasure(noticeCause({ user_id: alice }), bridged, { at: 6000, tombstoneKey: new Uint8Array(32) });

const copyRequest: ExportRequest = { subjects: [alice], at: 5000 };
const copied = await exportSubjectData(original, copyRequest, createMemoryExport().place);

function nameOfError(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    if (error instanceof UnsupportedRoomVersionError || error instanceof JsonSyntaxError) return error.name;
    throw error;
  }
}

async function recordedIn(kept: ErasureStore): Promise<number> {
  const id = await recordErasure(kept, request, { now: 1 });
  return (await kept.erasures.ofSubjects([alice])).filter((erasure) => erasure.id === id).length;
}

const output = {
  compared: compareRules(create, roomVersion('10'), rules)?.onlySecond,
  redacted: redact(message, rules.redaction).content,
  explained: explainRedaction(join, rules.redaction).filter(({ kept }) => !kept).map(({ path }) => path),
  sameId: eventId(message, rules) === eventId(redact(message, rules.redaction), rules),
  verified: verifyEvent(message, rules, keys).verdict,
  verifiedAfterRedaction: verifyEvent(redact(message, rules.redaction), rules, keys).verdict,
  allowed: verdict.allowed,
  planned: plan.rooms.flatMap(({ entries }) => entries.map(({ treatment }) => treatment)),
  recipients: recipients.map(({ kind, id }) => `${kind} ${id}`),
  suppressed: suppressed.store,
  ledger: verifyLedger([appendToLedger(emptyLedger, done, new Uint8Array(32)).line]).verdict,
  answers,
  erased: verifyErasure(plan, { original, result }, { keys }).verdict,
  copied: copied.counts.events,
  bridged: bridgePlan.messages.map(({ treatment }) => treatment),
  errors: [nameOfError(() => roomVersion('nonsense')), nameOfError(() => parseJson('{'))],
  laws: redactionLaws({ redact: (event, version) => redact(event, roomVersion(version).redaction) }, { roomVersions: ['11'] }).map((law) => law.check({ numRuns: 20 })).length > 3,
  stored: await recordedIn(openSqliteStore(':memory:', { create: true })),
  store: [storeName('postgres://bob:secret@b.example/erasure'), typeof openPostgresStore],
  checks: storeConformance(async () => { throw new Error('no store'); }).length > 20,
  generated: fc.sample(arbitraryPdu({ rules }), 3).length,
};

declare const console: { log(text: string): void };
console.log(JSON.stringify(output));
