import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanMedia } from '../../src/erasure/plan.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import { supplementPlan } from '../../src/erasure/supplement.ts';
import type { MxcUri } from '../../src/identifiers/identifiers.ts';
import { ALICE, BOB, buildRoom, type RoomBuilder } from './build-room.ts';
import { applied, planFor, requestOf } from './erase.ts';

const mxc = (id: string): MxcUri => `mxc://a.example/${id}`;
const image = (room: RoomBuilder, sender: string, id: string): string => room.send(sender, 'm.room.message', { msgtype: 'm.image', body: 'x.jpg', url: mxc(id) });

function shared(name = 'room'): RoomBuilder {
  const room = buildRoom({ name });
  room.join(BOB);
  return room;
}

function mediaOf(rooms: readonly RoomBuilder[], { uploads, ...changes }: { readonly uploads?: readonly MxcUri[] } & Parameters<typeof requestOf>[0] = {}): PlanMedia {
  return planErasure(rooms.flatMap((room) => room.stored().map(({ event }) => event)), requestOf(changes), uploads === undefined ? {} : { uploads }).media;
}

describe('files', () => {
  it('go with the events that alone refer to them: state, and what the subject alone could read', () => {
    const [room, diary] = [shared(), buildRoom({ name: 'diary' })];
    room.join(ALICE, { avatar_url: mxc('face') });
    image(diary, ALICE, 'diary');
    const media = mediaOf([room, diary]);
    expect(media).toEqual({ basis: 'assumed', purge: [mxc('diary'), mxc('face')], due: planFor([]).deadlines.purge, kept: [], unknown: [] });
  });

  it('stay while an event that others have, or that is kept, refers to them', () => {
    const room = shared();
    const hidden = image(room, ALICE, 'hidden');
    const avatar = room.state(ALICE, 'm.room.avatar', '', { url: mxc('room') });
    const acl = room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'], url: mxc('acl') });
    const at = (event_id: string, reason: string): object => ({ room_id: room.roomId, event_id, reason });
    expect(mediaOf([room], { keepLabels: true }).kept).toEqual([
      { uri: mxc('acl'), referrers: [at(acl, 'kept-referrer')] },
      { uri: mxc('hidden'), referrers: [at(hidden, 'hidden-referrer')] },
      { uri: mxc('room'), referrers: [at(avatar, 'kept-referrer')] },
    ]);
    expect(mediaOf([room]).purge).toEqual([mxc('room')]);
    expect(mediaOf([room], { profile: 'strict' }).purge).toEqual([mxc('hidden'), mxc('room')]);
    expect(mediaOf([room], { redactEvents: true }).purge).toEqual([mxc('hidden'), mxc('room')]);
  });

  it('stay if somebody else refers to them, in whatever room, before or after', () => {
    const [room, other] = [shared(), shared('other')];
    const before = image(other, BOB, 'copied');
    room.join(ALICE, { avatar_url: mxc('copied') });
    room.join(ALICE, { avatar_url: mxc('face') });
    const invite = room.state(BOB, 'm.room.member', ALICE, { membership: 'invite', avatar_url: mxc('face') });
    expect(mediaOf([room, other])).toMatchObject({
      purge: [],
      kept: [
        { uri: mxc('copied'), referrers: [{ room_id: other.roomId, event_id: before, reason: 'other-sender' }] },
        { uri: mxc('face'), referrers: [{ room_id: room.roomId, event_id: invite, reason: 'other-sender' }] },
      ],
    });
  });

  it('stay if an event that the request does not cover refers to them', () => {
    const room = shared();
    const id = room.join(ALICE, { avatar_url: mxc('face') });
    room.state(ALICE, 'm.room.avatar', '', { url: mxc('face') });
    expect(mediaOf([room], { scope: { types: ['m.room.avatar'] } }).kept).toEqual([
      { uri: mxc('face'), referrers: [{ room_id: room.roomId, event_id: id, reason: 'uncovered-referrer' }] },
    ]);
  });

  it('of other servers are not the subject\'s', () => {
    const room = shared();
    room.join(ALICE, { avatar_url: 'mxc://b.example/his' });
    expect(mediaOf([room]).purge).toEqual([]);
  });

  it('of which the uploads are listed are those, wherever they are, and no others', () => {
    const room = shared();
    room.join(ALICE, { avatar_url: mxc('bobs') });
    room.join(ALICE, { avatar_url: mxc('face') });
    const media = mediaOf([room], { uploads: [mxc('face'), mxc('never-sent')] });
    expect(media).toMatchObject({ basis: 'listed', purge: [mxc('face'), mxc('never-sent')], unknown: [] });
  });

  it('without a visible referrer are unknown where the subject sent encrypted events that others have', () => {
    const room = shared();
    room.join(ALICE, { avatar_url: mxc('face') });
    const uploads = [mxc('face'), mxc('never-sent')];
    expect(mediaOf([room], { uploads }).unknown).toEqual([]);
    room.send(ALICE, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'x' });
    expect(mediaOf([room], { uploads })).toMatchObject({ purge: [mxc('face')], unknown: [mxc('never-sent')] });
    const plan = planErasure(room.stored().map(({ event }) => event), requestOf(), { uploads });
    expect(plan.warnings).toContainEqual({ code: 'media-unknown', count: 1 });
    // Of an encrypted diary nobody else has anything.
    const diary = buildRoom({ name: 'diary' });
    diary.send(ALICE, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'x' });
    expect(mediaOf([diary], { uploads })).toMatchObject({ purge: uploads, unknown: [] });
  });

  it('are found in every place of an event that names files', () => {
    const diary = buildRoom();
    diary.send(ALICE, 'm.room.message', {
      url: mxc('a'), file: { url: mxc('b') }, info: { thumbnail_url: mxc('c'), thumbnail_file: { url: mxc('d') } }, avatar_url: mxc('e'),
      formatted_body: `<img src="${mxc('f')}">`, 'm.new_content': { url: mxc('g'), file: { url: mxc('h') } },
      itemtypes: [{ url: mxc('i'), info: { thumbnail_url: mxc('j') } }],
    });
    expect(mediaOf([diary]).purge).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map(mxc));
  });
});

describe('for any events', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const uses = fc.array(fc.record({ sender: fc.constantFrom(ALICE, BOB), id: fc.constantFrom(...ids), where: fc.constantFrom('shared', 'diary', 'avatar') }), { maxLength: 10 });

  it('every upload is in one of the lists, and none to which an event that stays refers is purged', () => {
    fc.assert(fc.property(uses, fc.boolean(), (all, encrypted) => {
      const [room, diary] = [shared(), buildRoom({ name: 'diary' })];
      for (const { sender, id, where } of all) {
        if (where === 'avatar') room.join(sender, { avatar_url: mxc(id) });
        else if (where === 'shared') image(room, sender, id);
        else image(diary, ALICE, id);
      }
      if (encrypted) room.send(ALICE, 'm.room.encrypted', { algorithm: 'x' });
      const uploads = ids.map(mxc);
      const { purge, kept, unknown } = mediaOf([room, diary], { uploads });
      const named = (test: (use: (typeof all)[number]) => boolean): ReadonlySet<string> => new Set(all.filter(test).map(({ id }) => mxc(id)));
      const staying = named(({ sender, where }) => where !== 'diary' && (sender === BOB || where === 'shared'));
      const seen = named(({ sender, where }) => sender === ALICE || where === 'diary');
      expect(kept.map(({ uri }) => uri)).toEqual(uploads.filter((uri) => staying.has(uri)));
      expect(purge).toEqual(uploads.filter((uri) => !staying.has(uri) && (!encrypted || seen.has(uri))));
      expect(unknown).toEqual(uploads.filter((uri) => !staying.has(uri) && encrypted && !seen.has(uri)));
    }));
  });
});

describe('the files of a supplement', () => {
  const eventsOf = (stored: ReturnType<RoomBuilder['stored']>): Parameters<typeof planErasure>[0] => stored.map(({ event }) => event);

  it('are those that were listed, and nothing that is only assumed to be hers', () => {
    const room = shared();
    room.join(ALICE, { avatar_url: mxc('face') });
    room.state(ALICE, 'm.room.avatar', '', { url: mxc('of-bob') });
    const plan = planErasure(eventsOf(room.stored()), requestOf(), { uploads: [mxc('face')] });
    room.state(ALICE, 'm.room.topic', '', { topic: 'new' });
    const more = supplementPlan(plan, planFor(room.stored()));
    expect([more.media.basis, more.media.purge]).toEqual(['listed', [mxc('face')]]);
  });

  it('are still to be purged when redacted events no longer name them', () => {
    const room = shared();
    room.send(ALICE, 'm.room.encrypted', { ciphertext: 'x' });
    room.join(ALICE, { avatar_url: mxc('face') });
    const options = { uploads: [mxc('face'), mxc('other')] };
    const plan = planErasure(eventsOf(room.stored()), requestOf(), options);
    const after = applied(plan, room.stored());
    const more = supplementPlan(plan, planErasure(eventsOf(after), requestOf(), options));
    expect([plan.media.purge, more.media.purge, more.media.unknown]).toEqual([[mxc('face')], [mxc('face')], [mxc('other')]]);
  });
});
