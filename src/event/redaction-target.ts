import { isJsonObject, type JsonValue } from '../json/value.ts';
import type { RedactsRules } from '../rules/types.ts';
import type { Pdu } from './pdu.ts';

/** The events that a redaction names, each once. */
export type RedactionTarget = {
  readonly eventIds: readonly string[];
  /** Whether the event and its content both name a target, and not the same one. Servers obey the place that the room version says. */
  readonly conflicting: boolean;
};

/**
 * The events that an `m.room.redaction` names where its room version looks for them, or `undefined` when it names none
 * there (a redaction that was redacted itself, in versions 1 to 10) or is no redaction.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#moving-the-redacts-property-of-mroomredaction-events-to-a-content-property
 * @example redactionTarget({ type: 'm.room.redaction', content: { redacts: '$a' } }, roomVersion('11').redacts) // { eventIds: ['$a'], conflicting: false }
 */
export function redactionTarget(event: Pdu, rules: RedactsRules): RedactionTarget | undefined {
  if (event.type !== 'm.room.redaction') return undefined;
  const inEvent = Object.hasOwn(event, 'redacts') ? event.redacts : undefined;
  const inContent = isJsonObject(event.content) && Object.hasOwn(event.content, 'redacts') ? event.content['redacts'] : undefined;
  const [obeyed, other] = rules.location === 'event' ? [inEvent, inContent] : [inContent, inEvent];
  const eventIds = targets(obeyed, rules);
  if (eventIds.length === 0) return undefined;
  const others = targets(other, { ...rules, array: true });
  return { eventIds, conflicting: others.length > 0 && !sameIds(eventIds, others) };
}

function targets(value: JsonValue | undefined, rules: RedactsRules): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!rules.array || !Array.isArray(value)) return [];
  return [...new Set(value.filter((id): id is string => typeof id === 'string'))];
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}
