import { hazards, type Hazard } from '../../../src/erasure/hazards.ts';
import { roomVersion, stableRoomVersionIds } from '../../../src/rules/room-versions.ts';
import { describeRoom } from '../../../src/testing.ts';
import { sentenceOf, type HazardVector, type RunSummary } from './hazard-vectors.ts';

type Vector = HazardVector & { readonly file: string };

/** The page of the documentation that a run makes. */
export function redactionSafetyPage(vectors: readonly Vector[], run: RunSummary): string {
  return `${[
    '# What a redaction changes for the whole room',
    'Computed, not collected: `npm run safety` writes this page and the vectors behind it (`test/vectors/hazards`), and the tests compare it with the table of hazards that plans go by (`src/erasure/hazards.ts`).',
    howItWasComputed(run),
    '## What changes\n\nIn all room versions and with all other content, redaction changes no state, no verdict of the authorization rules and no resolution of a fork. '
    + 'The number in the last column says how often the run met it.',
    table(['room versions', 'event', 'loses', 'what changes', 'met'], vectors.map((vector) => rowOf(vector, run))),
    '## By meaning\n\nAuthorization and state resolution do not look at these, so that no run can find them; what they say is lost all the same.',
    table(['room versions', 'event', 'loses', 'what changes'], meaningRows(vectors)),
    recordedPart(run),
    '## The smallest examples\n\nA line for each event: its number, the events before it where that is not just the last one, who sent it, its type, its state key, its content. Nothing can be taken from these rooms without losing what they show.',
    ...vectors.map(exampleOf),
  ].join('\n\n')}\n`;
}

function howItWasComputed({ seed, rooms, events, redactions, combinations, together }: RunSummary): string {
  const perVersion = rooms / stableRoomVersionIds.length;
  return [
    '## How it was computed',
    `${number(perVersion)} rooms were generated for each of the room versions ${range(stableRoomVersionIds)} (seeds ${seed} to ${seed + stableRoomVersionIds.length - 1}): ${number(rooms)} rooms with ${number(events)} events of five users on three servers, with invites, bans, kicks, knocks, restricted joins, invites to addresses, changes of power levels in every form, forks and their resolution, and events that the rules reject.`,
    `Each event was redacted on its own (${number(redactions)} redactions took something away), and the room worked out again: is every event judged as before, in the state that was there, and does every fork resolve to the state that it did? If so, no state differs, by induction. Where something differs, the key to blame was found by taking the lost keys away one by one, and the room made smaller for as long as it still shows the effect.`,
    `Then all events without an effect of their own were redacted together, those of each user and those of all: ${number(combinations)} times, and ${together === 0 ? 'nothing changed' : `${number(together)} times something changed`}.`,
  ].join('\n\n');
}

function rowOf(vector: Vector, { met, together }: RunSummary): readonly string[] {
  const counts = Object.values(met[vector.file] ?? {});
  const count = vector.kind === 'changes only together' ? together : counts.reduce((sum, one) => sum + one, 0);
  return [range(vector.versions), `\`${vector.type}\``, keys(vector.lost), `[${sentenceOf(vector.kind)}](#${anchorOf(vector)})`, number(count)];
}

function meaningRows(vectors: readonly Vector[]): readonly (readonly string[])[] {
  const computed = new Set(vectors.map(({ type }) => type));
  const silent = hazards.filter(({ type }) => !computed.has(type));
  const created = stableRoomVersionIds.filter((id) => roomVersion(id).redaction.content['m.room.create'] !== true);
  const redactable = (type: string): readonly string[] => stableRoomVersionIds.filter((id) => !Object.hasOwn(roomVersion(id).redaction.content, type));
  return [
    [range(created), '`m.room.create`', '`room_version`, `type`, `predecessor`', 'Servers that only have the redacted event take the room for one of version 1; clients lose its kind and its history.'],
    ...silent.map(({ type, consequence }: Hazard) => [range(redactable(type)), `\`${type}\``, 'everything', consequence]),
  ];
}

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
