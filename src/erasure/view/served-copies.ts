import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';
import { isState, type Pdu } from '../../event/pdu.ts';
import type { ViewDecision } from './viewer.ts';

/** Decides about the event of an ID. */
export type DecisionOf = (eventId: string) => ViewDecision | undefined;

/** What a search found: events, how many there are, and the words to mark. */
export type SearchFinding<E extends SearchHit = SearchHit> = { readonly count: number; readonly results: readonly E[]; readonly highlights: readonly string[] };

/** An event that a search found. */
export type SearchHit = { readonly event_id: string; readonly content: JsonObject };

/**
 * What a search may tell a viewer. An event that they are not served as it is must not be found at all: that it matched would tell what it said. Words
 * to mark stay only where an event that is served has them.
 * @see https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3search
 * @example servedFinding({ count: 1, results: [{ event_id: '$a', content: { body: 'secret' } }], highlights: ['secret'] }, () => ({ seen: 'redacted', reason: 'new-viewer' })) // { count: 0, results: [], highlights: [] }
 */
export function servedFinding<E extends SearchHit>(finding: SearchFinding<E>, decisionOf: DecisionOf): SearchFinding<E> {
  const results = finding.results.filter(({ event_id: id }) => decisionOf(id)?.seen === 'full');
  const withheld = finding.results.length - results.length;
  const highlights = withheld === 0 ? finding.highlights : finding.highlights.filter((word) => results.some(({ content }) => says(content, word.toLowerCase())));
  return { count: Math.max(results.length, finding.count - withheld), results, highlights };
}

function says(value: JsonValue, word: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(word);
  if (Array.isArray(value)) return value.some((item) => says(item, word));
  return isJsonObject(value) && Object.values(value).some((item) => says(item, word));
}

/** What a directory, an invite or a space shows of a room. */
export type RoomSummary = { readonly name?: string; readonly topic?: string; readonly avatar_url?: string; readonly canonical_alias?: string };

const SUMMARY: readonly (readonly [key: keyof RoomSummary, type: string, content: string])[] = [
  ['name', 'm.room.name', 'name'],
  ['topic', 'm.room.topic', 'topic'],
  ['avatar_url', 'm.room.avatar', 'url'],
  ['canonical_alias', 'm.room.canonical_alias', 'alias'],
];

/**
 * The summary of a room from its current state as it is served, so that no name lives on in a table that was filled before the erasure.
 * @see https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3publicrooms
 * @example servedSummary([{ type: 'm.room.name', state_key: '', content: {} }]) // {}
 */
export function servedSummary(state: Iterable<Pdu>): RoomSummary {
  const events = [...state];
  return Object.fromEntries(SUMMARY.flatMap(([key, type, field]) => {
    const event = events.findLast((one) => one.type === type && one.state_key === '');
    const value = event === undefined ? undefined : own(event.content, field);
    return typeof value === 'string' ? [[key, value]] : [];
  }));
}

/** A state event as an invited user gets it. @see https://spec.matrix.org/v1.19/client-server-api/#stripped-state */
export type StrippedEvent = Required<Pick<Pdu, 'type' | 'content' | 'state_key'>> & { readonly sender: string };

/**
 * The stripped state of an invite from state as it is served.
 * @see https://spec.matrix.org/v1.19/client-server-api/#stripped-state
 * @example servedStrippedState([{ type: 'm.room.name', state_key: '', sender: '@a:b', content: {}, depth: 3 }]) // [{ type: 'm.room.name', state_key: '', sender: '@a:b', content: {} }]
 */
export function servedStrippedState(state: Iterable<Pdu>): readonly StrippedEvent[] {
  return [...state].flatMap((event) => {
    if (!isState(event) || event.sender === undefined) return [];
    const { type, state_key, sender, content } = event;
    return [{ type, state_key, sender, content }];
  });
}

/** What a push tells a device, as far as it comes from events of the room. @see https://spec.matrix.org/v1.19/push-gateway-api/#post_matrixpushv1notify */
export type Push = {
  readonly event_id?: string;
  readonly content?: JsonObject;
  readonly sender_display_name?: string;
  readonly room_name?: string;
  readonly room_alias?: string;
  readonly [key: string]: JsonValue | undefined;
};

/**
 * What a push may tell of an event: nothing where it is not served, no content where it is served redacted, and of the room what a summary of it says.
 * @see https://spec.matrix.org/v1.19/push-gateway-api/#post_matrixpushv1notify
 * @example servedPush({ event_id: '$a', content: { body: 'secret' } }, { seen: 'redacted', reason: 'new-viewer' }, {}) // { event_id: '$a' }
 */
export function servedPush(push: Push, { seen }: ViewDecision, { name, canonical_alias: alias }: RoomSummary): Push | undefined {
  if (seen === 'hidden') return undefined;
  const { content, sender_display_name: sender, room_name: _name, room_alias: _alias, ...rest } = push;
  return {
    ...rest,
    ...(seen === 'full' && content !== undefined ? { content } : {}),
    ...(seen === 'full' && sender !== undefined ? { sender_display_name: sender } : {}),
    ...(name === undefined ? {} : { room_name: name }),
    ...(alias === undefined ? {} : { room_alias: alias }),
  };
}
