import { erasureProfile } from '../../../src/erasure/profiles.ts';
import type { ViewedRoom, ViewOptions } from '../../../src/erasure/view/room-facts.ts';
import { viewRoom } from '../../../src/erasure/view/view-room.ts';
import type { ViewDecision, Viewer } from '../../../src/erasure/view/viewer.ts';
import { readRecord } from '../../../src/event/record.ts';
import { openRoom } from '../../../src/room/graph.ts';
import { createRecordResolver } from '../../../src/room/resolve-record.ts';

/** Whose account the recorded server erased, and when. */
export const ERASED = '@alice:hs1.test:18441';
export const ERASED_AT = 1_795_465_515_653;

type Rule = Pick<ViewOptions, 'surface' | 'forwards' | 'pastStates'>;

/** The rule that holds for each API that was asked. */
export const RULES: { readonly [api: string]: Rule } = {
  messages_b: { surface: 'messages' }, messages_f: { surface: 'messages', forwards: true },
  relations: { surface: 'messages' }, threads: { surface: 'messages' }, search: { surface: 'messages' },
  event: { surface: 'event' }, context: { surface: 'context' }, context_around: { surface: 'context' },
  state: { surface: 'state' }, members: { surface: 'state' }, context_state: { surface: 'state', pastStates: true },
  sync_timeline: { surface: 'sync' }, sync_state: { surface: 'state', pastStates: true },
  fed_event: { surface: 'messages' }, fed_backfill: { surface: 'messages' }, fed_get_missing_events: { surface: 'messages' },
  'fed_state.pdus': { surface: 'state' }, 'fed_state.auth_chain': { surface: 'state' }, 'fed_event_auth.auth_chain': { surface: 'state' },
};

/** A room as a server stored it. */
export function openRecorded(events: readonly Parameters<typeof readRecord>[0][]): ViewedRoom {
  const { resolve } = createRecordResolver();
  const records = events.map((event) => readRecord(event).record);
  const resolved = records.map(resolve);
  const graph = openRoom(resolved.map(({ eventId }, index) => ({ ...records[index], event_id: eventId, pdu: records[index]?.pdu ?? { type: '', content: {} } })));
  return { roomId: resolved[0]?.roomId ?? '', graph, events: resolved };
}

/** Who asked, by the name of their part in the recording. */
export function viewerOf(viewer: string, id: string): Viewer {
  if (viewer === 'server') return { kind: 'server', id };
  return { kind: viewer === 'guest' ? 'guest' : 'user', id };
}

/** What the profile `synapse` says of each event. Servers that were not told of the erasure go by the same rules without one. */
export function predict(room: ViewedRoom, viewer: Viewer, { subjects = [ERASED], ...rule }: Rule & { readonly subjects?: readonly string[] }): readonly ViewDecision[] {
  return viewRoom(room, viewer, { erasure: { profile: erasureProfile('synapse'), subjects, effectiveAt: ERASED_AT }, ...rule });
}

/** How the vectors write what was served. */
export const LETTER = { full: 'F', redacted: 'R', hidden: 'H' } as const;

/** Whether an event was served as predicted: `S` where the full and the redacted form are the same. */
export const agrees = (served: string, predicted: string): boolean => served === predicted || (served === 'S' && predicted !== 'H');
