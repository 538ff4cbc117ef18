import { describe, expect, test } from 'vitest';
import { explainRedaction, type RedactionReason } from '../../src/event/explain.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { UnredactableEventError } from '../../src/event/redact.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';

type Row = readonly [path: string, kept: boolean, reason: RedactionReason];

const explained = (event: Pdu, version: string): readonly Row[] =>
  explainRedaction(event, roomVersion(version).redaction).map(({ path, kept, reason }) => [path, kept, reason]);

const invite = { membership: 'invite', displayname: 'A', third_party_invite: { signed: { token: 't' }, display_name: 'a' } };

describe('explainRedaction', () => {
  const cases: readonly (readonly [name: string, version: string, event: Pdu, rows: readonly Row[]])[] = [
    ['a message', '1', { type: 'm.room.message', sender: '@a:b', origin: 'b', content: { body: 'x' }, unsigned: {}, redacts: '$a' }, [
      ['type', true, 'protected-event-key'],
      ['sender', true, 'protected-event-key'],
      ['origin', true, 'protected-event-key'],
      ['content.body', false, 'content-of-type-not-protected'],
      ['unsigned', false, 'unsigned-is-not-part-of-the-event'],
      ['redacts', false, 'event-key-not-protected'],
    ]],
    ['the origin', '11', { type: 'x', origin: 'b', content: {} }, [
      ['type', true, 'protected-event-key'],
      ['origin', false, 'event-key-not-protected'],
      ['content', true, 'protected-event-key'],
    ]],
    ['an invite', '10', { content: invite, type: 'm.room.member' }, [
      ['content.membership', true, 'protected-content-key'],
      ['content.displayname', false, 'content-key-not-protected'],
      ['content.third_party_invite', false, 'content-key-not-protected'],
      ['type', true, 'protected-event-key'],
    ]],
    ['an invite', '11', { content: invite, type: 'm.room.member' }, [
      ['content.membership', true, 'protected-content-key'],
      ['content.displayname', false, 'content-key-not-protected'],
      ['content.third_party_invite.signed', true, 'protected-content-key'],
      ['content.third_party_invite.display_name', false, 'content-key-not-protected'],
      ['type', true, 'protected-event-key'],
    ]],
    ['an invite that is none', '11', { content: { third_party_invite: 'x' }, type: 'm.room.member' }, [
      ['content.third_party_invite', false, 'not-an-object'],
      ['type', true, 'protected-event-key'],
    ]],
    ['an empty invite', '11', { content: { third_party_invite: {} }, type: 'm.room.member' }, [
      ['content.third_party_invite', true, 'protected-content-key'],
      ['type', true, 'protected-event-key'],
    ]],
    ['a create event', '11', { content: { creator: '@a:b' }, type: 'm.room.create' }, [
      ['content', true, 'protected-content-of-type'],
      ['type', true, 'protected-event-key'],
    ]],
    ['a relation', 'org.matrix.msc3389.10', { content: { 'm.relates_to': { rel_type: 'm.thread', key: 'x' }, body: 'x' }, type: 'm.room.message' }, [
      ['content.m\\.relates_to.rel_type', true, 'protected-relation'],
      ['content.m\\.relates_to.key', false, 'content-key-not-protected'],
      ['content.body', false, 'content-of-type-not-protected'],
      ['type', true, 'protected-event-key'],
    ]],
    ['a relation of which nothing is left', 'org.matrix.msc3389.10', { content: { 'm.relates_to': { key: 'x' } }, type: 'm.room.message' }, [
      ['content.m\\.relates_to', false, 'content-key-not-protected'],
      ['type', true, 'protected-event-key'],
    ]],
    ['a relation that is none', 'org.matrix.msc3389.10', { content: { 'm.relates_to': [] }, type: 'm.room.message' }, [
      ['content.m\\.relates_to', false, 'not-an-object'],
      ['type', true, 'protected-event-key'],
    ]],
    ['hostile keys', '11', { content: JSON.parse('{"a.b":1,"c\\\\d":1,"":1,"__proto__":1,"constructor":1}'), type: 'hasOwnProperty' }, [
      ['content.a\\.b', false, 'content-of-type-not-protected'],
      ['content.c\\\\d', false, 'content-of-type-not-protected'],
      ['content.', false, 'content-of-type-not-protected'],
      ['content.__proto__', false, 'content-of-type-not-protected'],
      ['content.constructor', false, 'content-of-type-not-protected'],
      ['type', true, 'protected-event-key'],
    ]],
  ];

  test.each(cases)('%s in %s', (_name, version, event, rows) => {
    expect(explained(event, version)).toEqual(rows);
  });

  test('names the section that decides', () => {
    const specs = (version: string): readonly string[] => [...new Set(explainRedaction({ type: 'x', content: {} }, roomVersion(version).redaction).map(({ spec }) => spec))];
    expect(specs('7')).toEqual(['https://spec.matrix.org/v1.19/rooms/v6/#redactions']);
    expect(specs('12')).toEqual(['https://spec.matrix.org/v1.19/rooms/v11/#redactions']);
  });

  test('refuses what cannot be redacted', () => {
    expect(() => explainRedaction({ type: 'x' } as Pdu, roomVersion('11').redaction)).toThrow(UnredactableEventError);
  });
});
