import * as v from 'valibot';
import { accountCategories } from '../../erasure/account/categories.ts';
import { isCalendarDate } from '../../erasure/calendar.ts';
import type { Controller } from '../../erasure/rights/facts.ts';
import type { Correction } from '../../erasure/rights/rectification.ts';
import { liftRestriction, restrictionGrounds, type Restriction } from '../../erasure/rights/restriction.ts';
import type { RightsRequest } from '../../erasure/rights/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/value.ts';
import { FileShapeError, readJsonFile } from '../json-file.ts';

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(2000));
const optional = v.exactOptional(text);

const controller = v.strictObject({
  name: text, contact: text, officer: optional, representative: optional, authority: optional, interests: optional, transfers: optional,
  decisions: v.exactOptional(v.array(v.strictObject({ decides: text, logic: text, consequences: text }))),
  grounds: v.exactOptional(v.strictObject(Object.fromEntries(accountCategories.map(({ id }) => [id, optional])))),
});

/** Reads who answers requests. @throws {FileShapeError} when the file is something else; {InputFileError} when it cannot be read */
export function readController(path: string): Promise<Controller> {
  return readJsonFile(path, controller, 'about the controller: {"name", "contact"}, and any of officer, representative, authority, interests, transfers, decisions, grounds');
}

const content = v.custom<JsonObject>((value) => isJsonObject(value as JsonValue), 'not an object');
const correction = v.pipe(
  v.strictObject({ type: text, state_key: v.optional(v.string(), ''), content }),
  v.transform(({ type, state_key, content: right }): Correction => ({ type, stateKey: state_key, content: right })),
);

/** Reads what is to be corrected. Nothing of its content is repeated. @throws {FileShapeError} when the file is something else; {InputFileError} when it cannot be read */
export function readCorrection(path: string): Promise<Correction> {
  return readJsonFile(path, correction, 'a correction: {"type", "state_key", "content"}');
}

const time = v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.check(isCalendarDate), v.transform((day) => Date.parse(day)))]);
const texts = v.array(v.string());
const restriction = v.strictObject({
  ground: v.picklist(restrictionGrounds),
  from: v.exactOptional(time),
  reviewAt: time,
  scope: v.optional(v.strictObject({ rooms: v.exactOptional(texts), types: v.exactOptional(texts), before: v.exactOptional(time), after: v.exactOptional(time) }), {}),
  lifted: v.exactOptional(v.strictObject({ toldAt: time, at: time })),
});

const RESTRICTION = 'a restriction: {"ground", "reviewAt"}, and any of from, scope, lifted; ground is article-18-1-a to -d, times are ms or dates';

/**
 * Reads the restriction of a request, in force from its receipt where the file does not say.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else, or is reviewed before it begins
 * @throws {EarlyLiftingError} when it is lifted without telling the person before
 */
export async function readRestriction(path: string, { id, subjects, receivedAt }: RightsRequest): Promise<Restriction> {
  const { from = receivedAt, lifted, ...rest } = await readJsonFile(path, restriction, RESTRICTION);
  if (!(rest.reviewAt > from)) throw new FileShapeError(path, RESTRICTION, '"reviewAt" is not after it begins');
  const set: Restriction = { id, subjects, from, ...rest };
  return lifted === undefined ? set : liftRestriction(set, lifted);
}
