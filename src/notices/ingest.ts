import type { HiddenMark } from '../erasure/apply.ts';
import { decide, type DecisionContext } from '../erasure/decide.ts';
import { withoutDerivedCopies } from '../erasure/derived-copies.ts';
import type { Standing } from '../erasure/hazards.ts';
import type { TreatmentReason } from '../erasure/plan.ts';
import { redact } from '../event/redact.ts';
import type { Pdu } from '../event/pdu.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { Suppression, SuppressionList } from './suppression.ts';

/** Why an event is stored as it came. */
export type IngestReason =
  /** Its sender is not erased. */
  | 'not-erased'
  /** The erasure covers other rooms, types or times. */
  | 'out-of-scope'
  /** Its sender had come back. */
  | 'after-return'
  /** Redacting it would change the room, or it is a redaction that would lose its effect, or a label that stays. */
  | TreatmentReason;

/** How an event that comes in is stored. `pdu` is what to store: without copies of erased people's events that a server put into `unsigned`. */
export type IngestVerdict =
  | { readonly store: 'as-is'; readonly reason: IngestReason; readonly pdu: Pdu; readonly hazard?: string }
  | { readonly store: 'redacted'; readonly reason: TreatmentReason; readonly pdu: Pdu }
  /** Whole, with a mark beside it: whoever joined after the erasure is not served it. */
  | { readonly store: 'hidden'; readonly reason: TreatmentReason; readonly pdu: Pdu; readonly mark: HiddenMark }
  | { readonly store: 'nothing'; readonly reason: 'sole-access-room' };

/** What is known of the event that comes in. */
export type IngestOptions = {
  readonly rules: RoomVersionRules;
  /** The room, where the event does not name it (create events from version 12). */
  readonly roomId?: string;
  /** When the server received the event the first time (ms), as a backup says; else its sender's clock counts. */
  readonly receivedTs?: number;
  /** Whether the event is current state, or in the auth chain of others; what is not known is taken to be. */
  readonly standing?: Partial<Standing>;
  /** Whether the event descends from a join after the revocation; if it is not said, its time decides. */
  readonly afterReturn?: boolean;
  /** Whether an event ID is one of an erased user's events, where that is known. */
  readonly isOwnEvent?: (eventId: string) => boolean;
};

/**
 * How to store an event that comes back by backfill, a re-sync of state, a bridge's echo or a restored backup: as the profile of its sender's erasure
 * says, without asking again. Of several erasures the strictest counts, and of two that hide the earlier. Asked twice it says the same.
 * @throws {UnredactableEventError} when `type` is no string or `content` no object
 * @example ingestVerdict({ type: 'm.room.message', sender: '@a:b', content: {} }, createSuppressionList([], new Uint8Array(32)), { rules: roomVersion('11') }).store // 'as-is'
 */
export function ingestVerdict(pdu: Pdu, erasures: SuppressionList, options: IngestOptions): IngestVerdict {
  const context = { erasures, options };
  const verdicts = erasures(pdu.sender ?? '').map((found) => verdictBy(pdu, found, context));
  return verdicts.reduce(stricter, asIs(pdu, 'not-erased', context));
}

const STRICTEST_FIRST: readonly IngestVerdict['store'][] = ['nothing', 'redacted', 'hidden', 'as-is'];

function stricter(one: IngestVerdict, other: IngestVerdict): IngestVerdict {
  if (one.store === 'hidden' && other.store === 'hidden') return one.mark.effective_at <= other.mark.effective_at ? one : other;
  return STRICTEST_FIRST.indexOf(one.store) < STRICTEST_FIRST.indexOf(other.store) ? one : other;
}

function verdictBy(pdu: Pdu, found: Suppression, context: Context): IngestVerdict {
  const reason = whyNotCovered(pdu, found, context.options);
  return reason === undefined ? verdictOn(pdu, found, context) : asIs(pdu, reason, context);
}

function asIs(pdu: Pdu, reason: IngestReason, { erasures, options }: Context): IngestVerdict {
  return { store: 'as-is', reason, pdu: cleaned(pdu, erasures, options) };
}

function whyNotCovered(pdu: Pdu, { entry, coversRoom }: Suppression, options: IngestOptions): IngestReason | undefined {
  const at = options.receivedTs ?? pdu.origin_server_ts;
  const { revokedAt, types, before, after } = entry;
  // A time that is missing or no number proves nothing in the event's favour.
  const later = (limit: number): boolean => typeof at === 'number' && at > limit;
  if (revokedAt !== undefined && (options.afterReturn ?? later(revokedAt))) return 'after-return';
  const inScope = coversRoom(options.roomId ?? pdu.room_id ?? '')
    && (types === undefined || types.includes(pdu.type))
    && (before === undefined || !later(before))
    && (after === undefined || typeof at !== 'number' || later(after));
  return inScope ? undefined : 'out-of-scope';
}

type Context = { readonly erasures: SuppressionList; readonly options: IngestOptions };

function verdictOn(pdu: Pdu, { entry, profile, isPurged }: Suppression, { erasures, options }: Context): IngestVerdict {
  const { rules } = options;
  const { treatment, reason, hazard } = decide({ eventId: '', pdu, media: [], redacts: [], edits: undefined, bare: false, clock: NO_CLOCK }, {
    rules, profile, keepLabels: entry.keepLabels === true, reach: undefined, applies: () => true, has: () => true, holdsOn: () => [],
    // Of a single event that came back nobody can say here that it was the user's alone: it is hidden, as the others are.
    goesWhole: isPurged(options.roomId ?? pdu.room_id ?? ''), soleAccess: () => false,
    standing: () => ({ current: true, inAuthChain: true, inRoom: true, ...options.standing }),
  } satisfies DecisionContext);
  switch (treatment) {
    case 'purge':
      return { store: 'nothing', reason: 'sole-access-room' };
    case 'redact':
      return { store: 'redacted', reason, pdu: redact(pdu, rules.redaction) };
    case 'hide':
      return { store: 'hidden', reason, pdu: cleaned(pdu, erasures, options), mark: { treatment, profile: profile.name, effective_at: entry.effectiveAt } };
    case 'keep':
      return { store: 'as-is', reason, pdu: cleaned(pdu, erasures, options), ...(hazard === undefined ? {} : { hazard }) };
    default:
      return treatment satisfies never;
  }
}

const NO_CLOCK = { stream: undefined, place: 0, outlier: false, time: undefined, bySender: true } as const;

function cleaned(pdu: Pdu, erasures: SuppressionList, { rules, isOwnEvent = () => false }: IngestOptions): Pdu {
  return withoutDerivedCopies(pdu, {
    rules, isOwnEvent, hasOwnState: () => false, isSubject: (sender) => erasures(sender).length > 0,
  });
}
