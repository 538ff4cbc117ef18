import { planErasure } from '../../erasure/planner.ts';
import type { RoomPlan } from '../../erasure/plan.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import type { UserId } from '../../identifiers/identifiers.ts';
import type { ImportedLine } from '../../stores/import/imported-event.ts';
import type { ErasurePart, ErasureRow, ErasureStore } from '../../stores/store.ts';
import { roomIdOf, sendersIn } from './engine-answers.ts';
import { allRows } from './event-checks.ts';
import { assertAnswer, assertHolds, NonConformingStoreError, type OpenStore, type StoreCheck } from './store-check.ts';

const BOB: UserId = '@bob:b.example';

/** A request of somebody's, for everything. */
export function requestOf(subject: string, changes: Partial<ErasureRequest> = {}): ErasureRequest {
  return { subjects: [subject as UserId], requestedAt: 2_000_000_000_000, effectiveAt: 2_000_000_000_000, profile: 'notice', scope: {}, ...changes };
}

/** What is asked of erasures, their ledger, and what belongs to an account. */
export function erasureChecks(open: OpenStore, rooms: readonly (readonly ImportedLine[])[]): readonly StoreCheck[] {
  return [
    { name: 'an erasure is recorded once, and found by its subjects', check: async () => checkRecord((await open()).store) },
    { name: 'the status of an erasure changes only from where it is said', check: async () => checkStatus((await open()).store) },
    { name: 'parts come back as they were put, and are counted', check: async () => checkParts((await open()).store, planOf(rooms[0] ?? [])) },
    { name: 'files are noted once, and are done once deleted', check: async () => checkMedia((await open()).store) },
    { name: 'what falls due is told once', check: async () => checkDues((await open()).store) },
    { name: 'the ledger keeps its order', check: async () => checkLedger((await open()).store) },
    { name: 'what is held of an account goes by category', check: () => checkAccount(open) },
    { name: 'work in a room that fails leaves nothing', check: () => checkWhole(open, rooms[0] ?? []) },
    { name: 'work in a room is done by one at a time', check: () => checkAlone(open, rooms[0] ?? []) },
  ];
}

function erasureRow(id: string, changes: Partial<ErasureRow> = {}): ErasureRow {
  return { id, request: requestOf(BOB), status: 'planned', createdAt: 1, changedAt: 1, ...changes };
}

async function checkRecord({ erasures }: ErasureStore): Promise<void> {
  const [one, other, third] = [erasureRow('one'), erasureRow('other', { status: 'cancelled' }), erasureRow('third', { request: requestOf('@carol:c.example', { subjects: [BOB, '@carol:c.example'] }) })];
  for (const row of [one, other, third]) assertAnswer('erasures.add()', await erasures.add(row), true);
  assertAnswer('erasures.add() a second time', await erasures.add({ ...one, status: 'done' }), false);
  assertAnswer('erasures.get()', await erasures.get('one'), one);
  assertAnswer('erasures.get() of none', await erasures.get('none'), undefined);
  assertAnswer('erasures.list()', await erasures.list(), [one, other, third]);
  assertAnswer('erasures.ofSubjects()', (await erasures.ofSubjects([BOB, '@dan:d.example'])).map(({ id }) => id), ['one', 'third']);
  assertAnswer('erasures.ofSubjects() of nobody', await erasures.ofSubjects([]), []);
}

async function checkStatus({ erasures, ledger }: ErasureStore): Promise<void> {
  await erasures.add(erasureRow('one'));
  const noted = [{ at: 3, erasureId: 'one', step: 'start', detail: {} }];
  assertAnswer('erasures.change() from another status', await erasures.change('one', ['running', 'done'], { status: 'paused', changedAt: 2, noted }), false);
  assertAnswer('ledger.read() after a change that was not made', await ledger.read({ limit: 9 }), []);
  assertAnswer('erasures.change()', await erasures.change('one', ['planned', 'paused'], { status: 'running', changedAt: 3, noted }), true);
  assertAnswer('ledger.read() after a change', (await ledger.read({ limit: 9 })).map(({ step }) => step), ['start']);
  assertAnswer('erasures.get() after a change', await erasures.get('one'), erasureRow('one', { status: 'running', changedAt: 3 }));
  const request = requestOf(BOB, { revokedAt: 4 });
  await erasures.change('one', ['running'], { status: 'revoked', changedAt: 4, request });
  assertAnswer('erasures.get() after a change of its request', await erasures.get('one'), erasureRow('one', { status: 'revoked', changedAt: 4, request }));
}

function planOf(lines: readonly ImportedLine[]): RoomPlan {
  const planned = sendersIn(lines).map((user) => planErasure(lines.map(({ event }) => event), requestOf(user)).rooms[0]);
  const plan = planned.find((room) => room !== undefined && room.entries.length > 1);
  if (plan === undefined) throw new NonConformingStoreError('the rooms', 'there is nobody in the first one with two events');
  return plan;
}

async function checkParts({ erasures }: ErasureStore, plan: RoomPlan): Promise<void> {
  await erasures.add(erasureRow('one'));
  const counts = { redacted: 3, hidden: 2, purged: 1, 'copies-removed': 4 };
  const none = { redacted: 0, hidden: 0, purged: 0, 'copies-removed': 0 };
  const parts = ['!c:b', '!a:b', '!b:b'].map((roomId): ErasurePart => ({ erasureId: 'one', roomId, plan, revision: 5, status: 'planned', counts: none }));
  await erasures.putParts(parts);
  assertAnswer('erasures.part()', sorted(await erasures.part('one', '!a:b')), sorted(parts[1]));
  assertAnswer('erasures.partState()', sorted(await erasures.partState('one', '!a:b')), [['revision', 5], ['status', 'planned']]);
  assertAnswer('erasures.roomsOf()', await erasures.roomsOf('one', 'planned', { limit: 9 }), ['!a:b', '!b:b', '!c:b']);
  assertAnswer('erasures.roomsOf() after a room', await erasures.roomsOf('one', 'planned', { after: '!a:b', limit: 1 }), ['!b:b']);
  const done: ErasurePart = { erasureId: 'one', roomId: '!b:b', plan, revision: 6, status: 'done', counts };
  await erasures.putParts([done]);
  await erasures.setPart('one', '!c:b', { status: 'failed' });
  assertAnswer('erasures.part() when it was put again', sorted(await erasures.part('one', '!b:b')), sorted(done));
  assertAnswer('erasures.roomsOf() that failed', await erasures.roomsOf('one', 'failed', { limit: 9 }), ['!c:b']);
  const events = plan.entries.length;
  assertAnswer('erasures.progress()', sorted(await erasures.progress('one')), sorted({ rooms: 3, roomsDone: 1, events: events * 3, eventsDone: events, counts }));
}

/** Members in one order. */
function sorted(value: object | undefined): readonly unknown[] {
  return Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, key === 'counts' ? sorted(member) : member]);
}

async function checkMedia(store: ErasureStore): Promise<void> {
  const { erasures } = store;
  await erasures.add(erasureRow('one'));
  await erasures.addMedia('one', ['mxc://b.example/b', 'mxc://b.example/a']);
  await erasures.addMedia('one', ['mxc://b.example/a']);
  assertAnswer('erasures.media()', (await erasures.media('one', false)).toSorted(), ['mxc://b.example/a', 'mxc://b.example/b']);
  await store.deleteMedia('one', ['mxc://b.example/a', 'mxc://b.example/none']);
  assertAnswer('erasures.media() after deleteMedia()', [await erasures.media('one', false), await erasures.media('one', true)], [['mxc://b.example/b'], ['mxc://b.example/a']]);
}

async function checkDues({ erasures }: ErasureStore): Promise<void> {
  await erasures.add(erasureRow('one'));
  await erasures.addDues([{ erasure: 'one', what: 'purge', due: 20 }, { erasure: 'one', what: 'answer', due: 10 }]);
  await erasures.addDues([{ erasure: 'one', what: 'answer', due: 30 }]);
  assertAnswer('erasures.takeDues() before anything is due', await erasures.takeDues(9), []);
  assertAnswer('erasures.takeDues()', await erasures.takeDues(10), [{ erasure: 'one', what: 'answer', due: 10 }]);
  assertAnswer('erasures.takeDues() later', await erasures.takeDues(99), [{ erasure: 'one', what: 'purge', due: 20 }]);
}

async function checkLedger({ ledger }: ErasureStore): Promise<void> {
  const rows = ['record', 'carry-out', 'finish'].map((step, at) => ({ at, erasureId: 'one', step, detail: { rooms: at, profile: 'notice' } }));
  await ledger.append(rows.slice(0, 2));
  await ledger.append(rows.slice(2));
  const read = await ledger.read({ limit: 2 });
  const rest = await ledger.read({ after: read.at(-1)?.seq ?? 0, limit: 2 });
  assertAnswer('ledger.read()', [...read, ...rest].map(({ at, erasureId, step, detail }) => ({ at, erasureId, step, detail })), rows);
  assertAnswer('ledger.read(): pages', [read.length, rest.length], [2, 1]);
}

async function checkAccount(open: OpenStore): Promise<void> {
  const { store, addAccountData } = await open();
  if (addAccountData === undefined) return;
  await addAccountData(BOB, 'devices', ['A', 'B']);
  await addAccountData(BOB, 'email', ['bob@example.org']);
  await addAccountData('@carol:c.example', 'devices', ['C']);
  assertAnswer('deleteAccountData()', await store.deleteAccountData(BOB, 'devices'), 2);
  assertAnswer('deleteAccountData() a second time', await store.deleteAccountData(BOB, 'devices'), 0);
  assertAnswer('deleteAccountData() of others', [await store.deleteAccountData(BOB, 'email'), await store.deleteAccountData('@carol:c.example', 'devices')], [1, 1]);
}

async function checkWhole(open: OpenStore, lines: readonly ImportedLine[]): Promise<void> {
  const { store, add } = await open();
  await add(lines);
  const roomId = roomIdOf(lines);
  const before = await allRows((page) => store.events.inRoom(roomId, page));
  const failing = store.inRoom(roomId, async (inside) => {
    await inside.events.change(roomId, before.slice(0, 2).map(({ eventId, place }) => ({ eventId, place })));
    await inside.ledger.append([{ at: 1, erasureId: 'one', step: 'record', detail: {} }]);
    throw new RangeError('on purpose');
  });
  assertAnswer('inRoom() whose work fails', await failing.then(() => 'nothing', (error: unknown) => (error instanceof Error ? error.message : '')), 'on purpose');
  assertAnswer('events after that', (await allRows((page) => store.events.inRoom(roomId, page))).map(({ text }) => text), before.map(({ text }) => text));
  assertAnswer('the ledger after that', await store.ledger.read({ limit: 9 }), []);
}

async function checkAlone(open: OpenStore, lines: readonly ImportedLine[]): Promise<void> {
  const { store, add } = await open();
  await add(lines);
  const roomId = roomIdOf(lines);
  const steps: string[] = [];
  const work = (name: string) => async (inside: ErasureStore): Promise<void> => {
    steps.push(`${name} begins`);
    for (let turn = 0; turn < 5; turn++) await inside.events.room(roomId);
    steps.push(`${name} ends`);
  };
  await Promise.all(['one', 'other'].map((name) => store.inRoom(roomId, work(name))));
  const [first, second, third, fourth] = steps.map((step) => step.split(' ')[0]);
  assertHolds('inRoom() twice at once', first === second && third === fourth && first !== third, `goes as: ${steps.join(', ')}`);
}
