import { domainOf, membershipIn } from '../room/auth-context.ts';
import type { RoomGraph } from '../room/graph.ts';
import type { ErasureRequest } from './request.ts';
import type { RoomNotes } from './room-notes.ts';
import { isServiceRoom, serviceInterest, type ServiceInterest } from './view/service.ts';

/**
 * The application services that were sent the events of a room although none of their users but the subjects was there: the room is in their
 * namespace, or a subject, such as a bridge ghost of theirs, was joined by it. By their IDs.
 */
export function servicesIn(notes: RoomNotes, graph: RoomGraph, { subjects, services = [] }: ErasureRequest): readonly string[] {
  if (services.length === 0) return [];
  const joined = notes.own.filter(({ pdu }) => pdu.type === 'm.room.member' && membershipIn(pdu) === 'join').flatMap(({ pdu }) => pdu.state_key ?? []);
  const servers = [...new Set(subjects.map((subject) => domainOf(subject) ?? ''))];
  return services.filter((service) => servers.some((server) => {
    const interest = serviceInterest(service, server);
    return joined.some(interest.includesUser) || hasRoom(notes, graph, interest);
  })).map(({ id }) => id);
}

function hasRoom({ roomId }: RoomNotes, graph: RoomGraph, interest: ServiceInterest): boolean {
  const aliases = graph.order.flatMap((id) => graph.stateEvent(id) ?? []).filter(({ type }) => type === 'm.room.canonical_alias' || type === 'm.room.aliases');
  return isServiceRoom(roomId, aliases, interest);
}
