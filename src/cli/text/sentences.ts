import { own } from '../../json/value.ts';
import type { AboutReason, PlanStep, PlanWarningCode, Reach, Treatment, TreatmentReason } from '../../erasure/plan.ts';
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
  'sole-access-room': 'Nobody but the person ever had access to anything in this room.',
  hazard: 'Redacting it would change the room for everybody in it.',
  'applied-redaction': 'A redaction that the person sent. In room versions 1 to 10 it would stop working if it were redacted itself.',
  'room-label': 'A label of the room, such as its name or topic. The request asks to leave labels in place.',
};

/** Why a redaction sent into the room would not arrive. */
export const reaches: Readonly<Record<Reach, Wording>> = {
  'room-left': { label: 'room left', sentence: 'The person has left the room: it would not accept a redaction from them.' },
  banned: { label: 'banned', sentence: 'The person is banned from the room: it would not accept a redaction from them.' },
  'not-joined': { label: 'not joined', sentence: 'The person is not a member of the room: it would not accept a redaction from them.' },
};

/** Why somebody else's event is about the person. */
export const aboutReasons: Readonly<Record<AboutReason, Wording>> = {
  membership: { label: 'Membership', sentence: 'An invite, a kick, a ban or an unban of the person, which may hold a name or a reason.' },
  mention: { label: 'Mention', sentence: 'A message that mentions the person.' },
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

/** What the verdict of a verification means. */
export const verdicts: Readonly<Record<Verification['verdict'], string>> = {
  clean: 'Every check passed.',
  leftovers: 'Something is left over: at least one check failed.',
  unknown: 'No check failed, but not everything could be checked.',
};

/** The steps of carrying a plan out. */
export const steps: Readonly<Record<PlanStep['step'], string>> = {
  record: 'The erasure is recorded, and takes effect for newcomers',
  redact: 'State events are redacted',
  hide: 'What others had access to is hidden from newcomers',
  purge: 'What only the person could access is deleted',
  report: 'The report is written',
};

/** What a redaction cannot remove from an event. */
export const residue: readonly string[] = [
  'The user ID as the sender of every event: event IDs and signatures cover it.',
  'The user ID as the state key of memberships, in the power levels of rooms, and where it vouched for a restricted join.',
  'The names of servers in identifiers and signatures.',
  'When each event was sent, and which events came before it.',
  'A SHA-256 hash over the erased content. Whoever guesses a short text can test the guess against it.',
];

const MEMBERSHIPS: { readonly [membership: string]: string } = {
  join: 'joined', invite: 'invited', knock: 'knocking', leave: 'left', ban: 'banned', none: 'never a member',
};

/** The subject's membership in words; one that is not known comes as it is. */
export function membershipWord(membership: string): string {
  return own(MEMBERSHIPS, membership) ?? membership;
}
