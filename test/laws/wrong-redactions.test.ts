import { describe, expect, test } from 'vitest';
import { eventId, referenceHash } from '../../src/crypto/event-hashes.ts';
import { explainRedaction } from '../../src/event/explain.ts';
import { redact } from '../../src/event/redact.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json/value.ts';
import { BrokenLawError, redactionLaws, type Law, type RedactionImplementation } from '../../src/testing.ts';
import type { Pdu } from '../../src/event/pdu.ts';

/** A law that nothing can break proves nothing. Each of these redactions has a fault that implementations have had. */

const right = (event: Pdu, version: string): Pdu => redact(event, roomVersion(version).redaction);

const isObject = (value: unknown): value is Record<string, JsonValue> => typeof value === 'object' && value !== null;

/** The fault of reading keys through the prototype: `in`, and a table that is a plain object. */
function inherits(event: Pdu, version: string): Pdu {
  const table: Readonly<Record<string, unknown>> = roomVersion(version).redaction.content;
  const kept = table[event.type];
  const content: Record<string, JsonValue> = {};
  for (const key in event.content) if (kept === true || (isObject(kept) && key in kept)) content[key] = event.content[key] ?? null;
  return { ...right(event, version), content };
}

/** The fault of building the result by assignment: an own `__proto__` is lost. */
function assigns(event: Pdu, version: string): Pdu {
  const content: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(right(event, version).content)) content[key] = value;
  return { ...right(event, version), content };
}

/** The fault of asking an event's own content about its keys. */
function asksTheContent(event: Pdu, version: string): Pdu {
  const has: unknown = Reflect.get(event.content, 'hasOwnProperty');
  if (typeof has !== 'function') throw new TypeError('hasOwnProperty is not a function');
  return right(event, version);
}

function mutates(event: Pdu, version: string): Pdu {
  Reflect.deleteProperty(event, 'unsigned');
  return right(event, version);
}

function mutatesDeeply(event: Pdu, version: string): Pdu {
  if (isJsonObject(event.content)) for (const key of Object.keys(event.content)) if (!['membership'].includes(key)) Reflect.deleteProperty(event.content, key);
  return right(event, version);
}

/** Keeps the first key of the content, whatever it is. */
function dependsOnOrder(event: Pdu, version: string): Pdu {
  return { ...right(event, version), content: { ...right(event, version).content, ...Object.fromEntries(Object.entries(event.content).slice(0, 1)) } };
}

/** A number of an earlier redaction in the event. */
function counts(event: Pdu, version: string): Pdu {
  const before = event['redactions'];
  return { ...right(event, version), redactions: typeof before === 'number' ? before + 1 : 1 };
}

const without = (object: JsonObject | Pdu, key: string): JsonObject => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as JsonObject;
const keeping = (key: string) => (event: Pdu, version: string): Pdu => (Object.hasOwn(event, key) ? { ...right(event, version), [key]: event[key] } : right(event, version));
const dropping = (key: string) => (event: Pdu, version: string): Pdu => without(right(event, version), key) as Pdu;
const contentKept = (key: string) => (event: Pdu, version: string): Pdu => {
  const value = event.content[key];
  return Object.hasOwn(event.content, key) && value !== undefined ? { ...right(event, version), content: { ...right(event, version).content, [key]: value } } : right(event, version);
};

type Wrong = { readonly name: string; readonly redact: RedactionImplementation['redact']; readonly breaks: readonly string[] };

const wrong: readonly Wrong[] = [
  { name: 'keeps unsigned', redact: keeping('unsigned'), breaks: ['agrees with the text', 'depends on no removed key', 'is explained'] },
  { name: 'keeps redacts', redact: keeping('redacts'), breaks: ['agrees with the text'] },
  { name: 'keeps a third-party invite whole', redact: contentKept('third_party_invite'), breaks: ['agrees with the text', 'is explained'] },
  { name: 'drops hashes', redact: dropping('hashes'), breaks: ['agrees with the text', 'keeps the reference hash', 'keeps the event ID', 'is explained'] },
  { name: 'drops signatures', redact: dropping('signatures'), breaks: ['agrees with the text'] },
  { name: 'mutates', redact: mutates, breaks: ['does not mutate'] },
  { name: 'mutates what is inside', redact: mutatesDeeply, breaks: ['does not mutate'] },
  { name: 'depends on the order of keys', redact: dependsOnOrder, breaks: ['agrees with the text', 'depends on no order of keys'] },
  { name: 'inherits', redact: inherits, breaks: ['agrees with the text'] },
  { name: 'loses __proto__', redact: assigns, breaks: ['agrees with the text', 'keeps the reference hash'] },
  { name: 'trusts hasOwnProperty', redact: asksTheContent, breaks: ['is idempotent', 'only removes', 'does not mutate', 'agrees with the text'] },
  { name: 'adds a mark', redact: (event, version) => ({ ...right(event, version), redacted: true }), breaks: ['only removes', 'agrees with the text'] },
  { name: 'counts', redact: counts, breaks: ['is idempotent', 'only removes'] },
];

/** Everything but the redaction is right: what breaks a law is the redaction. */
const lawsOf = (implementation: RedactionImplementation['redact'], roomVersions: readonly string[]): readonly Law[] =>
  redactionLaws(
    {
      redact: implementation,
      referenceHash: (event, version) => referenceHash(event, roomVersion(version)),
      eventId: (event, version) => eventId(event, roomVersion(version)),
      explain: (event, version) => explainRedaction(event, roomVersion(version).redaction),
    },
    { roomVersions },
  );

const parameters = { numRuns: 2_000, seed: 7 };

function failure(law: Law | undefined): unknown {
  try {
    law?.check(parameters);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the laws find what is wrong', () => {
  describe.each(wrong)('with a redaction that $name', ({ redact: faulty, breaks }) => {
    const laws = lawsOf(faulty, ['11']);

    test.each(breaks)('%s', (name) => {
      const law = laws.find((candidate) => candidate.name === `room version 11: ${name}`);
      expect(law).toBeDefined();
      expect(failure(law)).toBeInstanceOf(Error);
    });
  });

  test('between versions: a redaction that tells 1 from 2', () => {
    const laws = lawsOf((event, version) => (version === '2' ? right(event, '9') : right(event, version)), ['1', '2', '3']);
    expect(failure(laws.find(({ name }) => name === 'room versions 1 and 2 agree'))).toBeInstanceOf(Error);
    expect(failure(laws.find(({ name }) => name === 'room versions 1 and 3 agree'))).toBeUndefined();
  });

  test('in a signature: a redaction that drops what was signed, and one that drops the signature', () => {
    const signatures: RedactionImplementation['signatures'] = {
      sign: (event) => ({ ...event, signatures: { 'example.org': { mark: Object.hasOwn(event, 'depth') } } }),
      verify: (event) => isJsonObject(event.signatures) && Object.hasOwn(event, 'depth'),
    };
    const broken = (faulty: RedactionImplementation['redact']): unknown =>
      failure(redactionLaws({ redact: faulty, signatures }, { roomVersions: ['11'] }).find(({ name }) => name.endsWith('keeps signatures')));
    expect(broken(right)).toBeUndefined();
    expect(broken(dropping('depth'))).toBeInstanceOf(Error);
    expect(broken(dropping('signatures'))).toBeInstanceOf(Error);
  });

  test.each(['1', '6', '8', '9'])('in a table: version 12 is not version %s', (version) => {
    const laws = lawsOf((event) => right(event, '12'), [version]);
    expect(failure(laws.find(({ name }) => name.endsWith('agrees with the text')))).toBeInstanceOf(Error);
  });

  test('in an explanation: one that leaves a key out, one that says it twice, one that lies', () => {
    const explain = (change: (all: readonly { path: string; kept: boolean }[]) => readonly { path: string; kept: boolean }[]): unknown =>
      failure(redactionLaws(
        { redact: right, explain: (event, version) => change(explainRedaction(event, roomVersion(version).redaction)) },
        { roomVersions: ['11'] },
      ).find(({ name }) => name.endsWith('is explained')));
    expect(explain((all) => all)).toBeUndefined();
    expect(explain((all) => all.filter(({ path }) => path !== 'unsigned'))).toBeInstanceOf(Error);
    expect(explain((all) => [...all, ...all])).toBeInstanceOf(Error);
    expect(explain((all) => all.map(({ path, kept }) => ({ path, kept: path === 'unsigned' || kept })))).toBeInstanceOf(Error);
  });

  test('the counterexample is small, and the reason is named', () => {
    const error = failure(lawsOf(keeping('unsigned'), ['11']).find(({ name }) => name.endsWith('agrees with the text')));
    expect(error).toHaveProperty('cause', expect.any(BrokenLawError));
    const counterexample = /Counterexample: \[(.*)\]/.exec(String(error))?.[1] ?? '';
    expect(counterexample).toContain('"unsigned":');
    expect(counterexample.length).toBeLessThan(80);
  });
});
