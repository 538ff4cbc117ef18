import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { SendOutcome } from '../../notices/carry-out-sends.ts';
import type { Send } from '../../notices/send-plan.ts';

/** What has been done of the sends of a plan, on disk: a line for each outcome, there before the next is sent. */
export type SendJournal = {
  /** Whether something was done before, or found done: it is not asked for again. */
  readonly isDone: (send: Send) => boolean;
  readonly note: (outcome: SendOutcome) => void;
  readonly close: () => void;
};

const header = v.strictObject({ format: v.literal('matrix-erasure/sends'), formatVersion: v.literal(1), plan: v.string() });
const line = v.strictObject({ send: v.string(), status: v.picklist(['done', 'already', 'refused', 'failed', 'waiting']), at: v.number(), errcode: v.exactOptional(v.string()), event_id: v.exactOptional(v.string()) });

const DONE: ReadonlySet<string> = new Set(['done', 'already'] satisfies readonly SendOutcome['status'][]);

/**
 * Opens the journal of a plan's sends, and makes it where there is none. A last line that a crash cut short is dropped. Only its owner can read it.
 * @throws {SendJournalError} when the file is something else, or the journal of another plan
 */
export function openSendJournal(path: string, plan: string, now: () => number): SendJournal {
  const isNew = !existsSync(path);
  const { done, length } = isNew ? { done: new Set<string>(), length: 0 } : readJournal(path, plan);
  const file = openJournal(path);
  const append = (value: object): void => {
    writeSync(file, `${JSON.stringify(value)}\n`);
    fsyncSync(file);
  };
  ftruncateSync(file, length);
  if (length === 0) {
    append({ format: 'matrix-erasure/sends', formatVersion: 1, plan });
    syncFolder(path);
  }
  return {
    isDone: (send) => done.has(keyOf(send)),
    note: ({ send, status, errcode, event_id }) => {
      if (status === 'waiting') return;
      append({ send: keyOf(send), status, at: now(), ...(errcode === undefined ? {} : { errcode }), ...(event_id === undefined ? {} : { event_id }) });
      if (DONE.has(status)) done.add(keyOf(send));
    },
    close: () => closeSync(file),
  };
}

/** A send's name in the journal, the same in every run. */
function keyOf(send: Send): string {
  if (send.kind === 'redact') return `redact ${send.room_id} ${send.event_id}`;
  return send.kind === 'leave' ? `leave ${send.room_id} ${send.sender}` : `deactivate ${send.sender}`;
}

function openJournal(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch {
    throw new SendJournalError(path, 'unwritable');
  }
}

/** The name of a new file is on disk once its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

type Read = { readonly done: Set<string>; /** In bytes, up to the last whole line. */ readonly length: number };

function readJournal(path: string, plan: string): Read {
  const bytes = readFileSync(path);
  const length = bytes.lastIndexOf(0x0a) + 1;
  const [first, ...rest] = bytes.subarray(0, length).toString().split('\n').slice(0, -1);
  if (first === undefined) {
    // A crash before the first line was whole; anything else is somebody else's file.
    if (!'{"format":"matrix-erasure/sends"'.startsWith(bytes.subarray(0, 32).toString())) throw new SendJournalError(path, 'foreign');
    return { done: new Set(), length: 0 };
  }
  if (parsed(header, first, path).plan !== plan) throw new SendJournalError(path, 'other-plan');
  const outcomes = rest.map((text) => parsed(line, text, path));
  return { done: new Set(outcomes.flatMap(({ send, status }) => (DONE.has(status) ? [send] : []))), length };
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, text: string, path: string): T {
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    if (result.success) return result.output;
  } catch {
    // No JSON: said below.
  }
  throw new SendJournalError(path, 'foreign');
}

const EXPLANATIONS = {
  foreign: 'it is no journal of sends, or is damaged',
  'other-plan': 'it is the journal of another plan: give each plan a journal of its own',
  unwritable: 'it cannot be written; check the folder',
} as const;

/** The journal of what was sent into rooms cannot be used. */
export class SendJournalError extends Error {
  override readonly name = 'SendJournalError';
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(path: string, reason: keyof typeof EXPLANATIONS) {
    super(`${path}: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
