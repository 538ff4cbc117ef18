import { referenceHash } from '../crypto/event-hashes.ts';
import { explainRedaction, type RedactionExplanation } from '../event/explain.ts';
import type { Pdu } from '../event/pdu.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** How two rule tables treat one event differently. */
export type RuleDifference = {
  /** Keys that only the first table keeps, as dotted paths. */
  readonly onlyFirst: readonly string[];
  /** Keys that only the second table keeps. */
  readonly onlySecond: readonly string[];
  /** Whether the reference hash differs, and with it the event's ID, where IDs are hashes, and its signatures. */
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
  const [byFirst, bySecond] = [explainRedaction(event, first.redaction), explainRedaction(event, second.redaction)];
  const onlyFirst = keptInOne(byFirst, bySecond);
  const onlySecond = keptInOne(bySecond, byFirst);
  const idChanges = referenceHash(event, first) !== referenceHash(event, second);
  return onlyFirst.length + onlySecond.length === 0 && !idChanges ? undefined : { onlyFirst, onlySecond, idChanges };
}

type Explanations = readonly RedactionExplanation[];

/** What one table keeps of each key that the other drops: all of it, or what it keeps below. */
function keptInOne(one: Explanations, other: Explanations): readonly string[] {
  const kept = one.flatMap(({ path, kept: stays }) => (stays ? [path] : []));
  const dropped = other.flatMap(({ path, kept: stays }) => (stays ? [] : [path]));
  return dropped.flatMap((path) => (isWithin(path, kept) ? [path] : kept.filter((below) => below.startsWith(`${path}.`))));
}

function isWithin(path: string, kept: readonly string[]): boolean {
  return kept.some((above) => path === above || path.startsWith(`${above}.`));
}
