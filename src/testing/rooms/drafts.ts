import { signJson } from '../../crypto/sign.ts';
import type { Pdu } from '../../event/pdu.ts';
import { jsonFloat, isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { IDENTITY_SERVER, type RoomKeys } from './keys.ts';
import { SETTINGS } from './settings.ts';
import { people, serverOf, userOf, type LevelChange, type Person, type Sending, type Server } from './script.ts';

/** What an event says, before it has a place in the room. */
export type Draft = Pick<Pdu, 'type' | 'content' | 'state_key' | 'redacts'> & {
  /** Whose servers sign it, if not the sender's alone. */
  readonly signers?: readonly Server[];
};

/** What a draft is written with. */
export type DraftContext = {
  readonly rules: RoomVersionRules;
  readonly keys: RoomKeys;
  /** What the sender sees in the state. */
  readonly state: (type: string, stateKey: string) => Pdu | undefined;
  /** The IDs of the room's events, oldest first. */
  readonly eventIds: readonly string[];
};

/** The event that an action means, or `undefined` where there is none. */
export function draftOf(action: Sending, context: DraftContext): Draft | undefined {
  switch (action.do) {
    case 'join': return joining(action.by, action.vouched);
    case 'leave': return membership(action.by, 'leave', { reason: 'tired' });
    case 'knock': return membership(action.by, 'knock', { reason: 'let me in' });
    case 'invite': return membership(action.whom, 'invite', nameOf(action.whom));
    case 'kick': return membership(action.whom, 'leave', { reason: 'noise' });
    case 'ban': return membership(action.whom, 'ban', { reason: 'spam' });
    case 'offer': return offer(action, context.keys);
    case 'redeem': return redemption(action, context.keys);
    case 'levels': return { type: 'm.room.power_levels', state_key: '', content: levels(action.set, context) };
    case 'join-rule': return { type: 'm.room.join_rules', state_key: '', content: joinRule(action.to) };
    case 'history': return { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: action.to } };
    case 'set': return { ...SETTINGS[action.what](action.by) };
    case 'say': return { type: 'm.room.message', content: { msgtype: 'm.text', body: 'hello' } };
    case 'redact': return redaction(action.back, context);
    default: return action satisfies never;
  }
}

const nameOf = (person: Person): JsonObject => ({ displayname: person });

function membership(whom: Person, value: string, more: JsonObject): Draft {
  return { type: 'm.room.member', state_key: userOf(whom), content: { membership: value, ...more } };
}

function joining(by: Person, vouched: Person | undefined): Draft {
  if (vouched === undefined) return membership(by, 'join', nameOf(by));
  const draft = membership(by, 'join', { ...nameOf(by), join_authorised_via_users_server: userOf(vouched) });
  return { ...draft, signers: [serverOf(by), serverOf(vouched)] };
}

function offer({ token, keys }: Sending & { readonly do: 'offer' }, { identity }: RoomKeys): Draft {
  const url = `https://${IDENTITY_SERVER}/valid`;
  const one = { public_key: identity.publicKey, key_validity_url: url };
  const list = { public_keys: [{ public_key: identity.publicKey, key_validity_url: url }] };
  const chosen = keys === 'one' ? one : keys === 'list' ? list : { ...one, ...list };
  return { type: 'm.room.third_party_invite', state_key: token, content: { display_name: 'c…@mail.example', ...chosen } };
}

function redemption({ whom, token, forged, signedBy }: Sending & { readonly do: 'redeem' }, keys: RoomKeys): Draft {
  const signer = forged === true ? keys.impostor : keys.identity;
  const signed = signJson({ mxid: userOf(whom), token }, { server: IDENTITY_SERVER, ...signer });
  const draft = membership(whom, 'invite', { ...nameOf(whom), third_party_invite: { display_name: 'c…@mail.example', signed } });
  return signedBy === 'target' ? { ...draft, signers: [serverOf(whom)] } : draft;
}

function joinRule(rule: string): JsonObject {
  const allow = [{ type: 'm.room_membership', room_id: '!other:one.example' }];
  return rule.endsWith('restricted') ? { join_rule: rule, allow } : { join_rule: rule };
}

function redaction(back: number, { rules, eventIds }: DraftContext): Draft | undefined {
  const target = eventIds.at(-1 - (back % eventIds.length));
  if (target === undefined) return undefined;
  const content = { reason: 'private' };
  return rules.redacts.location === 'content'
    ? { type: 'm.room.redaction', content: { ...content, redacts: target } }
    : { type: 'm.room.redaction', content, redacts: target };
}

/** What clients do: the levels as they are, with a change. The first ones give Alice power, unless she has it for ever. */
function levels(changes: readonly LevelChange[], { state, rules }: DraftContext): JsonObject {
  const first: JsonObject = rules.authorization.privilegedCreators ? {} : { users: { [userOf('alice')]: 100 } };
  const current = state('m.room.power_levels', '')?.content ?? first;
  // Where floats have no canonical form no event can have one.
  const forms = rules.format.strictCanonicalJson ? changes.map(({ form, ...change }) => (form === 'text' ? { ...change, form } : change)) : changes;
  return forms.reduce<JsonObject>(withLevel, current);
}

function withLevel(content: JsonObject, { table, key, to, form }: LevelChange): JsonObject {
  const level = to === null ? undefined : written(to, form);
  if (table === undefined) return withEntry(content, key, level);
  const entries = own(content, table);
  const name = table === 'users' ? userOf(people.find((person) => person === key) ?? 'alice') : key;
  return withEntry(content, table, withEntry(isJsonObject(entries) ? entries : {}, name, level));
}

function withEntry(object: JsonObject, key: string, value: JsonValue | undefined): JsonObject {
  const others = Object.entries(object).filter(([name]) => name !== key);
  return Object.fromEntries(value === undefined ? others : [...others, [key, value]]);
}

function written(level: number, form: LevelChange['form']): JsonValue {
  switch (form) {
    case 'text': return String(level);
    case 'float': return jsonFloat(level);
    case undefined: return level;
    default: return form satisfies never;
  }
}
