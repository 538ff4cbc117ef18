/**
 * Checks three homeservers against the laws of rooms. One keeps them; one redacts restricted joins in version 9 as it would in version 8; one lets the
 * latest event win wherever a fork has two. For each that is wrong it prints the first broken law and the smallest room that breaks it.
 */
import { redact, roomVersion } from '../src/index.ts';
import type { StateKey, StateMap } from '../src/room.ts';
import { agreementLaws, erasureLaws, roomImplementation, stateResolutionLaws, type Law, type ResolutionFacts, type RoomImplementation } from '../src/testing.ts';

// Yours goes here: four functions, around whatever your server has.
report('does what the specification says', [...erasureLaws(roomImplementation, { roomVersions: ['12'] }), ...agreementLaws(roomImplementation, { roomVersions: ['12'] })]);

const forgetful: RoomImplementation = {
  ...roomImplementation,
  redact: (event) => redact(event, roomVersion('8').redaction),
};
report('redacts version 9 by the table of version 8', erasureLaws(forgetful, { roomVersions: ['9'] }));

const byClock: RoomImplementation = {
  ...roomImplementation,
  resolveState: (states, facts) => states.flatMap((state) => [...state]).reduce<StateMap>((resolved, entry) => withLatest(resolved, entry, facts), new Map()),
};
report('lets the latest event win', [
  ...erasureLaws(byClock, { roomVersions: ['10'] }), ...stateResolutionLaws(byClock, { roomVersions: ['10'] }), ...agreementLaws(byClock, { roomVersions: ['10'] }),
]);

function withLatest(resolved: StateMap, [place, id]: readonly [StateKey, string], { fetchEvent }: ResolutionFacts): StateMap {
  const sent = (eventId: string | undefined): number => fetchEvent(eventId ?? '')?.origin_server_ts ?? 0;
  return sent(id) >= sent(resolved.get(place)) ? new Map([...resolved, [place, id]]) : resolved;
}

/** Runs the laws with a fixed seed, so that the same room is found each time, and shows the first that is broken. */
function report(what: string, laws: readonly Law[]): void {
  for (const { name, check } of laws) {
    try {
      check({ seed: 5, numRuns: 200 });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const [room = ''] = /(?<=\[)room version[^]*(?=\]\nShrunk)/.exec(error.message) ?? [];
      console.log(`A server that ${what}:\n${name}: ${error.cause instanceof Error ? error.cause.message : ''}\n${room}\n`);
      return;
    }
  }
  console.log(`A server that ${what}: obeys ${laws.length} laws\n`);
}
