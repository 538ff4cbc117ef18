import type { Pdu } from '../event/pdu.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { checkAuthEvents } from './auth-events.ts';
import { authorizeReadable } from './authorize.ts';
import type { RoomColumns } from './room-columns.ts';
import type { Snapshots } from './snapshots.ts';
import { stateKeyOf } from './state-map.ts';
import { refuse } from './verdict.ts';
import type { AuthVerdict } from './verdict.ts';

/** What a room's events are judged with. */
export type JudgeContext = {
  readonly columns: RoomColumns;
  readonly snapshots: Snapshots;
  readonly rules: RoomVersionRules;
  /** The number of the create event's ID, 0 if it is not there. */
  readonly create: number;
  readonly rejected: (id: number) => boolean;
};

/** What the rules say of a row's event, or `undefined` where an event that they need is not there. */
export type EventJudge = {
  /** By the event's own auth events: the rules about the list, and the state that it makes. */
  readonly byAuthEvents: (row: number) => AuthVerdict | undefined;
  /** By the state before the event. */
  readonly byState: (row: number, snapshot: number) => AuthVerdict | undefined;
};

// Enough for the senders of a busy room; beyond it, starting anew costs less than keeping all.
const MEMORY = 20_000;

/** A judge who remembers: two messages of one kind, with the same auth events or in the same state, have one verdict. */
export function createJudge(context: JudgeContext): EventJudge {
  const { columns } = context;
  const byAuthEvents = remembering(columns, (row) => judgeByAuthEvents(row, context));
  const byState = remembering(columns, (row, snapshot) => judgeByState(row, Number(snapshot), context));
  return {
    byAuthEvents: (row) => byAuthEvents(row, columns.auth.at(row).join(' ')),
    byState: (row, snapshot) => byState(row, String(snapshot)),
  };
}

type Judge = (row: number, by: string) => AuthVerdict | undefined;

function remembering(columns: RoomColumns, judge: Judge): Judge {
  const verdicts = new Map<string, AuthVerdict | undefined>();
  return (row, by) => {
    const kind = columns.kind(row);
    if (kind === 0) return judge(row, by);
    const name = `${kind} ${by}`;
    if (verdicts.has(name)) return verdicts.get(name);
    if (verdicts.size >= MEMORY) verdicts.clear();
    const verdict = judge(row, by);
    verdicts.set(name, verdict);
    return verdict;
  };
}

function judgeByAuthEvents(row: number, context: JudgeContext): AuthVerdict | undefined {
  const { columns, rules, rejected } = context;
  const event = columns.event(row);
  const ids = columns.auth.at(row);
  const authEvents = ids.flatMap((id) => columns.kept(id) ?? []);
  const refused = ids.filter(rejected);
  // One that was rejected decides, whatever else is missing.
  if (authEvents.length < ids.length && refused.length > 0) return refuse('auth-events-rejected', 'an auth event was rejected');
  if (authEvents.length < ids.length || context.create === 0) return undefined;

  const bad = new Set(refused.map(columns.kept));
  const createEventId = columns.ids.text(context.create);
  const list = checkAuthEvents(event, authEvents, { rules, createEventId, rejected: (auth) => bad.has(auth) });
  if (!list.allowed) return list;

  const state = new Map(authEvents.map((auth) => [stateKeyOf(auth.type, auth.state_key ?? ''), auth]));
  const create = columns.kept(context.create);
  if (rules.authorization.createFromRoomId && create !== undefined) state.set(stateKeyOf('m.room.create', ''), create);
  return authorizeReadable(event, { rules, createEventId, state: (type, stateKey) => state.get(stateKeyOf(type, stateKey)) });
}

function judgeByState(row: number, snapshot: number, context: JudgeContext): AuthVerdict | undefined {
  const { columns, snapshots, rules } = context;
  const missing = new Set<number>();
  const state = (type: string, stateKey: string): Pdu | undefined => {
    const id = snapshots.get(snapshot, columns.places.find(stateKeyOf(type, stateKey)));
    const event = columns.kept(id);
    if (id > 0 && event === undefined) missing.add(id);
    return event;
  };
  const verdict = authorizeReadable(columns.event(row), { rules, state, createEventId: columns.ids.text(context.create) });
  return missing.size > 0 ? undefined : verdict;
}
