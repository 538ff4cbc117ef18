import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findAutomatedTools, matchesGlob } from '../../../src/erasure/rights/automated-tools.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { ALICE, BOB, buildRoom, CAROL } from '../build-room.ts';
import { readRoom, recordedRooms } from '../rooms.ts';
import { opened } from '../view/open.ts';

type State = readonly [type: string, key: string, content: JsonObject];
const roomWith = (states: readonly State[]): ReturnType<typeof opened> => {
  const room = buildRoom({ creator: BOB });
  room.join('@mod:b.example');
  for (const [type, key, content] of states) room.state(BOB, type, key, content);
  return opened(room.stored());
};
const found = (states: readonly State[], bots: readonly string[] = []): readonly unknown[] =>
  findAutomatedTools([roomWith(states)], { subjects: [ALICE], bots }).map(({ kind, id, rules, matching }) => [kind, id, rules, matching.length]);
const rule = (entity: string): JsonObject => ({ entity, recommendation: 'm.ban', reason: 'a reason about somebody' });

describe('tools in a room', () => {
  test.each<readonly [string, readonly State[], readonly unknown[]]>([
    ['none', [], []],
    ['a rule that fits the person', [['m.policy.rule.user', 'a', rule('@ali*:a.example')]], [['policy-list', undefined, 1, 1]]],
    ['a rule for somebody else', [['m.policy.rule.user', 'a', rule('@eve:*')]], [['policy-list', undefined, 1, 0]]],
    ['a rule for their server', [['m.policy.rule.server', 'a', rule('*.example')]], [['policy-list', undefined, 1, 1]]],
    ['a rule for a room names no person', [['m.policy.rule.room', 'a', rule('*')]], [['policy-list', undefined, 1, 0]]],
    ['rules from before the specification', [['org.matrix.mjolnir.rule.user', 'a', rule(ALICE)], ['m.room.rule.server', 'b', rule('a.example')]], [['policy-list', undefined, 2, 2]]],
    ['a rule that was taken back', [['m.policy.rule.user', 'a', {}]], []],
    ['a rule of another form', [['m.policy.rule.user', 'a', { entity: 5 }]], []],
    ['a policy server', [['m.room.policy', '', { via: 'policy.example', public_key: 'x' }]], [['policy-server', 'policy.example', undefined, 0]]],
    ['a policy server that was taken back', [['m.room.policy', '', {}]], []],
    ['an access list that shuts their server out', [['m.room.server_acl', '', { allow: ['*'], deny: ['a.*'] }]], [['access-list', undefined, 2, 1]]],
    ['an access list that does not name their server', [['m.room.server_acl', '', { allow: ['b.example'] }]], [['access-list', undefined, 1, 1]]],
    ['an access list that lets it in', [['m.room.server_acl', '', { allow: ['*'], deny: ['evil.example'] }]], [['access-list', undefined, 2, 0]]],
  ])('%s', (_, states, expected) => {
    expect(found(states)).toEqual(expected);
  });

  test('a bot counts that is named, and is there', () => {
    expect(found([], ['@mod:b.example', CAROL])).toEqual([['bot', '@mod:b.example', undefined, 0]]);
  });

  test('what a rule says is not told, only which', () => {
    const tools = findAutomatedTools([roomWith([['m.policy.rule.user', 'a', rule('@ali*:a.example')]])], { subjects: [ALICE] });
    expect(JSON.stringify(tools)).not.toMatch(/ali\*|a reason/);
  });

  test('in recorded rooms none is found that is not in their state', () => {
    const types = /^(?:m\.policy\.rule\.|m\.room\.policy$|m\.room\.server_acl$)/;
    for (const file of recordedRooms) {
      const stored = readRoom(file);
      const tools = findAutomatedTools([opened(stored)], { subjects: [ALICE] });
      expect(tools.length > 0 && !stored.some(({ event }) => types.test(event.pdu.type))).toBe(false);
      expect(JSON.stringify(tools)).not.toMatch(/pii_/);
    }
  });
});

describe('a glob', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });

  test('fits what its regular expression fits', () => {
    fc.assert(fc.property(pattern, text, (glob, given) => {
      const expression = glob.replaceAll('.', '\\.').replaceAll('*', '[^]*').replaceAll('?', '[^]');
      expect(matchesGlob(glob, given)).toBe(new RegExp(`^${expression}$`).test(given));
    }));
  });

  test('with thousands of stars is judged all the same', () => {
    expect(matchesGlob(`${'a*'.repeat(20_000)}b`, 'a'.repeat(255))).toBe(false);
  });
});
