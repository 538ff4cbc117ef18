import type { Pdu } from '../event/pdu.ts';
import type { Objection } from './law.ts';
import { isKeyed, sameJson } from './same-json.ts';

type Explained = { readonly path: string; readonly kept: boolean };

/** An explanation agrees with a redaction when removing what it says goes, and nothing else, gives the same event. */
export function explanationObjection(redact: (event: Pdu) => Pdu, explain: (event: Pdu) => readonly Explained[]): Objection<Pdu> {
  return (event) => {
    const explanations = explain(event);
    const paths = explanations.map(({ path }) => path);
    if (new Set(paths).size < paths.length) return 'a key is explained twice';
    const redacted = redact(event);
    if (explanations.some(({ path, kept }) => kept !== has(redacted, steps(path)))) return 'a key is said to stay and goes, or the other way round';
    const removed = explanations.filter(({ kept }) => !kept).map(({ path }) => steps(path));
    return sameJson(removed.reduce<unknown>(without, event), redacted) ? undefined : 'a key goes without being mentioned';
  };
}

/** The keys of a dot-separated path in which dots and backslashes of keys are escaped. */
function steps(path: string): readonly string[] {
  return [...path.matchAll(/(?:^|\.)((?:[^.\\]|\\.)*)/gsu)].map((match) => (match[1] ?? '').replaceAll(/\\(.)/gsu, '$1'));
}

function has(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  return isKeyed(value) && Object.hasOwn(value, key) && has(value[key], rest);
}

function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || !isKeyed(value)) return value;
  const entries = Object.entries(value).flatMap(([name, part]): readonly (readonly [string, unknown])[] => {
    if (name !== key) return [[name, part]];
    return rest.length === 0 ? [] : [[name, without(part, rest)]];
  });
  return Object.fromEntries(entries);
}
