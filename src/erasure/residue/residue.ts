import { serverNameOf } from '../../identifiers/identifiers.ts';
import { compareCodePoints } from '../../json/compare.ts';
import { isJsonObject, type JsonValue } from '../../json/value.ts';
import { isState } from '../../event/pdu.ts';
import { redact } from '../../event/redact.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import type { Treatment } from '../plan.ts';
import { freeTextPaths } from './free-texts.ts';
import { residueRules, type ResidueRule, type ResidueView } from './kinds.ts';
import { sumCounts, type ResidueCounts, type ResidueExample, type ResidueReport, type ResidueText, type RoomResidue } from './report.ts';

/** What becomes of an event of the subjects: what a plan says. `undefined`: the erasure leaves it alone. */
export type TreatmentOf = (roomId: string, eventId: string) => Treatment | undefined;

/** How the person is called in the report. */
export type ResidueOptions = {
  /** A name for a subject in a room, such as their pseudonym there; without it `@subject-1:erased.invalid` and so on. */
  readonly pseudonymOf?: (userId: string, roomId: string) => string;
  /** How many free texts are listed of each room; all, if not given. They are counted in any case. */
  readonly textsListed?: number;
};

/** Reads the events of any number of rooms, before or after an erasure, and says what stays. */
export type ResidueReader = {
  readonly pass: (event: RoomEvent) => void;
  /** What stays if the events get these treatments; without any, if each is redacted. */
  readonly finish: (treatmentOf?: TreatmentOf) => ResidueReport;
};

type Noted = {
  readonly eventId: string;
  readonly type: string;
  readonly who: number;
  /** A bit for each rule. */
  readonly kinds: number;
  readonly own: boolean;
  readonly kept: readonly string[];
  readonly removable: readonly string[];
};

type Room = { readonly noted: Noted[]; readonly servers: Set<string> };

/**
 * Begins a residue report. Of each event of the subjects, and of each other one that names them, an ID and a few bits are kept.
 * @example beginResidue(['@alice:example.org']).finish().rooms // []
 */
export function beginResidue(subjects: readonly string[], { pseudonymOf = numbered(subjects), textsListed = Number.POSITIVE_INFINITY }: ResidueOptions = {}): ResidueReader {
  const rooms = new Map<string, Room>();
  const whose = subjectsIn(subjects);
  const shared = createShared();
  const name = (roomId: string, who: number): string => pseudonymOf(subjects[who] ?? '', roomId);
  const pass = (event: RoomEvent): void => {
    const noted = noteEvent(event, whose, shared);
    if (noted === undefined) return;
    const room = rooms.get(event.roomId) ?? { noted: [], servers: new Set() };
    rooms.set(event.roomId, room);
    room.noted.push(noted);
    if (noted.own && isJsonObject(event.pdu.signatures)) for (const server of Object.keys(event.pdu.signatures)) room.servers.add(server);
  };
  const finish = (treatmentOf: TreatmentOf = () => 'redact'): ResidueReport => {
    const inOrder = [...rooms].sort(([one], [other]) => compareCodePoints(one, other));
    const found = inOrder.map(([roomId, room]) => roomResidue(roomId, room, { treatmentOf, name, textsListed })).filter(hasResidue);
    return { rooms: found, counts: sumCounts(found), texts: found.reduce((sum, { texts, more = 0 }) => sum + texts.length + more, 0) };
  };
  return { pass, finish };
}

/**
 * What a right erasure leaves of a person: their ID where rooms need it, server names, times, hashes, and free text that room versions protect or that
 * stays because its event does. Counts, IDs and key paths, never the text.
 * @see https://spec.matrix.org/v1.19/client-server-api/#redactions
 * @example residueOf([], ['@alice:example.org']).counts // {}
 */
export function residueOf(events: Iterable<RoomEvent>, subjects: readonly string[], options: ResidueOptions & { readonly treatmentOf?: TreatmentOf } = {}): ResidueReport {
  const reader = beginResidue(subjects, options);
  for (const event of events) reader.pass(event);
  return reader.finish(options.treatmentOf);
}

type Subjects = Pick<ResidueView, 'names' | 'isHome'> & { readonly indexOf: (value: unknown) => number };

function subjectsIn(subjects: readonly string[]): Subjects {
  const order = new Map(subjects.map((subject, index) => [subject, index]));
  const servers = new Set(subjects.map(serverNameOf));
  const indexOf = (value: unknown): number => (typeof value === 'string' ? (order.get(value) ?? -1) : -1);
  return { indexOf, names: (value: JsonValue | undefined) => indexOf(value) >= 0, isHome: (server) => servers.has(server) };
}

/** Other people's events that can name somebody in what a redaction keeps. */
const NAMING: ReadonlySet<string> = new Set(['m.room.member', 'm.room.power_levels', 'm.room.create']);

function noteEvent(event: RoomEvent, whose: Subjects, shared: Shared): Noted | undefined {
  const { pdu, rules } = event;
  const mine = whose.names(pdu.sender);
  if (!mine && !NAMING.has(pdu.type) && pdu.state_key?.startsWith('@') !== true) return undefined;
  const left = mine ? redact(pdu, rules.redaction) : pdu;
  const kinds = bitsOf(residueRules, { event: pdu, left, ...whose }, mine);
  if (kinds === 0) return undefined;
  const kept = mine ? freeTextPaths(left) : [];
  const all = mine && mayBeKept(event) ? freeTextPaths(pdu) : kept;
  const stays = new Set(kept);
  const removable = all.filter((path) => !stays.has(path));
  return { eventId: event.eventId, type: pdu.type, who: whoIn(event, whose), kinds, own: mine, kept: shared(kept), removable: shared(removable) };
}

type Shared = (paths: readonly string[]) => readonly string[];

/** Most events have the same paths, or none: one list for all of them, as there can be millions. */
function createShared(): Shared {
  const known = new Map<string, readonly string[]>();
  return (paths) => {
    const name = paths.join('\n');
    const found = known.get(name) ?? paths;
    if (found === paths) known.set(name, paths);
    return found;
  };
}

/** State and redactions can turn out to be what a room needs; messages cannot. */
function mayBeKept({ pdu }: RoomEvent): boolean {
  return isState(pdu) || pdu.type === 'm.room.redaction';
}

function bitsOf(rules: readonly ResidueRule[], view: ResidueView, mine: boolean): number {
  return rules.reduce((bits, rule, index) => ((mine || rule.in === 'all') && rule.stays(view) ? bits | (1 << index) : bits), 0);
}

function whoIn({ pdu }: RoomEvent, { indexOf }: Subjects): number {
  return [pdu.sender, pdu.state_key].map(indexOf).find((index) => index >= 0) ?? 0;
}

type Outcome = { readonly treatmentOf: TreatmentOf; readonly name: (roomId: string, who: number) => string; readonly textsListed: number };

const MAX_EXAMPLES = 3;

/** Examples and texts come in the order of event IDs, so that a report does not depend on the order of its input. */
function roomResidue(roomId: string, room: Room, { treatmentOf, name, textsListed }: Outcome): RoomResidue {
  const found = residueRules.map(() => ({ count: 0, events: [] as Noted[] }));
  const withTexts: (readonly [Noted, Treatment])[] = [];
  for (const noted of room.noted) {
    const treatment = noted.own ? treatmentOf(roomId, noted.eventId) : 'keep';
    if (treatment === undefined || treatment === 'purge') continue;
    for (const [index, { kind }] of residueRules.entries()) {
      const of = found[index];
      if (of === undefined || (noted.kinds & (1 << index)) === 0 || (kind === 'confirmable' && treatment === 'keep')) continue;
      of.count += 1;
      addFirst(of.events, noted);
    }
    if (noted.kept.length + noted.removable.length > 0) withTexts.push([noted, treatment]);
  }
  const all = withTexts.reduce((sum, [{ kept, removable }, treatment]) => sum + kept.length + (treatment === 'keep' ? removable.length : 0), 0);
  const texts: ResidueText[] = [];
  for (const [noted, treatment] of withTexts.sort(([one], [other]) => byEventId(one, other))) {
    if (texts.length >= textsListed) break;
    texts.push(...textsOf(noted, treatment).slice(0, textsListed - texts.length));
  }
  const kinds = residueRules.map(({ kind }, index) => ({ kind, count: found[index]?.count ?? 0, events: found[index]?.events ?? [] }));
  const counts: ResidueCounts = Object.fromEntries(kinds.filter(({ count }) => count > 0).map(({ kind, count }) => [kind, count]));
  const examples = kinds.flatMap(({ kind, events }) => events.map(({ eventId, who }): ResidueExample => ({ kind, event_id: eventId, who: name(roomId, who) })));
  return { room_id: roomId, counts, servers: room.servers.size, examples, texts, ...(all > texts.length ? { more: all - texts.length } : {}) };
}

function byEventId({ eventId: one }: Noted, { eventId: other }: Noted): number {
  return compareCodePoints(one, other);
}

/** Adds an event to the first few, if it is one of them. */
function addFirst(first: Noted[], noted: Noted): void {
  const last = first[MAX_EXAMPLES - 1];
  if (last !== undefined && byEventId(last, noted) <= 0) return;
  first.push(noted);
  first.sort(byEventId).splice(MAX_EXAMPLES);
}

function textsOf({ eventId, type, kept, removable }: Noted, treatment: Treatment): readonly ResidueText[] {
  const text = (because: ResidueText['because']) => (path: string): ResidueText => ({ event_id: eventId, type, path, because });
  return [...kept.map(text('redaction-keeps')), ...(treatment === 'keep' ? removable.map(text('event-kept')) : [])];
}

function hasResidue({ counts, texts }: RoomResidue): boolean {
  return Object.keys(counts).length + texts.length > 0;
}

function numbered(subjects: readonly string[]): (userId: string) => string {
  return (userId) => `@subject-${subjects.indexOf(userId) + 1}:erased.invalid`;
}
