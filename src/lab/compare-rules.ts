import { eventId, referenceHash } from '../crypto/event-hashes.ts';
import { dotted, explainRedaction } from '../event/explain.ts';
import { asJson, type Pdu } from '../event/pdu.ts';
import { redact } from '../event/redact.ts';
import { isJsonObject, own, type JsonObject } from '../json/value.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** How two rule tables treat one event differently. */
export type RuleDifference = {
  /** Keys that only the first table keeps, as dotted paths. */
  readonly onlyFirst: readonly string[];
  /** Keys that only the second table keeps. */
  readonly onlySecond: readonly string[];
  /** Whether the reference hash differs: what one table signs is not what the other verifies. */
  readonly hashChanges: boolean;
  /** Whether the event's ID differs: by its hash, by how that is written, or as only one table makes IDs of hashes. An ID that a server chose stays. */
  readonly idChanges: boolean;
};

/**
 * What two rule tables redact differently in an event, or `undefined` where they agree on it.
 * @throws {UnredactableEventError} when `type` is no string or `content` no object
 * @throws {CanonicalJsonError} when the event has no canonical form under one of the tables
 * @see https://spec.matrix.org/v1.19/client-server-api/#redactions
 * @example compareRules({ type: 'm.room.aliases', content: { aliases: [] } }, roomVersion('5'), roomVersion('6'))?.onlyFirst // ['content.aliases']
 */
export function compareRules(event: Pdu, first: RoomVersionRules, second: RoomVersionRules): RuleDifference | undefined {
  const [byFirst, bySecond] = [asJson(redact(event, first.redaction)), asJson(redact(event, second.redaction))];
  const onlyFirst = keysOfOne(byFirst, bySecond).flatMap((path) => keptBelow(path, event, first));
  const onlySecond = keysOfOne(bySecond, byFirst).flatMap((path) => keptBelow(path, event, second));
  const hashChanges = referenceHash(event, first) !== referenceHash(event, second);
  const idChanges = computedId(event, first) !== computedId(event, second);
  return onlyFirst.length + onlySecond.length === 0 && !hashChanges && !idChanges ? undefined : { onlyFirst, onlySecond, hashChanges, idChanges };
}

/** The ID that a table makes of an event, `undefined` where a server chooses it. */
function computedId(event: Pdu, rules: RoomVersionRules): string | undefined {
  return rules.format.eventId === 'opaque' ? undefined : eventId(event, rules);
}

/** The outermost keys that only one of two redacted forms has; a value that both have is the same but for keys below it. */
function keysOfOne(one: JsonObject, other: JsonObject, above: readonly string[] = []): readonly string[] {
  return Object.entries(one).flatMap(([key, value]) => {
    const [path, same] = [[...above, key], own(other, key)];
    if (same === undefined) return [dotted(path)];
    return isJsonObject(value) && isJsonObject(same) && value !== same ? keysOfOne(value, same, path) : [];
  });
}

/** What a table names below a key of which it keeps a part, else the key. */
function keptBelow(path: string, event: Pdu, { redaction }: RoomVersionRules): readonly string[] {
  const below = explainRedaction(event, redaction).filter(({ path: key, kept }) => kept && key.startsWith(`${path}.`));
  return below.length > 0 ? below.map(({ path: key }) => key) : [path];
}
