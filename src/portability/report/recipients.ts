import { serverNameOf } from '../../identifiers/identifiers.ts';

/**
 * How far telling a recipient has come: it said that it has taken the notice in; it was told and has not answered; it is tried by a machine; a
 * person has to write; or it cannot be told, or only by an effort out of all proportion (Article 19).
 */
export type RecipientState = 'confirmed' | 'told' | 'waiting' | 'by-hand' | 'unreachable';

/** The states, the furthest first. */
export const recipientStates: readonly RecipientState[] = Object.freeze([
  'confirmed', 'told', 'waiting', 'by-hand', 'unreachable',
] satisfies readonly RecipientState[]);

/** How many recipients are in each state. */
export type RecipientCounts = Readonly<Record<RecipientState, number>>;

/** What holds a copy. */
export type ReportedRecipientKind = 'server' | 'application-service' | 'identity-server' | 'bot' | 'widget' | 'public';

/** The delivery of a notice, as a ledger of deliveries has it at the time of the report. Times are ms since 1970, UTC. */
export type ReportedDelivery = {
  readonly kind: ReportedRecipientKind;
  /** A server name, the ID of an application service, a user ID, a widget's host, or `public`. */
  readonly destination: string;
  readonly status: 'pending' | 'sent' | 'acknowledged' | 'unsupported' | 'failed' | 'impossible' | 'disproportionate';
  readonly since: number;
  readonly deadline: number;
  readonly attempts: number;
  readonly reason?: string;
  /** What a person is asked to do, if they are. */
  readonly ask?: 'write' | 'refused' | 'gave-up' | 'deadline';
  readonly nextAt?: number;
};

/** A recipient as the operator sees it: the delivery that has come least far, and how many there are. */
export type ReportedRecipient = ReportedDelivery & { readonly state: RecipientState; readonly deliveries: number };

/** Recipients as the person sees them: those of one kind, name and state together. A user ID is cut down to its server. */
export type SubjectRecipient = {
  readonly kind: ReportedRecipientKind;
  readonly name?: string;
  readonly state: RecipientState;
  readonly count: number;
  /** By when they are told (ms since 1970, UTC), where they have not been. */
  readonly by?: number;
};

/**
 * How far a delivery has come.
 * @example recipientState({ kind: 'server', destination: 'b.org', status: 'failed', since: 0, deadline: 9, attempts: 3, ask: 'refused' }) // 'by-hand'
 */
export function recipientState({ status, ask }: ReportedDelivery): RecipientState {
  switch (status) {
    case 'acknowledged':
      return 'confirmed';
    case 'sent':
      return 'told';
    case 'impossible':
    case 'disproportionate':
      return 'unreachable';
    case 'pending':
    case 'failed':
    case 'unsupported':
      return ask === undefined ? 'waiting' : 'by-hand';
    default:
      return status satisfies never;
  }
}

/** What decides where a recipient has several deliveries: whoever is told of a part has not been told. */
const LEAST_FIRST: readonly RecipientState[] = ['by-hand', 'waiting', 'unreachable', 'told', 'confirmed'];

/** The recipients of deliveries, each once, in the order in which they first occur. */
export function recipientsOf(deliveries: readonly ReportedDelivery[]): readonly ReportedRecipient[] {
  const found = new Map<string, ReportedRecipient>();
  for (const delivery of deliveries) {
    const key = JSON.stringify([delivery.kind, delivery.destination]);
    const state = recipientState(delivery);
    const before = found.get(key);
    const isWorse = before === undefined || LEAST_FIRST.indexOf(state) < LEAST_FIRST.indexOf(before.state);
    const count = (before?.deliveries ?? 0) + 1;
    found.set(key, isWorse ? { ...delivery, state, deliveries: count } : { ...before, deliveries: count });
  }
  return [...found.values()];
}

/** How many recipients are in each state. */
export function countRecipients(recipients: readonly ReportedRecipient[]): RecipientCounts {
  const of = (state: RecipientState): number => recipients.filter((one) => one.state === state).length;
  return { confirmed: of('confirmed'), told: of('told'), waiting: of('waiting'), 'by-hand': of('by-hand'), unreachable: of('unreachable') };
}

/** The recipients without what names other people. */
export function forSubject(recipients: readonly ReportedRecipient[]): readonly SubjectRecipient[] {
  const groups = new Map<string, SubjectRecipient>();
  for (const recipient of recipients) {
    const like = nameless(recipient);
    const key = JSON.stringify([like.kind, like.name, like.state]);
    const before = groups.get(key);
    groups.set(key, before === undefined ? like : { ...before, count: before.count + 1, ...latest(before.by, like.by) });
  }
  return [...groups.values()];
}

function nameless({ kind, destination, state, deadline }: ReportedRecipient): SubjectRecipient {
  const name = kind === 'public' ? undefined : withoutUser(destination);
  const isOpen = state === 'waiting' || state === 'by-hand';
  return { kind, ...(name === undefined ? {} : { name }), state, count: 1, ...(isOpen ? { by: deadline } : {}) };
}

/** A user ID names somebody; the server in it has to be told. */
function withoutUser(destination: string): string | undefined {
  return destination.startsWith('@') ? serverNameOf(destination) : destination;
}

function latest(one: number | undefined, other: number | undefined): { readonly by?: number } {
  const times = [one, other].filter((time) => time !== undefined);
  return times.length === 0 ? {} : { by: Math.max(...times) };
}
