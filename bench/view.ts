import { erasureProfiles, viewRoom, type ViewedRoom, type Viewer } from '../src/index.ts';
import { openRoom, type RoomEventRecord } from '../src/room.ts';
import { forkingRoom, growingRoom } from './room-events.ts';
import type { Task } from './measure.ts';

/** Somebody who said much of it is erased when half of it had happened. */
const SUBJECTS = ['@user1:s1.org', '@user7:s7.org', '@user14:s14.org'];
const LATE: Viewer = { kind: 'user', id: '@user490:s90.org' };
const SERVER: Viewer = { kind: 'server', id: 's1.org' };

function viewed(records: readonly RoomEventRecord[]): ViewedRoom {
  const events = records.map(({ event_id: eventId, pdu }, place) => ({ eventId, pdu, streamOrdering: place, receivedTs: place, outlier: false }));
  return { roomId: '!r:a.org', graph: openRoom(records), events };
}

function viewing(records: readonly RoomEventRecord[], viewer: Viewer): () => number {
  const room = viewed(records);
  const erasure = { profile: erasureProfiles['notice'] ?? never(), subjects: SUBJECTS, effectiveAt: records.length / 2 };
  return () => viewRoom(room, viewer, { erasure }).length;
}

function never(): never {
  throw new Error('there is no such profile');
}

function parsing(records: readonly RoomEventRecord[]): () => number {
  const lines = records.map((record) => JSON.stringify(record));
  return () => {
    for (const line of lines) JSON.parse(line);
    return lines.length;
  };
}

const forking = forkingRoom();
const growing = [...growingRoom(2500)];

/** How one viewer is served all events of a room, its graph being open. */
export const viewTasks: readonly Task[] = ([
  ['viewUser', 'what a user is served of a room of 5,000 events, 450 forks in it', forking, LATE],
  ['viewServer', 'what a server is served of the same', forking, SERVER],
  ['viewJoins', 'what a user is served of a room of 5,004 events, every second one a join', growing, LATE],
] as const).map(([name, what, records, viewer]) => ({
  name, what,
  atLeast: 1,
  baseline: { name: 'JSON.parse of the same', run: parsing(records) },
  ours: { name: 'matrix-erasure', run: viewing(records, viewer) },
  peers: [],
}));
