import { own, type JsonObject } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';

/** What takes the place of a state event of the subject's, key by key. */
type Replacement = {
  /** An event type, or the beginning of one followed by `*`. */
  readonly type: string;
  /** Keys that the room needs as they are: they are copied. */
  readonly copied: readonly string[];
  /** Keys that must be there and hold a text: they are emptied, for whoever sends it to write their own. */
  readonly emptied: readonly string[];
};

/** What is the room's, and what is the subject's text. A type that is not here has no replacement. */
const REPLACEMENTS: readonly Replacement[] = Object.freeze([
  { type: 'm.room.power_levels', copied: ['ban', 'events', 'events_default', 'invite', 'kick', 'notifications', 'redact', 'state_default', 'users', 'users_default'], emptied: [] },
  // Sent again without content it is revoked.
  { type: 'm.room.third_party_invite', copied: [], emptied: [] },
  { type: 'm.room.server_acl', copied: ['allow', 'allow_ip_literals', 'deny'], emptied: [] },
  { type: 'm.room.encryption', copied: ['algorithm', 'rotation_period_ms', 'rotation_period_msgs'], emptied: [] },
  { type: 'm.room.tombstone', copied: ['replacement_room'], emptied: ['body'] },
  { type: 'm.room.policy', copied: ['via', 'public_key', 'public_keys'], emptied: [] },
  { type: 'm.policy.rule.*', copied: ['entity', 'recommendation'], emptied: ['reason'] },
  { type: 'm.space.child', copied: ['via', 'order', 'suggested'], emptied: [] },
  { type: 'm.room.retention', copied: ['min_lifetime', 'max_lifetime'], emptied: [] },
  { type: 'm.room.name', copied: [], emptied: ['name'] },
  { type: 'm.room.topic', copied: [], emptied: ['topic'] },
  { type: 'm.room.avatar', copied: [], emptied: [] },
  { type: 'm.room.canonical_alias', copied: [], emptied: [] },
  { type: 'm.room.pinned_events', copied: ['pinned'], emptied: [] },
] satisfies readonly Replacement[]);

/** Whether there is something that another member can send in place of an event of this type. */
export function isReplaceable(type: string): boolean {
  return replacementOf(type) !== undefined;
}

/** The content of a replacement: what the room needs of the event, and none of its text; `undefined` where nothing can replace it. */
export function replacementContent({ type, content }: Pdu): JsonObject | undefined {
  const replacement = replacementOf(type);
  if (replacement === undefined) return undefined;
  const copied = replacement.copied.flatMap((key) => {
    const value = own(content, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries([...copied, ...replacement.emptied.map((key) => [key, ''] as const)]);
}

/** The keys that whoever sends a replacement writes in their own words. */
export function keysToWrite(type: string): readonly string[] {
  return replacementOf(type)?.emptied ?? [];
}

function replacementOf(type: string): Replacement | undefined {
  return REPLACEMENTS.find(({ type: pattern }) => (pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern));
}
