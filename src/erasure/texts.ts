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

/** Collects texts. What is served all the same (a membership, a join rule) is not private, nor what others wrote as well. */
export function createPrivateTexts(): PrivateTexts {
  const mine = new Set<string>();
  /** Texts that a new viewer may be served: others wrote them, or they stay. */
  const shared = new Set<string>();
  return {
    addOwn: (content, kept) => {
      for (const text of textsIn(content)) if (text !== '' && !IDENTIFIER.test(text)) mine.add(text);
      for (const text of textsIn(kept)) shared.add(text);
    },
    addOthers: (content) => {
      for (const text of textsIn(content)) if (text !== '') shared.add(text);
    },
    findIn: (value) => textsIn(value).some((text) => mine.has(text) && !shared.has(text)),
  };
}
