import type { ScratchFiles } from './place.ts';

/** What a line that waits to be put in order holds: an own event, a message of somebody else, or the mention of an event of somebody else. */
export type SpooledKind = 'own' | 'context' | 'reference';

/** A line that waits; `at` is what it is ordered by (ms), and lines of the same time keep the order in which they came. */
export type SpooledLine = { readonly kind: SpooledKind; readonly at: number; readonly text: string };

/** A line in its order, and the part of its room to which it belongs. */
export type OrderedLine = SpooledLine & { readonly part: number };

/** The lines of one room. */
export type Spool = {
  readonly add: (line: SpooledLine) => void;
  /** How many lines there are. */
  readonly length: () => number;
  /** The lines in order of time, in as many parts as are needed for each to be held in memory. Can be read once. */
  readonly ordered: () => AsyncGenerator<OrderedLine>;
  /** How many parts there are. */
  readonly parts: () => number;
};

/** The lines of many rooms, of which no more than a few MiB are in memory. */
export type Spooler = {
  readonly spool: (name: string) => Spool;
  /** Writes what waits in memory, if it is much. */
  readonly relieve: () => Promise<void>;
};

const MAX_PENDING = 1024 * 1024;
const MAX_PART_LINES = 4000;
const MAX_PART_LENGTH = 2 * 1024 * 1024;

const LETTERS: Readonly<Record<SpooledKind, string>> = { own: 'o', context: 'c', reference: 'r' };
const KINDS: ReadonlyMap<string, SpooledKind> = new Map([['o', 'own'], ['c', 'context'], ['r', 'reference']]);

type Pending = { readonly name: string; text: string; written: boolean; readonly times: number[]; readonly lengths: number[] };

/** Rooms are written apart as their events come, and read one at a time. */
export function createSpooler(scratch: ScratchFiles): Spooler {
  const all: Pending[] = [];
  const load = { length: 0 };
  return {
    spool: (name) => {
      const pending: Pending = { name, text: '', written: false, times: [], lengths: [] };
      all.push(pending);
      return openSpool(pending, load, scratch);
    },
    relieve: async () => {
      if (load.length < MAX_PENDING) return;
      for (const pending of all) if (pending.text !== '') await flush(pending, scratch);
      load.length = 0;
    },
  };
}

async function flush(pending: Pending, scratch: ScratchFiles): Promise<void> {
  await scratch.append(pending.name, pending.text);
  pending.text = '';
  pending.written = true;
}

function openSpool(pending: Pending, load: { length: number }, scratch: ScratchFiles): Spool {
  let partOf: Uint32Array | undefined;
  const parts = (): Uint32Array => (partOf ??= divide(pending));
  return {
    add: ({ kind, at, text }) => {
      pending.text += `${LETTERS[kind]}${text}\n`;
      load.length += text.length + 2;
      pending.times.push(at);
      pending.lengths.push(text.length + 2);
    },
    length: () => pending.times.length,
    parts: () => parts().reduce((most, part) => Math.max(most, part), 0) + 1,
    ordered: () => ordered(pending, parts(), scratch),
  };
}

/** The part of each line, by the order of their times. */
function divide({ times, lengths }: Pending): Uint32Array {
  const order = Uint32Array.from(times.keys());
  order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  const partOf = new Uint32Array(times.length);
  let [part, lines, length] = [0, 0, 0];
  for (const index of order) {
    const more = lengths[index] ?? 0;
    if (lines > 0 && (lines >= MAX_PART_LINES || length + more > MAX_PART_LENGTH)) [part, lines, length] = [part + 1, 0, 0];
    partOf[index] = part;
    lines += 1;
    length += more;
  }
  return partOf;
}

async function* ordered(pending: Pending, partOf: Uint32Array, scratch: ScratchFiles): AsyncGenerator<OrderedLine> {
  const parts = partOf.reduce((most, part) => Math.max(most, part), 0) + 1;
  if (parts > 1) await distribute(pending, partOf, scratch);
  for (let part = 0; part < parts; part++) {
    const name = parts === 1 ? pending.name : partFile(pending, part);
    const lines = await linesOf(name, pending, scratch, parts === 1);
    for (const { at, place } of orderOf(pending, partOf, part)) {
      const line = lines[place] ?? '';
      yield { kind: KINDS.get(line[0] ?? '') ?? 'own', at, text: line.slice(1), part };
    }
  }
}

/** The lines of a part by time; `place` counts the lines of its file, which stand in the order in which they came. */
function orderOf({ times }: Pending, partOf: Uint32Array, part: number): readonly { readonly at: number; readonly place: number }[] {
  const order: { readonly at: number; readonly place: number }[] = [];
  for (let index = 0; index < partOf.length; index++) if (partOf[index] === part) order.push({ at: times[index] ?? 0, place: order.length });
  return order.sort((a, b) => a.at - b.at || a.place - b.place);
}

function partFile({ name }: Pending, part: number): string {
  return `${name}-${part}`;
}

/** Writes each line into the file of its part. */
async function distribute(pending: Pending, partOf: Uint32Array, scratch: ScratchFiles): Promise<void> {
  if (pending.text !== '') await flush(pending, scratch);
  const waiting = new Map<number, string>();
  const write = async (): Promise<void> => {
    for (const [part, text] of waiting) await scratch.append(partFile(pending, part), text);
    waiting.clear();
  };
  let [index, length] = [0, 0];
  for await (const lines of readLines(scratch.read(pending.name))) {
    for (const line of lines) {
      const part = partOf[index++] ?? 0;
      waiting.set(part, `${waiting.get(part) ?? ''}${line}\n`);
      length += line.length;
    }
    if (length < MAX_PENDING) continue;
    await write();
    length = 0;
  }
  await write();
  await scratch.remove(pending.name);
}

async function linesOf(name: string, pending: Pending, scratch: ScratchFiles, whole: boolean): Promise<readonly string[]> {
  const lines: string[] = [];
  if (!whole || pending.written) {
    for await (const some of readLines(scratch.read(name))) for (const line of some) lines.push(line);
    await scratch.remove(name);
  }
  if (whole) for (const line of pending.text.split('\n').slice(0, -1)) lines.push(line);
  return lines;
}

async function* readLines(pieces: Iterable<string> | AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
}
