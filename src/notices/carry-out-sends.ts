import { isJsonObject, own, type JsonObject } from '../json/value.ts';
import { isDone, isFinal, openHomeserver, textIn, type Homeserver, type HomeserverAnswer, type HomeserverOptions } from './client-server.ts';
import type { Send, SendPlan } from './send-plan.ts';

/** How a send went. */
export type SendStatus =
  | 'done'
  /** It had been done before, or somebody else did it; nothing was sent. */
  | 'already'
  /** The server will not do it: a person decides. */
  | 'refused'
  /** Not this time; carry the plan out again. */
  | 'failed'
  /** Not tried, because what has to come before it failed. */
  | 'waiting';

/** What became of a send. Holds nothing of an event. */
export type SendOutcome = {
  readonly send: Send;
  readonly status: SendStatus;
  /** The redaction that was sent. */
  readonly event_id?: string;
  /** What the server answered; without it, it did not answer. */
  readonly httpStatus?: number;
  readonly errcode?: string;
};

/** Whose tokens and consent sends are carried out with. */
export type CarryOutOptions = HomeserverOptions & {
  /** By user ID. Each is checked to be that user's before it is used. */
  readonly accessTokens: { readonly [userId: string]: string };
  /** What proves that a user may close their account (`m.login.password` and the like), for the session that the server opened. */
  readonly authenticate?: (userId: string, session: string | undefined) => JsonObject | undefined;
  /** Whether an account is closed, where its token no longer works: Synapse tells an administrator at `/_synapse/admin/v2/users/`. */
  readonly isDeactivated?: (userId: string) => Promise<boolean>;
  /** Somebody with a token who looks into rooms when a subject's account is closed already. */
  readonly observer?: string;
};

/** A token that works and is its user's, or what is in the way. */
type Session = { readonly token: string } | { readonly token?: undefined; readonly status: 'failed' | 'refused'; readonly errcode?: string };
type Context = { readonly ask: Homeserver; readonly session: (userId: string) => Promise<Session>; readonly options: CarryOutOptions };
type Result = Omit<SendOutcome, 'send'>;

/**
 * Carries sends out one after another and gives the outcome of each. It may be stopped at any time and started again from the beginning: what has been done is
 * found in the rooms, and not done again. Nobody leaves a room before what they had to redact in it is redacted or refused, and no account is
 * closed before that. What was sent is followed by the wait (ms) that the plan's limits ask for.
 * @throws {HomeserverAddressError} when the homeserver's address cannot be used
 * @see https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid
 * @see https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate
 * @example carryOutSends({ plan: '', sends: [], unsent: [], duration: 0 }, { baseUrl: 'https://a.org', fetch, wait: async () => {}, accessTokens: {} }).next() // { done: true, value: undefined }
 */
export async function* carryOutSends({ sends }: Pick<SendPlan, 'sends'>, options: CarryOutOptions): AsyncGenerator<SendOutcome, void, undefined> {
  const ask = openHomeserver(options);
  const context: Context = { ask, session: createSessions(ask, options), options };
  const stuck = new Set<string>();
  let sentAt: number | undefined;
  for (const send of sends) {
    if (sentAt !== undefined && send.at > sentAt) await options.wait(send.at - sentAt);
    const result: Result = stuck.has(groundOf(send)) ? { status: 'waiting' } : await carryOut(send, context);
    if (result.status === 'failed' || result.status === 'waiting') for (const ground of blockedBy(send)) stuck.add(ground);
    sentAt = result.status === 'done' ? send.at : undefined;
    yield { send, ...result };
  }
}

/** What has to have gone well before a send is tried. */
function groundOf(send: Send): string {
  if (send.kind === 'leave') return `leave ${send.sender} ${send.room_id}`;
  return send.kind === 'deactivate' ? `deactivate ${send.sender}` : '';
}

function blockedBy(send: Send): readonly string[] {
  return send.kind === 'redact' ? [`leave ${send.sender} ${send.room_id}`, `deactivate ${send.sender}`] : [`deactivate ${send.sender}`];
}

async function carryOut(send: Send, context: Context): Promise<Result> {
  const session = await context.session(send.sender);
  const observed = session.token ?? await observerToken(context);
  if (observed !== undefined && await isThere(send, observed, context.ask)) return { status: 'already' };
  if (session.token === undefined) return closed(send, session);
  return send.kind === 'deactivate' ? deactivate(send.sender, session.token, context) : resultOf(await context.ask({ ...requestFor(send), token: session.token }));
}

function closed(send: Send, { status, errcode }: Extract<Session, { readonly token?: undefined }>): Result {
  if (send.kind === 'deactivate' && errcode === DEACTIVATED) return { status: 'already' };
  return { status, ...(errcode === undefined ? {} : { errcode }) };
}

async function observerToken({ session, options: { observer } }: Context): Promise<string | undefined> {
  return observer === undefined ? undefined : (await session(observer)).token;
}

/** Whether a room is already as a send would leave it. */
async function isThere(send: Send, token: string, ask: Homeserver): Promise<boolean> {
  if (send.kind === 'deactivate') return false;
  if (send.kind === 'leave') {
    const { body } = await ask({ method: 'GET', path: `${roomPath(send.room_id)}/state/m.room.member/${encodeURIComponent(send.sender)}`, token });
    return own(body, 'membership') === 'leave';
  }
  const { body } = await ask({ method: 'GET', path: `${roomPath(send.room_id)}/event/${encodeURIComponent(send.event_id)}`, token });
  const unsigned = own(body, 'unsigned');
  return isJsonObject(unsigned) && (isJsonObject(own(unsigned, 'redacted_because')) || typeof own(unsigned, 'redacted_by') === 'string');
}

function requestFor(send: Exclude<Send, { readonly kind: 'deactivate' }>): { readonly method: 'PUT' | 'POST'; readonly path: string; readonly body: JsonObject } {
  return send.kind === 'leave'
    ? { method: 'POST', path: `${roomPath(send.room_id)}/leave`, body: {} }
    : { method: 'PUT', path: `${roomPath(send.room_id)}/redact/${encodeURIComponent(send.event_id)}/${encodeURIComponent(send.txn_id)}`, body: {} };
}

function roomPath(roomId: string): string {
  return `/v3/rooms/${encodeURIComponent(roomId)}`;
}

async function deactivate(userId: string, token: string, { ask, options }: Context): Promise<Result> {
  const request = { method: 'POST', path: '/v3/account/deactivate', token } as const;
  const first = await ask({ ...request, body: { erase: true } });
  // A 401 without an error code opens a session in which the user proves who they are.
  if (first.status !== 401 || first.errcode !== undefined) return closedOr(first, userId, options);
  const auth = options.authenticate?.(userId, textIn(first.body, 'session'));
  if (auth === undefined) return { ...resultOf(first), status: 'refused' };
  const second = await ask({ ...request, body: { erase: true, auth } });
  return closedOr(second, userId, options);
}

/** Where an earlier try went through without its answer, the token no longer works. */
async function closedOr(answer: HomeserverAnswer, userId: string, options: CarryOutOptions): Promise<Result> {
  if (answer.errcode === 'M_UNKNOWN_TOKEN' && await options.isDeactivated?.(userId) === true) return { status: 'already' };
  if (answer.status === 401 && answer.errcode !== 'M_UNKNOWN_TOKEN') return { ...resultOf(answer), status: 'refused' };
  return resultOf(answer);
}

function resultOf(answer: HomeserverAnswer): Result {
  const { status: httpStatus, errcode, body } = answer;
  const about = { ...(httpStatus === undefined ? {} : { httpStatus }), ...(errcode === undefined ? {} : { errcode }) };
  if (!isDone(answer)) return { status: isFinal(answer) ? 'refused' : 'failed', ...about };
  const event_id = textIn(body, 'event_id');
  return { status: 'done', ...about, ...(event_id === undefined ? {} : { event_id }) };
}

const DEACTIVATED = 'M_USER_DEACTIVATED';

/** Looks at each token once: with somebody else's, the wrong account would be closed. */
function createSessions(ask: Homeserver, options: CarryOutOptions): (userId: string) => Promise<Session> {
  const known = new Map<string, Session>();
  return async (userId) => {
    const session = known.get(userId) ?? await openSession(userId, ask, options);
    // What may be better the next time is asked again.
    if (session.token !== undefined || session.errcode !== undefined) known.set(userId, session);
    return session;
  };
}

async function openSession(userId: string, ask: Homeserver, { accessTokens, isDeactivated }: CarryOutOptions): Promise<Session> {
  const token = own(accessTokens, userId);
  if (token === undefined) return { status: 'failed', errcode: 'M_MISSING_TOKEN' };
  const answer = await ask({ method: 'GET', path: '/v3/account/whoami', token });
  if (answer.errcode === 'M_UNKNOWN_TOKEN' && await isDeactivated?.(userId) === true) return { status: 'refused', errcode: DEACTIVATED };
  if (!isDone(answer)) return { status: 'failed', ...(answer.errcode === undefined ? {} : { errcode: answer.errcode }) };
  return textIn(answer.body, 'user_id') === userId ? { token } : { status: 'refused', errcode: 'M_FORBIDDEN' };
}
