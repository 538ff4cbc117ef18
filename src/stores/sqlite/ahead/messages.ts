import type { RoomAhead } from '../../erasure/rooms-ahead.ts';
import type { PackedPage } from './packed-page.ts';

/** A store's file: by the time that a thread opens it, another may stand there. */
export type StoreFile = { readonly path: string; readonly identity: string };

/** What the reading thread is given: where to read, how many characters may wait to be taken, and the numbers that both threads share. */
export type ReaderData = { readonly file: StoreFile; readonly erasureId: string; readonly waitingAtMost: number; readonly shared: Int32Array };

/** Places of the shared numbers: whether the thread has begun, how many characters wait to be taken, and how many rooms the other thread has read itself. */
export const SHARED = { ready: 0, waiting: 1, passed: 2 } as const;

/** What it says: of each room what was found, then its pages, then its end. Of a room without anything found no more is said. */
export type ReaderMessage =
  | { readonly kind: 'room'; readonly roomId: string; readonly found?: Omit<RoomAhead, 'pages'> }
  | { readonly kind: 'page'; readonly page: PackedPage }
  | { readonly kind: 'end' };

/** So many characters of events wait at most: enough for the time that a commit takes, and few enough to need no memory to speak of. */
export const WAITING_AT_MOST = 8 * 1024 * 1024;
