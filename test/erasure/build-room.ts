import { addContentHash, eventId } from '../../src/crypto/event-hashes.ts';
import type { EventReference, Pdu } from '../../src/event/pdu.ts';
import type { EventRecord } from '../../src/event/record.ts';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { authEventsFor } from '../../src/room/auth-events.ts';
import { createRecordResolver } from '../../src/room/resolve-record.ts';
import { stateKeyOf, type StateKey } from '../../src/room/state-map.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';

export const ALICE = '@alice:a.example';
export const BOB = '@bob:b.example';
export const CAROL = '@carol:c.example';

/** What an event can have beside what the builder gives it. */
export type EventExtras = {
  readonly unsigned?: JsonObject;
  /** The parents; without them the last event. */
  readonly prev?: readonly string[];
  readonly auth?: readonly string[];
  /** Further keys of the event itself. */
  readonly more?: { readonly [key: string]: unknown };
  /** Further keys of the record, or `undefined` for one that is to be left out. */
  readonly record?: { readonly [key: string]: unknown };
};

/** A room in the making. It signs nothing, and allows what the rules would not. */
export type RoomBuilder = {
  readonly roomId: string;
  readonly version: string;
  /** A message, or any other event that is no state; gives its ID. */
  readonly send: (sender: string, type: string, content: JsonObject, extras?: EventExtras) => string;
  readonly state: (sender: string, type: string, ...rest: readonly [stateKey: string, content: JsonObject, extras?: EventExtras | undefined]) => string;
  readonly text: (sender: string, body: string, extras?: EventExtras) => string;
  readonly join: (user: string, more?: JsonObject, extras?: EventExtras) => string;
  readonly redaction: (sender: string, target: string, reason?: string, extras?: EventExtras) => string;
  readonly records: () => readonly EventRecord[];
  readonly stored: () => readonly StoredEvent[];
};

export type RoomOptions = {
  readonly version?: string;
  readonly creator?: string;
  /** Whether everybody may join; else nobody but by invitation. */
  readonly joinRule?: string;
  readonly visibility?: string;
  readonly powerLevels?: JsonObject;
  readonly createContent?: JsonObject;
  readonly name?: string;
};

type Build = { readonly records: EventRecord[]; readonly state: Map<StateKey, string>; last: string | undefined; roomId: string };

/** A room with its first five events: create, join, power levels, join rules, history visibility. */
export function buildRoom(options: RoomOptions = {}): RoomBuilder {
  const { version = '10', creator = ALICE, joinRule = 'public', visibility = 'shared', name = 'room' } = options;
  const rules = roomVersion(version);
  const build: Build = { records: [], state: new Map(), last: undefined, roomId: `!${name}:${serverOf(creator)}` };

  const add = (event: Partial<Pdu> & Pick<Pdu, 'type' | 'content'>, extras: EventExtras = {}): string => {
    const { pdu, id } = finished(event, { build, version, extras });
    if (event.type === 'm.room.create' && rules.format.roomId === 'create') build.roomId = `!${id.slice(1)}`;
    if (pdu.state_key !== undefined && extras.record?.['rejected'] === undefined) build.state.set(stateKeyOf(pdu.type, pdu.state_key), id);
    build.records.push(recordOf(pdu, id, { build, version, extras }));
    if (extras.record?.['outlier'] !== true) build.last = id;
    return id;
  };
  const send: RoomBuilder['send'] = (sender, type, content, extras) => add({ sender, type, content }, extras);
  const state: RoomBuilder['state'] = (sender, type, ...[key, content, extras]) => add({ sender, type, state_key: key, content }, extras);
  const join: RoomBuilder['join'] = (user, more = {}, extras = {}) => state(user, 'm.room.member', user, { membership: 'join', ...more }, extras);

  const inContent = rules.authorization.creatorInContent ? { creator } : {};
  state(creator, 'm.room.create', '', { ...inContent, room_version: version, ...options.createContent });
  join(creator);
  const levels = rules.authorization.privilegedCreators ? {} : { users: { [creator]: 100 } };
  state(creator, 'm.room.power_levels', '', { ...levels, users_default: 0, events_default: 0, state_default: 0, ...options.powerLevels });
  state(creator, 'm.room.join_rules', '', { join_rule: joinRule });
  state(creator, 'm.room.history_visibility', '', { history_visibility: visibility });

  return {
    get roomId() {
      return build.roomId;
    },
    version,
    send,
    state,
    join,
    text: (sender, body, extras) => send(sender, 'm.room.message', { msgtype: 'm.text', body }, extras),
    redaction: (sender, target, reason, extras = {}) => {
      const why = reason === undefined ? {} : { reason };
      return rules.redacts.location === 'content'
        ? send(sender, 'm.room.redaction', { ...why, redacts: target }, extras)
        : send(sender, 'm.room.redaction', why, { ...extras, more: { redacts: target, ...extras.more } });
    },
    records: () => build.records,
    stored: () => storedEvents(build.records),
  };
}

/** Records as events that plans can be made of. */
export function storedEvents(records: readonly EventRecord[], version?: string): readonly StoredEvent[] {
  const { resolve } = createRecordResolver(version === undefined ? {} : { roomVersion: version });
  return records.map((record) => ({ record, event: resolve(record) }));
}

type Building = { readonly build: Build; readonly version: string; readonly extras: EventExtras };

function finished(event: Partial<Pdu> & Pick<Pdu, 'type' | 'content'>, { build, version, extras }: Building): { readonly pdu: Pdu; readonly id: string } {
  const rules = roomVersion(version);
  const place = build.records.length + 1;
  const opaque = rules.format.eventId === 'opaque';
  const sender = event.sender ?? ALICE;
  const isRoom = rules.format.roomId === 'create' && event.type === 'm.room.create';
  const parents = extras.prev ?? (build.last === undefined ? [] : [build.last]);
  const bare: Pdu = {
    ...event,
    ...(isRoom ? {} : { room_id: build.roomId }),
    ...(opaque ? { event_id: `$${place}:${serverOf(sender)}` } : {}),
    prev_events: references(parents, opaque),
    auth_events: references(extras.auth ?? authEventsFor({ ...event }, build.state, rules), opaque),
    depth: place,
    origin_server_ts: 1000 * place,
    hashes: {},
    signatures: {},
    ...(extras.unsigned === undefined ? {} : { unsigned: extras.unsigned }),
    ...(extras.more as JsonObject),
  };
  const pdu = addContentHash(bare, rules);
  return { pdu, id: eventId(pdu, rules) };
}

function references(ids: readonly string[], pairs: boolean): readonly EventReference[] {
  return pairs ? ids.map((id) => [id, { sha256: 'aGFzaA' }] as const) : ids;
}

function recordOf(pdu: Pdu, id: string, { build, version, extras }: Building): EventRecord {
  const place = build.records.length + 1;
  const record = {
    room_id: build.roomId, room_version: version, event_id: id, pdu, stream_ordering: place, received_ts: 1000 * place + 1, ...extras.record,
  };
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as unknown as EventRecord;
}

function serverOf(user: string): string {
  return user.slice(user.indexOf(':') + 1);
}
