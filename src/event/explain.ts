import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { RedactionRules, Retained } from '../rules/types.ts';
import type { Pdu } from './pdu.ts';
import { redact } from './redact.ts';

/** Why a key stays or goes. */
export type RedactionReason =
  | 'protected-event-key'
  | 'protected-content-key'
  | 'protected-content-of-type'
  | 'protected-relation'
  | 'event-key-not-protected'
  | 'unsigned-is-not-part-of-the-event'
  | 'content-of-type-not-protected'
  | 'content-key-not-protected'
  | 'not-an-object';

/** One key of an event and what redaction does to it. */
export type RedactionExplanation = {
  /** Dot-separated path, dots and backslashes in keys escaped with a backslash, as in push conditions: `content.m\.relates_to`. */
  readonly path: string;
  readonly kept: boolean;
  readonly reason: RedactionReason;
  /** The section that decides. */
  readonly spec: string;
};

type Decide = (path: readonly string[], kept: boolean, reason: RedactionReason) => void;

/**
 * Why each key of an event stays or goes when it is redacted: one entry for each key that is decided as a whole.
 * @throws {UnredactableEventError} as {@link redact}
 * @see https://spec.matrix.org/v1.19/client-server-api/#redactions
 * @example explainRedaction({ type: 'm.room.name', content: { name: 'x' } }, roomVersion('6').redaction).filter((key) => !key.kept).map((key) => key.path) // ['content.name']
 */
export function explainRedaction(event: Pdu, rules: RedactionRules): readonly RedactionExplanation[] {
  redact(event, rules);
  const explanations: RedactionExplanation[] = [];
  const decide: Decide = (path, kept, reason) => explanations.push({ path: dotted(path), kept, reason, spec: rules.spec });
  for (const key of Object.keys(event)) {
    if (key === 'content') explainContent(event, rules, decide);
    else if (Object.hasOwn(rules.event, key)) decide([key], true, 'protected-event-key');
    else decide([key], false, key === 'unsigned' ? 'unsigned-is-not-part-of-the-event' : 'event-key-not-protected');
  }
  return explanations;
}

function explainContent(event: Pdu, rules: RedactionRules, decide: Decide): void {
  const retained = own(rules.content, event.type);
  if (retained === true) return decide(['content'], true, 'protected-content-of-type');
  if (Object.keys(event.content).length === 0) return decide(['content'], true, 'protected-event-key');
  for (const [key, value] of Object.entries(event.content)) {
    const byType = own(retained ?? {}, key);
    const relation = own(rules.anyContent, key);
    if (byType !== undefined) explainKey({ path: ['content', key], value, retained: byType }, 'protected-content-key', decide);
    else if (relation !== undefined) explainRelation({ path: ['content', key], value, retained: relation }, decide);
    else decide(['content', key], false, retained === undefined ? 'content-of-type-not-protected' : 'content-key-not-protected');
  }
}

type Judged = { readonly path: readonly string[]; readonly value: JsonValue; readonly retained: Retained };

function explainKey({ path, value, retained }: Judged, kept: RedactionReason, decide: Decide): void {
  if (retained === true) return decide(path, true, kept);
  if (!isJsonObject(value)) return decide(path, false, 'not-an-object');
  if (Object.keys(value).length === 0) return decide(path, true, kept);
  for (const [key, part] of Object.entries(value)) {
    const below = own(retained, key);
    if (below === undefined) decide([...path, key], false, 'content-key-not-protected');
    else explainKey({ path: [...path, key], value: part, retained: below }, kept, decide);
  }
}

/** A relation of which nothing survives goes as a whole. */
function explainRelation(judged: Judged, decide: Decide): void {
  const { path, value, retained } = judged;
  const survives = isJsonObject(value) && retained !== true && anyKeySurvives(value, retained);
  if (!isJsonObject(value)) decide(path, false, 'not-an-object');
  else if (survives) explainKey(judged, 'protected-relation', decide);
  else decide(path, false, 'content-key-not-protected');
}

function anyKeySurvives(value: JsonObject, retained: { readonly [key: string]: Retained }): boolean {
  return Object.keys(value).some((key) => Object.hasOwn(retained, key));
}

/** The path of a {@link RedactionExplanation}, from its keys. */
export function dotted(path: readonly string[]): string {
  return path.map((key) => key.replaceAll('\\', '\\\\').replaceAll('.', '\\.')).join('.');
}
