import { describe, expect, test } from 'vitest';
import { CanonicalJsonError, encodeCanonicalJson, encodeHistoricalJson, writeCanonicalJson } from '../../src/json/canonical-json.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { pythonRepr } from '../../src/json/python-repr.ts';
import { JsonSyntaxError } from '../../src/json/reader.ts';
import { readVector } from './values.ts';

type Reply = { readonly ok?: string; readonly err?: string };
type Case = {
  readonly label: string;
  readonly roomVersion: string;
  readonly request: { readonly raw?: string; readonly json?: unknown };
  readonly replies: { readonly synapse: Reply; readonly ruma: Reply };
};

/** Whether a room version is one of those whose servers enforce nothing. No version: strict. */
const isHistorical = ({ roomVersion }: Case): boolean => ['1', '2', '3', '4', '5'].includes(roomVersion);

/**
 * The reply that is expected. Where Synapse and ruma differ: ruma is no judge of versions 1 to 5, which it refuses by design,
 * nor of depth, which the specification does not limit; and Synapse does not check without a version, and takes `-0` for 0.
 */
function expected(row: Case): Reply {
  const { synapse, ruma } = row.replies;
  if (synapse.ok === ruma.ok) return synapse;
  return isHistorical(row) || row.label.startsWith('nest ') ? synapse : ruma;
}

function encode(row: Case): Reply {
  const text = row.request.raw ?? JSON.stringify(row.request.json);
  try {
    return { ok: (isHistorical(row) ? encodeHistoricalJson : encodeCanonicalJson)(parseJson(text)) };
  } catch (error) {
    if (error instanceof CanonicalJsonError || error instanceof JsonSyntaxError) return { err: error.reason };
    throw error;
  }
}

describe('replies of Synapse and ruma', () => {
  const cases = readVector('cases/canonical.ndjson.gz').trim().split('\n').map((line): Case => JSON.parse(line));

  test('are there', () => {
    expect(cases.length).toBe(182);
  });

  test.each(cases)('$label', (row) => {
    const reply = encode(row);
    expect(reply.ok).toBe(expected(row).ok);
    expect(reply.err === undefined).toBe(expected(row).err === undefined);
  });
});

describe('vectors of the specification and its implementations', () => {
  type Vectors = { readonly conversion: readonly { readonly in: string; readonly out: string }[]; readonly refused: readonly string[]; readonly accepted: readonly string[] };
  const vectors: Vectors = JSON.parse(readVector('canonical-json/canonical-json.json'));
  const isConversionOnly = (text: string): boolean => /-0\b|1e10/.test(text);

  test.each(vectors.conversion.filter((row) => !isConversionOnly(row.in)))('$in', (row) => {
    expect(encodeCanonicalJson(parseJson(row.in))).toBe(row.out);
    expect(encodeHistoricalJson(parseJson(row.in))).toBe(row.out);
    let text = '';
    writeCanonicalJson(parseJson(row.in), (chunk) => void (text += chunk));
    expect(text).toBe(row.out);
  });

  test.each(vectors.conversion.filter((row) => isConversionOnly(row.in)))('$in is an example of conversion: no event may say so', (row) => {
    expect(() => encodeCanonicalJson(parseJson(row.in))).toThrow(CanonicalJsonError);
  });

  test.each(vectors.refused)('%s is refused', (text) => {
    expect(() => encodeCanonicalJson(parseJson(text))).toThrow(CanonicalJsonError);
  });

  test.each(vectors.accepted)('%s is accepted', (text) => {
    expect(encodeCanonicalJson(parseJson(text))).toBe(text);
  });
});

describe('floats as Python writes them', () => {
  const rows: readonly { readonly written: string; readonly canonical: string }[] = JSON.parse(readVector('canonical-json/python-repr.json'));

  test.each(rows)('$written', ({ written, canonical }) => {
    expect(pythonRepr(Number(written))).toBe(canonical);
    expect(encodeHistoricalJson(parseJson(`{"a":${written}}`))).toBe(`{"a":${canonical}}`);
  });
});
