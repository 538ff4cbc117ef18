import { own } from '../../json/value.ts';
import type { AccountTreatment } from '../../erasure/account/categories.ts';
import type { FindingStatus, UnknownReason } from '../../erasure/fingerprints/findings.ts';
import type { TextKind } from '../../erasure/fingerprints/kinds.ts';
import type { HoldGround } from '../../erasure/holds.ts';
import type {
  AboutReason, Departure, MediaReason, PlanStepName, PlanWarningCode, Reach, RemedyObstacle, Treatment, TreatmentReason,
} from '../../erasure/plan.ts';
import type { ResidueText } from '../../erasure/residue/report.ts';
import type { RevokedEntry } from '../../erasure/revocation.ts';
import type { CheckName, CheckStatus, Verification } from '../../erasure/verification.ts';
import { countOf } from './numbers.ts';

/** A short name and what it means, in a sentence. */
export type Wording = { readonly label: string; readonly sentence: string };

/** The treatments in the order in which they are shown. */
export const treatmentOrder: readonly Treatment[] = ['redact', 'hide', 'purge', 'keep'];

/** What each treatment does. */
export const treatments: Readonly<Record<Treatment, Wording>> = {
  redact: { label: 'Redact', sentence: 'The event keeps its place, stripped to what the room needs to work.' },
  hide: { label: 'Hide', sentence: 'Those who had access keep their copy; whoever comes later is not served what it says.' },
  purge: { label: 'Purge', sentence: 'Nobody else ever had access: content and files are deleted.' },
  keep: { label: 'Keep', sentence: 'It stays as it is, because changing it would change the room.' },
};

/** Why an event gets its treatment. */
export const treatmentReasons: Readonly<Record<TreatmentReason, string>> = {
  'own-state': 'State that the person set. Bans, power levels and memberships stay in force.',
  'own-redaction': 'A redaction that the person sent. In this room version it keeps its effect and loses only its reason.',
  'others-had-access': 'A message, or another event that is no state, to which others had access.',
  'redact-events': 'A message, or another event that is no state. The request asks that everybody loses it.',
  'sole-access-room': 'Nobody but the person ever had access to anything in this room.',
  'sole-access': 'Nobody but the person ever had access to it, although others were in the room at another time.',
  hazard: 'Redacting it would change the room for everybody in it.',
  'applied-redaction': 'A redaction that the person sent. In room versions 1 to 10 it would stop working if it were redacted itself.',
  'room-label': 'A label of the room, such as its name or topic. The request asks to leave labels in place.',
};

/** Why a redaction sent into the room would not arrive. */
export const reaches: Readonly<Record<Reach, Wording>> = {
  'room-left': { label: 'room left', sentence: 'The person has left the room: it would not accept a redaction from them.' },
  banned: { label: 'banned', sentence: 'The person is banned from the room: it would not accept a redaction from them.' },
  'not-joined': { label: 'not joined', sentence: 'The person is not a member of the room: it would not accept a redaction from them.' },
  'unknown-target': { label: 'unknown target', sentence: 'A redaction that the person sent names an event that is not here: whether that is gone elsewhere is not known.' },
};

/** Why somebody else's event is about the person. */
export const aboutReasons: Readonly<Record<AboutReason, Wording>> = {
  membership: { label: 'Membership', sentence: 'An invite, a kick, a ban or an unban of the person.' },
  'membership-profile': { label: 'Name or picture', sentence: "An invite, a kick or a ban that holds the person's display name or avatar." },
  'membership-reason': { label: 'Reason', sentence: 'An invite, a kick or a ban with a text that says why.' },
  mention: { label: 'Mention', sentence: 'An event that names the person, as a mention, in a link or by their user ID.' },
  'reply-quote': { label: 'Quote', sentence: 'A reply that quotes what the person wrote.' },
  'power-level': { label: 'Power level', sentence: "Power levels that list the person's user ID." },
  pinned: { label: 'Pinned', sentence: 'A list of pinned messages that names one of theirs.' },
};

/** What a person should know before approving a plan, and what a warning counts. */
export type WarningWording = { readonly sentence: string; readonly unit: string };

/** The warnings in sentences. */
export const warningCodes: Readonly<Record<PlanWarningCode, WarningWording>> = {
  'unreadable-lines': { unit: 'line', sentence: 'Some of the input could not be read. What it holds is not in this plan.' },
  'sender-clock': {
    unit: 'event',
    sentence: "Events do not say when they were received, so their senders' own clocks decide what lies before and after. A sender can set theirs at will.",
  },
  'state-unknown': { unit: 'room', sentence: 'Parts of the history are missing, so whatever may be current state counts as current.' },
  'label-lost': {
    unit: 'label',
    sentence: 'Rooms lose a name, topic, avatar, alias or list of pins that the person wrote. Another member can set a new one first; --keep-labels keeps them.',
  },
  'hazard-kept': { unit: 'event', sentence: 'Events stay because redacting them would change their room. What they say stays with them, until what is asked for below has been done.' },
  'copies-elsewhere': { unit: 'copy', sentence: 'Other servers hold copies of rooms. They can be asked to erase them, and cannot be made to.' },
  bridged: { unit: 'bridge', sentence: 'Bridges may have carried messages into other networks, which delete what they can and no more.' },
  'predecessor-missing': { unit: 'room', sentence: 'Rooms replaced older ones that are not in the input. What the person wrote there is not in this plan.' },
  held: { unit: 'event', sentence: 'Holds keep these events from being destroyed. Newcomers are not served what they say; somebody has to review the holds in time.' },
  'rests-on-whole-room': {
    unit: 'event',
    sentence: 'They are purged because nobody else ever had access to them, as far as these files tell. Make sure that they hold the whole rooms: a part of one can look the same.',
  },
  'nobody-left': { unit: 'room', sentence: 'Everybody who had access is erased now. Plan again for those who were erased before: what they wrote there can go as well.' },
  'media-unknown': { unit: 'file', sentence: 'Nothing that can be read refers to these uploads, but encrypted events that others have may. They are not deleted.' },
};

/** What each check establishes. */
export const checks: Readonly<Record<CheckName, Wording>> = {
  'plan-complete': { label: 'Plan complete', sentence: 'Planned again from the original, it comes out the same: nothing of the person is left out, nobody else is in it.' },
  'events-complete': { label: 'Events complete', sentence: 'Every event is still there, unless it was to be purged, and none was added.' },
  'treatments-applied': { label: 'Treatments applied', sentence: "Every event of the person has the form that the plan demands." },
  'others-untouched': { label: 'Others untouched', sentence: "Nobody else's event was changed, but for copies of the person's that were beside it." },
  'ids-unchanged': { label: 'Event IDs unchanged', sentence: 'Event IDs and reference hashes, computed again, are what they were.' },
  'content-hashes': { label: 'Content hashes', sentence: 'They mismatch where redaction removed something hashed, and only there.' },
  signatures: { label: 'Signatures', sentence: 'Signatures that held still hold.' },
  'state-unchanged': { label: 'Room state unchanged', sentence: 'The state after every event names the same events as before.' },
  'authorization-unchanged': { label: 'Authorization unchanged', sentence: 'Every event that was allowed still is, and every rejected one is still rejected.' },
  'nothing-left-for-new-viewers': { label: 'Nothing left for newcomers', sentence: 'Nothing that the person wrote is in what a new viewer is served, but for what the plan keeps.' },
  idempotent: { label: 'Repeatable', sentence: 'Applying the plan again changes nothing.' },
};

/** What a check passed over, in a sentence. */
export function exceptedSentence(events: number): string {
  return `${countOf(events, 'event')} that the plan keeps still ${events === 1 ? 'holds' : 'hold'} text of the person: the plan says which, and why.`;
}

/** The signs beside the words for how a check ended. */
export const checkSigns: Readonly<Record<CheckStatus, string>> = { passed: '✓', failed: '✗', unknown: '?' };

/** What each kind of text is called. */
export const textKindWords: Readonly<Record<TextKind, string>> = {
  'display-name': 'display names', message: 'messages', 'file-name': 'file names', media: 'files', topic: 'topics', 'room-label': 'names of rooms',
  reason: 'reasons', other: 'other texts',
};

/** Why it is not known whether a text is still there. */
export const unknownTextReasons: Readonly<Record<UnknownReason, string>> = {
  'too-short': "too short to be one person's, and not searched for.",
  'others-wrote-it': 'what was found of them others wrote as well, or the erasure leaves in place.',
  'nothing-searched': 'nothing was searched.',
};

/** What the result of a search means for a verification, and its sign. */
export const textStatuses: Readonly<Record<FindingStatus, { readonly sign: string; readonly status: CheckStatus }>> = {
  found: { sign: checkSigns.failed, status: 'failed' }, 'not-found': { sign: checkSigns.passed, status: 'passed' }, unknown: { sign: checkSigns.unknown, status: 'unknown' },
};

/** What the verdict of a verification means. */
export const verdicts: Readonly<Record<Verification['verdict'], string>> = {
  clean: 'Every check passed.',
  leftovers: 'Something is left over: at least one check failed.',
  unknown: 'No check failed, but not everything could be checked.',
};

/** The verdict of a verification in a sentence. */
export function verdictSentence({ verdict, checks: made, texts }: Verification): string {
  const onlyTexts = texts?.verdict === 'found' && made.every(({ status }) => status !== 'failed');
  return onlyTexts ? 'Something is left over: texts of the person were found.' : verdicts[verdict];
}

/** A step in words, and what it counts. */
export type StepWording = { readonly sentence: string; readonly unit: string };

/** The steps of carrying a plan out. */
export const steps: Readonly<Record<PlanStepName, StepWording>> = {
  verify: { sentence: 'The input is read again and compared with this plan, holds included', unit: 'event' },
  record: { sentence: 'The erasure is recorded and takes effect for newcomers, and for what comes back in from backups or other servers', unit: 'event' },
  remedies: { sentence: 'Other members send what has to be there first', unit: 'event' },
  redact: { sentence: 'Events are redacted, those of a room from the person while they are a member, each before its edits', unit: 'event' },
  notices: { sentence: 'Other servers and bridges are told', unit: 'recipient' },
  leave: { sentence: 'Invites and knocks are turned down, and rooms left', unit: 'membership' },
  account: { sentence: 'The data of the account goes', unit: 'account' },
  purge: { sentence: 'What only the person could access is deleted', unit: 'event' },
  report: { sentence: 'The person is told what was done, and what was not', unit: 'event' },
};

/** Why something must not be destroyed. */
export const holdGroundWords: Readonly<Record<HoldGround, string>> = {
  'legal-hold': 'legal hold',
  'article-17-3-a': 'Article 17(3)(a), freedom of expression and information',
  'article-17-3-b': 'Article 17(3)(b), a legal obligation or a task in the public interest',
  'article-17-3-c': 'Article 17(3)(c), public health',
  'article-17-3-d': 'Article 17(3)(d), archiving, research or statistics',
  'article-17-3-e': 'Article 17(3)(e), legal claims',
};

/** Why somebody cannot send what would have to be sent. */
export const obstacles: Readonly<Record<RemedyObstacle, string>> = {
  'not-joined': 'is not a member of the room',
  'no-power': 'has not the power to send it',
  'state-unknown': 'may have the power or not: the state of the room is not known',
};

/** How somebody goes out of a room. */
export const departures: Readonly<Record<Departure['how'], string>> = {
  leave: 'leaves', 'reject-invite': 'turns the invite down', 'retract-knock': 'takes the knock back',
};

/** Why a file stays. */
export const mediaReasons: Readonly<Record<MediaReason, Wording>> = {
  'hidden-referrer': { label: 'hidden', sentence: 'Referred to by an event that is hidden: those who had access keep it, and the file with it.' },
  'kept-referrer': { label: 'kept', sentence: 'Referred to by an event that is kept.' },
  'held-referrer': { label: 'held', sentence: 'Referred to by an event under a hold.' },
  'uncovered-referrer': { label: 'not covered', sentence: 'Referred to by an event that the request does not cover.' },
  'other-sender': { label: 'of others', sentence: 'Referred to by an event of somebody else.' },
};

/** What becomes of an event when its erasure is revoked. */
export const revokedReasons: Readonly<Record<RevokedEntry['reason'], string>> = {
  hidden: 'Hidden until now: newcomers are served them again.',
  'not-destroyed': 'They were to be redacted or purged, and that has not been done: they stay as they are.',
  redacted: 'Redacted: what they said is gone, and no revocation brings it back.',
  purged: 'Purged: they are gone.',
  missing: 'They are not in the input.',
  kept: 'They were kept as they are, erasure or not.',
};

/** What happens to a category of account data. */
export const accountTreatments: Readonly<Record<AccountTreatment, string>> = {
  delete: 'delete', blank: 'blank', keep: 'keep', expire: 'let expire', 'with-events': 'goes with its events', ask: 'ask others to delete',
};

/** Why a text stays where it is. */
export const keptTextReasons: Readonly<Record<ResidueText['because'], string>> = {
  'redaction-keeps': 'as redactions keep it', 'event-kept': 'as the event is kept',
};

const MEMBERSHIPS: { readonly [membership: string]: string } = {
  join: 'joined', invite: 'invited', knock: 'knocking', leave: 'left', ban: 'banned', none: 'never a member',
};

/** The subject's membership in words; one that is not known comes as it is. */
export function membershipWord(membership: string): string {
  return own(MEMBERSHIPS, membership) ?? membership;
}
