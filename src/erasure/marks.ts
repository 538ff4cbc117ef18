import type { EventRecord } from '../event/record.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import { digestOf } from './digest.ts';
import type { ErasureRequest } from './request.ts';

/** What one erasure says beside an event that stays whole. */
export type ErasureMark = {
  /** `hide`: not served to whoever joined after `effective_at`; `redact`: stored whole under a hold, and served in redacted form from then on. */
  readonly treatment: 'hide' | 'redact';
  readonly profile: string;
  /** In ms since 1970, UTC. */
  readonly effective_at: number;
  /** Which erasure it is of: the digest of its request (unpadded base64). Marks of earlier versions do not say it. */
  readonly request?: string;
};

/** The mark in a record: that which counts for newcomers, and those of other erasures of the same event. */
type MarkInRecord = ErasureMark & { readonly also?: readonly ErasureMark[] };

/** What tells an erasure from others: the digest of its request (unpadded base64), the same for supplements to its plan and for its revocation. */
export function erasureId({ revokedAt: _, ...request }: ErasureRequest): string {
  return digestOf(request);
}

/** The mark of an erasure. */
export function markOf<T extends ErasureMark['treatment']>(request: ErasureRequest, treatment: T): ErasureMark & { readonly treatment: T } {
  return { treatment, profile: request.profile, effective_at: request.effectiveAt, request: erasureId(request) };
}

/** The marks of a record, that which counts first. What is no mark is none. */
export function marksIn(record: EventRecord): readonly ErasureMark[] {
  const value = own<unknown>(record, 'erasure') as JsonValue;
  if (!isJsonObject(value)) return [];
  const also = own(value, 'also');
  return [value, ...(Array.isArray(also) ? also : [])].flatMap((one) => (isJsonObject(one) ? readMark(one) : []));
}

function readMark(value: JsonObject): readonly ErasureMark[] {
  const { treatment, profile, effective_at, request } = value;
  if ((treatment !== 'hide' && treatment !== 'redact') || typeof profile !== 'string' || typeof effective_at !== 'number') return [];
  return [{ treatment, profile, effective_at, ...(typeof request === 'string' ? { request } : {}) }];
}

/** The record with a mark; the same record if it has it. Of several the earliest that hides comes first, so that a later erasure shows nobody more. */
export function withMark(record: EventRecord, mark: ErasureMark): EventRecord {
  const marks = marksIn(record);
  return marks.some((one) => isSame(one, mark)) ? record : withMarks(record, [...marks, mark]);
}

/** The record without the marks of an erasure; the same record if it has none. */
export function withoutMark(record: EventRecord, mark: ErasureMark): EventRecord {
  const marks = marksIn(record);
  const left = marks.filter((one) => !isSame(one, mark));
  return left.length === marks.length ? record : withMarks(record, left);
}

/** The record as it would be if no other erasure had marked it, for comparison. Marks of earlier versions and of this one come to the same. */
export function withSoleMark(record: EventRecord, mark: ErasureMark): EventRecord {
  const found = isMarkForm(own<unknown>(record, 'erasure')) ? marksIn(record).find((one) => isSame(one, mark)) : undefined;
  return found === undefined ? record : withMarks(record, [{ ...found, request: mark.request ?? '' }]);
}

/** A mark that names no erasure is that of any with its profile and time. */
function isSame(one: ErasureMark, other: ErasureMark): boolean {
  if (one.treatment !== other.treatment) return false;
  return one.request === undefined ? one.profile === other.profile && one.effective_at === other.effective_at : one.request === other.request;
}

function withMarks(record: EventRecord, marks: readonly ErasureMark[]): EventRecord {
  const { erasure: _, ...others } = record;
  // The event stays in its place, so that a line that is written again differs in nothing but the mark.
  const rest: EventRecord = { ...others, pdu: record.pdu };
  const [first, ...also] = [...marks].sort(byWeight);
  if (first === undefined) return rest;
  const erasure: MarkInRecord = also.length === 0 ? first : { ...first, also };
  return { ...rest, erasure };
}

function byWeight(one: ErasureMark, other: ErasureMark): number {
  return Number(one.treatment !== 'hide') - Number(other.treatment !== 'hide') || one.effective_at - other.effective_at;
}

const KEYS: ReadonlySet<string> = new Set(['treatment', 'profile', 'effective_at', 'request']);

/** Whether a value is a mark, and holds nothing else. */
export function isMarkForm(value: unknown): boolean {
  if (!isJsonObject(value as JsonValue)) return false;
  const { also, ...first } = value as JsonObject;
  return isOneMark(first) && (also === undefined || (Array.isArray(also) && also.every((one) => isJsonObject(one) && isOneMark(one))));
}

function isOneMark(value: JsonObject): boolean {
  const { profile = '', request = '' } = value;
  const isRead = readMark(value).length === 1 && Object.keys(value).every((key) => KEYS.has(key));
  return isRead && /^[\w.-]{1,64}$/.test(String(profile)) && typeof request === 'string' && /^(?:[A-Za-z0-9+/]{43})?$/.test(request);
}

/**
 * Since when an event is hidden from newcomers (ms), or `undefined` if it is not.
 * @example hiddenSince({ pdu: { type: 'm.room.message', content: {} } }) // undefined
 */
export function hiddenSince(record: EventRecord): number | undefined {
  const times = marksIn(record).flatMap(({ treatment, effective_at: since }) => (treatment === 'hide' ? [since] : []));
  return times.length === 0 ? undefined : Math.min(...times);
}
