import { isState } from '../event/pdu.ts';
import type { OwnEvent } from './own-event.ts';
import type { Company, RoomFacts } from './room-facts.ts';
import { placeAt, placeIn } from './scope.ts';

/**
 * Which events of a room nobody but the subjects ever had access to. Of a message it decides who was joined when it was sent or, where the
 * history is shared, came before the erasure; of state whether anybody else was a member or invited while it was in the room's state.
 * Only for rooms of which everything is there.
 */
export function soleAccessIn({ company, verdict, timeline }: RoomFacts, effectiveAt: number): (event: OwnEvent) => boolean {
  const others = company();
  if (others === undefined) return () => false;
  const erasure = placeAt(timeline, effectiveAt);
  return ({ eventId, pdu, clock }) => {
    const around = others.at(eventId);
    if (around === undefined || clock.outlier || isRefused(verdict(eventId))) return false;
    const place = placeIn(timeline, clock);
    if (around.joined || others.joinedBetween(place, place)) return false;
    if (isState(pdu)) return !around.invited && !others.met(eventId) && around.visibility !== 'world_readable';
    return around.visibility === 'joined' || !couldReadLater(around, others.joinedBetween(place, erasure));
  };
}

/** Whoever could only have peeked had no access, but a room that the world reads is not the subject's alone. */
function couldReadLater({ visibility, invited }: Company, somebodyCame: boolean): boolean {
  if (visibility === 'world_readable') return true;
  return somebodyCame && (visibility === 'shared' || invited);
}

function isRefused(verdict: ReturnType<RoomFacts['verdict']>): boolean {
  return verdict === 'rejected' || verdict === 'soft-failed';
}
