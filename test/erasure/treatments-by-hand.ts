import { isJsonObject, own, type JsonObject } from '../../src/json/value.ts';
import type { EventRecord } from '../../src/event/record.ts';
import type { Treatment } from '../../src/erasure/plan.ts';

/** The protected content of the stable room versions, written down once more so that the tables in `src` are not trusted. */
function isProtected(type: string, key: string, version: number): boolean {
  switch (type) {
    case 'm.room.member':
      return key === 'membership' || (key === 'join_authorised_via_users_server' && version >= 9) || (key === 'third_party_invite' && version >= 11);
    case 'm.room.create':
      return version >= 11 || key === 'creator';
    case 'm.room.join_rules':
      return key === 'join_rule' || (key === 'allow' && version >= 8);
    case 'm.room.power_levels':
      return /^(?:ban|events|events_default|kick|redact|state_default|users|users_default)$/.test(key) || (key === 'invite' && version >= 11);
    case 'm.room.aliases':
      return key === 'aliases' && version <= 5;
    case 'm.room.history_visibility':
      return key === 'history_visibility';
    default:
      return false;
  }
}

const WHILE_CURRENT = /^(?:m\.room\.server_acl|m\.room\.encryption|m\.room\.tombstone|m\.room\.policy|m\.policy\.rule\..*|m\.space\.child|m\.room\.retention)$/;

/** Whether redacting a state event would change the room, by the list of hazards in words. */
function isHazard({ pdu }: EventRecord, version: number, standing: { readonly current: boolean; readonly cited: boolean }): boolean {
  const lost = Object.keys(pdu.content).filter((key) => !isProtected(pdu.type, key, version));
  if (lost.length === 0) return false;
  const inChain = standing.current || standing.cited;
  if (pdu.type === 'm.room.create') return true;
  if (pdu.type === 'm.room.power_levels') return lost.includes('invite') || (lost.includes('notifications') && (version >= 6 || standing.current));
  if (pdu.type === 'm.room.third_party_invite') return inChain;
  if (pdu.type === 'm.room.member' && lost.includes('third_party_invite')) return own(pdu.content, 'membership') === 'invite';
  if (pdu.type === 'm.room.member' && lost.includes('join_authorised_via_users_server')) return version === 8;
  return standing.current && WHILE_CURRENT.test(pdu.type);
}

/** The treatment of every own event of a room of which everything is known and nothing forked, by the table in words. */
export function treatmentsByHand(records: readonly EventRecord[], subject: string): ReadonlyMap<string, Treatment> {
  const ordered = [...records].sort((a, b) => (a.stream_ordering ?? 0) - (b.stream_ordering ?? 0));
  const latest = new Map<string, string | undefined>();
  const cited = new Set(ordered.flatMap(({ pdu }) => (pdu.auth_events ?? []).map((reference) => (typeof reference === 'string' ? reference : reference[0]))));
  const ids = new Set(ordered.map(({ event_id }) => event_id));
  for (const { pdu, event_id } of ordered) if (typeof pdu.state_key === 'string') latest.set(JSON.stringify([pdu.type, pdu.state_key]), event_id);
  const alone = ordered.every(({ pdu }) => pdu.sender === subject && !opens(pdu.type, pdu.state_key, pdu.content, subject));

  const treat = (record: EventRecord): Treatment => {
    const { pdu, event_id = '' } = record;
    const version = Number(record.room_version);
    if (alone) return 'purge';
    if (typeof pdu.state_key === 'string') {
      const current = latest.get(JSON.stringify([pdu.type, pdu.state_key])) === event_id;
      return isHazard(record, version, { current, cited: cited.has(event_id) }) ? 'keep' : 'redact';
    }
    if (pdu.type !== 'm.room.redaction') return 'hide';
    const target = version >= 11 ? own(pdu.content, 'redacts') : pdu.redacts;
    // Of the recorded redactions of hers, every one has its target in the room and was sent with the right to.
    if (typeof target !== 'string' || !ids.has(target)) throw new Error('the recorded rooms were thought to have all targets');
    return version >= 11 ? 'redact' : 'keep';
  };
  return new Map(ordered.filter(({ pdu }) => pdu.sender === subject).map((record) => [record.event_id ?? '', treat(record)]));
}

function opens(type: string, stateKey: string | undefined, content: JsonObject, subject: string): boolean {
  if (type === 'm.room.history_visibility') return own(content, 'history_visibility') === 'world_readable';
  return type === 'm.room.member' && stateKey !== subject && own(content, 'membership') !== 'leave';
}

/** Every marker in the texts and keys of a value. */
export function markersIn(value: unknown): ReadonlySet<string> {
  return new Set(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item) as unknown)?.match(/pii_a\d+_\d+/g) ?? []);
}

/** Whether any object in a value names the subject as its sender. */
export function hasCopyOf(value: unknown, subject: string): boolean {
  if (Array.isArray(value)) return value.some((item) => hasCopyOf(item, subject));
  if (!isJsonObject(value as JsonObject)) return false;
  const object = value as JsonObject;
  return object['sender'] === subject || object['prev_sender'] === subject || Object.values(object).some((item) => hasCopyOf(item, subject));
}
