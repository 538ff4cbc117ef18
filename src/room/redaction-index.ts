import { createFactsReader, fullerCopy } from './redaction-facts.ts';
import type { RedactableEvent, RedactionFacts } from './redaction-facts.ts';
import { isReadable } from './readable.ts';
import type { JudgedRedaction } from './redaction-outcomes.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** A redaction, and what has been said of each event that it names. */
export type Source = { readonly facts: RedactionFacts; readonly verdicts: Map<string, JudgedRedaction['verdict']> };

/** A redaction and one of the events that it names. */
export type Pair = readonly [redaction: string, target: string];

/** Which events there are, and which redactions name which. */
export type RedactionIndex = {
  /** Takes an event; gives the pairs that have to be judged for it, none where nothing new is said. */
  readonly take: (event: RedactableEvent) => readonly Pair[];
  readonly facts: (eventId: string) => RedactionFacts | undefined;
  readonly sources: ReadonlyMap<string, Source>;
  /** The redactions that name an event. */
  readonly naming: (target: string) => readonly string[];
};

/** An empty index. */
export function createRedactionIndex({ redacts }: RoomVersionRules): RedactionIndex {
  const read = createFactsReader(redacts);
  const events = new Map<string, RedactionFacts>();
  const sources = new Map<string, Source>();
  const namedBy = new Map<string, Set<string>>();
  const naming = (target: string): readonly string[] => [...namedBy.get(target) ?? []];

  const forget = (id: string, named: readonly string[]): void => {
    for (const target of named) namedBy.get(target)?.delete(id);
    sources.delete(id);
  };
  const note = (id: string, facts: RedactionFacts, known: Source | undefined): void => {
    for (const target of facts.named) namedBy.set(target, (namedBy.get(target) ?? new Set()).add(id));
    sources.set(id, { facts, verdicts: new Map([...known?.verdicts ?? []].filter(([target]) => namedBy.get(target)?.has(id) === true)) });
  };

  const take = (event: RedactableEvent): readonly Pair[] => {
    // What has not the form of an event never arrived.
    if (!isReadable(event.pdu)) return [];
    const id = event.event_id;
    const [copy, known] = [read(event), events.get(id)];
    const facts = known === undefined ? copy : fullerCopy(known, copy);
    if (facts === known) return [];
    events.set(id, facts);

    // What a poorer copy named counts no more.
    const source = sources.get(id);
    forget(id, known?.named ?? []);
    if (facts.kind.type === 'm.room.redaction') note(id, facts, source);
    const others = naming(id).filter((redaction) => redaction !== id);
    return [...facts.named.map((target): Pair => [id, target]), ...others.map((redaction): Pair => [redaction, id])];
  };
  return { take, facts: (eventId) => events.get(eventId), sources, naming };
}
