import type { Pdu } from '../event/pdu.ts';
import { eventOf } from './redaction-facts.ts';
import type { RedactableEvent } from './redaction-facts.ts';
import { createRedactionIndex } from './redaction-index.ts';
import type { Pair, RedactionIndex, Source } from './redaction-index.ts';
import { isWithheld, outcomeOf } from './redaction-outcomes.ts';
import type { AppliedRedactions, Entry, JudgedRedaction, RedactionSetContext, SourceOutcome, TargetOutcome } from './redaction-outcomes.ts';
import { redactionVerdict } from './redaction-verdict.ts';

/** The redactions of a room, as its events arrive. */
export type RedactionSet = {
  /** Takes an event, redaction or not, in any order and any number of times; gives the verdicts that are new or other than before. */
  readonly add: (event: RedactableEvent) => readonly JudgedRedaction[];
  /** Judges again what waits, once states have become known; gives the verdicts that have changed. */
  readonly recheck: () => readonly JudgedRedaction[];
  /** What the redactions of an event come to; `undefined` if none names it. */
  readonly target: (eventId: string) => TargetOutcome | undefined;
  /** The whole; costs as much as there are redactions. */
  readonly result: () => AppliedRedactions;
};

/**
 * A set of redactions that grows event by event. Whatever the order, it comes to what `appliedRedactions` says of all of them.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#handling-redactions
 * @example createRedactionSet({ rules: roomVersion('11'), stateBefore: () => undefined, position: () => undefined }).add({ event_id: '$r', pdu: { type: 'm.room.redaction', content: { redacts: '$a' } } }) // [{ redaction: '$r', target: '$a', verdict: { verdict: 'held', waitsFor: 'target' } }]
 */
export function createRedactionSet(context: RedactionSetContext): RedactionSet {
  const index = createRedactionIndex(context.rules);
  const comparing = inRoomOrder(context);

  const judgeAnew = (pair: Pair): readonly JudgedRedaction[] => {
    const [redaction, target] = pair;
    const source = index.sources.get(redaction);
    const verdict = source && judgePair(pair, source, { index, context });
    if (verdict === undefined || JSON.stringify(source?.verdicts.get(target)) === JSON.stringify(verdict)) return [];
    source?.verdicts.set(target, verdict);
    return [{ redaction, target, verdict }];
  };

  const targetOutcome = (eventId: string): TargetOutcome => {
    const naming = index.naming(eventId).toSorted(comparing);
    const outcome = outcomeOf(naming.flatMap((id) => entryOf(id, index.sources.get(id), eventId)));
    return { ...outcome, redactedBecause: outcome.applied[0] };
  };

  return {
    target: (eventId) => (index.naming(eventId).length === 0 ? undefined : targetOutcome(eventId)),
    add: (event) => index.take(event).flatMap(judgeAnew),
    recheck: () => [...index.sources].flatMap(([redaction, { verdicts }]) =>
      [...verdicts].filter(([, { verdict }]) => verdict === 'held').flatMap(([held]) => judgeAnew([redaction, held]))),
    result: () => {
      const sources = [...index.sources].toSorted(([one], [other]) => comparing(one, other));
      const named = new Set(sources.flatMap(([, { facts }]) => facts.named));
      return {
        redactions: new Map(sources.map(([id, source]) => [id, sourceOutcome(id, source, context)])),
        targets: new Map([...named].map((id) => [id, targetOutcome(id)])),
      };
    },
  };
}

const REJECTED: JudgedRedaction['verdict'] = { verdict: 'ignored', rule: 'rejected', reason: 'the redaction was rejected' };

type Judging = { readonly index: RedactionIndex; readonly context: RedactionSetContext };

/** Each target is judged by itself (MSC2244), and each event by the copy of it that says most. */
function judgePair([id, targetId]: Pair, { facts }: Source, { index, context }: Judging): JudgedRedaction['verdict'] {
  const { rules } = context;
  if (context.rejected?.(id) === true) return REJECTED;
  const found = index.facts(targetId);
  const target = found === undefined ? undefined : eventOf(found, [targetId, id], rules.redacts);
  // Most redactions are of the sender's own server, and need no state.
  const state = (type: string, stateKey: string): Pdu | undefined => context.stateBefore(id)?.(type, stateKey);
  return redactionVerdict(eventOf(facts, [id, targetId], rules.redacts), target, { rules, state });
}

function entryOf(eventId: string, source: Source | undefined, target: string): readonly Entry[] {
  const verdict = source?.verdicts.get(target);
  return verdict === undefined ? [] : [[eventId, verdict]];
}

function sourceOutcome(id: string, source: Source, { rules, rejected }: RedactionSetContext): SourceOutcome {
  const outcome = outcomeOf(source.facts.named.flatMap((target) => entryOf(target, source, target)));
  return { ...outcome, withheld: isWithheld(outcome, rejected?.(id) === true, rules) };
}

/** By place, then by ID. */
function inRoomOrder({ position }: RedactionSetContext): (one: string, other: string) => number {
  const placeOf = (id: string): number => position(id) ?? Number.MAX_SAFE_INTEGER;
  return (one, other) => placeOf(one) - placeOf(other) || (one < other ? -1 : Number(one > other));
}
