import { isState, referencedIds, type Pdu } from '../event/pdu.ts';
import type { RoomEventRecord } from '../room/graph.ts';
import type { RoomEvent } from '../room/resolve-record.ts';

/** Gives back one instance of equal strings: event IDs come many times, and a million of them must fit. */
export type Intern = (text: string) => string;

export function createIntern(): Intern {
  const seen = new Map<string, string>();
  return (text) => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    seen.set(text, text);
    return text;
  };
}

/** What the room graph needs: state events whole, of others only who sent what and what it follows. */
export function slimRecord(event: RoomEvent, intern: Intern): RoomEventRecord {
  const { pdu } = event;
  return {
    event_id: intern(event.eventId),
    pdu: isState(pdu) ? withSharedIds(pdu, intern) : slimPdu(pdu, intern),
    ...(event.streamOrdering === undefined ? {} : { stream_ordering: event.streamOrdering }),
    ...(event.rejected ? { rejected: 'recorded' } : {}),
    ...(event.softFailed ? { soft_failed: true } : {}),
    ...(event.outlier ? { outlier: true } : {}),
  };
}

function slimPdu(pdu: Pdu, intern: Intern): Pdu {
  const { type, sender, room_id, redacts } = pdu;
  return withSharedIds({
    type: intern(type),
    content: {},
    ...(sender === undefined ? {} : { sender: intern(sender) }),
    ...(room_id === undefined ? {} : { room_id: intern(room_id) }),
    ...(redacts === undefined ? {} : { redacts }),
    ...(pdu.prev_events === undefined ? {} : { prev_events: pdu.prev_events }),
    ...(pdu.auth_events === undefined ? {} : { auth_events: pdu.auth_events }),
  }, intern);
}

/** Hashes beside the IDs of versions 1 and 2 play no part in the graph and are left out. */
function withSharedIds(pdu: Pdu, intern: Intern): Pdu {
  return {
    ...pdu,
    prev_events: referencedIds(pdu.prev_events).map(intern),
    auth_events: referencedIds(pdu.auth_events).map(intern),
  };
}
