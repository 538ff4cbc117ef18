import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/json/value.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { redactionTarget, type RedactionTarget } from '../../src/event/redaction-target.ts';
import { roomVersion, roomVersionIds } from '../../src/rules/room-versions.ts';

type Place = JsonValue | undefined;
const redaction = (inEvent: Place, inContent: Place): Pdu => ({
  type: 'm.room.redaction',
  content: inContent === undefined ? {} : { redacts: inContent },
  ...(inEvent === undefined ? {} : { redacts: inEvent }),
} as Pdu);

/** From version 11 the content is obeyed, before it the event; proposals on top of 11 and 12 follow them. */
const inContent = (version: string): boolean =>
  ['11', '12', 'org.matrix.msc2870', 'org.matrix.msc3757.11', 'org.matrix.hydra.11', 'org.matrix.msc4242.12', 'org.matrix.msc4298.v1', 'org.matrix.msc2244'].includes(version);

describe.each(roomVersionIds)('redactionTarget in %s', (version) => {
  const rules = roomVersion(version).redacts;
  /** The target of a redaction with one value where the version looks for it and one where it does not. */
  const target = (obeyed: Place, other: Place): RedactionTarget | undefined =>
    redactionTarget(inContent(version) ? redaction(other, obeyed) : redaction(obeyed, other), rules);

  test('reads the place that the version says', () => {
    expect(target('$a', undefined)).toEqual({ eventIds: ['$a'], conflicting: false });
    expect(target(undefined, '$a')).toBeUndefined();
  });

  test('notices another target in the other place', () => {
    expect(target('$a', '$a')).toEqual({ eventIds: ['$a'], conflicting: false });
    expect(target('$a', '$b')).toEqual({ eventIds: ['$a'], conflicting: true });
    expect(target('$a', ['$a', '$b'])).toEqual({ eventIds: ['$a'], conflicting: true });
    expect(target('$a', 5)).toEqual({ eventIds: ['$a'], conflicting: false });
  });

  test.each<Place>([null, 5, true, {}, { '0': '$a' }, [], [5], undefined])('takes %j for no target', (value) => {
    expect(target(value, '$a')).toBeUndefined();
  });

  test('takes arrays in the version that has them', () => {
    const ids = ['$a', 5, '$b', '$a'];
    expect(target(ids, undefined)).toEqual(version === 'org.matrix.msc2244' ? { eventIds: ['$a', '$b'], conflicting: false } : undefined);
  });

  test('is of redactions only, and of own keys', () => {
    expect(redactionTarget({ ...redaction('$a', '$a'), type: 'm.room.message' }, rules)).toBeUndefined();
    expect(redactionTarget({ ...redaction('$a', '$a'), type: 'M.room.redaction' }, rules)).toBeUndefined();
    const content = Object.create({ redacts: '$a' });
    expect(redactionTarget(Object.assign(Object.create({ redacts: '$a' }), { type: 'm.room.redaction', content }), rules)).toBeUndefined();
  });

  test('survives a content that is none', () => {
    const event = { ...redaction('$a', undefined), content: null } as unknown as Pdu;
    expect(redactionTarget(event, rules)).toEqual(inContent(version) ? undefined : { eventIds: ['$a'], conflicting: false });
  });
});

test('a list that names an event twice is not the list that names another one', () => {
  const rules = roomVersion('org.matrix.msc2244').redacts;
  expect(redactionTarget(redaction(['$a', '$b'], ['$a', '$a']), rules)).toEqual({ eventIds: ['$a'], conflicting: true });
  expect(redactionTarget(redaction(['$b', '$a'], ['$a', '$b']), rules)).toEqual({ eventIds: ['$a', '$b'], conflicting: false });
});
