import { isState, type Pdu } from '../../event/pdu.ts';
import type { RoomGraph } from '../../room/graph.ts';
import type { ViewedEvent } from './places.ts';
import type { FactsOptions } from './room-facts.ts';
import { isStoredRedacted } from './stored-form.ts';
import type { ViewDecision } from './viewer.ts';

/** The decision about an event: known from another that the rules cannot tell apart from it, or made. */
export type DecisionMemo = (event: ViewedEvent, index: number, decide: () => ViewDecision) => ViewDecision;

/** Types with a rule of their own. */
const JUDGED_ALONE: ReadonlySet<string> = new Set(['m.room.history_visibility', 'm.room.redaction', 'm.room.aliases', 'org.matrix.dummy_event']);

/** Nearly all events of a room are like others: what was decided about one holds for all that were sent in the same circumstances. */
export function createDecisionMemo(graph: Pick<RoomGraph, 'rules'>, { notes, erasure }: FactsOptions): DecisionMemo {
  const { places, attendance, after, redactions, current, covers, includes } = notes;
  const { subjects } = erasure;
  const decisions: (ViewDecision | undefined)[] = [];
  const circumstances = (event: ViewedEvent, index: number, isOwn: boolean): number => {
    const { eventId, pdu } = event;
    const place = places.at(index);
    let key = after(event).number;
    key = 2 * key + Number(isOwn);
    key = 2 * key + Number(isOwn && covers(index));
    key = 2 * key + Number(isState(pdu));
    key = 2 * key + Number(isState(pdu) && current?.has(eventId) !== false);
    key = 2 * key + Number(place > places.erasure);
    key = 2 * key + Number(attendance.joinedBetween(place, places.erasure));
    key = 2 * key + Number(attendance.joinedBetween(Math.max(place, places.erasure), Number.POSITIVE_INFINITY));
    return 2 * key + Number(redactions.isRedacted(eventId) || isStoredRedacted(event, graph.rules));
  };
  return (event, index, decide) => {
    const { pdu } = event;
    const isOwn = subjects.includes(pdu.sender ?? '');
    if (event.outlier || isJudgedAlone(pdu, isOwn) || concerns(pdu, { subjects, includes })) return decide();
    const key = circumstances(event, index, isOwn);
    return (decisions[key] ??= decide());
  };
}

/** Whether the content of an event, or who it is about, may decide. */
function isJudgedAlone(pdu: Pdu, isOwn: boolean): boolean {
  return (isOwn && isState(pdu)) || JUDGED_ALONE.has(pdu.type);
}

/** Whether an event is a membership of the viewer's, or of a subject's. */
function concerns({ type, state_key: user }: Pdu, { subjects, includes }: { readonly subjects: readonly string[]; readonly includes: (userId: string) => boolean }): boolean {
  return type === 'm.room.member' && user !== undefined && (includes(user) || subjects.includes(user));
}
