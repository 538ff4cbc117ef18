import type { ErasurePlan, RoomPlan } from '../erasure/plan.ts';
import { erasureProfile, type ErasureProfile } from '../erasure/profiles.ts';
import { keyedHash, type HashKey } from './keyed-hash.ts';
import type { SuppressionEntry } from './suppression-entry.ts';

/** An erasure that was found for a user. */
export type Suppression = {
  readonly entry: SuppressionEntry;
  readonly profile: ErasureProfile;
  readonly coversRoom: (roomId: string) => boolean;
  readonly isPurged: (roomId: string) => boolean;
};

/** Finds the erasures of a user: none, or several that each cover something. */
export type SuppressionList = (userId: string) => readonly Suppression[];

/**
 * The entries that a plan adds to the list of the erased, one for each subject.
 * @throws {HashKeyError} when the key is shorter than 32 bytes
 * @example suppressionEntries(planErasure([], { subjects: ['@alice:a.org'], requestedAt: 0, effectiveAt: 7, profile: 'notice', scope: {} }), new Uint8Array(32))[0].effectiveAt // 7
 */
export function suppressionEntries({ request, rooms }: ErasurePlan, key: HashKey): readonly SuppressionEntry[] {
  const { scope: { rooms: covered, ...scope }, profile, effectiveAt, keepLabels } = request;
  const hashed = (ids: readonly string[]): readonly string[] => ids.map((id) => keyedHash(key, 'room', id));
  const purged = rooms.filter(isPurgedWhole).map((room) => room.room_id);
  return request.subjects.map((subject) => ({
    subject: keyedHash(key, 'user', subject),
    profile,
    effectiveAt,
    ...(keepLabels === undefined ? {} : { keepLabels }),
    ...(covered === undefined ? {} : { rooms: hashed(covered) }),
    ...scope,
    ...(purged.length === 0 ? {} : { purgedRooms: hashed(purged) }),
  }));
}

function isPurgedWhole({ entries, events }: RoomPlan): boolean {
  return entries.length === events && entries.every(({ treatment }) => treatment === 'purge');
}

/**
 * A list of the erased, ready for use: each lookup costs one keyed hash.
 * @throws {HashKeyError} when the key is shorter than 32 bytes
 * @throws {UnknownProfileError} when an entry names a profile that does not exist
 * @example createSuppressionList([], new Uint8Array(32))('@alice:a.org') // []
 */
export function createSuppressionList(entries: Iterable<SuppressionEntry>, key: HashKey): SuppressionList {
  const find = (userId: string): string => keyedHash(key, 'user', userId);
  find('');
  const bySubject = new Map<string, Suppression[]>();
  for (const entry of entries) bySubject.set(entry.subject, [...(bySubject.get(entry.subject) ?? []), readyFor(entry, key)]);
  return (userId) => bySubject.get(find(userId)) ?? [];
}

function readyFor(entry: SuppressionEntry, key: HashKey): Suppression {
  const [rooms, purged] = [new Set(entry.rooms), new Set(entry.purgedRooms)];
  const hash = (roomId: string): string => keyedHash(key, 'room', roomId);
  return {
    entry,
    profile: erasureProfile(entry.profile),
    coversRoom: (roomId) => entry.rooms === undefined || rooms.has(hash(roomId)),
    isPurged: (roomId) => purged.size > 0 && purged.has(hash(roomId)),
  };
}
