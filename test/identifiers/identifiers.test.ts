import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assertUserId, InvalidIdentifierError, isEventId, isMxcUri, isRoomId, isServerName, isUserId, parseUserId, serverNameOf, utf8Length,
} from '../../src/identifiers/identifiers.ts';

/** 255 bytes and 256, with and without characters of more than one byte. */
const sized = (sigil: string, tail: string, bytes: number): string => sigil + 'a'.repeat(bytes - sigil.length - tail.length) + tail;
const wide = (sigil: string, tail: string): string => sigil + 'é'.repeat(130) + tail;

describe('server names', () => {
  test.each([
    'matrix.org', 'matrix.org:8888', '1.2.3.4', '1.2.3.4:1234', '[1234:5678::abcd]', '[1234:5678::abcd]:5678', 'localhost', 'MATRIX.org',
    '-', '[::1]', '[::ffff:1.2.3.4]:1', 'a'.repeat(255),
  ])('%s', (name) => {
    expect(isServerName(name)).toBe(true);
  });

  test.each([
    '', ':', ':80', 'a:', 'a:b', 'a:123456', 'a_b', 'a b', 'a/b', 'münchen.de', '[::1', '::1', '[:]', '[::g]', '[]', 'a:80:80', 'a\n', '\na',
    'a'.repeat(256), 'a\0b',
  ])('not %j', (name) => {
    expect(isServerName(name)).toBe(false);
  });
});

describe('user IDs', () => {
  test.each([
    '@alice:example.org', '@alice:example.org:8448', '@:example.org', '@ALICE:example.org', '@a b:example.org', '@ü💥:example.org', '@\n:example.org',
    '@a@b:c', '@a:[::1]:80', sized('@', ':b', 255), '@a=40b/c+d_e.f-g:h',
  ])('%j, historical ones included', (id) => {
    expect(isUserId(id)).toBe(true);
    expect(parseUserId(id)).toBe(id);
    expect(() => assertUserId(id)).not.toThrow();
  });

  test.each([
    '', '@', 'alice:example.org', '@alice', '@alice:', '@al:ice:example.org', '@alice:exa mple', '@a\0b:example.org', '!alice:example.org',
    sized('@', ':b', 256), wide('@', ':b'), ' @alice:example.org', '@alice:example.org ',
  ])('not %j', (id) => {
    expect(isUserId(id)).toBe(false);
    expect(parseUserId(id)).toBeUndefined();
    expect(() => assertUserId(id)).toThrow(InvalidIdentifierError);
  });

  test('the error does not repeat the text, which may be personal data', () => {
    expect(() => assertUserId('alice@example.org')).toThrow(/^not a user ID: expected the form @localpart:server, at most 255 bytes$/);
  });
});

describe('room and event IDs', () => {
  const kinds = [['!', isRoomId], ['$', isEventId]] as const;

  test.each(kinds)('%s and at least one more character, with a server or without', (sigil, isId) => {
    const good = ['x:example.org', 'Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpYQ', 'acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk', 'ü', ' '];
    const bad = ['', 'a\0'];
    expect(good.map((rest) => isId(sigil + rest))).toEqual(good.map(() => true));
    expect(bad.map((rest) => isId(sigil + rest))).toEqual(bad.map(() => false));
    expect([isId('@a:b'), isId('a'), isId(''), isId(sized(sigil, '', 255)), isId(sized(sigil, '', 256)), isId(wide(sigil, ''))])
      .toEqual([false, false, false, true, false, false]);
  });
});

describe('the server of an ID', () => {
  test.each([
    ['@alice:example.org', 'example.org'], ['@alice:example.org:8448', 'example.org:8448'], ['!r:[::1]:80', '[::1]:80'], ['$hash', undefined],
    ['@alice:', undefined], ['', undefined], ['@alice:a b', undefined], [':example.org', 'example.org'], ['@a:b:c', undefined],
  ])('%j: %j', (id, server) => {
    expect(serverNameOf(id)).toBe(server);
  });
});

describe('mxc URIs', () => {
  test.each(['mxc://example.org/abc', 'mxc://example.org:8448/a-B_9', 'mxc://[::1]/a', 'mxc://1.2.3.4:80/a'])('%s', (uri) => {
    expect(isMxcUri(uri)).toBe(true);
  });

  test.each([
    '', 'mxc://', 'mxc://example.org', 'mxc://example.org/', 'mxc:///abc', 'mxc://example.org/a/b', 'mxc://example.org/../a', 'mxc://example.org/a.b',
    'mxc://127.0.0.1/../../../some_service/etc/passwd', 'mxc://exa mple/abc', 'mxc://example.org/a?b', 'mxc://example.org/a#b', 'MXC://example.org/a',
    'mxc://example.org/a%2e', 'https://example.org/a', ' mxc://example.org/a', 'mxc://example.org/a\n', 'mxc://user@example.org/a',
  ])('not %j', (uri) => {
    expect(isMxcUri(uri)).toBe(false);
  });
});

describe('utf8Length', () => {
  test('is the length of the bytes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => utf8Length(text) === Buffer.byteLength(text)));
  });

  test.each([['\u007f', 1], ['\u0080', 2], ['\u07ff', 2], ['\u0800', 3], ['\uffff', 3], ['\u{10000}', 4], ['\u{10ffff}', 4]])('%j: %j', (text, bytes) => {
    expect(utf8Length(text)).toBe(bytes);
  });
});
