import { request as requestHttp, type Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';

/** Why a request got no answer that could be read. */
export type NetworkFault = 'dns' | 'no-address' | 'private-address' | 'connection' | 'tls' | 'timeout' | 'too-large' | 'redirects' | 'registration';

/** An HTTP request to one address. The address was checked, and is connected to as it is: no name is looked up again. */
export type ExchangeRequest = {
  readonly secure: boolean;
  readonly address: string;
  readonly port: number;
  readonly hostHeader: string;
  /** The name, or address, that the certificate must be for. */
  readonly tlsName: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** How long (ms) a request may take as a whole, and how many bytes its answer may have. */
export type ExchangeLimits = { readonly timeoutMs: number; readonly maxBytes: number };

/** An answer, read to its end. */
export type ExchangeAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/**
 * Sends one request and reads its answer.
 * @throws {ExchangeError} when there is no whole answer within the limits
 */
export function exchange(request: ExchangeRequest, agent: Agent, limits: ExchangeLimits): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const sending = open(request, agent);
    const progress = watch(sending, request.secure);
    const fail = (fault: NetworkFault): void => {
      clearTimeout(timer);
      reject(new ExchangeError(fault, progress.handedOver()));
      sending.destroy();
    };
    const timer = setTimeout(fail, limits.timeoutMs, 'timeout');
    sending.on('error', (error) => fail(isTlsError(error) ? 'tls' : 'connection'));
    sending.on('response', (response) => collect(response, limits.maxBytes, { fail, done: (body) => {
      clearTimeout(timer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    } }));
    sending.end(request.body);
  });
}

function open({ secure, address, port, hostHeader, tlsName, method, path, headers, body }: ExchangeRequest, agent: Agent): ClientRequest {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = { host: address, port, method, path, agent, headers: { ...headers, ...length, host: hostHeader } };
  // An IP address is no name to be indicated; the certificate is then checked against the address that is connected to.
  return secure ? requestHttps({ ...options, servername: isIP(tlsName) === 0 ? tlsName : '' }) : requestHttp(options);
}

/** Whether all of a request left on a connection to whom it is for. */
function watch(sending: ClientRequest, secure: boolean): { readonly handedOver: () => boolean } {
  let [connected, finished] = [false, false];
  sending.on('socket', (socket) => {
    if (sending.reusedSocket) connected = true;
    else socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true));
  });
  sending.on('finish', () => (finished = true));
  return { handedOver: () => connected && finished };
}

type Ends = { readonly fail: (fault: NetworkFault) => void; readonly done: (body: string) => void };

function collect(response: IncomingMessage, maxBytes: number, { fail, done }: Ends): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > maxBytes) fail('too-large');
  });
  response.on('error', () => fail('connection'));
  response.on('end', () => (response.complete ? done(Buffer.concat(chunks).toString()) : fail('connection')));
}

/** Codes with which Node and OpenSSL say that a certificate, or the handshake, is not as it must be. */
const TLS_CODE = /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO$|INVALID_CA|ERROR_IN_)/;

function isTlsError(error: Error): boolean {
  return 'code' in error && TLS_CODE.test(String(error.code));
}

/** A request has no answer. `handedOver`: all of it left on a connection to the recipient, so that it may have been taken in. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly fault: NetworkFault;
  readonly handedOver: boolean;

  constructor(fault: NetworkFault, handedOver: boolean = false) {
    super(`no answer: ${fault}`);
    this.fault = fault;
    this.handedOver = handedOver;
  }
}
