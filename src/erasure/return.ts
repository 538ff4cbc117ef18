import { membershipIn } from '../room/auth-context.ts';
import type { RoomGraph } from '../room/graph.ts';
import type { OwnEvent, RoomNotes } from './room-notes.ts';

/** Whether an event of the subject descends from a join that they sent after they had revoked the request: such events are not covered. */
export function returnTest(notes: RoomNotes, graph: RoomGraph, revokedAt: number | undefined): (event: OwnEvent) => boolean {
  if (revokedAt === undefined) return () => false;
  const isReturn = ({ pdu, clock }: OwnEvent): boolean =>
    pdu.type === 'm.room.member' && pdu.state_key === pdu.sender && membershipIn(pdu) === 'join' && (clock.time ?? 0) > revokedAt;
  const returns = new Set(notes.own.filter(isReturn).map(({ eventId }) => eventId));
  return ({ eventId, pdu }) => {
    const before = graph.stateBefore(eventId);
    const joined = before.state === 'known' ? before.get('m.room.member', pdu.sender ?? '') : undefined;
    return returns.has(eventId) || (joined !== undefined && returns.has(joined));
  };
}
