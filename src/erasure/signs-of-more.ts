import { isJsonObject, own, type JsonValue } from '../json/value.ts';
import { referencedIds } from '../event/pdu.ts';
import { relationsOf } from '../event/relations.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import type { RoomEvent } from '../room/resolve-record.ts';

/** What in the events of a room speaks of others that are not among them: of such a room nobody can say who was in it. */
export type SignsOfMore = {
  readonly add: (event: RoomEvent) => void;
  /** Whether some event relates to this one, replies to it or redacts it. */
  readonly isNamed: (eventId: string) => boolean;
  /** Whether an event names no parents, one that it refers to is missing, or what a server added to it was sent by somebody of whom nothing is here. */
  readonly lacksEvents: (isThere: (eventId: string) => boolean) => boolean;
};

/** Looks for such signs while the events of a room pass by. */
export function createSignsOfMore(): SignsOfMore {
  const [named, senders, present] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let parentless = false;
  return {
    add: (event) => {
      // Only the create event begins a room; another without parents comes from an export that leaves them out.
      parentless ||= event.pdu.type !== 'm.room.create' && referencedIds(event.pdu.prev_events).length === 0;
      for (const id of namedBy(event)) named.add(id);
      for (const sender of sendersIn(event.pdu.unsigned)) senders.add(sender);
      present.add(event.pdu.sender ?? '');
    },
    isNamed: (eventId) => named.has(eventId),
    lacksEvents: (isThere) => parentless || [...named].some((id) => !isThere(id)) || [...senders].some((sender) => !present.has(sender)),
  };
}

/** What an event relates to, replies to or redacts, and what redacts it. */
function namedBy({ pdu, rules, redactedBy }: RoomEvent): readonly string[] {
  const { relation, inReplyTo } = relationsOf(pdu);
  return [relation?.eventId ?? [], inReplyTo ?? [], redactionTarget(pdu, rules.redacts)?.eventIds ?? [], redactedBy].flat();
}

const SENDER_KEYS: readonly string[] = ['sender', 'user_id', 'prev_sender'];

/** Who sent what stands in a value, at any depth. */
function sendersIn(value: JsonValue | undefined): readonly string[] {
  const senders: string[] = [];
  const rest: (JsonValue | undefined)[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (Array.isArray(next)) rest.push(...next);
    if (!isJsonObject(next)) continue;
    for (const key of SENDER_KEYS) {
      const sender = own(next, key);
      if (typeof sender === 'string') senders.push(sender);
    }
    rest.push(...Object.values(next));
  }
  return senders;
}
