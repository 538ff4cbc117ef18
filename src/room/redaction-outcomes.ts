import type { RoomVersionRules } from '../rules/types.ts';
import type { AuthContext } from './auth-context.ts';
import type { RedactionRule, RedactionVerdict } from './redaction-verdict.ts';

/** What the redactions of a room are judged with. */
export type RedactionSetContext = {
  readonly rules: RoomVersionRules;
  /** The state before a redaction, `undefined` while it is not known. */
  readonly stateBefore: (eventId: string) => AuthContext['state'] | undefined;
  /** The place of an event in the room's order; events without one come after those with one, by their IDs. */
  readonly position: (eventId: string) => number | undefined;
  /** Whether an event was rejected: such a redaction applies to nothing. A rejected target is redacted like any other. */
  readonly rejected?: (eventId: string) => boolean;
};

/** The other event of a redaction that waits, and what for. */
export type HeldRedaction = { readonly eventId: string; readonly waitsFor: 'target' | 'state' };

/** The other event of a redaction that does not apply, and why. */
export type IgnoredRedaction = { readonly eventId: string; readonly rule: RedactionRule | 'rejected'; readonly reason: string };

/** What became of redactions: seen from a target the redactions, seen from a redaction its targets. */
export type RedactionOutcome = {
  readonly applied: readonly string[];
  readonly held: readonly HeldRedaction[];
  readonly ignored: readonly IgnoredRedaction[];
};

/** The redactions that name an event, in the room's order. */
export type TargetOutcome = RedactionOutcome & {
  /** The first one that applies: what `unsigned.redacted_because` shows. Without one, the event is not redacted. */
  readonly redactedBecause: string | undefined;
};

/** The events that a redaction names. Clients are told of those it applies to, and of no others (MSC2244). */
export type SourceOutcome = RedactionOutcome & {
  /** Whether clients are not told of the redaction at all, for now or for good. */
  readonly withheld: boolean;
};

/** What the redactions of a room come to. */
export type AppliedRedactions = {
  /** By the ID of every event that a redaction names, there or not. */
  readonly targets: ReadonlyMap<string, TargetOutcome>;
  /** By the ID of every redaction, in the room's order; one with three empty lists names nothing. */
  readonly redactions: ReadonlyMap<string, SourceOutcome>;
};

/** Whether a redaction applies to one of the events that it names. */
export type JudgedRedaction = {
  readonly redaction: string;
  readonly target: string;
  readonly verdict: RedactionVerdict | { readonly verdict: 'ignored'; readonly rule: 'rejected'; readonly reason: string };
};

/** A verdict, with the other event that it is about. */
export type Entry = readonly [eventId: string, verdict: JudgedRedaction['verdict']];

/** Sorts verdicts by what they say. */
export function outcomeOf(entries: readonly Entry[]): RedactionOutcome {
  const applied: string[] = [];
  const held: HeldRedaction[] = [];
  const ignored: IgnoredRedaction[] = [];
  for (const [eventId, verdict] of entries) {
    switch (verdict.verdict) {
      case 'applies': applied.push(eventId); break;
      case 'held': held.push({ eventId, waitsFor: verdict.waitsFor }); break;
      case 'ignored': ignored.push({ eventId, rule: verdict.rule, reason: verdict.reason }); break;
      default: verdict satisfies never;
    }
  }
  return { applied, held, ignored };
}

// In versions 1 and 2 the authorization rules judge redactions, and clients are sent what passed them; but not what could never apply.
const WITHHELD_ANYWHERE: ReadonlySet<RedactionRule | 'rejected'> = new Set(['rejected', 'power', 'create-event', 'other-room']);

/** Whether clients are not told of a redaction: from version 3 they see it once it applies to something. */
export function isWithheld({ applied, ignored }: RedactionOutcome, rejected: boolean, rules: RoomVersionRules): boolean {
  if (rejected) return true;
  return applied.length === 0 && (!rules.authorization.redaction || ignored.some(({ rule }) => WITHHELD_ANYWHERE.has(rule)));
}
