import type { EventServer, ServedEvent } from '../erasure/view/serve.ts';
import type { ViewedRoom } from '../erasure/view/room-facts.ts';
import { asJson, type Pdu } from '../event/pdu.ts';
import { stringifyJson } from '../json/stringify-json.ts';
import type { ViewDecision } from '../erasure/view/viewer.ts';
import type { FaultLog } from './fault-log.ts';
import { withOutput } from './io/output.ts';
import { readEvents } from './records.ts';
import type { CollectedRooms, Placed } from './viewed-rooms.ts';

/** Writes a line for each event: how it is served, and why. */
export async function writeDecisions({ rooms, inOrder }: CollectedRooms, decide: (room: ViewedRoom) => readonly ViewDecision[]): Promise<void> {
  const decided = new Map([...rooms].map(([roomId, room]) => [roomId, { room, decisions: decide(room) }]));
  await withLines(async (add) => {
    for (const { roomId, index } of inOrder()) {
      const { room, decisions } = decided.get(roomId) ?? {};
      const eventId = room?.events[index]?.eventId;
      const decision = decisions?.[index];
      if (eventId !== undefined && decision !== undefined) await add(stringifyJson({ room_id: roomId, event_id: eventId, ...decision }));
    }
  });
}

/** How events are written as they would be sent. */
export type EventWriting = {
  readonly collected: CollectedRooms;
  readonly serverOf: (room: ViewedRoom) => EventServer;
  /** Whether how each is served, and why, is written beside it, and a line for what is not served too. */
  readonly reasons: boolean;
};

/** Writes whole events as they would be sent. */
export async function writeEvents(events: Iterable<WholeEvent> | AsyncIterable<WholeEvent>, { collected, serverOf, reasons }: EventWriting): Promise<void> {
  const servers = new Map([...collected.rooms].map(([roomId, room]) => [roomId, serverOf(room)]));
  await withLines(async (add) => {
    for await (const { roomId, index, pdu } of events) {
      const served = servers.get(roomId)?.(pdu, index);
      const line = served === undefined ? undefined : lineOf(roomId, served, reasons);
      if (line !== undefined) await add(line);
    }
  });
}

function lineOf(roomId: string, { eventId, seen, reason, event }: ServedEvent, reasons: boolean): string | undefined {
  const sent = event === undefined ? undefined : { ...asJson(event), event_id: eventId };
  if (!reasons) return sent === undefined ? undefined : stringifyJson(sent);
  return stringifyJson({ room_id: roomId, event_id: eventId, seen, reason, ...(sent === undefined ? {} : { event: sent }) });
}

/** An event with its content, and where it went. */
export type WholeEvent = Placed & { readonly pdu: Pdu };

/** The events of rooms that were kept whole. */
export function* keptEvents({ rooms, inOrder }: CollectedRooms): Generator<WholeEvent> {
  for (const { roomId, index } of inOrder()) {
    const pdu = rooms.get(roomId)?.events[index]?.pdu;
    if (pdu !== undefined) yield { roomId, index, pdu };
  }
}

/**
 * The same events once more, whole. Lines that could not be used the first time have been named.
 * @throws {InputChangedError} when they are other ones
 */
export async function* readAgain(inputs: readonly string[], { rooms, inOrder }: CollectedRooms, roomVersion?: string): AsyncGenerator<WholeEvent> {
  const faults: FaultLog = { add: () => undefined, count: () => 0, finish: () => undefined };
  const order = inOrder();
  let next = order.next().value;
  for await (const batch of readEvents(inputs, { faults, roomVersion })) {
    for (const { event } of batch) {
      if (next === undefined || next.roomId !== event.roomId || rooms.get(next.roomId)?.events[next.index]?.eventId !== event.eventId) continue;
      yield { ...next, pdu: event.pdu };
      next = order.next().value;
    }
  }
  if (next !== undefined) throw new InputChangedError();
}

const LINES_AT_ONCE = 1000;

async function withLines(produce: (add: (line: string) => Promise<void>) => Promise<void>): Promise<void> {
  await withOutput(undefined, async ({ write }) => {
    const lines: string[] = [];
    const flush = async (): Promise<void> => {
      if (lines.length > 0) await write(`${lines.join('\n')}\n`);
      lines.length = 0;
    };
    await produce(async (line) => {
      if (lines.push(line) >= LINES_AT_ONCE) await flush();
    });
    await flush();
  });
}

/** An input was another one when it was read the second time. */
export class InputChangedError extends Error {
  override readonly name = 'InputChangedError';

  constructor() {
    super('the input changed while it was read: run the command again on files that stay as they are');
  }
}
