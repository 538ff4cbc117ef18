import { isHeld } from './carry-out.ts';
import type { PlanEntry } from './plan.ts';
import type { OwnEvent } from './own-event.ts';

/**
 * The events for which a redaction is sent into their room, in order. Each comes after what it is an edit of, and its own edits come at once after it: to
 * redact the latest edit alone would show the text before it. Left out is what no redaction reaches, what a hold covers, and what has nothing to lose.
 */
export function redactionsToSend(planned: readonly (readonly [OwnEvent, PlanEntry])[]): readonly string[] {
  const sent = planned.filter(([event, entry]) => isSent(event, entry)).map(([event]) => event);
  const ids = new Set(sent.map(({ eventId }) => eventId));
  const edits = new Map<string, string[]>();
  for (const { eventId, edits: parent } of sent) if (parent !== undefined && ids.has(parent)) edits.set(parent, [...(edits.get(parent) ?? []), eventId]);
  const ordered = new Set<string>();
  // With a list, not by recursion: edits of edits can be chained without end.
  const place = (first: string): void => {
    const rest = [first];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if (ordered.has(next)) continue;
      ordered.add(next);
      rest.push(...(edits.get(next) ?? []).toReversed());
    }
  };
  for (const { eventId, edits: parent } of sent) if (parent === undefined || !ids.has(parent)) place(eventId);
  // What is left are edits of one another, which no client makes.
  for (const { eventId } of sent) place(eventId);
  return [...ordered];
}

function isSent({ bare, pdu }: OwnEvent, entry: PlanEntry): boolean {
  return entry.treatment === 'redact' && entry.reach === undefined && !isHeld(entry) && !bare && pdu.type !== 'm.room.create';
}
