import { readdirSync, readFileSync } from 'node:fs';
import { roomVersion, stableRoomVersionIds } from '../../../src/rules/room-versions.ts';
import { buildRoom, redactionEffects, type GeneratedEvent, type RedactionEffects, type RoomScript } from '../../../src/testing.ts';
import { changesTogether, findingsIn, type Effect, type EffectKind, type Row } from './redaction-safety.ts';

/** A smallest room with an effect: its events, which are redacted, and what that changes. */
export type HazardVector = {
  readonly comment: string;
  readonly source: string;
  readonly roomVersion: string;
  /** The room versions in which there is this effect. */
  readonly versions: readonly string[];
  /** Those of them in which the script shows it: how levels may be written differs. */
  readonly reproduces: readonly string[];
  readonly type: string;
  readonly lost: string;
  readonly kind: EffectKind | 'changes only together';
  readonly script: RoomScript;
  readonly events: readonly GeneratedEvent[];
  readonly redact: readonly string[];
  readonly change: RedactionEffects;
};

/** What a run of the search found, as the document tells it. */
export type RunSummary = {
  readonly seed: number;
  readonly rooms: number;
  readonly events: number;
  readonly redactions: number;
  readonly combinations: number;
  readonly together: number;
  readonly met: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly recorded: readonly { readonly name: string; readonly roomVersion: string; readonly redactions: number; readonly changing: Readonly<Record<string, number>> }[];
};

/** Where the vectors are. */
export const vectorFolder = new URL('../../vectors/hazards/', import.meta.url);

const SENTENCES: Readonly<Record<EffectKind, string>> = {
  'rejects itself': 'the event itself is rejected',
  'admits itself': 'the event, which was rejected, is allowed',
  'rejects others': 'a later event is rejected',
  'admits others': 'a later event, which was rejected, is allowed',
  'resolves differently': 'a fork resolves to another state',
  'forgets its target': 'the redaction no longer says what it redacts',
};

/** What an effect is, in words. */
export function sentenceOf(kind: HazardVector['kind']): string {
  return kind === 'changes only together' ? 'each alone changes nothing, together they let in an event that was rejected' : SENTENCES[kind];
}

/** The name of the file of an effect. */
export function fileOf({ type, lost, kind }: Effect): string {
  return `${`${type.replace('m.room.', '')} ${lost} ${kind}`.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll('_', '-')}.json`;
}

/** The vector of a row: its example, built. */
export function vectorOf({ type, lost, kind, versions, reproduces, example }: Row): HazardVector {
  const room = buildRoom(example.script, roomVersion(example.roomVersion), { signed: false });
  const redacted = findingsIn(room).filter((one) => one.type === type && one.lost === lost && one.kind === kind).slice(0, 1).map(({ eventId }) => eventId);
  return {
    comment: `${type} without ${lost}: ${SENTENCES[kind]}`, source: 'made by this project', roomVersion: example.roomVersion, versions, reproduces, type, lost, kind,
    script: example.script, events: room.events, redact: redacted, change: redactionEffects(room)(new Set(redacted)),
  };
}

/** The vector of events that change a room only together. */
export function pairVectorOf({ script, roomVersion: version }: Row['example']): HazardVector {
  const room = buildRoom(script, roomVersion(version), { signed: false });
  const redact = room.events.filter(({ pdu }) => pdu.type === 'm.room.power_levels').map(({ event_id: id }) => id);
  return {
    comment: 'two power levels events: each alone changes nothing, together they let in the second, which was rejected for two reasons',
    source: 'made by this project', roomVersion: version, versions: pairVersions(script), reproduces: pairVersions(script), type: 'm.room.power_levels', lost: 'invite and notifications',
    kind: 'changes only together', script, events: room.events, redact, change: redactionEffects(room)(new Set(redact)),
  };
}

/** The room versions in which both events together change the room. */
function pairVersions(script: RoomScript): readonly string[] {
  return stableRoomVersionIds.filter((id) => changesTogether(buildRoom(script, roomVersion(id), { signed: false })));
}

/** Every vector, with the name of its file. */
export function hazardVectors(): readonly (HazardVector & { readonly file: string })[] {
  return readdirSync(vectorFolder).filter((name) => name.endsWith('.json') && name !== 'run.json').sort()
    .map((file) => ({ file, ...JSON.parse(readFileSync(new URL(file, vectorFolder), 'utf8')) as HazardVector }));
}

/** What the run said that made the vectors. */
export function runSummary(): RunSummary {
  return JSON.parse(readFileSync(new URL('run.json', vectorFolder), 'utf8')) as RunSummary;
}
