import { stat } from 'node:fs/promises';
import type { Pdu } from '../event/pdu.ts';
import { readRecord, type EventRecord } from '../event/record.ts';
import { parseJson } from '../json/parse-json.ts';
import { createRecordResolver, type RecordResolver, type ResolveOptions, type RoomEvent } from '../room/resolve-record.ts';
import { isNamedError } from './errors.ts';
import { readEventLines } from './io/event-lines.ts';
import { isStandardInput } from './io/inputs.ts';

const CREATE_EVENT = '"m.room.create"';

/** Resolves records, and can look for create events further on in the input. */
export type RoomVersionSearch = Pick<RecordResolver, 'resolve'> & {
  /** Whether the room version of a record may be found by looking further on, which has not been done yet. */
  readonly isWorthwhile: (record: EventRecord) => boolean;
  /** Reads the create events of all inputs that can be read twice. */
  readonly search: () => Promise<void>;
};

/**
 * A resolver that can find the room version of events that come before their create event, as in exports with the latest
 * event first. It is not asked for standard input or pipes, which would have to be held in memory.
 */
export function createRoomVersionSearch(inputs: readonly string[], { roomVersion }: { readonly roomVersion?: string | undefined }): RoomVersionSearch {
  const options: ResolveOptions = roomVersion === undefined ? {} : { roomVersion };
  const learned = new Map<string, string>();
  let resolver = createRecordResolver(options);
  let searched = false;
  return {
    resolve: (record) => learn(resolver.resolve(record), learned),
    isWorthwhile: (record) => !searched && isOpen(record, learned),
    search: async () => {
      searched = true;
      for (const input of inputs) if (await canReadTwice(input)) await findCreateEvents(input, learned);
      resolver = createRecordResolver({ ...options, known: learned });
    },
  };
}

/** Whether an event is the create event of its room, and not a message of that type, which anybody can send. */
export function createsRoom(pdu: Pdu): boolean {
  return pdu.type === 'm.room.create' && pdu.state_key === '';
}

function learn(event: RoomEvent, learned: Map<string, string>): RoomEvent {
  if (createsRoom(event.pdu)) learned.set(event.roomId, event.rules.id);
  return event;
}

function isOpen({ room_version: version, room_id: roomId, pdu }: EventRecord, learned: ReadonlyMap<string, string>): boolean {
  const room = roomId ?? pdu.room_id;
  return typeof version !== 'string' && !createsRoom(pdu) && typeof room === 'string' && !learned.has(room);
}

async function canReadTwice(input: string): Promise<boolean> {
  return !isStandardInput(input) && (await stat(input)).isFile();
}

/** Faults are not reported here: the lines will be read again. */
async function findCreateEvents(input: string, learned: Map<string, string>): Promise<void> {
  const resolver = createRecordResolver();
  for await (const lines of readEventLines(input, { clientEvents: true })) {
    for (const { text } of lines.filter((line) => line.error === undefined)) {
      if (text.includes(CREATE_EVENT)) learnFrom(text, resolver, learned);
    }
  }
}

function learnFrom(text: string, resolver: RecordResolver, learned: Map<string, string>): void {
  try {
    const { record } = readRecord(parseJson(text));
    if (createsRoom(record.pdu)) learn(resolver.resolve(record), learned);
  } catch (error) {
    if (!isNamedError(error)) throw error;
  }
}
