import type { FetchBody } from './fetch-types.ts';

declare const TextDecoder: new (encoding: 'utf-8', options: { readonly fatal: true; readonly ignoreBOM: true }) => { decode(bytes: Uint8Array): string };

/** A body as text, or what is wrong with it. */
export type BodyText = { readonly text: string } | { readonly fault: 'too-large' | 'not-json' };

/** Reads a body as UTF-8, up to a number of bytes; of a longer one the rest is left unread. */
export async function readBody(body: FetchBody | null, maxBytes: number): Promise<BodyText> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
    length += next.value?.length ?? 0;
    if (length > maxBytes) return { fault: 'too-large' };
    if (next.value !== undefined) chunks.push(next.value);
  }
  return decoded(joined(chunks, length));
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** What is not UTF-8 is not JSON; a byte-order mark stays, and is refused by the parser. */
function decoded(bytes: Uint8Array): BodyText {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { fault: 'not-json' };
  }
}
