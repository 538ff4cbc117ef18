import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erasureProfile } from '../../src/erasure/profiles.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { serveEvents, type ServedEvent } from '../../src/erasure/view/serve.ts';
import type { ViewOptions } from '../../src/erasure/view/room-facts.ts';
import type { Viewer } from '../../src/erasure/view/viewer.ts';
import { asJson, isState } from '../../src/event/pdu.ts';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import { serverNameOf } from '../../src/identifiers/identifiers.ts';
import { stringifyJson } from '../../src/json/stringify-json.ts';
import type { JsonObject } from '../../src/json/value.ts';
import type { ImportedLine } from '../../src/stores/import/imported-event.ts';
import { pageServer, WholeRoomNeededError, type PageSurface } from '../../src/stores/serve/serve-page.ts';
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts';
import type { ErasureStore } from '../../src/stores/store.ts';
import { arbitraryRoom } from '../../src/testing.ts';
import { recordedRooms } from '../erasure/rooms.ts';
import { opened } from '../erasure/view/open.ts';
import { everybody } from '../laws/rooms/planned.ts';
import { arbitraryDamage, generatedLines, linesOf, recordedLines } from './lines.ts';
import { arbitraryLife, fewPeople } from './lives.ts';
import { memoryStore } from './memory-store.ts';

const SURFACES: readonly PageSurface[] = ['messages', 'event', 'context', 'sync'];

function peopleOf(lines: readonly ImportedLine[]): readonly UserId[] {
  return [...new Set(lines.flatMap(({ event: { pdu } }) => [pdu.sender ?? [], pdu.type === 'm.room.member' ? pdu.state_key ?? [] : []].flat()))].sort() as readonly UserId[];
}

/** Everybody who could look into a room: its people, somebody who never was there, and their servers. */
function viewersOf(lines: readonly ImportedLine[]): readonly Viewer[] {
  const people = peopleOf(lines);
  return [
    ...people.map((id): Viewer => ({ kind: 'user', id })), { kind: 'user', id: '@never:one.example' }, { kind: 'guest' }, { kind: 'anonymous' }, { kind: 'admin' },
    ...[...new Set(people.flatMap((user) => serverNameOf(user) ?? []))].map((id): Viewer => ({ kind: 'server', id })), { kind: 'server', id: 'never.example' },
  ];
}

function requestOf(subject: UserId, lines: readonly ImportedLine[], changes: Partial<ErasureRequest> = {}): ErasureRequest {
  const times = lines.map(({ event }) => event.receivedTs ?? event.pdu.origin_server_ts ?? 0).sort((one, other) => one - other);
  return { subjects: [subject], requestedAt: 0, effectiveAt: times[Math.floor(times.length * 0.7)] ?? 0, profile: 'notice', scope: {}, ...changes };
}

function optionsOf({ profile, subjects, effectiveAt, scope, alreadyErased, keepLabels }: ErasureRequest, surface: PageSurface): ViewOptions {
  return { surface, erasure: { profile: erasureProfile(profile), subjects, effectiveAt, scope, ...(alreadyErased === undefined ? {} : { alreadyErased }), ...(keepLabels === undefined ? {} : { keepLabels }) } };
}

async function record(store: ErasureStore, request: ErasureRequest, id = 'one'): Promise<void> {
  await store.erasures.add({ id, request, status: 'planned', createdAt: 0, changedAt: 0 });
}

async function servedIn(store: ErasureStore, roomId: string, viewer: Viewer, { surface, size }: { readonly surface: PageSurface; readonly size: number }): Promise<readonly ServedEvent[]> {
  const serve = pageServer(store, roomId, viewer, { surface });
  const served: ServedEvent[] = [];
  let after = 0;
  for (;;) {
    const rows = await store.events.inRoom(roomId, { after, limit: size });
    served.push(...await serve(rows));
    if (rows.length < size) return served;
    after = rows.at(-1)?.place ?? 0;
  }
}

/** A server's view of others' events rests on which of its people are erased, of whom a page need not tell: it gets all at once. */
const sizeFor = (viewer: Viewer, size: number): number => (viewer.kind === 'server' ? 10_000 : size);

async function expectServedAlike(store: ErasureStore, lines: readonly ImportedLine[], { request, surface, size }: { readonly request: ErasureRequest; readonly surface: PageSurface; readonly size: number }): Promise<void> {
  const room = opened(lines);
  for (const viewer of viewersOf(lines)) {
    const expected = [...serveEvents(room, viewer, optionsOf(request, surface))];
    const served = await servedIn(store, room.roomId, viewer, { surface, size: sizeFor(viewer, size) });
    expect([viewer, served]).toEqual([viewer, expected]);
  }
}

describe.each(recordedRooms)('pages of %s', (file) => {
  const lines = recordedLines(file);

  test.each<readonly [string, Partial<ErasureRequest>]>([
    ['the notice', {}], ['strict', { profile: 'strict' }], ['spec', { profile: 'spec' }],
    ['a scope', { scope: { types: ['m.room.message', 'm.room.member'], before: 1_795_464_500_000 }, keepLabels: true }],
  ])('are what is served of the whole room, to everybody, under %s', async (_, changes) => {
    const store = openSqliteStore(':memory:', { create: true });
    await store.importEvents([lines]);
    const [subject = '@a:b'] = peopleOf(lines);
    const request = requestOf(subject, lines, changes);
    await record(store, request);
    await expectServedAlike(store, lines, { request, surface: SURFACES[file.length % SURFACES.length] ?? 'messages', size: 25 });
    await store.close();
  });
});

/** The same lines, with what servers put beside events for their clients: copies of others. */
function withCopies(lines: readonly ImportedLine[]): readonly ImportedLine[] {
  return linesOf(lines.map(({ record: stored, event: { pdu, roomId, eventId, rules } }, index) => {
    const before = lines.slice(0, index).map(({ event }) => event);
    const replaced = isState(pdu) ? before.findLast((one) => one.pdu.type === pdu.type && one.pdu.state_key === pdu.state_key) : undefined;
    const copies = before.slice(-2).map((event): JsonObject => ({ ...asJson(event.pdu), event_id: event.eventId }));
    const unsigned: JsonObject = {
      ...(replaced === undefined ? {} : { prev_content: replaced.pdu.content, ...(index % 3 === 0 ? { replaces_state: replaced.eventId } : {}), ...(index % 3 === 1 ? { prev_sender: replaced.pdu.sender ?? '' } : {}) }),
      ...(copies[0] === undefined ? {} : { 'm.relations': { 'm.thread': { latest_event: copies[0] } }, as_text: stringifyJson(copies[0]) }),
      ...(copies[1] === undefined ? {} : { redacted_because: copies[1] }),
    };
    return stringifyJson(asJson({ ...stored, room_id: roomId, room_version: rules.id, event_id: eventId, pdu: { ...pdu, unsigned } }));
  }));
}

const { numRuns = 100 } = fc.readConfigureGlobal();

describe('pages of generated rooms', () => {
  const rooms = fc.oneof(arbitraryLife(), fc.tuple(arbitraryRoom({ signed: false, maxScenes: 8 }), arbitraryDamage()).map(([room, damage]) => generatedLines(room, damage)));

  test('are what is served of the whole room, without the copies that go', async () => {
    await fc.assert(fc.asyncProperty(rooms.map(withCopies), fc.nat(), fc.constantFrom(...SURFACES), fc.constantFrom('notice', 'strict', 'spec'), async (lines, who, surface, profile) => {
      const store = memoryStore();
      store.add(lines);
      const people = [...fewPeople, ...everybody].filter((user) => peopleOf(lines).includes(user as UserId)) as readonly UserId[];
      const request = requestOf(people[who % people.length] ?? '@a:b', lines, { profile });
      await record(store, request);
      await expectServedAlike(store, lines, { request, surface, size: 6 });
    }), { numRuns: Math.ceil(numRuns / 2) });
  });

  test('where two people were erased, of each their own erasure counts, and no copies of either are served', async () => {
    await fc.assert(fc.asyncProperty(arbitraryLife().map(withCopies), async (lines) => {
      const store = memoryStore();
      store.add(lines);
      const [first, second] = [requestOf(fewPeople[0], lines), requestOf(fewPeople[1], lines, { profile: 'strict', effectiveAt: 9000 })];
      await record(store, first, 'one');
      await record(store, second, 'two');
      const room = opened(lines);
      for (const viewer of viewersOf(lines).filter(({ kind }) => kind !== 'server')) {
        const served = await servedIn(store, room.roomId, viewer, { surface: 'messages', size: 6 });
        const [one, two] = [first, second].map((request) => [...serveEvents(room, viewer, optionsOf(request, 'messages'))]);
        for (const [index, { event: { pdu } }] of lines.entries()) {
          const expected = pdu.sender === fewPeople[1] ? two?.[index] : one?.[index];
          expect([served[index]?.seen, served[index]?.reason]).toEqual([expected?.seen, expected?.reason]);
          // Whatever either erasure alone takes from an event is not there.
          for (const alone of [one, two]) for (const key of goneKeys(alone?.[index], pdu.unsigned)) expect(Object.keys(served[index]?.event?.unsigned ?? {})).not.toContain(key);
        }
      }
    }), { numRuns: Math.ceil(numRuns / 5) });
  });
});

function goneKeys(served: ServedEvent | undefined, unsigned: JsonObject | undefined): readonly string[] {
  return served?.event === undefined ? [] : Object.keys(unsigned ?? {}).filter((key) => !Object.hasOwn(served.event?.unsigned ?? {}, key));
}

describe('a page', () => {
  const lines = recordedLines('v10-shared.ndjson.gz');
  const roomId = lines[0]?.event.roomId ?? '';
  const newcomer: Viewer = { kind: 'anonymous' };

  test('hides from when an erasure is recorded, and shows again when it is taken back', async () => {
    const store = memoryStore();
    store.add(lines);
    const serve = pageServer(store, roomId, { kind: 'user', id: '@bob:hs1.test:18441' });
    const rows = await store.events.inRoom(roomId, { limit: 1000 });
    const seen = async (): Promise<number> => (await serve(rows)).filter(({ reason }) => reason === 'had-access' || reason === 'new-viewer').length;
    expect(await seen()).toBe(0);
    await record(store, requestOf('@alice:hs1.test:18441', lines));
    expect(await seen()).toBeGreaterThan(10);
    await store.erasures.change('one', ['planned'], { status: 'revoked', changedAt: 5 });
    expect(await seen()).toBe(0);
  });

  test('is of a room that the store has', async () => {
    expect(await pageServer(memoryStore(), '!none:a', newcomer)([])).toEqual([]);
  });

  test('does not tell what application services and the profile synapse are about', async () => {
    const store = memoryStore();
    store.add(lines);
    expect(() => pageServer(store, roomId, { kind: 'applicationService', id: 'irc' })).toThrow(WholeRoomNeededError);
    await record(store, requestOf('@alice:hs1.test:18441', lines, { profile: 'synapse' }));
    await expect(pageServer(store, roomId, newcomer)(await store.events.inRoom(roomId, { limit: 100 }))).rejects.toThrow(WholeRoomNeededError);
  });

  test('costs as many rows whatever the length of the room', async () => {
    const store = memoryStore();
    store.add(lines);
    const serve = pageServer(store, roomId, newcomer);
    const rows = (await store.events.inRoom(roomId, { limit: 1000 })).slice(20, 30);
    await serve(rows);
    const before = Object.values(store.handedOut()).reduce((sum, count) => sum + count, 0);
    await serve(rows);
    expect(Object.values(store.handedOut()).reduce((sum, count) => sum + count, 0) - before).toBeLessThan(35);
  });
});
