import type { Pdu } from '../event/pdu.ts';
import { membershipIn } from '../room/auth-context.ts';

/** An event of the subjects', and when it came (ms), as far as that is known. */
export type DatedEvent = { readonly eventId: string; readonly pdu: Pdu; readonly time: number | undefined };

/** What tells whether a subject came back. */
export type ReturnFacts = {
  /** When the request was revoked (ms), if it was. */
  readonly revokedAt: number | undefined;
  /** The event that gives a user their membership in the state before an event, if that is known. */
  readonly memberBefore: (eventId: string, user: string) => string | undefined;
};

/**
 * Whether an event descends from a join that its sender sent after the request was revoked: such events are not covered. Takes the events of the
 * subjects, among which the joins are.
 */
export function returnTest(own: Iterable<DatedEvent>, { revokedAt, memberBefore }: ReturnFacts): (event: Pick<DatedEvent, 'eventId' | 'pdu'>) => boolean {
  if (revokedAt === undefined) return () => false;
  const returns = new Set<string>();
  for (const { eventId, pdu, time = 0 } of own) if (isOwnJoin(pdu) && time > revokedAt) returns.add(eventId);
  return ({ eventId, pdu }) => {
    const joined = memberBefore(eventId, pdu.sender ?? '');
    return returns.has(eventId) || (joined !== undefined && returns.has(joined));
  };
}

function isOwnJoin(pdu: Pdu): boolean {
  return pdu.type === 'm.room.member' && pdu.state_key === pdu.sender && membershipIn(pdu) === 'join';
}
