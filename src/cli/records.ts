import { readRecord, type EventRecord } from '../event/record.ts';
import { parseJson } from '../json/parse-json.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import { roomVersion } from '../rules/room-versions.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { asLineError } from './errors.ts';
import type { FaultLog } from './fault-log.ts';
import { readEventLines } from './io/event-lines.ts';
import { bytesOf, checkInputs } from './io/inputs.ts';
import type { LineOptions } from './io/lines.ts';
import type { InputLine } from './io/splitter.ts';
import type { Progress } from './progress.ts';
import { createRoomVersionSearch, createsRoom, type RoomVersionSearch } from './room-version-search.ts';

/** How to read records. */
export type RecordOptions = LineOptions & {
  /** The version of rooms that do not say it themselves. */
  readonly roomVersion?: string | undefined;
  /** Takes the lines that cannot be used. */
  readonly faults: FaultLog;
  readonly progress?: Progress;
  /** Whether events are wanted as well that were served to clients: their room cannot be opened, but they can be exported. */
  readonly clientEvents?: boolean;
};

/** A record, the line it stands on, and whether the line was the event itself. */
export type RecordLine = {
  readonly source: string;
  readonly line: number;
  /** The line as it was read, to be written back where nothing changes. */
  readonly text: string;
  readonly record: EventRecord;
  readonly bare: boolean;
};

/** A record and the event of a known room, version and ID that it holds. */
export type EventLine = RecordLine & { readonly event: RoomEvent };

/** A record and the rules of its room version. */
export type RuledLine = RecordLine & { readonly rules: RoomVersionRules };

/**
 * The events of files, or of standard input (`-`), a batch at a time. Lines that cannot be used go to `faults`. Where a
 * record does not say its room version and its room's create event has not been read, the files are searched for create
 * events first; standard input is not, as it cannot be read twice.
 * @throws {LineError} from a strict log, at the first line that cannot be used
 * @throws {UnknownFormatError} when an input is in none of the formats that are read
 * @throws {ClientEventsError} when an input holds events as clients are served them, unless they are wanted
 * @throws {InputFileError | TruncatedGzipError | CorruptGzipError} when an input cannot be read
 */
export function readEvents(inputs: readonly string[], options: RecordOptions): AsyncGenerator<readonly EventLine[]> {
  return readResolved<EventLine>(inputs, options, ({ resolve }) => (line) => ({ ...line, event: resolve(line.record) }));
}

/** What to do with a line, and where it goes if that fails. */
export type LineUse = { readonly use: (line: EventLine) => void; readonly faults: FaultLog };

/** Uses one line; one that cannot be used, as its event came before, goes to the faults with its place. Gives whether it was used. */
export function useLine(line: EventLine, { use, faults }: LineUse): boolean {
  try {
    use(line);
    return true;
  } catch (error) {
    faults.add(asLineError(line, error));
    return false;
  }
}

/** The records of files with the rules of their room version; faster than `readEvents`, as no event ID is computed. */
export function readRuled(inputs: readonly string[], options: RecordOptions): AsyncGenerator<readonly RuledLine[]> {
  return readResolved<RuledLine>(inputs, { ...options, clientEvents: true }, (search) => {
    const rulesOf = createRulesFinder(search);
    return (line) => ({ ...line, rules: rulesOf(line.record) });
  });
}

type Finish<T> = (line: RecordLine) => T;
type MakeFinish<T> = (search: RoomVersionSearch) => Finish<T>;

async function* readResolved<T>(inputs: readonly string[], options: RecordOptions, make: MakeFinish<T>): AsyncGenerator<readonly T[]> {
  await checkInputs(inputs);
  const search = createRoomVersionSearch(inputs, options);
  const batch = { search, finish: make(search), faults: options.faults };
  options.progress?.expect(await bytesOf(inputs));
  for (const input of inputs) {
    for await (const lines of readEventLines(input, { ...options, note: options.faults.note, onRead: options.progress?.read })) {
      const results: T[] = [];
      let at = useLines(lines, { ...batch, results, from: 0 });
      if (at < lines.length) {
        await search.search();
        at = useLines(lines, { ...batch, results, from: at });
      }
      options.progress?.advance(lines.length);
      if (results.length > 0) yield results;
    }
  }
}

type Batch<T> = {
  readonly search: RoomVersionSearch;
  readonly finish: Finish<T>;
  readonly faults: FaultLog;
  readonly results: T[];
  readonly from: number;
};

/** Reads lines until the last, or until a record whose room version has to be looked for; gives where it stopped. */
function useLines<T>(lines: readonly InputLine[], { search, finish, faults, results, from }: Batch<T>): number {
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] as InputLine;
    try {
      const parsed = readLine(line);
      if (search.isWorthwhile(parsed.record)) return at;
      results.push(finish(parsed));
    } catch (error) {
      faults.add(asLineError(line, error));
    }
  }
  return lines.length;
}

/** The rules of records. A room has one version, so the resolver is asked once for each room and for every create event. */
function createRulesFinder({ resolve }: RoomVersionSearch): (record: EventRecord) => RoomVersionRules {
  const byRoom = new Map<string, RoomVersionRules>();
  return (record) => {
    const { room_version: version, room_id: roomId, pdu } = record;
    const room = roomId ?? pdu.room_id ?? NO_ROOM;
    const isCreate = createsRoom(pdu);
    if (typeof version === 'string' && !isCreate) return roomVersion(version);
    const known = isCreate ? undefined : byRoom.get(room);
    if (known !== undefined) return known;
    // The ID of a create event can be that of its room; any other is not needed, and its hash not computed, if it has one.
    const event = resolve(isCreate && room === NO_ROOM ? record : { ...record, room_id: room, event_id: NO_EVENT });
    byRoom.set(event.roomId, event.rules);
    return event.rules;
  };
}

const NO_ROOM = '!';
const NO_EVENT = '$';

function readLine(line: InputLine): RecordLine {
  if (line.error !== undefined) throw line.error;
  const { record, bare } = readRecord(parseJson(line.text));
  return { source: line.source, line: line.line, text: line.text, record, bare };
}
