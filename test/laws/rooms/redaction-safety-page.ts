import { hazards, type Hazard } from '../../../src/erasure/hazards.ts';
import { roomVersion, stableRoomVersionIds } from '../../../src/rules/room-versions.ts';
import { describeRoom } from '../../../src/testing.ts';
import { sentenceOf, type HazardVector, type RunSummary } from './hazard-vectors.ts';

type Vector = HazardVector & { readonly file: string };

/** The page of the documentation that a run makes. */
export function redactionSafetyPage(vectors: readonly Vector[], run: RunSummary): string {
  return `${[
    '# What a redaction changes for the whole room',
    INTRODUCTION,
    `## At a glance\n\n${LEGEND}`,
    table(['event', 'loses', ...stableRoomVersionIds], glance(vectors)),
    'Of nothing else did a redaction change a state, a verdict or the resolution of a fork, in any room version. What servers do not judge by, but people miss, is [further down](#what-is-lost-by-meaning).',
    '## What changes\n\nEach line has its smallest example below. The last column says how often the run met it.',
    table(['room versions', 'event', 'loses', 'what changes', 'met'], vectors.map((vector) => rowOf(vector, run))),
    '## What is lost by meaning\n\nThe rules do not look at these, so that no run can find them; but what they say is lost for everybody in the room. They count while they are current state.',
    table(['room versions', 'event', 'loses', 'what changes'], meaningRows()),
    '## What plans do about it\n\nA plan keeps these events (treatment `keep`, reason `hazard`) and says what could be done. Redactions that apply are kept as well in versions 1-10 (reason `applied-redaction`).',
    table(['hazard', 'event', 'loses', 'remedy'], hazards.map(({ id, type, loses, remedy }) => [`\`${id}\``, `\`${type}\``, lossOf(loses), remedy])),
    recordedPart(run),
    howItWasComputed(run),
    '## The smallest examples\n\nA line for each event: its number, the events before it where that is not just the last one, who sent it, its type, its state key, its content. Nothing can be taken from these rooms without losing what they show.',
    ...vectors.map(exampleOf),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = [
  'A redaction removes the content of an event, but for the few keys that the room version protects. Servers decide by the content of some events who may do what, and they do so again whenever they '
  + 'receive a room: a server that gets an event in redacted form may then come to another verdict than one that knew it whole. The room splits, or somebody gets in who was kept out.',
  'This page says which redactions do that. It is for authors of homeservers, moderation bots and bridges, and for whoever reads in a plan that an event of a person who asked for erasure has to stay.',
  'It is computed, not collected: `npm run safety` writes it, and the rooms behind it to `test/vectors/hazards`. Tests compare it with the table that plans go by (`src/erasure/hazards.ts`). '
  + 'To try another implementation in the same way, see [Check your homeserver](check-your-homeserver.md).',
].join('\n\n');

const LETTERS: Readonly<Record<HazardVector['kind'], string>> = {
  'rejects itself': 'R', 'rejects others': 'R', 'admits itself': 'A', 'admits others': 'A', 'changes only together': 'A', 'resolves differently': 'F', 'forgets its target': 'T',
};

const LEGEND = 'By room version: **R** an event that was allowed is rejected, **A** an event that was rejected is allowed, **F** a fork resolves to another state, '
  + '**T** the redaction forgets its target, so that what it removed comes back on servers that receive it so.';

/** A row for each type and key, a column for each room version: what can change. */
function glance(vectors: readonly Vector[]): readonly (readonly string[])[] {
  const alone = vectors.filter(({ lost }) => !lost.includes(' and '));
  const rows = new Map(alone.map((vector) => [`${vector.type} ${vector.lost}`, vector]));
  return [...rows.values()].map(({ type, lost }) => {
    const found = alone.filter((one) => one.type === type && one.lost === lost);
    const cell = (id: string): string => [...new Set(found.filter(({ versions }) => versions.includes(id)).map(({ kind }) => LETTERS[kind]))].sort().join('');
    return [`\`${type}\``, keys(lost), ...stableRoomVersionIds.map(cell)];
  });
}

function howItWasComputed({ seed, rooms, events, redactions, combinations, together }: RunSummary): string {
  const perVersion = rooms / stableRoomVersionIds.length;
  return [
    '## How it was computed',
    `${number(perVersion)} rooms were generated for each of the room versions ${range(stableRoomVersionIds)} (seeds ${seed} to ${seed + stableRoomVersionIds.length - 1}): ${number(rooms)} rooms with ${number(events)} events of five users on three servers, with invites, bans, kicks, knocks, restricted joins, invites to addresses, changes of power levels in every form, forks and their resolution, and events that the rules reject.`,
    `Each event was redacted on its own (${number(redactions)} redactions took something away), and the room worked out again: is every event judged as before, in the state that was there, and does every fork resolve to the state that it did? If so, no state differs, by induction. Where something differs, the key to blame was found by taking the lost keys away one by one, and the room made smaller for as long as it still shows the effect.`,
    `Then all events without an effect of their own were redacted together, those of each user and those of all: ${number(combinations)} times, and ${together === 0 ? 'nothing changed' : `in ${number(together)} of the rooms something changed`}.`,
  ].join('\n\n');
}

function rowOf(vector: Vector, { met, together }: RunSummary): readonly string[] {
  const counts = Object.values(met[vector.file] ?? {});
  const count = vector.kind === 'changes only together' ? together : counts.reduce((sum, one) => sum + one, 0);
  return [range(vector.versions), `\`${vector.type}\``, keys(vector.lost), `[${sentenceOf(vector.kind)}](#${anchorOf(vector)})`, number(count)];
}

function meaningRows(): readonly (readonly string[])[] {
  const created = stableRoomVersionIds.filter((id) => roomVersion(id).redaction.content['m.room.create'] !== true);
  return [
    [range(created), '`m.room.create`', '`room_version`, `type`, `predecessor`', 'Servers that only have the redacted event take the room for one of version 1; clients lose its kind and its history.'],
    ...hazards.filter(({ during }) => during === 'current').map((hazard) => [range(versionsOf(hazard)), `\`${hazard.type}\``, lossOf(hazard.loses), hazard.consequence]),
  ];
}

/** The versions in which no row before this one is about the same loss. */
function versionsOf(hazard: Hazard): readonly string[] {
  const [first] = hazard.loses;
  const isSame = ({ type, loses, needs }: Hazard, id: string): boolean =>
    type === hazard.type && (first === undefined || loses.includes(first)) && (needs === undefined || roomVersion(id).authorization[needs] === true);
  return stableRoomVersionIds.filter((id) => hazards.find((other) => isSame(other, id)) === hazard);
}

const lossOf = (loses: readonly string[]): string => (loses.length === 0 ? 'anything' : loses.map((key) => `\`${key}\``).join(', '));

function recordedPart({ recorded }: RunSummary): string {
  const redactions = recorded.reduce((sum, room) => sum + room.redactions, 0);
  const changed = recorded.filter(({ changing }) => Object.keys(changing).length > 0).map(({ name, roomVersion: version, changing }) =>
    [name, version, Object.entries(changing).map(([type, count]) => `${count} × \`${type}\``).join(', ')]);
  return `## Recorded rooms\n\nThe same was done with the ${recorded.length} rooms recorded from Synapse (\`examples/rooms\`): ${number(redactions)} redactions. These change the room:\n\n${table(['room', 'room version', 'events'], changed)}`;
}

function exampleOf(vector: Vector): string {
  const numberOf = (id: string): number => vector.events.findIndex(({ event_id: other }) => other === id) + 1;
  const redacted = vector.redact.map(numberOf).join(' and ');
  const different = [...new Set([...vector.change.authorization, ...vector.change.resolution, ...vector.change.redactions])].map(numberOf).sort((a, b) => a - b);
  const forks = vector.change.resolution.length > 0 ? ' (the state before it)' : '';
  const verdict = `Redacting ${redacted}: ${sentenceOf(vector.kind)}; ${different.length === 1 ? 'event' : 'events'} ${different.join(', ')}${forks}.`;
  return `### ${headingOf(vector)}\n\nRoom version ${vector.roomVersion}. ${verdict}\n\n\`\`\`text\n${describeRoom(vector.events)}\n\`\`\``;
}

const headingOf = ({ type, lost, kind }: Vector): string => `${type}, ${lost}: ${kind}`;
const anchorOf = (vector: Vector): string => headingOf(vector).toLowerCase().replaceAll(/[^a-z0-9_ -]/g, '').replaceAll(' ', '-');
const keys = (lost: string): string => (lost === 'public keys' ? 'its public keys' : lost.split(' and ').map((key) => `\`${key}\``).join(' and '));
const number = (value: number): string => value.toLocaleString('en-GB');

/** `1-10` of ten versions in a row. */
function range(versions: readonly string[]): string {
  const [first, last] = [versions[0], versions.at(-1)];
  const inARow = Number(last) - Number(first) + 1 === versions.length;
  return inARow && versions.length > 1 ? `${first}-${last}` : versions.join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
