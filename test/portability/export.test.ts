import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import { addContentHash } from '../../src/crypto/event-hashes.ts';
import { redact } from '../../src/event/redact.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { exportSubjectData, createMemoryExport, type AccountFile, type ExportRequest, type RoomEvent } from '../../src/portability.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { checkFiles, EVENTS, exported, linesOf, stored, type Made } from './exports.ts';

const rules = roomVersion('10');
const ME = '@me:a.example';
const BOB = '@bob:b.example';
const ROOM = '!r:a.example';

let sent = 0;
/** An event, each a minute after the one before. */
const event = (sender: string, type: string, content: object, more: object = {}): Pdu =>
  addContentHash({ type, sender, room_id: ROOM, content: content as JsonObject, origin_server_ts: 1_700_000_000_000 + (sent += 1) * 60_000, depth: sent, prev_events: [], auth_events: [], ...more }, rules);
const message = (sender: string, body: string, more: object = {}): Pdu => event(sender, 'm.room.message', { msgtype: 'm.text', body }, more);
const keep = (pdu: Pdu, more: object = {}): StoredEvent => stored(pdu, rules, more);
const copy = (events: readonly StoredEvent[], request: Partial<ExportRequest> = {}): Promise<Made> => exported(events, { subjects: [ME], ...request });
const everything = ({ files }: Made): string => [...files.values()].join('\n');
const bodies = (made: Made): readonly unknown[] => linesOf(made, EVENTS).map((line) => ((line['pdu'] as JsonObject)['content'] as JsonObject)['body']);

describe('what is in a copy', () => {
  it('events come in order of time, whatever the order of the input', async () => {
    const events = ['one', 'two', 'three', 'four'].map((body) => keep(message(ME, body)));
    expect(bodies(await copy(events.toReversed()))).toEqual(['one', 'two', 'three', 'four']);
  });

  it("what a server puts beside an event about others stays out, and what is the person's own stays in", async () => {
    const own = keep(message(ME, 'mine', { unsigned: { age_ts: 5, redacted_because: { content: { reason: 'secret-of-bob' } }, 'm.relations': { 'm.thread': { latest_event: 'secret-of-bob' } } } }), {
      received_ts: 7, internal_metadata: { device_id: 'PHONE', note: 'secret-of-bob' }, prev_state: { body: 'secret-of-bob' },
    });
    const made = await copy([own]);
    expect(everything(made)).not.toContain('secret-of-bob');
    expect(linesOf(made, EVENTS)[0]).toMatchObject({ received_ts: 7, internal_metadata: { device_id: 'PHONE' }, pdu: { unsigned: { age_ts: 5 } } });
    checkFiles(made);
  });

  it('memberships that others gave the person are listed, without names and texts', async () => {
    const invite = event(BOB, 'm.room.member', { membership: 'invite', displayname: 'What Bob calls me', reason: 'A reason of Bob' }, { state_key: ME });
    const odd = event(BOB, 'm.room.member', { membership: 'a text of Bob' }, { state_key: ME });
    const made = await copy([keep(invite), keep(odd), keep(message(BOB, `${ME}, a text of Bob`))]);
    const [first, second] = linesOf(made, /^rooms.*references-/);
    expect(first).toMatchObject({ type: 'm.room.member', sender: '@person-1:erased.invalid', membership: 'invite', reasons: ['membership', 'membership-profile', 'membership-reason'] });
    expect(second).not.toHaveProperty('membership');
    for (const text of ['What Bob calls me', 'A reason of Bob', 'a text of Bob', 'bob']) expect(everything(made)).not.toContain(text);
    expect(made.manifest.counts).toMatchObject({ rooms: 1, events: 0, references: 2 });
    checkFiles(made);
  });

  it("with about, other people's events that name the person are listed too", async () => {
    const events = [keep(message(ME, 'mine')), keep(message(BOB, `${ME}, a text of Bob`)), keep(message(BOB, 'nothing of that'))];
    expect((await copy(events)).manifest.counts.references).toBe(0);
    const made = await copy(events, { about: true });
    expect(linesOf(made, /^rooms.*references-/)).toEqual([expect.objectContaining({ reasons: ['mention'], sender: '@person-1:erased.invalid' })]);
    expect(everything(made)).not.toContain('a text of Bob');
  });

  it('redacted and encrypted events are marked, in the files and on the pages', async () => {
    const gone = message(ME, 'said and removed');
    const named = message(ME, 'said and named');
    const events = [keep(redact(gone, rules.redaction)), keep(named), keep(event(ME, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'AwgA' })), keep(message(ME, 'plain'))];
    const targets = events.slice(0, 2).map(({ event: { eventId } }) => eventId);
    const redactions = targets.map((redacts) => keep(event(BOB, 'm.room.redaction', { reason: 'a reason of Bob' }, { redacts })));
    const made = await copy([...events, ...redactions]);
    expect(linesOf(made, EVENTS).map((line) => line['export'])).toEqual([{ redacted: 'gone' }, { redacted: 'named' }, { encrypted: true }, {}]);
    expect(linesOf(made, EVENTS).map((line) => line['redacted_by'])).toEqual([[redactions[0]?.event.eventId], [redactions[1]?.event.eventId], undefined, undefined]);
    expect(everything(made)).not.toContain('a reason of Bob');
    expect(made.manifest.missing).toMatchObject([{ what: 'texts', reason: 'encrypted', count: 1 }, { what: 'texts', reason: 'redacted', count: 1 }, { what: 'other-people' }, { what: 'account' }]);
    const page = made.files.get('rooms/0001-r/page-0001.html') ?? '';
    expect(page).toContain('Removed');
    expect(page).toContain('removed later, still stored');
    expect(page).toContain('Only your own devices can read it.');
  });

  it('an event that never said anything is not taken for a redacted one', async () => {
    const made = await copy([keep(event(ME, 'm.room.message', {})), stored({ type: 'm.room.message', sender: ME, room_id: ROOM, content: {}, origin_server_ts: 5 }, rules)]);
    expect(linesOf(made, EVENTS).map((line) => line['export'])).toEqual([{}, {}]);
  });

  it('a room of many events is in parts, each page leading to the next, and a search page too', async () => {
    const events = Array.from({ length: 20_500 }, (_, i) => stored({ type: 'm.room.message', sender: ME, room_id: ROOM, content: { body: `text ${i}` }, origin_server_ts: 1e12 + ((i * 7919) % 20_500) }, rules));
    const made = await copy(events);
    expect([...made.files.keys()].filter((path) => path.startsWith('rooms/'))).toEqual(expect.arrayContaining([1, 2, 3].flatMap((part) => [`rooms/0001-r/events-000${part}.jsonl`, `rooms/0001-r/page-000${part}.html`])));
    const times = linesOf(made, EVENTS).map((line) => (line['pdu'] as JsonObject)['origin_server_ts'] as number);
    expect(times).toHaveLength(20_500);
    expect(times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0))).toBe(true);
    expect(made.files.get('rooms/0001-r/page-0002.html')).toMatch(/href="page-0001\.html"[^]*href="page-0003\.html"/);
    expect([...made.files.keys()].filter((path) => path.startsWith('search/'))).toEqual(['search/index.html', 'search/part-0002.html']);
    expect((made.files.get('index.html') ?? '').length).toBeLessThan(20_000);
  });

  it('very many rooms are listed on further pages', async () => {
    const made = await copy(Array.from({ length: 1200 }, (_, i) => stored({ type: 'm.room.message', sender: ME, room_id: `!${i}:x`, content: { body: `text ${i}` }, origin_server_ts: i }, rules)));
    const listed = ['index.html', 'rooms-0002.html', 'rooms-0003.html'].map((path) => (made.files.get(path)?.match(/href="rooms\/\d{4}-\d+\/page-0001\.html"/g) ?? []).length);
    expect(listed).toEqual([500, 500, 200]);
    expect(made.files.has('rooms-0004.html')).toBe(false);
  });

  it('times that no calendar has are no obstacle', async () => {
    const times = [-1, 1e300, 2 ** 53 - 1, 'soon', null, Number.MAX_SAFE_INTEGER];
    const made = await copy(times.map((time, i) => stored({ type: 'm.room.message', sender: ME, room_id: ROOM, content: { body: `odd ${i}` }, origin_server_ts: time }, rules, { event_id: `$${i}` })));
    expect(made.manifest.counts.events).toBe(times.length);
    expect(made.files.get('rooms/0001-r/page-0001.html')).toContain('Time unknown');
  });
});

describe('messages of others', () => {
  const talk = (): readonly StoredEvent[] => [
    ...['a far', 'b far', 'c near'].map((text) => keep(message(BOB, text))), keep(message(ME, 'mine')),
    keep(event('@carol:c.example', 'm.room.message', { body: `near, says ${BOB} of https://matrix.to/#/%40carol%3Ac.example and @me:a.example`, 'm.mentions': { user_ids: [BOB, ME] } })), keep(message(BOB, 'd far')),
  ];

  it('are those around, under numbers, and only those that the person could see', async () => {
    const made = await copy(talk(), { context: { around: 1, sees: () => true } });
    const lines = linesOf(made, /^rooms.*context-/);
    expect(lines.map((line) => [line['sender'], (line['content'] as JsonObject)['body']])).toEqual([
      ['@person-1:erased.invalid', 'c near'],
      ['@person-2:erased.invalid', 'near, says @person-1:erased.invalid of https://matrix.to/#/%40person-2%3Aerased.invalid and @me:a.example'],
    ]);
    expect(lines[1]).toMatchObject({ content: { 'm.mentions': { user_ids: ['@person-1:erased.invalid', ME] } } });
    for (const text of ['bob', 'carol', 'a far', 'b far', 'd far']) expect(everything(made)).not.toContain(text);
    expect(lines.every((line) => !Object.hasOwn(line, 'hashes') && !Object.hasOwn(line, 'signatures'))).toBe(true);
    checkFiles(made);
    expect((await copy(talk(), { context: { around: 1, sees: () => false } })).manifest.counts.context).toBe(0);
  });

  it('name nobody in any form of an ID', async () => {
    const people = ['@o\'brien "x":c.example', '@a/b+c=d:c.example', '@UPPER.case_-:[::1]:8448', '@d:c.example'];
    const content = {
      body: 'hello @a/b+c=d:c.example, matrix:u/d:c.example and https://matrix.to/#/%40a%2Fb%2Bc%3Dd%3Ac.example', formatted_body: '<a href="https://matrix.to/#/@d:c.example">D</a>',
      'm.mentions': { user_ids: people }, '@only-a-key:k.example': { '@UPPER.case_-:[::1]:8448': 1 },
    };
    const made = await copy([keep(message(ME, 'mine')), keep(event(people[3] ?? '', 'm.room.message', content, { unsigned: { prev_content: { body: 'what a server adds' } } }))], { context: { around: 1, sees: () => true } });
    expect(linesOf(made, /^rooms.*context-/)).toHaveLength(1);
    for (const text of ['brien', 'a/b', 'a%2Fb', 'UPPER', 'c.example', 'only-a-key', '::1', 'what a server adds']) expect(everything(made)).not.toContain(text);
  });

  it('that were redacted or not accepted stay out, and rooms that the person wrote nothing in', async () => {
    const [bad, removed] = [message(BOB, 'rejected text'), message(BOB, 'removed text')];
    const removedEvent = keep(removed);
    const events = [keep(bad, { rejected: 'no' }), removedEvent, keep(message(ME, 'mine')), keep(event(BOB, 'm.room.redaction', {}, { redacts: removedEvent.event.eventId })), keep(message(BOB, 'elsewhere', { room_id: '!other:b.example' }))];
    const made = await copy(events, { context: { around: 9, sees: () => true } });
    expect(made.manifest.counts).toMatchObject({ rooms: 1, context: 0 });
    for (const text of ['rejected text', 'removed text', 'elsewhere']) expect(everything(made)).not.toContain(text);
  });

  it('are asked for event by event', async () => {
    const asked: string[] = [];
    await copy(talk(), { context: { around: 1, sees: ({ pdu }: RoomEvent) => (asked.push(pdu.sender ?? ''), true) } });
    expect(asked).not.toContain(ME);
  });
});

describe('account data', () => {
  const account: AccountFile = {
    format: 'matrix-erasure/account', formatVersion: 1,
    accounts: [{ user: ME, data: { 'display-name': ['Me'], devices: [{ device_id: 'PHONE', at: 5 }], 'ip-addresses': ['192.0.2.1'], filters: [{ a: { b: 1 } }], 'password-hash': ['$2b$12$secret-hash'], 'access-tokens': ['secret-token'], reports: [{ by: BOB }], pushers: [] } }],
  };

  it('goes into a file for each kind, without what lets somebody in or names others', async () => {
    const made = await copy([], { account });
    const parts = ['profile', 'devices', 'connections', 'other'].map((part) => JSON.parse(made.files.get(`account/${part}.json`) ?? '').accounts[0].data);
    expect(parts).toEqual([{ 'display-name': ['Me'] }, { devices: [{ device_id: 'PHONE', at: 5 }], pushers: [] }, { 'ip-addresses': ['192.0.2.1'] }, { filters: [{ a: { b: 1 } }] }]);
    for (const text of ['secret-hash', 'secret-token', BOB]) expect(everything(made)).not.toContain(text);
    expect(made.manifest.missing).toEqual(expect.arrayContaining([
      expect.objectContaining({ what: 'password-hash', reason: 'secret', count: 1 }), expect.objectContaining({ what: 'reports', reason: 'about-others' }), expect.objectContaining({ what: 'email', reason: 'not-stated' }),
    ]));
    expect(made.manifest.missing.every(({ explanation }) => /^[A-Z].*\.$/.test(explanation))).toBe(true);
    expect(made.manifest.counts.accountItems).toBe(4);
    checkFiles(made);
  });

  it('names files, which are taken in: those that an event named before only once', async () => {
    const { place, files } = createMemoryExport();
    const asked: string[] = [];
    const addMedia = (uri: string): { bytes: number; sha256: string } => (asked.push(uri), { bytes: 1, sha256: '0'.repeat(64) });
    const data = { avatar: ['mxc://a.example/me'], media: [{ uri: 'mxc://a.example/alone', name: 'x' }, 'mxc://a.example/sent', 'mxc://a.example/../x', 7], email: ['mxc://a.example/none'] };
    const own = keep(event(ME, 'm.sticker', { body: 'x', url: 'mxc://a.example/sent' }));
    await exportSubjectData([own], { subjects: [ME], at: 0, account: { ...account, accounts: [{ user: ME, data }] } }, { ...place, addMedia });
    expect(asked).toEqual(['mxc://a.example/sent', 'mxc://a.example/me', 'mxc://a.example/alone']);
    expect(linesOf({ files }, /^media\/files/).map((line) => line['category'])).toEqual([undefined, 'avatar', 'media']);
    expect(files.get('index.html')).toContain('<img src="media/000002-a.example-me.bin"');
  });

  it('of somebody else is refused', async () => {
    await expect(copy([], { account: { ...account, accounts: [{ user: '@x:y', data: {} }] } })).rejects.toMatchObject({ name: 'InvalidExportRequestError', field: 'account' });
  });
});

it.each([
  [{ subjects: [] }, 'subjects'], [{ subjects: ['me'] }, 'subjects'], [{ at: -1 }, 'at'], [{ at: 1.5 }, 'at'], [{ context: { around: 101, sees: () => true } }, 'context.around'],
])('a request that cannot be is refused: %o', async (request, field) => {
  await expect(copy([], request as Partial<ExportRequest>)).rejects.toMatchObject({ name: 'InvalidExportRequestError', field });
});

it('what a place cannot write ends the export', async () => {
  const { place } = createMemoryExport();
  const full = { ...place, append: () => Promise.reject(new Error('full')) };
  await expect(exportSubjectData([], { subjects: [ME], at: 0 }, full)).rejects.toThrow('full');
});

it('a strange file is named by where it is, and one of another is not taken', async () => {
  const asked: string[] = [];
  const { place } = createMemoryExport();
  const addMedia = (uri: string, path: string): { bytes: number; sha256: string } | undefined => (asked.push(`${uri} ${path}`), uri.endsWith('/gone') ? undefined : { bytes: 1, sha256: '0'.repeat(64) });
  const events = [
    event(ME, 'm.room.message', { msgtype: 'm.image', body: '../../x', url: 'mxc://a.example:8448/one', info: { mimetype: 'text/html' } }),
    event(ME, 'm.room.message', { msgtype: 'm.image', body: 'again', url: 'mxc://a.example:8448/one' }), event(ME, 'm.sticker', { body: 'x', url: 'mxc://a.example/../x' }),
    event(ME, 'm.sticker', { body: 'x', url: 'mxc://[::1]/gone', info: { mimetype: 'image/png' } }), event(ME, 'm.room.member', { membership: 'invite', avatar_url: 'mxc://b.example/bob' }, { state_key: BOB }),
  ];
  const manifest = await exportSubjectData(events.map((pdu) => keep(pdu)), { subjects: [ME], at: 0 }, { ...place, addMedia });
  expect(asked).toEqual(['mxc://a.example:8448/one media/000001-a.example_8448-one.bin', 'mxc://[::1]/gone media/000002-___1_-gone.png']);
  expect(manifest.counts).toMatchObject({ files: 3, filesIncluded: 1 });
  expect(manifest.missing.filter(({ what }) => what === 'files').map(({ reason }) => reason).toSorted()).toEqual(['not-found', 'of-others']);
});
