import { describe, expect, test } from 'vitest';
import { defineProfile, erasureProfile, erasureProfiles, storedAs, UnknownProfileError, type ProfileRow } from '../../src/erasure/profiles.ts';

const COLUMNS: readonly (keyof ProfileRow)[] = ['hadAccess', 'newUser', 'newGuest', 'serverHadAccess', 'otherServer', 'serviceThere', 'otherService'];
const letters = (row: ProfileRow): string => COLUMNS.map((column) => (row[column][0] ?? '').toUpperCase()).join(' ');

/** Full, redacted or hidden: had access, new user, new guest; server that had access, other server; application service there, other one. */
const TABLE: { readonly [profile: string]: { readonly message: string; readonly state: string } } = {
  notice: { message: 'F H H R R R H', state: 'R R R R R R R' },
  spec: { message: 'F R R F R F R', state: 'F R R F R F R' },
  synapse: { message: 'F R R R R F F', state: 'F R R R R F F' },
  strict: { message: 'R H H R R R H', state: 'R R R R R R R' },
};

describe('the profiles', () => {
  test('are these, and no others', () => {
    expect(Object.keys(erasureProfiles).sort()).toEqual(Object.keys(TABLE).sort());
  });

  test.each(Object.entries(TABLE))('%s', (name, rows) => {
    const { message, state } = erasureProfile(name);
    expect({ message: letters(message), state: letters(state) }).toEqual(rows);
  });

  test('all but synapse protect the room', () => {
    expect(Object.values(erasureProfiles).filter(({ protectsRoom }) => !protectsRoom).map(({ name }) => name)).toEqual(['synapse']);
  });

  test('cannot be changed', () => {
    for (const profile of Object.values(erasureProfiles)) {
      expect([profile, profile.message, profile.state].every(Object.isFrozen)).toBe(true);
    }
  });

  test.each(['', 'Notice', 'NOTICE', '__proto__', 'constructor', 'toString'])('there is no profile "%s"', (name) => {
    expect(() => erasureProfile(name)).toThrow(UnknownProfileError);
  });

  test('what nobody is served in full is not stored in full', () => {
    expect(Object.values(erasureProfiles).map(({ name, message, state }) => [name, storedAs(message), storedAs(state)])).toEqual([
      ['notice', 'hide', 'redact'], ['spec', 'hide', 'hide'], ['strict', 'redact', 'redact'], ['synapse', 'hide', 'hide'],
    ]);
  });
});

describe('a profile of one\'s own', () => {
  test('is the notice but for what is changed', () => {
    const gentle = defineProfile('gentle', { message: { newUser: 'redacted' } });
    expect({ ...gentle, message: letters(gentle.message) }).toEqual({ ...erasureProfile('notice'), name: 'gentle', message: 'F R H R R R H' });
  });

  test('or another one', () => {
    const base = erasureProfile('spec');
    const lax = defineProfile('lax', { base, source: 'ours', state: { otherServer: 'full' }, protectsRoom: false });
    expect(lax).toEqual({ ...base, name: 'lax', source: 'ours', state: { ...base.state, otherServer: 'full' }, protectsRoom: false });
    expect(letters(base.state)).toBe('F R R F R F R');
  });
});
