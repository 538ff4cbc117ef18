import type { ServiceRegistration } from '../erasure/view/service.ts';
import type { ViewedRoom } from '../erasure/view/room-facts.ts';
import type { ServerName } from '../identifiers/identifiers.ts';
import { compareCodePoints } from '../json/compare.ts';
import { createHolders, type Holder } from './holders.ts';
import { channelTo, recipientReasons, type Recipient, type RecipientKind, type RecipientReason, type RecipientRoom } from './recipient.ts';
import { copiesIn, earlier, type CopiedErasure } from './room-copies.ts';

/** What is known beside the rooms of who holds copies. Times are in ms since 1970, UTC. */
export type RecipientSources = {
  /** This server, which asks the others. */
  readonly server: ServerName;
  /** The registrations of this server's application services. */
  readonly registrations?: readonly (ServiceRegistration & { readonly url?: string | null })[];
  /** User IDs of bots: each is named beside its server, because somebody else may run it. */
  readonly bots?: readonly string[];
  /** Widgets that are not in a room's state, by their host. */
  readonly widgets?: readonly { readonly host: string; readonly roomId?: string; readonly since?: number }[];
  /** Identity servers that were told of an address of the subject. */
  readonly bindings?: readonly { readonly server: ServerName; readonly since?: number }[];
  /** Servers that asked for an event or a file of the subject, by the server's own log. */
  readonly fetches?: readonly { readonly server: ServerName; readonly at?: number; readonly roomId?: string }[];
};

/**
 * Who holds copies of what the subjects sent, since when, by which channel they are told, and why: other servers, application services, identity
 * servers, bots, widgets, and the public. This server is none of them, and neither are users as such: they keep what they read. Times are those of this
 * server where they are known, else of the sender's clock.
 * @throws {NamespacePatternError} when a namespace of a registration is no regular expression
 * @example findRecipients([], { subjects: ['@alice:a.org'] }, { server: 'a.org', bindings: [{ server: 'id.org', since: 5 }] }).map(({ kind, id, since }) => [kind, id, since]) // [['identity-server', 'id.org', 5]]
 */
export function findRecipients(rooms: Iterable<ViewedRoom>, erasure: CopiedErasure, sources: RecipientSources): readonly Recipient[] {
  const holders = createHolders({ server: sources.server, registrations: sources.registrations ?? [], bots: sources.bots ?? [] });
  const found = createFindings();
  for (const room of rooms) {
    for (const [holder, { since, reasons }] of copiesIn(room, erasure, holders)) for (const reason of reasons) found.add(holder, { roomId: room.roomId, since, reason });
  }
  for (const [holder, finding] of listed(sources)) found.add(holder, finding);
  const silent = new Set((sources.registrations ?? []).filter(({ url }) => url === null).map(({ id }) => `application-service ${id}`));
  return [...found.all].map(([holder, findings]) => recipientOf(holder, findings, silent.has(holder))).sort(inOrder);
}

type Finding = { readonly roomId?: string | undefined; readonly since?: number | undefined; readonly reason: RecipientReason };
type Findings = { readonly all: ReadonlyMap<Holder, readonly Finding[]>; readonly add: (holder: Holder, finding: Finding) => void };

function createFindings(): Findings {
  const all = new Map<Holder, Finding[]>();
  return {
    all,
    add: (holder, finding) => {
      const known = all.get(holder) ?? [];
      known.push(finding);
      all.set(holder, known);
    },
  };
}

function listed({ server: own, widgets = [], bindings = [], fetches = [] }: RecipientSources): readonly (readonly [Holder, Finding])[] {
  return [
    ...widgets.map(({ host, roomId, since }) => [`widget ${host}`, { roomId, since, reason: 'widget-in-room' }] as const),
    ...bindings.map(({ server, since }) => [`identity-server ${server}`, { since, reason: 'third-party-binding' }] as const),
    ...fetches.filter(({ server }) => server !== own).map(({ server, at, roomId }) => [`server ${server}`, { roomId, since: at, reason: 'fetched' }] as const),
  ];
}

/** A service without a URL is sent nothing: whoever runs it has to be written to. */
function recipientOf(holder: Holder, findings: readonly Finding[], silent: boolean): Recipient {
  const space = holder.indexOf(' ');
  const kind = holder.slice(0, space) as RecipientKind;
  const byRoom = groupByRoom(findings);
  return {
    kind,
    id: holder.slice(space + 1),
    channel: silent ? 'person' : channelTo[kind],
    ...sumOf(findings),
    rooms: [...byRoom].sort(([one], [other]) => compareCodePoints(one, other)).map(([roomId, some]): RecipientRoom => ({ room_id: roomId, ...sumOf(some) })),
  };
}

function groupByRoom(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const rooms = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.roomId === undefined) continue;
    const known = rooms.get(finding.roomId) ?? [];
    known.push(finding);
    rooms.set(finding.roomId, known);
  }
  return rooms;
}

function sumOf(findings: readonly Finding[]): Pick<Recipient, 'since' | 'reasons'> {
  const since = findings.map((finding) => finding.since).reduce(earlier, undefined);
  const reasons = new Set(findings.map(({ reason }) => reason));
  return { ...(since === undefined ? {} : { since }), reasons: recipientReasons.filter((reason) => reasons.has(reason)) };
}

const KINDS: readonly RecipientKind[] = ['server', 'application-service', 'identity-server', 'bot', 'widget', 'public'];

function inOrder(one: Recipient, other: Recipient): number {
  return KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || compareCodePoints(one.id, other.id);
}
