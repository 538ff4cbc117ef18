import { domainOf, membershipIn } from '../room/auth-context.ts';
import type { ErasureRequest } from './request.ts';
import type { RoomFacts } from './room-facts.ts';
import { isServiceRoom, serviceInterest } from './view/service.ts';

/**
 * The application services that were sent the events of a room although none of their users but the subjects was there: the room is in their
 * namespace, or a subject, such as a bridge ghost of theirs, was joined by it. By their IDs.
 */
export function servicesIn({ roomId, own, aliases }: RoomFacts, { subjects, services = [] }: ErasureRequest): readonly string[] {
  if (services.length === 0) return [];
  const joined = own.filter(({ pdu }) => pdu.type === 'm.room.member' && membershipIn(pdu) === 'join').flatMap(({ pdu }) => pdu.state_key ?? []);
  const servers = [...new Set(subjects.map((subject) => domainOf(subject) ?? ''))];
  return services.filter((service) => servers.some((server) => {
    const interest = serviceInterest(service, server);
    return joined.some(interest.includesUser) || isServiceRoom(roomId, aliases(), interest);
  })).map(({ id }) => id);
}
