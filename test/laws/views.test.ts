import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addContentHash } from '../../src/crypto/event-hashes.ts';
import { applyPlan, type Applied, type StoredEvent } from '../../src/erasure/apply.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import { erasureProfile, erasureProfiles } from '../../src/erasure/profiles.ts';
import { beginRevocation, createRevoker } from '../../src/erasure/revocation.ts';
import type { ViewedRoom, ViewOptions } from '../../src/erasure/view/room-facts.ts';
import { serveEvents } from '../../src/erasure/view/serve.ts';
import { viewRoom } from '../../src/erasure/view/view-room.ts';
import { surfaces, type ViewDecision, type Viewer } from '../../src/erasure/view/viewer.ts';
import { asJson, isState, type Pdu } from '../../src/event/pdu.ts';
import type { EventRecord } from '../../src/event/record.ts';
import { redact } from '../../src/event/redact.ts';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { openRoom } from '../../src/room/graph.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { arbitraryRoomScript, arbitraryRoomVersion, buildRoom, keptIn, type Person, type Room, type RoomAction } from '../../src/testing.ts';
import { storedEvents } from '../erasure/build-room.ts';
import { opened } from '../erasure/view/open.ts';

const SUBJECTS: readonly UserId[] = ['@alice:one.example', '@bob:two.example', '@carol:three.example'];
const RANK = { hidden: 0, redacted: 1, full: 2 } as const;

/** A room whose every event holds a text of its own, received a second apart, and who is erased when. */
type Case = { readonly stored: readonly StoredEvent[]; readonly room: ViewedRoom; readonly generated: Room; readonly subject: UserId; readonly effectiveAt: number };

const textOf = (index: number): string => `text-${index}-`;
const textsIn = (value: unknown): readonly string[] => JSON.stringify(value ?? null).match(/text-\d+-/g) ?? [];

function withText(pdu: Pdu, index: number, { rules }: Room): Pdu {
  return addContentHash({ ...pdu, content: { ...pdu.content, 'org.example.text': textOf(index) } }, rules);
}

/** What a server of another make puts into an event for its clients: copies of events that came before it. */
function withCopies(events: readonly Pdu[], index: number): JsonObject {
  const before = events.slice(0, index);
  const pdu = events[index] as Pdu;
  const replaced = isState(pdu) ? before.findLast((one) => one.type === pdu.type && one.state_key === pdu.state_key) : undefined;
  const copies = before.slice(-3).map(asJson);
  return {
    ...(replaced === undefined ? {} : { prev_content: replaced.content, prev_sender: replaced.sender ?? '' }),
    ...(copies[0] === undefined ? {} : { redacted_because: copies[0] }),
    ...(copies[1] === undefined ? {} : { 'm.relations': { 'm.thread': { latest_event: copies[1] }, 'm.replace': copies[1] } }),
    invite_room_state: copies.map((copy) => ({ type: copy['type'] ?? '', state_key: copy['state_key'] ?? '', sender: copy['sender'] ?? '', content: copy['content'] ?? {} })),
  };
}

function caseOf([generated, subject, share]: readonly [Room, UserId, number]): Case {
  const pdus = generated.events.map(({ pdu }, index) => withText(pdu, index, generated));
  const roomId = generated.events.find(({ pdu }) => pdu.room_id !== undefined)?.pdu.room_id ?? `!${generated.events[0]?.event_id.slice(1) ?? ''}`;
  const records = pdus.map((pdu, index): EventRecord => ({
    pdu: pdu.sender === subject ? pdu : { ...pdu, unsigned: withCopies(pdus, index) },
    event_id: generated.events[index]?.event_id ?? '', room_id: roomId, room_version: generated.rules.id, stream_ordering: index + 1, received_ts: 1000 * (index + 1),
  }));
  const stored = storedEvents(records);
  return { stored, room: opened(stored), generated, subject, effectiveAt: 1000 * Math.floor(share * (pdus.length + 1)) };
}

const PEOPLE: readonly Person[] = ['alice', 'bob', 'carol'];

/** Rooms in which one person says something after everything that happens, if they may. */
const cases = fc.tuple(arbitraryRoomScript({ maxScenes: 10 }), arbitraryRoomVersion({ stableOnly: true }), fc.constantFrom(0, 1, 2), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([script, version, who, share]) => {
    const by = PEOPLE[who] ?? 'alice';
    const actions = script.actions.flatMap((action): readonly RoomAction[] => [action, { do: 'say', by }]);
    return [buildRoom({ ...script, actions }, roomVersion(version), { signed: false }), SUBJECTS[who] ?? '@alice:one.example', share] as const;
  })
  // Once in ten thousand rooms somebody says the same twice in the same place of two branches.
  .filter(([{ events }]) => new Set(events.map(({ event_id: id }) => id)).size === events.length)
  .map(([room, subject, share]) => caseOf([room, subject, share]));
/** A room in which nobody ever was but Alice. */
const alone = caseOf([buildRoom({ actions: [{ do: 'say', by: 'alice' }, { do: 'set', by: 'alice', what: 'topic' }, { do: 'say', by: 'alice' }] }, roomVersion('11'), { signed: false }), '@alice:one.example', 1]);
const runs = (share: number): number => Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) * share);

const viewers: readonly Viewer[] = [
  ...['alice:one', 'bob:two', 'carol:three', 'dave:two', 'erin:one'].map((user): Viewer => ({ kind: 'user', id: `@${user}.example` })),
  { kind: 'user', id: '@never:one.example' }, { kind: 'guest' }, { kind: 'anonymous' }, { kind: 'admin' },
  { kind: 'server', id: 'one.example' }, { kind: 'server', id: 'three.example' }, { kind: 'server', id: 'never.example' }, { kind: 'applicationService', id: 'irc' },
];
const service = { includesUser: (user: string) => user.startsWith('@dave:'), includesRoom: () => false, includesAlias: () => false };

function optionsOf({ subject, effectiveAt }: Case, profile: string, more: Partial<ViewOptions> = {}): ViewOptions {
  return { erasure: { profile: erasureProfile(profile), subjects: [subject], effectiveAt }, service, pastStates: true, ...more };
}
const withoutErasure = (options: ViewOptions): ViewOptions => ({ ...options, erasure: { ...options.erasure, subjects: [] } });
const ranksOf = (decisions: readonly ViewDecision[]): readonly number[] => decisions.map(({ seen }) => RANK[seen]);

describe.each(Object.keys(erasureProfiles))('in generated rooms, under %s', (profile) => {
  test('an erasure never shows more, and a server is never served nothing', () => {
    fc.assert(fc.property(cases, fc.constantFrom(...surfaces), (it, surface) => {
      for (const viewer of viewers) {
        const options = optionsOf(it, profile, { surface });
        const [before, after] = [ranksOf(viewRoom(it.room, viewer, withoutErasure(options))), ranksOf(viewRoom(it.room, viewer, options))];
        expect(after.filter((rank, index) => rank > (before[index] ?? 0))).toEqual([]);
        expect(viewer.kind === 'server' && after.includes(RANK.hidden)).toBe(false);
      }
    }), { numRuns: runs(0.6) });
  });

  test('when it is revoked everything is served as before but for what was destroyed, which the plan to revoke lists as gone', () => {
    let purged = 0;
    fc.assert(fc.property(cases, fc.constantFrom(...surfaces), (it, surface) => {
      const { applied, since, gone } = revoked(it, profile);
      purged += Number(applied.some(({ change }) => change === 'purged'));
      const destroyed = it.stored.flatMap(({ event }, index) => (isDestroyed(applied[index]?.change) ? [event.eventId] : []));
      expect([...gone].sort()).toEqual(destroyed.sort());
      for (const viewer of viewers) {
        const options = withoutErasure(optionsOf(it, profile, { surface }));
        const [before, after] = [seenIn(it.room, viewer, options), seenIn(since, viewer, options)];
        // What is gone is served less, or not at all; all else as it was.
        expect([...before].filter(([id, seen]) => (gone.has(id) ? RANK[after.get(id) ?? 'hidden'] > RANK[seen] : after.get(id) !== seen))).toEqual([]);
      }
    }), { numRuns: runs(0.2), examples: [[alone, 'messages'], [alone, 'state']] });
    expect(purged).toBeGreaterThan(0);
  });
});

const isDestroyed = (change: string | undefined): boolean => change === 'redacted' || change === 'purged';

type Revoked = { readonly applied: readonly Applied[]; readonly since: ViewedRoom; readonly gone: ReadonlySet<string> };

/** A room after an erasure that was carried out and revoked, and what the plan to revoke it says is gone. */
function revoked({ stored, room, subject, effectiveAt }: Case, profile: string): Revoked {
  const plan = planErasure(stored.map(({ event }) => event), { subjects: [subject], requestedAt: effectiveAt, effectiveAt, profile, scope: {} });
  const applied = [...applyPlan(plan, stored)];
  const left = storedEvents(applied.flatMap(({ record }) => (record === undefined ? [] : [record])));
  const revoking = beginRevocation(plan, effectiveAt + 1);
  for (const { event } of left) revoking.add(event);
  const revocation = revoking.finish();
  const back = storedEvents(left.map(createRevoker(revocation)).flatMap(({ record }) => (record === undefined ? [] : [record])));
  const entries = revocation.rooms.flatMap((each) => each.entries);
  return { applied, since: back.length > 0 ? opened(back) : { ...room, graph: openRoom([], { rules: room.graph.rules }), events: [] }, gone: new Set(entries.filter(({ outcome }) => outcome === 'gone').map(({ event_id: id }) => id)) };
}

function seenIn(room: ViewedRoom, viewer: Viewer, options: ViewOptions): ReadonlyMap<string, ViewDecision['seen']> {
  const decisions = viewRoom(room, viewer, options);
  return new Map(room.events.map(({ eventId }, index) => [eventId, decisions[index]?.seen ?? 'hidden']));
}

/** What has to stay of the subject's texts: what a redaction leaves, hazards and, for servers alone, redactions of versions 1 to 10 as they are. */
function residueOf({ generated, room, subject }: Case, { kind }: Viewer): ReadonlySet<string> {
  const kept = keptIn({ rules: generated.rules, events: room.events.map(({ eventId, pdu }) => ({ event_id: eventId, pdu })) });
  const own = room.events.filter(({ pdu }) => pdu.sender === subject);
  return new Set(own.flatMap(({ pdu, eventId }) => textsIn(kept.has(eventId) && (isState(pdu) || kind === 'server') ? pdu : redact(pdu, room.graph.rules.redaction))));
}

describe('in generated rooms, under the notice', () => {
  test('no new viewer is served a text of the subject, in an event of theirs or in a copy of one', () => {
    let looked = 0;
    fc.assert(fc.property(cases, fc.constantFrom(...surfaces), (it, surface) => {
      const own = new Set(it.room.events.flatMap(({ pdu }, index) => (pdu.sender === it.subject ? [textOf(index)] : [])));
      for (const viewer of viewers.filter((one) => one.kind !== 'admin' && !('id' in one && one.id === it.subject))) {
        const residue = residueOf(it, viewer);
        const served = [...serveEvents(it.room, viewer, optionsOf(it, 'notice', { surface }))];
        const theirs = new Set(served.filter(({ reason }) => reason === 'had-access').flatMap(({ event }) => textsIn(event)));
        const leaked = served.flatMap(({ event }) => textsIn(event)).filter((text) => own.has(text) && !residue.has(text) && !theirs.has(text));
        looked += served.length;
        expect(leaked).toEqual([]);
      }
    }), { numRuns: runs(0.6) });
    expect(looked).toBeGreaterThan(1000);
  });

  test('where only those who are erased ever were, nobody had access', () => {
    fc.assert(fc.property(cases, fc.constantFrom(...surfaces), (it, surface) => {
      const members = [...new Set(it.room.events.flatMap(({ pdu }) => (pdu.type === 'm.room.member' && pdu.state_key !== undefined ? [pdu.state_key] : [])))];
      const options = optionsOf(it, 'notice', { surface });
      for (const viewer of viewers.filter((one) => !('id' in one && members.includes(one.id)))) {
        const decisions = viewRoom(it.room, viewer, { ...options, service: { ...service, includesUser: () => false }, erasure: { ...options.erasure, subjects: members } });
        expect(decisions.filter(({ reason }) => reason === 'had-access' || reason === 'server-had-access')).toEqual([]);
      }
    }), { numRuns: runs(0.6) });
  });

  test('whoever was joined when a message was sent, in time, keeps it', () => {
    let kept = 0;
    fc.assert(fc.property(cases, (it) => {
      for (const viewer of viewers) {
        if (viewer.kind !== 'user' || viewer.id === it.subject) continue;
        const decisions = viewRoom(it.room, viewer, optionsOf(it, 'notice'));
        for (const [index, { eventId, pdu, receivedTs }] of it.room.events.entries()) {
          const state = it.room.graph.stateAfter(eventId);
          const member = state.state === 'known' ? state.get('m.room.member', viewer.id) : undefined;
          const wasThere = member !== undefined && it.room.graph.stateEvent(member)?.content['membership'] === 'join';
          if (!wasThere || pdu.type !== 'm.room.message' || pdu.sender !== it.subject || (receivedTs ?? 0) > it.effectiveAt) continue;
          if (it.room.graph.verdict(eventId)?.verdict !== 'authorized' || decisions[index]?.reason === 'already-redacted') continue;
          expect(decisions[index]).toEqual({ seen: 'full', reason: 'had-access' });
          kept += 1;
        }
      }
    }), { numRuns: runs(0.6) });
    expect(kept).toBeGreaterThan(0);
  });
});
