import type { SignAs } from '../../crypto/sign.ts';
import type { ErasureNotice } from '../../notices/build-notices.ts';
import type { AttemptResult } from '../../notices/delivery/delivery.ts';
import { beginDiscovery, ServerNameError } from '../../notices/discovery/discovery.ts';
import { readNoticeAnswer } from '../../notices/notice-answer.ts';
import type { NoticeRegistration } from '../../notices/registration.ts';
import { signRequest } from '../../notices/x-matrix.ts';
import { ExchangeError, type ExchangeAnswer } from './exchange.ts';
import type { Network, OutgoingRequest, Target } from './network.ts';
import type { Carry } from './send-due.ts';

/** What notices are carried with: who signs, and where application services are. */
export type CarryOptions = { readonly signAs: SignAs; readonly registrations: readonly NoticeRegistration[] };

type Endpoint = Exclude<ErasureNotice, { readonly channel: 'person' }>;

/** Hands notices over by HTTP, each by its channel. */
export function createCarrier(network: Network, options: CarryOptions): Carry {
  return async (notice, path): Promise<AttemptResult> => {
    try {
      if (notice.channel === 'person') throw new ExchangeError('no-address');
      const { targets, request } = await addressed(notice, path, { network, ...options });
      return { outcome: 'answered', answer: readNoticeAnswer(httpAnswer(await network.send(targets, request))) };
    } catch (error) {
      // A name that is none, though its form is one's, leads nowhere.
      if (error instanceof ServerNameError) return { outcome: 'unanswered', fault: 'no-address', handedOver: false };
      if (!(error instanceof ExchangeError)) throw error;
      return { outcome: 'unanswered', fault: error.fault, handedOver: error.handedOver };
    }
  };
}

type Addressed = { readonly targets: readonly Target[]; readonly request: OutgoingRequest };
type Context = CarryOptions & { readonly network: Network };

async function addressed(notice: Endpoint, path: 'unstable' | 'stable', { network, signAs, registrations }: Context): Promise<Addressed> {
  const body = JSON.stringify(notice.body);
  const uri = path === 'unstable' && 'unstable' in notice.paths ? notice.paths.unstable : notice.paths.stable;
  const send = (authorization: string, at: string = uri): OutgoingRequest => ({ method: notice.method, path: at, headers: { authorization, 'content-type': 'application/json' }, body });
  if (notice.channel === 'application-service') {
    const service = registrations.find(({ id }) => id === notice.destination);
    if (service === undefined || service.url === null) throw new ExchangeError('registration');
    const { target, prefix } = serviceTarget(service.url);
    return { targets: [target], request: send(`Bearer ${service.hsToken}`, `${prefix}${uri}`) };
  }
  const signed = send(signRequest({ method: notice.method, uri, destination: notice.destination, content: notice.body }, signAs));
  if (notice.channel === 'federation') return { targets: await network.targetsOf(notice.destination), request: signed };
  return { targets: [identityTarget(notice.destination)], request: signed };
}

/** Identity servers are web servers: they have their name's port, or 443, and delegate nothing. */
function identityTarget(server: string): Target {
  const step = beginDiscovery(server);
  if (step.ask === 'nothing' && step.targets[0] !== undefined && /:\d+$/.test(server)) return step.targets[0];
  const bare = server.replace(/^\[(.*)\]$/, '$1');
  return { host: bare, port: 443, hostHeader: server, tlsName: bare };
}

/** An application service is where its registration, which the operator wrote, says. */
function serviceTarget(text: string): { readonly target: Target; readonly prefix: string } {
  const url = new URL(text);
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { target: { host, port, hostHeader: url.host, tlsName: host, secure, isOurs: true }, prefix: url.pathname.replace(/\/$/, '') };
}

function httpAnswer({ status, body, headers }: ExchangeAnswer): { readonly status: number; readonly body: string; readonly retryAfter: string | null } {
  return { status, body, retryAfter: headers['retry-after'] ?? null };
}
