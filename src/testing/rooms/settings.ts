import { serverOf, userOf, type Person, type Setting } from './script.ts';
import type { JsonObject } from '../../json/value.ts';

type StateDraft = { readonly type: string; readonly state_key: string; readonly content: JsonObject };

const state = (type: string, content: JsonObject, state_key = ''): StateDraft => ({ type, state_key, content });

/** The state events of each setting, by who sends them. */
export const SETTINGS: Readonly<Record<Setting, (by: Person) => StateDraft>> = Object.freeze({
  'name': (by) => state('m.room.name', { name: `the room of ${by}` }),
  'topic': () => state('m.room.topic', { topic: 'this and that' }),
  'avatar': (by) => state('m.room.avatar', { url: `mxc://${serverOf(by)}/avatar` }),
  'canonical-alias': (by) => state('m.room.canonical_alias', { alias: `#room:${serverOf(by)}` }),
  'pinned': () => state('m.room.pinned_events', { pinned: ['$one', '$two'] }),
  'acl': () => state('m.room.server_acl', { allow: ['*'], deny: ['evil.example'], allow_ip_literals: false }),
  'encryption': () => state('m.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' }),
  'tombstone': () => state('m.room.tombstone', { body: 'we have moved', replacement_room: '!next:one.example' }),
  'policy-server': (by) => state('m.room.policy', { via: serverOf(by), public_key: 'cG9saWN5' }),
  'policy-rule': (by) => state('m.policy.rule.user', { entity: '@evil:evil.example', recommendation: 'm.ban', reason: by }, `rule-${by}`),
  'space-child': (by) => state('m.space.child', { via: [serverOf(by)] }, '!child:one.example'),
  'retention': () => state('m.room.retention', { max_lifetime: 86_400_000 }),
  'guest-access': () => state('m.room.guest_access', { guest_access: 'can_join' }),
  'aliases': (by) => state('m.room.aliases', { aliases: [`#room:${serverOf(by)}`] }, serverOf(by)),
  'own': (by) => state('example.location', { at: 'home' }, userOf(by)),
  'custom': (by) => state('example.custom', { text: `by ${by}` }, 'key'),
} satisfies Readonly<Record<Setting, (by: Person) => StateDraft>>);
