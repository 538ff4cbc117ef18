import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonFloat, type JsonObject, type JsonValue } from '../../src/json/value.ts';
import { namedLevel, parsePowerLevel, requiredLevel, userLevel, type PowerLevel } from '../../src/room/power-levels.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';

const forms = ['integer-string-float', 'integer-string', 'integer'] as const;

describe('a power level', () => {
  const samples: readonly (readonly [value: JsonValue, ...byForm: readonly (PowerLevel | undefined)[]])[] = [
    [50, 50, 50, 50],
    [-1, -1, -1, -1],
    ['50', 50, 50, undefined],
    [' +050 ', 50, 50, undefined],
    ['-50', -50, -50, undefined],
    ['9007199254740993', 9007199254740993n, 9007199254740993n, undefined],
    [9007199254740993n, 9007199254740993n, undefined, undefined],
    [50.7, 50, undefined, undefined],
    [-50.7, -50, undefined, undefined],
    [jsonFloat(50), 50, undefined, undefined],
    [jsonFloat(Infinity), undefined, undefined, undefined],
    [10n ** 400n, undefined, undefined, undefined],
    ...['', ' ', '5_0', '0x32', '5.0', '٥', '--5', 'x'].map((text) => [text, undefined, undefined, undefined] as const),
    ...[true, null, [], {}, [50]].map((value) => [value, undefined, undefined, undefined] as const),
  ];

  test.each(samples.map(([value, ...expected]) => [inspect(value), value, expected] as const))('%s', (_name, value, expected) => {
    expect(forms.map((form) => parsePowerLevel(value, form))).toEqual(expected);
  });

  test('is the same as a number and as a text', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (level) => {
      expect(parsePowerLevel(String(level), 'integer-string')).toBe(level === 0 ? 0 : level);
    }));
  });
});

describe('of a user', () => {
  const creator = '@creator:a.org';
  const create = { type: 'm.room.create', sender: '@sender:a.org', content: { creator, additional_creators: ['@more:a.org'] } };
  const levelIn = (version: string, user: string, content?: JsonObject): PowerLevel => userLevel({ create, content, rules: roomVersion(version).authorization }, user);

  test.each([
    ['10', creator, 100], ['10', '@sender:a.org', 0], ['11', '@sender:a.org', 100], ['11', creator, 0],
    ['11', '@more:a.org', 0], ['12', '@sender:a.org', Infinity], ['12', '@more:a.org', Infinity], ['12', creator, 0],
  ])('in version %s without power levels: %s has %d', (version, user, level) => {
    expect(levelIn(version, user)).toBe(level);
  });

  test('creators of version 12 stand above every entry', () => {
    expect(levelIn('12', '@more:a.org', { users: { '@more:a.org': 1 } })).toBe(Infinity);
    expect(levelIn('11', '@sender:a.org', { users: {} })).toBe(0);
  });

  test('is the default for who has no entry of their own', () => {
    expect(levelIn('10', '@x:a.org', { users_default: '7', users: { '@y:a.org': 3 } })).toBe(7);
    for (const user of ['constructor', '__proto__', 'toString']) expect(levelIn('10', user, { users_default: 7, users: {} })).toBe(7);
  });
});

test('levels that are not set have their defaults', () => {
  const levels = { create: { type: 'm.room.create', content: {} }, content: { events: { 'm.room.name': 1 }, ban: null }, rules: roomVersion('9').authorization };
  expect(['ban', 'kick', 'redact', 'invite', 'state_default', 'events_default', 'users_default'].map((name) => namedLevel(levels, name as 'ban'))).toEqual([50, 50, 50, 0, 50, 0, 0]);
  expect(requiredLevel(levels, { type: 'm.room.name', state_key: '', content: {} })).toBe(1);
  expect(requiredLevel(levels, { type: 'toString', content: {} })).toBe(0);
});
