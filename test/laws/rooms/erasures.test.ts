import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UserId } from '../../../src/identifiers/identifiers.ts';
import { roomVersion, stableRoomVersionIds } from '../../../src/rules/room-versions.ts';
import { arbitraryRoom, buildRoom, keptIn, redactionEffects, type Room, type RoomScript } from '../../../src/testing.ts';
import { everybody, plannedFor, plannedRedactions } from './planned.ts';

/** A room that a law once fell over: which of a user's events have to be kept, and what redacting them would change. Events go by their numbers. */
type ErasureVector = {
  readonly comment: string;
  readonly roomVersion: string;
  readonly script: RoomScript;
  readonly subject: UserId;
  readonly redact: readonly number[];
  readonly keep: readonly string[];
  readonly change: { readonly authorization: readonly number[]; readonly resolution: readonly number[]; readonly state: readonly number[] };
};

const folder = new URL('../../vectors/erasures/', import.meta.url);
const vectors = readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as ErasureVector);

describe.each(vectors)('$comment', (vector) => {
  const room = buildRoom(vector.script, roomVersion(vector.roomVersion), { signed: false });
  const ids = vector.redact.map((number) => room.events[number - 1]?.event_id ?? '');

  test('when it is redacted', () => {
    const { authorization, resolution, state } = redactionEffects(room)(new Set(ids));
    expect({ authorization: numbersOf(authorization, room), resolution: numbersOf(resolution, room), state: numbersOf(state, room) }).toEqual(vector.change);
  });

  test('so it is kept', () => {
    expect(ids.map((id) => keptIn(room).get(id))).toEqual(vector.keep);
  });

  test('and a plan keeps it', () => {
    const planned = plannedFor(room, vector.subject).filter(({ event_id: id }) => ids.includes(id));
    expect(planned.map(({ treatment, hazard = 'redaction' }) => [treatment, hazard])).toEqual(vector.keep.map((hazard) => ['keep', hazard]));
  });
});

function numbersOf(ids: readonly string[], { events }: Room): readonly number[] {
  return ids.map((id) => events.findIndex(({ event_id: other }) => other === id) + 1);
}

const { numRuns = 100 } = fc.readConfigureGlobal();
const runs = { numRuns: Math.ceil(numRuns / 5) };
const subject = fc.constantFrom(...everybody);

describe.each(stableRoomVersionIds)('plans for rooms of version %s', (id) => {
  const rooms = arbitraryRoom({ rules: roomVersion(id), signed: false });

  test('change no state, no verdict and no resolution', () => {
    fc.assert(fc.property(rooms, subject, (room, user) => {
      const { authorization, resolution, state } = redactionEffects(room)(plannedRedactions(room, user));
      expect({ authorization, resolution, state }).toEqual({ authorization: [], resolution: [], state: [] });
    }), runs);
  });

  test('change none where any part of them is carried out', () => {
    fc.assert(fc.property(rooms, subject, fc.array(fc.boolean(), { minLength: 2, maxLength: 16, size: 'max' }), (room, user, pattern) => {
      const part = [...plannedRedactions(room, user)].filter((_, index) => pattern[index % pattern.length] === true);
      const { authorization, resolution, state } = redactionEffects(room)(new Set(part));
      expect({ authorization, resolution, state }).toEqual({ authorization: [], resolution: [], state: [] });
    }), runs);
  });

  test('keep the hazards, and redact all other state', () => {
    fc.assert(fc.property(rooms, subject, (room, user) => {
      const planned = plannedFor(room, user).filter(({ treatment, state_key: key }) => key !== undefined && treatment !== 'purge');
      const hazards = keptIn(room);
      expect(planned.map(({ event_id: event, hazard }) => [event, hazard])).toEqual(planned.map(({ event_id: event }) => [event, hazards.get(event)]));
      expect(planned.filter(({ treatment, hazard }) => treatment !== (hazard === undefined ? 'redact' : 'keep'))).toEqual([]);
    }), runs);
  });
});
