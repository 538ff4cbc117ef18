import type { FetchBody, FetchHandler, FetchRequest } from './fetch-types.ts';

/** A request of Node's own server, or of Express, as far as it is read. */
export type NodeRequest = AsyncIterable<Uint8Array> & {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The whole path, where Express has taken a part of it off `url`. */
  readonly originalUrl?: string | undefined;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** Every value of each header: `headers` keeps the first of some only. */
  readonly headersDistinct?: { readonly [name: string]: readonly string[] | undefined };
};

/** What Node's own server, or Express, answers with, as far as it is used. */
export type NodeResponse = {
  readonly writeHead: (status: number, headers: Readonly<Record<string, string>>) => unknown;
  readonly end: (body: string) => unknown;
};

const HEADERS: readonly string[] = ['content-type', 'allow'];
const TOO_LARGE = 413;

/**
 * A handler for Node's own server and for Express, before which nothing may have read the body.
 * @example typeof toNodeHandler(serveErasureApi({ hsToken: 'secret', standing: () => 'none', onErasure: () => undefined, onReview: () => undefined })) // 'function'
 */
export function toNodeHandler(handler: FetchHandler): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (request, response) => {
    const answer = await handler(fetchRequest(request));
    const headers = HEADERS.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    // The rest of a body that is too large is not waited for.
    const close = answer.status === TOO_LARGE ? { connection: 'close' } : {};
    response.writeHead(answer.status, { ...Object.fromEntries(headers), ...close });
    response.end(await answer.text());
  };
}

function fetchRequest(request: NodeRequest): FetchRequest {
  const get = (name: string): string | null => {
    // Of two sets of credentials none may be passed over: whoever stands before this server may have read the other.
    const value = request.headersDistinct?.[name.toLowerCase()] ?? request.headers[name.toLowerCase()];
    return value === undefined ? null : typeof value === 'string' ? value : value.join(', ');
  };
  return { method: request.method ?? '', url: request.originalUrl ?? request.url ?? '', headers: { get }, body: bodyOf(request) };
}

function bodyOf(request: NodeRequest): FetchBody {
  return {
    getReader: () => {
      const iterator = request[Symbol.asyncIterator]();
      return {
        read: async () => {
          const { done, value } = await iterator.next();
          return done === true ? { done: true } : { done: false, value };
        },
      };
    },
  };
}
