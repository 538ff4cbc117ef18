import { isJsonObject, type JsonValue } from '../json/value.ts';

/** Every text in a value, at any depth; keys are not texts. Walks with a list: content may be nested deeply. */
export function textsIn(value: JsonValue | undefined): readonly string[] {
  const texts: string[] = [];
  const rest: (JsonValue | undefined)[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next === 'string') texts.push(next);
    else if (Array.isArray(next)) for (const item of next) rest.push(item);
    else if (isJsonObject(next)) for (const item of Object.values(next)) rest.push(item);
  }
  return texts;
}

/** What only the subjects wrote: the texts of their events less those of anybody else's. */
export type PrivateTexts = {
  readonly addOwn: (content: JsonValue, kept: JsonValue) => void;
  readonly addOthers: (content: JsonValue) => void;
  readonly findIn: (value: JsonValue | undefined) => boolean;
};

// Identifiers and event types are not free text, and stand in `unsigned` in their own right.
const IDENTIFIER = /^(?:[@!$#]\S+|m\.[a-z_.]+)$/;

/** As long as this, a text is found inside of others too: a quote, a summary, a notification. A shorter one only where it stands alone. */
const PROBE = 12;

/** Texts by their first characters, so that looking through a long text takes one look-up for each of its characters. */
type Probes = { readonly add: (text: string) => void; readonly anyIn: (text: string, counts: (found: string) => boolean) => boolean };

function createProbes(): Probes {
  const byStart = new Map<string, string[]>();
  return {
    add: (text) => {
      if (text.length < PROBE) return;
      const start = text.slice(0, PROBE);
      const known = byStart.get(start);
      if (known === undefined) byStart.set(start, [text]);
      else known.push(text);
    },
    anyIn: (text, counts) => {
      for (let at = 0; at + PROBE <= text.length; at++) {
        if (byStart.get(text.slice(at, at + PROBE))?.some((found) => text.startsWith(found, at) && counts(found)) === true) return true;
      }
      return false;
    },
  };
}

/** Collects texts. What is served all the same (a membership, a join rule) is not private, nor what others wrote as well. */
export function createPrivateTexts(): PrivateTexts {
  const mine = new Set<string>();
  const probes = createProbes();
  /** Texts that a new viewer may be served: others wrote them, or they stay. */
  const shared = new Set<string>();
  return {
    addOwn: (content, kept) => {
      for (const text of textsIn(content)) {
        if (text === '' || mine.has(text) || IDENTIFIER.test(text)) continue;
        mine.add(text);
        probes.add(text);
      }
      for (const text of textsIn(kept)) shared.add(text);
    },
    addOthers: (content) => {
      for (const text of textsIn(content)) if (text !== '') shared.add(text);
    },
    findIn: (value) => textsIn(value).some((text) =>
      !shared.has(text) && (mine.has(text) || probes.anyIn(text, (found) => !shared.has(found)))),
  };
}
