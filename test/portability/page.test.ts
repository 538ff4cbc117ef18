import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, shownTime, span } from '../../src/portability/page/dates.ts';
import { escapeText, html, writeMarkup } from '../../src/portability/page/markup.ts';
import { shownId } from '../../src/portability/page/room-page.ts';
import { embedded } from '../../src/portability/page/search-page.ts';
import { tell } from '../../src/portability/page/told.ts';

describe('what people wrote', () => {
  it('is shown as they wrote it, but for what no document may have', () => {
    expect(escapeText('a\nb\tc 👩‍👩‍👧 e\u0301 \u05d0')).toBe('a\nb\tc 👩‍👩‍👧 e\u0301 \u05d0');
    expect(escapeText('a\0b\u001b[31m\ud800c\uffff')).toBe('a\ufffdb\ufffd[31m\ufffdc\ufffd');
    expect(escapeText(`<&>"'`)).toBe('&lt;&amp;&gt;&quot;&#39;');
  });

  it('stands in markup as text, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(writeMarkup(html`<p title="${text}">${[text, html`<b>${text}</b>`]}</p>`)).toMatch(/^<p title="[^"<>]*">[^<>]*<b>[^<>]*<\/b><\/p>$/);
    }));
  });

  it('ends no script as JSON, and is the same again', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.constantFrom('</script>', '<!--<script>', '\u2028')), (text) => {
      expect(embedded(JSON.stringify([text]))).not.toContain('<');
      expect(JSON.parse(embedded(JSON.stringify([text])))).toEqual([text]);
    }));
  });

  it('cannot hide in an identifier', () => {
    expect(shownId('!a\u202eb\n\u200bc:d')).toBe('!a\\u{202e}b\\u{a}\\u{200b}c:d');
  });
});

describe('times', () => {
  it.each([[0, 'Thursday, 1 January 1970', '00:00'], [1_709_164_799_999, 'Wednesday, 28 February 2024', '23:59'], [1_709_164_800_000, 'Thursday, 29 February 2024', '00:00'], [253_402_300_799_999, 'Friday, 31 December 9999', '23:59']])('%i is %s, %s', (ms, day, clock) => {
    expect(shownTime(ms)).toMatchObject({ day, clock });
  });

  it.each([undefined, -1, 0.5, 253_402_300_800_000, Number.NaN, Infinity])('%s is none', (ms) => {
    expect([shownTime(ms), dayOf(ms)]).toEqual([undefined, 'an unknown day']);
  });

  it('of one day are named once', () => {
    expect([span(0, 5), span(0, 86_400_000)]).toEqual(['1 January 1970', '1 January 1970 to 2 January 1970']);
  });
});

const ME = '@me:x';

describe('an event is told', () => {
  it.each([
    ['m.room.message', { msgtype: 'm.text', body: 'hello' }, { text: 'hello' }],
    ['m.room.message', { body: '* new', 'm.relates_to': { rel_type: 'm.replace', event_id: '$a' }, 'm.new_content': { msgtype: 'm.text', body: 'new' } }, { label: 'Edited a message', text: 'new' }],
    ['m.room.message', { msgtype: 'm.image', body: 'cat.png' }, { label: 'Picture', text: 'cat.png', file: 'image' }],
    ['m.room.message', { msgtype: 'constructor', body: '' }, { label: 'Event of type m.room.message', data: expect.stringContaining('constructor') }],
    ['m.room.encrypted', { ciphertext: 'AwgA' }, { label: 'Encrypted message' }],
    ['m.reaction', { 'm.relates_to': { key: '👍' } }, { label: 'Reacted', text: '👍' }],
    ['m.poll.start', { 'm.poll': { question: { 'm.text': [{ body: 'Tea?' }] }, answers: [{ 'm.text': [{ body: 'Yes' }] }, { 'm.text': 7 }] } }, { label: 'Started a poll', text: 'Tea?\n• Yes' }],
    ['org.matrix.msc3381.poll.start', { 'org.matrix.msc3381.poll.start': { question: { 'org.matrix.msc1767.text': 'Tea?' }, answers: [] } }, { text: 'Tea?' }],
    ['x.y', { a: 1 }, { label: 'Event of type x.y', data: '{\n  "a": 1\n}' }],
    ['toString', {}, { label: 'Event of type toString' }],
  ])('%s, %j', (type, content, told) => {
    expect(tell({ type, content, sender: ME })).toMatchObject(told);
  });

  it.each([
    ['> <@bob:b.org> theirs\n> more of it\n\nmine', '[…] mine'],
    ['> <@bob:b.org> theirs', '[…] '],
    ['mine\n> not a fallback', 'mine\n> not a fallback'],
  ])('a reply %j leaves out what somebody else wrote', (body, text) => {
    const reply = { msgtype: 'm.text', body, 'm.relates_to': { 'm.in_reply_to': { event_id: '$1' } } };
    expect(tell({ type: 'm.room.message', content: reply, sender: ME }).text).toBe(text);
    expect(tell({ type: 'm.room.message', content: { msgtype: 'm.text', body }, sender: ME }).text).toBe(body);
  });

  it.each([
    [ME, { membership: 'join', displayname: 'Me' }, { label: 'Joined, or changed name or picture', text: 'as Me' }],
    [ME, { membership: 'leave', reason: 'tired' }, { label: 'Left the room', text: 'tired' }],
    ['@bob:x', { membership: 'ban', reason: 'spam' }, { label: 'Banned', text: '@bob:x: spam' }],
    ['@bob:x', { membership: 'constructor' }, { label: 'Changed a membership', text: '@bob:x' }],
  ])('a membership of %s, %j', (stateKey, content, told) => {
    expect(tell({ type: 'm.room.member', content, sender: ME, state_key: stateKey })).toEqual(told);
  });

  it('by its data with numbers as they are, and no more than can be read', () => {
    const data = tell({ type: 'x.y', content: { big: 2n ** 60n, long: 'x'.repeat(50_000) } }).data ?? '';
    expect(data).toContain('1152921504606846976');
    expect(data.length).toBeLessThan(21_000);
  });
});
