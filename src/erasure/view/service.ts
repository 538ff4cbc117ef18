import { own, type JsonValue } from '../../json/value.ts';
import type { Pdu } from '../../event/pdu.ts';
import { domainOf } from '../../room/auth-context.ts';
import { namespacePattern } from './namespace-pattern.ts';
import type { Viewer } from './viewer.ts';

/** What an application service is sent: events of rooms in which it has a user, and of rooms that are its own. */
export type ServiceInterest = {
  readonly includesUser: (userId: string) => boolean;
  readonly includesRoom: (roomId: string) => boolean;
  readonly includesAlias: (alias: string) => boolean;
};

/** The part of a registration that says what concerns an application service. @see https://spec.matrix.org/v1.19/application-service-api/#registration */
export type ServiceRegistration = {
  readonly id: string;
  readonly senderLocalpart: string;
  /** The patterns of `namespaces.users`. */
  readonly users: readonly string[];
  readonly rooms: readonly string[];
  readonly aliases: readonly string[];
};

/**
 * What concerns an application service, on a server.
 * @throws {NamespacePatternError} when a pattern is no regular expression
 * @example serviceInterest({ id: 'irc', senderLocalpart: 'bot', users: ['@irc_.*:example\\.org'], rooms: [], aliases: [] }, 'example.org').includesUser('@irc_bob:example.org') // true
 */
export function serviceInterest({ senderLocalpart, users, rooms, aliases }: ServiceRegistration, server: string): ServiceInterest {
  const bot = `@${senderLocalpart}:${server}`;
  const [ofUser, ofRoom, ofAlias] = [users.map(namespacePattern), rooms.map(namespacePattern), aliases.map(namespacePattern)];
  return {
    includesUser: (userId) => userId === bot || ofUser.some((one) => one.test(userId)),
    includesRoom: (roomId) => ofRoom.some((one) => one.test(roomId)),
    includesAlias: (alias) => ofAlias.some((one) => one.test(alias)),
  };
}

/** Whether a room is an application service's own, by its ID or by one of its aliases in the current state. */
export function isServiceRoom(roomId: string, state: Iterable<Pdu>, { includesRoom, includesAlias }: ServiceInterest): boolean {
  return includesRoom(roomId) || [...state].flatMap(aliasesIn).some(includesAlias);
}

function aliasesIn({ type, content }: Pdu): readonly string[] {
  if (type !== 'm.room.canonical_alias' && type !== 'm.room.aliases') return [];
  const named = [own(content, 'alias'), own(content, 'alt_aliases'), own(content, 'aliases')].flat();
  return named.filter((alias: JsonValue | undefined): alias is string => typeof alias === 'string');
}

/** The users by whom a viewer is in rooms: one, those of a server, those of an application service, or nobody. */
export function usersOf(viewer: Viewer, erased: readonly string[], service: ServiceInterest | undefined): (userId: string) => boolean {
  switch (viewer.kind) {
    case 'user':
    case 'guest':
      return (userId) => userId === viewer.id;
    case 'server':
      // Users who are themselves erased do not count.
      return (userId) => domainOf(userId) === viewer.id && !erased.includes(userId);
    case 'applicationService':
      return service === undefined ? () => false : service.includesUser;
    case 'anonymous':
    case 'admin':
      return () => false;
    default:
      return viewer satisfies never;
  }
}
