import fc from 'fast-check';
import { isRedacted, redact } from '../../../src/event/redact.ts';
import type { Pdu } from '../../../src/event/pdu.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json/value.ts';
import { roomVersion, stableRoomVersionIds } from '../../../src/rules/room-versions.ts';
import { arbitraryRoom, buildRoom, hasEffects, keptIn, redactionEffects, smallestScript, type FindEffects, type RedactionEffects, type Room, type RoomScript } from '../../../src/testing.ts';

/** What a redaction can do to a room, from the outside. */
export type EffectKind = 'rejects itself' | 'admits itself' | 'rejects others' | 'admits others' | 'resolves differently' | 'forgets its target';

/** One way in which the redaction of an event changes a room. */
export type Effect = { readonly type: string; readonly lost: string; readonly kind: EffectKind };

/** An effect in a certain room. */
export type Finding = Effect & { readonly eventId: string; readonly state: boolean; readonly hazard: string | undefined };

/** What the search has to say of one effect. */
export type Row = Effect & {
  /** How often it was met, by room version. */
  readonly met: ReadonlyMap<string, number>;
  /** The versions in which there is this effect. */
  readonly versions: readonly string[];
  /** Those of them in which the smallest example shows it: how levels may be written differs. */
  readonly reproduces: readonly string[];
  readonly example: { readonly script: RoomScript; readonly roomVersion: string };
  readonly hazards: readonly string[];
};

export type SearchOptions = { readonly versions?: readonly string[]; readonly rooms: number; readonly seed: number;
  /** Whether examples are made smaller (default): that takes longer than finding them. */
  readonly examples?: boolean;
};

/** What was searched, and what was found. */
export type Search = {
  readonly rooms: number;
  readonly events: number;
  readonly redactions: number;
  /** Redactions of all that is safe of one user at once. */
  readonly combinations: number;
  readonly rows: readonly Row[];
  /** Effects that no row of the hazards table has foreseen. */
  readonly unforeseen: readonly Row[];
  /** Rooms in which events that have no effect alone have one together. */
  readonly together: number;
  /** The smallest of them. */
  readonly pair: Row['example'] | undefined;
};

/** So many of the smallest rooms with an effect are made smaller: the smallest room is not always the one that gets smallest. */
const CANDIDATES = 6;

const nameOf = ({ type, lost, kind }: Effect): string => `${type} without ${lost}: ${kind}`;

/** Redacts each event of a room on its own, and says what came of it and which lost key is to blame. */
export function findingsIn(room: Room): readonly Finding[] {
  const effectsOf = redactionEffects(room);
  const kept = keptIn(room);
  return room.events.filter(({ pdu }) => !isRedacted(pdu, room.rules.redaction)).flatMap(({ event_id: eventId, pdu }) => {
    const effects = effectsOf(new Set([eventId]));
    if (!hasEffects(effects)) return [];
    const hazard = kept.get(eventId);
    return kindsOf(effects, eventId, room).map((kind): Finding => ({
      eventId, type: pdu.type, kind, hazard, lost: keyToBlame(pdu, kind, { room, effectsOf, eventId }), state: effects.state.length > 0,
    }));
  });
}

function kindsOf({ authorization, resolution, redactions }: RedactionEffects, eventId: string, room: Room): readonly EffectKind[] {
  const itself = authorization.includes(eventId);
  const others = authorization.filter((id) => id !== eventId);
  const kinds: readonly (readonly [EffectKind, boolean])[] = [
    ['rejects itself', itself && !room.rejected.has(eventId)],
    ['admits itself', itself && room.rejected.has(eventId)],
    ['rejects others', others.some((id) => !room.rejected.has(id))],
    ['admits others', others.some((id) => room.rejected.has(id))],
    ['resolves differently', resolution.length > 0],
    ['forgets its target', redactions.length > 0],
  ];
  return kinds.filter(([, shown]) => shown).map(([kind]) => kind);
}

type Blame = { readonly room: Room; readonly effectsOf: FindEffects; readonly eventId: string };

/** The fewest lost keys without which alone the event has the same effect. */
function keyToBlame(event: Pdu, kind: EffectKind, { room, effectsOf, eventId }: Blame): string {
  const redacted = redact(event, room.rules.redaction);
  const hasEffectWithout = (keys: readonly string[]): boolean =>
    kindsOf(effectsOf(new Set([eventId]), (pdu) => withoutKeys(pdu, keys, redacted.content)), eventId, room).includes(kind);
  const lost = lostKeys(event.content, redacted.content);
  // What is lost of the event itself is the target of a redaction: the rules look at nothing else there.
  if (!hasEffectWithout(lost)) return 'redacts';
  const fewest = lost.reduce((keys, key) => (hasEffectWithout(keys.filter((other) => other !== key)) ? keys.filter((other) => other !== key) : keys), lost);
  return [...new Set(fewest.map((key) => SAME_MEANING[key] ?? key))].join(' and ');
}

/** Two ways to write the keys of an invitation: a server may use either, or both. */
const SAME_MEANING: Readonly<Record<string, string>> = { public_key: 'public keys', public_keys: 'public keys' };

function lostKeys(content: JsonObject, redacted: JsonObject): readonly string[] {
  const isWhole = (key: string, value: JsonValue): boolean =>
    Object.hasOwn(redacted, key) && (!isJsonObject(value) || Object.keys(value).length === Object.keys(redacted[key] ?? {}).length);
  return Object.entries(content).filter(([key, value]) => !isWhole(key, value)).map(([key]) => key);
}

function withoutKeys(event: Pdu, lost: readonly string[], redacted: JsonObject): Pdu {
  const content = Object.entries(event.content).flatMap(([key, value]) => {
    if (!lost.includes(key)) return [[key, value]];
    return Object.hasOwn(redacted, key) ? [[key, redacted[key]]] : [];
  });
  return { ...event, content: Object.fromEntries(content) };
}

/** Whether a script makes a room with an effect, in a room version. */
export function shows(script: RoomScript, effect: Effect, version: string): boolean {
  return findingsIn(buildRoom(script, roomVersion(version), { signed: false })).some((finding) => nameOf(finding) === nameOf(effect));
}

type Candidate = { readonly room: Room; readonly version: string };
type Found = { readonly effect: Effect; readonly met: Map<string, number>; readonly hazards: Set<string>; smallest: readonly Candidate[] };

/** Generates rooms of every version, redacts each of their events, and takes the smallest room for each effect. */
export function search({ versions = stableRoomVersionIds, rooms, seed, examples = true }: SearchOptions): Search {
  const found = new Map<string, Found>();
  const unforeseen = new Map<string, Found>();
  const [together, counts]: [Room[], { events: number; redactions: number; combinations: number }] = [[], { events: 0, redactions: 0, combinations: 0 }];
  for (const version of versions) {
    for (const room of fc.sample(arbitraryRoom({ rules: roomVersion(version), signed: false, maxScenes: 24 }), { numRuns: rooms, seed: seed + versions.indexOf(version) })) {
      const findings = findingsIn(room);
      for (const finding of findings) note(finding, { room, version }, found);
      for (const finding of findings.filter(({ hazard }) => hazard === undefined)) note(finding, { room, version }, unforeseen);
      if (changesTogether(room, findings)) together.push(room);
      counts.events += room.events.length;
      counts.redactions += room.events.filter(({ pdu }) => !isRedacted(pdu, room.rules.redaction)).length;
      counts.combinations += combinationsOf(room, findings).length;
    }
  }
  const rowsOf = (all: ReadonlyMap<string, Found>): readonly Row[] => [...all].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => rowOf(one, { versions, examples }));
  return { ...counts, rooms: rooms * versions.length, rows: rowsOf(found), unforeseen: rowsOf(unforeseen), together: together.length, pair: examples ? smallestPair(together) : undefined };
}

/** Whether events that have no effect alone have one when all of one user's, or all at once, are redacted. */
export function changesTogether(room: Room, findings: readonly Finding[] = findingsIn(room)): boolean {
  const effectsOf = redactionEffects(room);
  return combinationsOf(room, findings).some((set) => hasEffects(effectsOf(set)));
}

function smallestPair(rooms: readonly Room[]): Row['example'] | undefined {
  const [room] = rooms.toSorted((a, b) => a.events.length - b.events.length);
  if (room === undefined) return undefined;
  return { roomVersion: room.rules.id, script: smallestScript(room.script, (script) => changesTogether(buildRoom(script, room.rules, { signed: false }))) };
}

/** Of every user all events that have no effect alone, and of all users together. */
function combinationsOf(room: Room, findings: readonly Finding[]): readonly ReadonlySet<string>[] {
  const harmful = new Set(findings.map(({ eventId }) => eventId));
  const harmless = room.events.filter(({ event_id: id }) => !harmful.has(id));
  const senders = new Set(harmless.map(({ pdu }) => pdu.sender));
  const bySender = [...senders].map((sender) => new Set(harmless.filter(({ pdu }) => pdu.sender === sender).map(({ event_id: id }) => id)));
  return [...bySender, new Set(harmless.map(({ event_id: id }) => id))];
}

function note(finding: Finding, { room, version }: Candidate, found: Map<string, Found>): void {
  const { type, lost, kind } = finding;
  const name = nameOf(finding);
  const known = found.get(name) ?? { effect: { type, lost, kind }, met: new Map(), hazards: new Set(), smallest: [] };
  known.met.set(version, (known.met.get(version) ?? 0) + 1);
  known.hazards.add(finding.hazard ?? 'none');
  known.smallest = [...known.smallest, { room, version }].toSorted((a, b) => a.room.events.length - b.room.events.length).slice(0, CANDIDATES);
  found.set(name, known);
}

function rowOf({ effect, met, hazards, smallest }: Found, { versions, examples }: Required<Pick<SearchOptions, 'versions' | 'examples'>>): Row {
  const candidates = smallest.map(({ room, version }) =>
    ({ script: examples ? smallestScript(room.script, (script) => shows(script, effect, version)) : room.script, roomVersion: version }));
  const [example] = candidates.toSorted((a, b) => JSON.stringify(a.script).length - JSON.stringify(b.script).length);
  if (example === undefined) throw new Error('an effect that was found in no room');
  const reproduces = versions.filter((version) => shows(example.script, effect, version));
  const isThere = (version: string): boolean => met.has(version) || reproduces.includes(version) || candidates.some(({ script }) => shows(script, effect, version));
  return { ...effect, met, hazards: [...hazards], versions: versions.filter(isThere), reproduces, example };
}
