import { isJsonObject, own, type JsonValue } from '../../json/value.ts';
import { serverNameOf } from '../../identifiers/identifiers.ts';
import { membershipOf } from '../../room/auth-context.ts';
import type { RoomGraph, RoomState } from '../../room/graph.ts';
import { splitStateKey } from '../../room/state-map.ts';

/** What acts on users by itself. */
export type AutomatedToolKind =
  /** Rules that moderation bots and servers of subscribers carry out. */
  | 'policy-list'
  /** A server that is asked about every event, and can keep events out. */
  | 'policy-server'
  /** Servers that a room shuts out. */
  | 'access-list'
  /** A bot that was named, and is in the room. */
  | 'bot';

/** A tool found in the current state of a room. */
export type AutomatedTool = {
  readonly kind: AutomatedToolKind;
  readonly room_id: string;
  /** The bot, or the host of the policy server. */
  readonly id?: string;
  /** How many rules there are, where there are any. */
  readonly rules?: number;
  /** The events of rules that fit the person, or their server. */
  readonly matching: readonly string[];
};

/** A room whose current state is looked at. */
export type ToolRoom = { readonly roomId: string; readonly graph: RoomGraph };

/** For whom to look, and the bots that are known. */
export type ToolOptions = { readonly subjects: readonly string[]; readonly bots?: readonly string[] };

// The second and third are what came before the specification, and is still in rooms.
const RULE_TYPES: readonly { readonly type: RegExp; readonly of: 'user' | 'server' | 'room' }[] = [
  { type: /^(?:m\.policy\.rule\.user|m\.room\.rule\.user|org\.matrix\.mjolnir\.rule\.user)$/, of: 'user' },
  { type: /^(?:m\.policy\.rule\.server|m\.room\.rule\.server|org\.matrix\.mjolnir\.rule\.server)$/, of: 'server' },
  { type: /^(?:m\.policy\.rule\.room|m\.room\.rule\.room|org\.matrix\.mjolnir\.rule\.room)$/, of: 'room' },
];

/**
 * The tools in rooms that act on users without a person: policy lists, policy servers, access lists, and bots that are named. Whether what they do is a
 * decision in the sense of Article 22 is for people to say.
 * @see https://spec.matrix.org/v1.19/client-server-api/#moderation-policy-lists
 * @example findAutomatedTools([], { subjects: ['@a:b.c'] }) // []
 */
export function findAutomatedTools(rooms: Iterable<ToolRoom>, options: ToolOptions): readonly AutomatedTool[] {
  return [...rooms].flatMap((room) => {
    const current = room.graph.currentState();
    return current.state === 'unknown' ? [] : toolsIn(room, current, options);
  });
}

type Known = Extract<RoomState, { readonly state: 'known' }>;

function toolsIn({ roomId, graph }: ToolRoom, current: Known, { subjects, bots = [] }: ToolOptions): readonly AutomatedTool[] {
  const state = (type: string, key: string): ReturnType<RoomGraph['stateEvent']> => graph.stateEvent(current.get(type, key) ?? '');
  const present = bots.filter((bot) => membershipOf(bot, { state }) === 'join');
  return [
    ...policyList({ roomId, graph }, current, subjects),
    ...policyServer(roomId, state('m.room.policy', '')?.content),
    ...accessList(roomId, { id: current.get('m.room.server_acl', ''), content: state('m.room.server_acl', '')?.content, subjects }),
    ...present.map((id): AutomatedTool => ({ kind: 'bot', room_id: roomId, id, matching: [] })),
  ];
}

function policyList({ roomId, graph }: ToolRoom, current: Known, subjects: readonly string[]): readonly AutomatedTool[] {
  const places = current.map();
  const rules = [...places].flatMap(([key, id]) => {
    const [type] = splitStateKey(key);
    const rule = RULE_TYPES.find((one) => one.type.test(type));
    const content = graph.stateEvent(id)?.content;
    // A rule that was taken back has no entity any more.
    const entity = isJsonObject(content) ? own(content, 'entity') : undefined;
    return rule === undefined || typeof entity !== 'string' ? [] : [{ id, of: rule.of, entity }];
  });
  if (rules.length === 0) return [];
  const names = { user: subjects, server: serversOf(subjects), room: [] };
  const matching = rules.filter(({ of, entity }) => names[of].some((name) => matchesGlob(entity, name)));
  return [{ kind: 'policy-list', room_id: roomId, rules: rules.length, matching: matching.map(({ id }) => id) }];
}

function policyServer(roomId: string, content: JsonValue | undefined): readonly AutomatedTool[] {
  const via = isJsonObject(content) ? own(content, 'via') : undefined;
  return typeof via === 'string' && via !== '' ? [{ kind: 'policy-server', room_id: roomId, id: via, matching: [] }] : [];
}

type Acl = { readonly id: string | undefined; readonly content: JsonValue | undefined; readonly subjects: readonly string[] };

function accessList(roomId: string, { id, content, subjects }: Acl): readonly AutomatedTool[] {
  if (id === undefined || !isJsonObject(content)) return [];
  const list = (key: 'allow' | 'deny'): readonly string[] => {
    const value = own(content, key);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  const hosts = serversOf(subjects).map((server) => server.replace(/:\d+$/, ''));
  const shut = hosts.some((host) => list('deny').some((glob) => matchesGlob(glob, host)) || !list('allow').some((glob) => matchesGlob(glob, host)));
  return [{ kind: 'access-list', room_id: roomId, rules: list('allow').length + list('deny').length, matching: shut ? [id] : [] }];
}

function serversOf(subjects: readonly string[]): readonly string[] {
  return subjects.flatMap((user) => serverNameOf(user) ?? []);
}

/**
 * Whether a glob fits a whole text: `*` any characters, `?` one, and nothing else is special. Takes the product of their lengths at most, whatever stars there are.
 * @see https://spec.matrix.org/v1.19/appendices/#glob-style-matching
 */
export function matchesGlob(glob: string, text: string): boolean {
  let [at, in_, star, mark] = [0, 0, -1, 0];
  while (in_ < text.length) {
    const character = glob[at];
    if (character === '*') [star, mark, at] = [at, in_, at + 1];
    else if (character !== undefined && (character === '?' || character === text[in_])) [at, in_] = [at + 1, in_ + 1];
    else if (star >= 0) [at, mark, in_] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return /^\**$/.test(glob.slice(at));
}
