import type { Pdu } from '../event/pdu.ts';
import { isServerName, serverNameOf, type ServerName } from '../identifiers/identifiers.ts';
import { own, type JsonValue } from '../json/value.ts';
import { serviceInterest, type ServiceInterest, type ServiceRegistration } from '../erasure/view/service.ts';
import { membershipIn } from '../room/auth-context.ts';
import type { RecipientKind, RecipientReason } from './recipient.ts';

/** Somebody who may hold copies, as a key: kind, space, ID. */
export type Holder = `${RecipientKind} ${string}`;

/** Somebody who gets copies while an event is part of a room's state, and why. */
export type Holding = readonly [holder: Holder, reason: RecipientReason];

/** What turns users and state events into those who get copies. */
export type Holders = {
  /** The holders behind a user: the server, application services, and the user if it is a bot. */
  readonly ofUser: (userId: string) => readonly Holder[];
  /** Who gets copies as long as a state event is current. */
  readonly inState: (event: Pdu) => readonly Holding[];
  /** Application services to which a room belongs by its ID. */
  readonly ofRoom: (roomId: string) => readonly Holding[];
};

/** What holders are found with. */
export type HoldersOptions = {
  /** This server, which is no recipient itself, and whose application services the registrations are of. */
  readonly server: ServerName;
  readonly registrations: readonly ServiceRegistration[];
  readonly bots: readonly string[];
};

/** Works out, once for each user, who is behind them. */
export function createHolders({ server, registrations, bots }: HoldersOptions): Holders {
  const services = registrations.map((registration) => [`application-service ${registration.id}`, serviceInterest(registration, server)] as const);
  const known = new Map<string, readonly Holder[]>();
  const find = (userId: string): readonly Holder[] => {
    const domain = serverNameOf(userId);
    const isLocal = domain === server;
    return [
      ...(domain === undefined || isLocal ? [] : [`server ${domain}` as const]),
      // Only users of its own homeserver can be an application service's.
      ...services.filter(([, interest]) => isLocal && interest.includesUser(userId)).map(([holder]) => holder),
      ...(bots.includes(userId) ? [`bot ${userId}` as const] : []),
    ];
  };
  const ofUser = (userId: string): readonly Holder[] => {
    const found = known.get(userId) ?? find(userId);
    known.set(userId, found);
    return found;
  };
  return {
    ofUser,
    inState: (event) => [...members(event, ofUser), ...aliased(event, services), ...policyServer(event, server), ...widget(event)],
    ofRoom: (roomId) => services.filter(([, interest]) => interest.includesRoom(roomId)).map(([holder]) => [holder, 'service-room']),
  };
}

function members(event: Pdu, ofUser: Holders['ofUser']): readonly Holding[] {
  if (event.type !== 'm.room.member' || membershipIn(event) !== 'join') return [];
  return ofUser(event.state_key ?? '').map((holder) => [holder, 'joined-at-event']);
}

type Services = readonly (readonly [Holder, ServiceInterest])[];

function aliased({ type, content }: Pdu, services: Services): readonly Holding[] {
  if (type !== 'm.room.canonical_alias' && type !== 'm.room.aliases') return [];
  const named = [own(content, 'alias'), own(content, 'alt_aliases'), own(content, 'aliases')].flat();
  const aliases = named.filter((alias: JsonValue | undefined): alias is string => typeof alias === 'string');
  return services.filter(([, interest]) => aliases.some(interest.includesAlias)).map(([holder]) => [holder, 'service-room']);
}

/** @see https://spec.matrix.org/v1.19/server-server-api/#policy-servers */
function policyServer({ type, content }: Pdu, server: ServerName): readonly Holding[] {
  const via = type === 'm.room.policy' || type === 'org.matrix.msc4284.policy' ? own(content, 'via') : undefined;
  return typeof via === 'string' && isServerName(via) && via !== server ? [[`server ${via}`, 'policy-server']] : [];
}

const WIDGET_HOST = /^https?:\/\/(?:[^/?#@]*@)?([^/?#@]+)/i;

function widget({ type, content }: Pdu): readonly Holding[] {
  const url = type === 'im.vector.modular.widgets' || type === 'm.widget' ? own(content, 'url') : undefined;
  const host = typeof url === 'string' ? widgetHost(url) : undefined;
  return host === undefined ? [] : [[`widget ${host}`, 'widget-in-room']];
}

/** The host of a widget's URL, or `undefined` for anything else. The rest of it may name people. */
export function widgetHost(url: string): string | undefined {
  const host = WIDGET_HOST.exec(url)?.[1]?.toLowerCase();
  return host !== undefined && isServerName(host) ? host : undefined;
}
