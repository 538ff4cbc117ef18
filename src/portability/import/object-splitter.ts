import { atStart, findEnd, type Nesting } from './nesting.ts';

/** Characters that one object may have unless a caller says otherwise: as many as bytes in a line of an event file. */
export const MAX_OBJECT_LENGTH: number = 16 * 1024 * 1024;

/** One object of a stream, or what stands in its place; `number` counts from 1. */
export type ObjectPart =
  | { readonly number: number; readonly text: string; readonly fault?: undefined }
  | { readonly number: number; readonly text?: undefined; readonly fault: ObjectFault };

/** `stray`: something between objects that is no space. `too-long`: over the limit. `unfinished`: the stream ends in the middle of it. */
export type ObjectFault = 'stray' | 'too-long' | 'unfinished';

/** Cuts a stream of text into the objects in it: `push` gives those that a piece completes, `end` what has not ended. */
export type ObjectSplitter = { readonly push: (piece: string) => readonly ObjectPart[]; readonly end: () => readonly ObjectPart[] };

/** How long an object may be. */
export type ObjectSplitterOptions = { readonly maxLength?: number };

/** What has been read of an object that has not ended; of one that is too long nothing is kept. */
type State = { readonly maxLength: number; nesting: Nesting | undefined; pieces: string[]; length: number; count: number; stray: boolean; begun: boolean };

/**
 * Cuts text into the JSON objects that follow one another in it, with spaces, newlines or nothing between: the files that Synapse's `export-data` writes.
 * Pieces may end anywhere. It holds no more than `maxLength` characters and a piece, and leaves nothing out: what is no object comes as a fault.
 * @example createObjectSplitter().push('{"a":1}{"b":"}"} {').map((part) => part.fault ?? part.text) // ['{"a":1}', '{"b":"}"}']
 */
export function createObjectSplitter({ maxLength = MAX_OBJECT_LENGTH }: ObjectSplitterOptions = {}): ObjectSplitter {
  const state: State = { maxLength, nesting: undefined, pieces: [], length: 0, count: 0, stray: false, begun: false };
  return {
    push: (piece) => {
      const parts: ObjectPart[] = [];
      for (let at = skipMark(state, piece); at < piece.length; ) at = state.nesting === undefined ? between(state, piece, at, parts) : inside(state, piece, at, parts);
      return parts;
    },
    end: () => {
      const parts: ObjectPart[] = [];
      if (state.stray) add(state, 'stray', parts);
      if (state.nesting !== undefined) add(state, 'unfinished', parts);
      Object.assign(state, { stray: false, nesting: undefined });
      return parts;
    },
  };
}

/** A byte-order mark may stand before everything else. */
function skipMark(state: State, piece: string): number {
  if (state.begun || piece === '') return 0;
  state.begun = true;
  return piece.startsWith('\ufeff') ? 1 : 0;
}

const NO_SPACE = /[^ \t\r\n]/;

function between(state: State, piece: string, at: number, parts: ObjectPart[]): number {
  const next = piece.indexOf('{', at);
  const end = next < 0 ? piece.length : next;
  state.stray ||= NO_SPACE.test(piece.slice(at, end));
  if (next < 0) return end;
  if (state.stray) add(state, 'stray', parts);
  Object.assign(state, { stray: false, nesting: atStart(), pieces: [], length: 0 });
  return next;
}

function inside(state: State, piece: string, at: number, parts: ObjectPart[]): number {
  const end = findEnd(state.nesting as Nesting, piece, at);
  const taken = piece.slice(at, end < 0 ? piece.length : end);
  state.length += taken.length;
  if (state.length > state.maxLength) state.pieces = [];
  else state.pieces.push(taken);
  if (end < 0) return piece.length;
  state.nesting = undefined;
  if (state.length > state.maxLength) add(state, 'too-long', parts);
  else parts.push({ number: (state.count += 1), text: state.pieces.join('') });
  return end;
}

function add(state: State, fault: ObjectFault, parts: ObjectPart[]): void {
  parts.push({ number: (state.count += 1), fault });
}
