import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/value.ts';
import { mediaReferences } from '../../src/event/media.ts';

const found = (content: JsonObject): readonly string[] => mediaReferences({ type: 'm.room.message', content });
const uri = (id: string): string => `mxc://example.org/${id}`;

describe('mediaReferences', () => {
  const places: readonly (readonly [place: string, content: JsonObject])[] = [
    ['a file', { msgtype: 'm.file', url: uri('a') }],
    ['an encrypted file', { msgtype: 'm.file', file: { url: uri('a'), v: 'v2' } }],
    ['a thumbnail', { info: { thumbnail_url: uri('a') } }],
    ['an encrypted thumbnail', { info: { thumbnail_file: { url: uri('a') } } }],
    ['an avatar of a member', { membership: 'join', avatar_url: uri('a') }],
    ['an edit', { 'm.new_content': { url: uri('a') } }],
    ['an encrypted edit', { 'm.new_content': { file: { url: uri('a') } } }],
    ['a thumbnail of an edit', { 'm.new_content': { info: { thumbnail_file: { url: uri('a') } } } }],
    ['a gallery', { itemtypes: [{ url: uri('a') }] }],
    ['a thumbnail of a gallery', { itemtypes: [{}, { info: { thumbnail_url: uri('a') } }] }],
    ['a gallery in an edit', { 'm.new_content': { itemtypes: [{ file: { url: uri('a') } }] } }],
    ['an inline image', { formatted_body: `<img data-mx-emoticon src="${uri('a')}" alt="x">` }],
    ['an inline image of an edit', { 'm.new_content': { formatted_body: `<img src='${uri('a')}'>` } }],
    ['a caption in a gallery', { itemtypes: [{ formatted_body: `<img src=${uri('a')}>` }] }],
  ];

  test.each(places)('%s', (_place, content) => {
    expect(found(content)).toEqual([uri('a')]);
  });

  test('several, each once, in the order of their places', () => {
    expect(found({
      url: uri('a'),
      file: { url: uri('b') },
      info: { thumbnail_url: uri('c'), thumbnail_file: { url: uri('a') } },
      formatted_body: `${uri('e')} <img src="mxc://b:8448/f"><img src="mxc://[::1]:80/g-_9">${uri('e')}`,
      'm.new_content': { url: uri('h'), info: { thumbnail_url: uri('c') } },
      itemtypes: [{ url: uri('i') }, { url: uri('j') }, 5, null, [], 'x'],
      avatar_url: uri('d'),
    })).toEqual([uri('a'), uri('b'), uri('c'), uri('d'), uri('e'), 'mxc://b:8448/f', 'mxc://[::1]:80/g-_9', uri('i'), uri('j'), uri('h')]);
  });

  test.each<JsonObject>([
    {},
    { url: null }, { url: 5 }, { url: [uri('a')] }, { url: { url: uri('a') } }, { url: '' }, { url: 'https://example.org/a' },
    { url: 'mxc://example.org/../etc/passwd' }, { url: 'mxc://exa mple/a' }, { url: `${uri('a')}?x` }, { url: ` ${uri('a')}` }, { url: 'mxc://example.org/' },
    { file: uri('a') }, { file: [{ url: uri('a') }] }, { info: uri('a') }, { info: null }, { info: { thumbnail_file: uri('a') } },
    { 'm.new_content': uri('a') }, { 'm.new_content': [{ url: uri('a') }] }, { itemtypes: { url: uri('a') } }, { itemtypes: [[{ url: uri('a') }]] },
    { formatted_body: 5 }, { formatted_body: 'mxc://' }, { formatted_body: 'mxc://a_b/c' },
    JSON.parse('{"__proto__":{"url":"mxc://example.org/a"},"info":{"__proto__":{"thumbnail_url":"mxc://example.org/a"}}}') as JsonObject,
    Object.create({ url: uri('a'), info: { thumbnail_url: uri('a') } }) as JsonObject,
  ])('nothing in %j', (content) => {
    expect(found(content)).toEqual([]);
  });

  test('a text of another kind is not searched', () => {
    expect(found({ body: uri('a'), 'm.relates_to': { url: uri('a') } })).toEqual([]);
  });

  test('a long hostile text takes no time that grows out of hand', () => {
    expect(found({ formatted_body: 'mxc://a'.repeat(9_000) })).toEqual([]);
    expect(found({ formatted_body: `${'mxc://'.repeat(9_000)}${uri('a')}` })).toEqual([uri('a')]);
  });
});
