import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { findHazard, type Standing } from '../../erasure/hazards.ts';
import { openRoom } from '../../room/graph.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import type { Room } from './room.ts';

/**
 * The events of a room that are not to be redacted, by ID, each with the hazard that its redaction would be, or `redaction` for a redaction that
 * would forget what it redacts.
 * @see https://spec.matrix.org/v1.19/client-server-api/#redactions
 * @example [...keptIn(buildRoom({ actions: [{ do: 'set', by: 'alice', what: 'acl' }] }, roomVersion('11'))).values()] // ['server-acl']
 */
export function keptIn(room: Pick<Room, 'events' | 'rules'>): ReadonlyMap<string, string> {
  const standing = standingIn(room);
  return new Map(room.events.flatMap(({ event_id: id, pdu }) => {
    const reason = reasonToKeep(pdu, standing(id), room.rules);
    return reason === undefined ? [] : [[id, reason] as const];
  }));
}

function standingIn({ events, rules }: Pick<Room, 'events' | 'rules'>): (eventId: string) => Standing {
  const current = openRoom(events, { rules }).currentState();
  const held = new Set(current.state === 'known' ? current.map().values() : []);
  const cited = new Set(events.flatMap(({ pdu }) => referencedIds(pdu.auth_events)));
  return (eventId) => ({ current: held.has(eventId), inAuthChain: cited.has(eventId), inRoom: true });
}

function reasonToKeep(event: Pdu, standing: Standing, rules: RoomVersionRules): string | undefined {
  if (event.type === 'm.room.redaction' && rules.redacts.location === 'event') return 'redaction';
  return event.state_key === undefined ? undefined : findHazard(event, standing, rules)?.id;
}
