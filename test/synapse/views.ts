import { redact } from '../../src/event/redact.ts';
import type { EventRecord } from '../../src/event/record.ts';
import { encodeHistoricalJson } from '../../src/json/canonical-json.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { paths, type Actor } from './client.ts';

/** What a viewer is served of an event: as it was sent, its redacted form, either where they are the same, or nothing. */
export type Seen = 'full' | 'redacted' | 'same' | 'absent' | 'other';

/** What a viewer is served of an event that is asked for by its ID. */
export async function seenBy(viewer: Actor, record: EventRecord): Promise<Seen> {
  const { status, body } = await viewer.ask('GET', paths.event(record.room_id ?? '', record.event_id ?? ''));
  if (status !== 200) return 'absent';
  const rules = roomVersion(record.room_version ?? '');
  const text = (content: object): string => encodeHistoricalJson(JSON.parse(JSON.stringify(withoutTarget(content))));
  const [got, full, redacted] = [text(body.content), text(record.pdu.content), text(redact(record.pdu, rules.redaction).content)];
  if (full === redacted) return got === full ? 'same' : 'other';
  return got === full ? 'full' : got === redacted ? 'redacted' : 'other';
}

/** Synapse shows clients the target of a redaction in both places, whatever the room version. */
function withoutTarget(content: object): object {
  return Object.fromEntries(Object.entries(content).filter(([key]) => key !== 'redacts'));
}

/** Everything about a room that a viewer is served, as one text. */
export async function servedText(viewer: Actor, roomId: string, words: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const room = paths.room(roomId);
  const filter = encodeURIComponent(JSON.stringify({ room: { rooms: [roomId], timeline: { limit: 200 }, include_leave: true } }));
  const get = async (path: string): Promise<string> => (await viewer.ask('GET', path)).text;
  return {
    messages: await pages(viewer, `${room}/messages?dir=b&limit=50`),
    state: await get(`${room}/state`),
    members: await get(`${room}/members`),
    sync: await get(`/sync?timeout=0&full_state=true&filter=${filter}`),
    threads: await get(`/_matrix/client/v1${room}/threads`),
    hierarchy: await get(`/_matrix/client/v1${room}/hierarchy`),
    search: (await Promise.all(words.map((word) => found(viewer, roomId, word)))).join('\n'),
  };
}

/** What a search finds, without the word itself, which every answer repeats. */
async function found(viewer: Actor, roomId: string, search_term: string): Promise<string> {
  const { body } = await viewer.ask('POST', '/search', { search_categories: { room_events: { search_term, filter: { rooms: [roomId] }, event_context: { before_limit: 2, after_limit: 2 } } } });
  return JSON.stringify(body.search_categories?.room_events?.results ?? []);
}

async function pages(viewer: Actor, path: string): Promise<string> {
  let [all, from] = ['', ''];
  do {
    const { text, body } = await viewer.ask('GET', `${path}${from}`);
    all += text;
    from = typeof body.end === 'string' ? `&from=${encodeURIComponent(body.end)}` : '';
  } while (from !== '');
  return all;
}
