/** A request of the platform's `fetch`, as far as it is read; every `Request` is one. */
export type FetchRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly get: (name: string) => string | null };
  readonly body: FetchBody | null;
};

/** The body of a request, read piece by piece so that it can be too long. */
export type FetchBody = { readonly getReader: () => FetchReader };

/** Reads a body. */
export type FetchReader = {
  readonly read: () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
};

/** The platform's `Response` where its types are there, else as much of it as is needed. */
export type FetchResponse = typeof globalThis extends { Response: { prototype: infer R } }
  ? R
  : { readonly status: number; readonly headers: { readonly get: (name: string) => string | null }; readonly text: () => Promise<string> };

/** Answers requests of the platform's `fetch`: what Hono, Deno, Bun, workers and adapters for Node and Express mount. */
export type FetchHandler = (request: FetchRequest) => Promise<FetchResponse>;
