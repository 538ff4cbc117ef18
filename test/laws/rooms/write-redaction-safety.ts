/**
 * Writes `docs/redaction-safety.md` and the vectors behind it: `npm run safety`, which takes some minutes, or with another number of rooms for each
 * version and another seed: `npm run safety -- 500 7`. `npm run safety -- page` writes the page alone, from the vectors that are there.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileOf, hazardVectors, pairVectorOf, vectorFolder, vectorOf, runSummary, type RunSummary } from './hazard-vectors.ts';
import { findingsInRecorded, recordedRooms } from './recorded-rooms.ts';
import { redactionSafetyPage } from './redaction-safety-page.ts';
import { search, type Search } from './redaction-safety.ts';

const page = new URL('../../../docs/redaction-safety.md', import.meta.url);
const [first, second] = process.argv.slice(2);
if (first !== 'page') writeVectors(Number(first ?? 500), Number(second ?? 1));
writeFileSync(page, redactionSafetyPage(hazardVectors(), runSummary()));

function writeVectors(rooms: number, seed: number): void {
  const found = search({ rooms, seed });
  const missed = found.unforeseen.map(({ type, lost, kind }) => `${type} without ${lost} ${kind}`);
  if (missed.length > 0) console.warn(`no hazard foresees: ${missed.join('; ')}`);

  mkdirSync(vectorFolder, { recursive: true });
  for (const name of readdirSync(vectorFolder)) if (name.endsWith('.json')) rmSync(new URL(name, vectorFolder));
  for (const row of found.rows) write(fileOf(row), vectorOf(row));
  if (found.pair !== undefined) write('power-levels-together.json', pairVectorOf(found.pair));
  write('run.json', summaryOf(found, seed));
  console.log(`${found.rows.length} effects in ${found.rooms.toLocaleString('en-GB')} rooms`);
}

function write(name: string, value: unknown): void {
  writeFileSync(new URL(name, vectorFolder), `${JSON.stringify(value, undefined, 1)}\n`);
}

function summaryOf(found: Search, seed: number): RunSummary {
  return {
    seed, rooms: found.rooms, events: found.events, redactions: found.redactions, combinations: found.combinations, together: found.together,
    met: Object.fromEntries(found.rows.map((row) => [fileOf(row), Object.fromEntries(row.met)])),
    recorded: recordedRooms().map((room) => {
      const { redactions, changing } = findingsInRecorded(room);
      const types = new Set(changing.map(({ type }) => type));
      const counts = [...types].map((type) => [type, changing.filter((one) => one.type === type).length] as const);
      return { name: room.name, roomVersion: room.rules.id, redactions, changing: Object.fromEntries(counts) };
    }),
  };
}
