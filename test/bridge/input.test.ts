import { describe, expect, test } from 'vitest';
import {
  InvalidMessageMappingError, InvalidNoticeError, InvalidRoomFeaturesError, noticeCause, parseMessageMapping, parseRoomFeatures, redactionCause,
} from '../../src/bridge.ts';
import { roomVersion } from '../../src/index.ts';

function thrown(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('com.beeper.room_features', () => {
  test('is read as a bridge publishes it, other keys passed over', () => {
    const content = {
      id: 'fi.mau.whatsapp.capabilities', formatting: { bold: 2 }, file: { 'm.image': { mime_types: { 'image/png': 2 } } }, max_text_length: 65_536,
      edit: 2, edit_max_age: 900, delete: 2, delete_max_age: 172_800, delete_chat: true, disappearing_timer: { types: ['after_send'] },
    };
    expect(parseRoomFeatures(content)).toEqual({ delete: 2, delete_max_age: 172_800 });
    expect(parseRoomFeatures({})).toEqual({});
  });

  test.each([
    [{ delete: 3 }, 'delete'], [{ delete: '2' }, 'delete'], [{ delete: 1.5 }, 'delete'], [{ delete: null }, 'delete'],
    [{ delete_max_age: -1 }, 'delete_max_age'], [{ delete_max_age: '1h' }, 'delete_max_age'], [{ delete_max_age: Infinity }, 'delete_max_age'],
    [{ delete_for_me: 1 }, 'delete_for_me'], [{ delete_batch_size: 0 }, 'delete_batch_size'], [{ delete_batch_size: 2.5 }, 'delete_batch_size'],
    [{ delete_calls_per_minute: 0 }, 'delete_calls_per_minute'], [{ delete_batch_calls_per_minute: Number.NaN }, 'delete_batch_calls_per_minute'],
    [null, 'the whole'], ['x', 'the whole'],
  ])('%j is refused for "%s"', (content, key) => {
    const error = thrown(() => parseRoomFeatures(content));
    expect(error).toBeInstanceOf(InvalidRoomFeaturesError);
    expect(error).toMatchObject({ key, message: expect.stringContaining(String(key)) });
  });
});

describe('a message mapping', () => {
  const whole = {
    event_id: '$a', room_id: '!r:example.org', sender: '@alice:example.org', network: 'discord', chat: 'general', remoteId: '1', account: 'bot', relayed: true,
    sentAt: 1_700_000_000_000, goneThere: false, links: ['https://bridge.example.org/media/1'],
  };

  test('is read whole, and without what may be left out', () => {
    expect(parseMessageMapping(whole)).toEqual(whole);
    const { remoteId: _1, account: _2, relayed: _3, goneThere: _4, links: _5, ...least } = whole;
    expect(parseMessageMapping(least)).toEqual(least);
  });

  test.each(['event_id', 'room_id', 'sender', 'network', 'chat', 'sentAt'])('without %s is refused', (key) => {
    expect(thrown(() => parseMessageMapping({ ...whole, [key]: undefined }))).toMatchObject({ name: 'InvalidMessageMappingError', key });
    const { [key as keyof typeof whole]: _, ...rest } = whole;
    expect(thrown(() => parseMessageMapping(rest))).toMatchObject({ name: 'InvalidMessageMappingError', key });
  });

  test.each([
    [{ sender: 'alice' }, 'sender'], [{ sentAt: '1700000000000' }, 'sentAt'], [{ sentAt: 1.5 }, 'sentAt'], [{ sentAt: Number.NaN }, 'sentAt'],
    [{ remoteId: '' }, 'remoteId'], [{ remoteId: 7 }, 'remoteId'], [{ relayed: 'yes' }, 'relayed'], [{ links: 'https://x' }, 'links'], [{ links: [''] }, 'links'],
  ])('with %j is refused', (change, key) => {
    expect(thrown(() => parseMessageMapping({ ...whole, ...change }))).toMatchObject({ name: 'InvalidMessageMappingError', key });
  });

  test('with a key that it does not know is refused, and the error repeats nothing of it', () => {
    const error = thrown(() => parseMessageMapping({ ...whole, '+49 170 1234567': 'hello' }));
    expect(error).toBeInstanceOf(InvalidMessageMappingError);
    expect(error).toMatchObject({ key: undefined });
    expect(String(error)).not.toMatch(/1234567|hello/);
    expect(thrown(() => parseMessageMapping('hello'))).toMatchObject({ key: undefined });
  });

  test('errors say which row it was', () => {
    expect(thrown(() => parseMessageMapping({}, { row: 17 }))).toMatchObject({ row: 17, message: expect.stringContaining('message mapping 17: "event_id"') });
    expect(thrown(() => parseMessageMapping({}))).toMatchObject({ row: undefined });
  });

  test('errors repeat no value', () => {
    expect(String(thrown(() => parseMessageMapping({ ...whole, sender: 'alice the secret' })))).not.toContain('secret');
  });
});

describe('a cause', () => {
  test('is an erasure notice of MSC2438, with the person\'s ghosts', () => {
    expect(noticeCause({ user_id: '@alice:example.org', extra: 1 }, { ghosts: ['@_irc_alice:example.org'] })).toEqual({
      kind: 'notice', subjects: ['@alice:example.org', '@_irc_alice:example.org'],
    });
  });

  test.each([{}, { user_id: 'alice' }, { user_id: ['@alice:example.org'] }, null, 'x', []])('%j is no notice', (body) => {
    expect(() => noticeCause(body)).toThrow(InvalidNoticeError);
  });

  test('is a redaction, whose target stands where the room version says', () => {
    const event = { type: 'm.room.redaction', redacts: '$old', content: { redacts: '$new' } };
    expect(redactionCause(event, roomVersion('10').redacts)).toEqual({ kind: 'redaction', eventIds: ['$old'] });
    expect(redactionCause(event, roomVersion('11').redacts, { deletedOn: 'slack' })).toEqual({ kind: 'redaction', eventIds: ['$new'], deletedOn: 'slack' });
    expect(redactionCause({ type: 'm.room.message', content: {} }, roomVersion('11').redacts)).toBeUndefined();
  });
});
