import { InvalidArgumentError, type Command } from 'commander';
import { PURGE_DAYS } from '../../erasure/deadlines.ts';
import type { ErasureHold } from '../../erasure/holds.ts';
import type { ErasureRequest, ErasureScope } from '../../erasure/request.ts';
import type { ServiceRegistration } from '../../erasure/view/service.ts';
import { isUserId, type UserId } from '../../identifiers/identifiers.ts';

/** What the flags of a request give. */
export type RequestOptions = {
  readonly subject: readonly UserId[];
  readonly profile: string;
  readonly requestedAt?: number;
  readonly effectiveAt?: number;
  readonly rooms?: readonly string[];
  readonly types?: readonly string[];
  readonly before?: number;
  readonly after?: number;
  readonly hold?: readonly string[];
  readonly registration?: readonly string[];
  readonly revokedAt?: number;
  readonly alreadyErased?: readonly UserId[];
  readonly keepLabels?: boolean;
  readonly redactEvents?: boolean;
  readonly remedySender?: UserId;
  readonly purgeWithin?: number;
  readonly timeZone?: string;
  readonly holidays?: readonly string[];
};

/** Adds the flags of an erasure request to a command. */
export function withRequestOptions(command: Command): Command {
  return withScopeOptions(command.requiredOption('--subject <user>', SUBJECT, collectUser));
}

const SUBJECT = 'whose events are erased; again for further IDs of the same person';

/** The same for a command that can take its request from an earlier plan. */
export function withOptionalRequest(command: Command): Command {
  return withScopeOptions(command.option('--subject <user>', SUBJECT, collectUser));
}

function withScopeOptions(command: Command): Command {
  return command
    .option('--profile <name>', 'the policy', 'notice')
    .option('--requested-at <ms>', 'when the person asked (default: now)', parseTime)
    .option('--effective-at <ms>', 'from when on newcomers are served less (default: now)', parseTime)
    .option('--rooms <ids>', 'only these rooms, separated by commas', collectList)
    .option('--types <types>', 'only these event types, separated by commas', collectList)
    .option('--before <ms>', 'only events up to then', parseTime)
    .option('--after <ms>', 'only events after then', parseTime)
    .option('--revoked-at <ms>', 'when the person took the request back: what they sent after they joined again is not covered', parseTime)
    .option('--already-erased <user>', 'somebody who was erased before, and so does not count as having access; repeatable', collectUser)
    .option('--keep-labels', 'leave the names, topics, avatars, aliases and pins of rooms');
}

/** Adds the flags of a request that say how it is planned, and not who is served what. */
export function withPlanningOptions(command: Command): Command {
  return command
    .option('--hold <file>', 'what must not be destroyed, and why: a JSON file, or the JSON itself; repeatable', collect)
    .option('--registration <file>', 'an application service of the server, which is sent the events of its rooms; repeatable', collect)
    .option('--redact-events', 'redact messages for everybody, by redactions sent into the rooms, instead of hiding them')
    .option('--purge-within <days>', 'delete what only the person could access sooner than in 30 days or a month', parseDays)
    .option('--time-zone <zone>', 'whose days count for the answer, such as Europe/Berlin (default: UTC)')
    .option('--holidays <dates>', 'days that count like Sundays, as YYYY-MM-DD, separated by commas', collectList)
    .option('--remedy-sender <user>', 'the member who would replace what cannot be redacted while it is current', readUser);
}

/** What flags of a request name files for. */
export type RequestFiles = { readonly holds?: readonly ErasureHold[]; readonly services?: readonly ServiceRegistration[] };

/** The request that the flags ask for. */
export function requestFrom(options: RequestOptions, now: number, { holds = [], services = [] }: RequestFiles = {}): ErasureRequest {
  const { revokedAt, alreadyErased, remedySender, purgeWithin, timeZone, holidays } = options;
  return {
    subjects: [...new Set(options.subject)],
    requestedAt: options.requestedAt ?? options.effectiveAt ?? now,
    effectiveAt: options.effectiveAt ?? options.requestedAt ?? now,
    profile: options.profile,
    scope: scopeFrom(options),
    ...(holds.length === 0 ? {} : { holds }),
    ...(services.length === 0 ? {} : { services }),
    ...(revokedAt === undefined ? {} : { revokedAt }),
    ...(alreadyErased === undefined ? {} : { alreadyErased: [...new Set(alreadyErased)] }),
    ...(options.keepLabels === true ? { keepLabels: true } : {}),
    ...(options.redactEvents === true ? { redactEvents: true } : {}),
    ...(purgeWithin === undefined ? {} : { purgeWithin }),
    ...(timeZone === undefined && holidays === undefined ? {} : { counting: { ...(timeZone === undefined ? {} : { timeZone }), ...(holidays === undefined ? {} : { holidays }) } }),
    ...(remedySender === undefined ? {} : { remedySender }),
  };
}

function scopeFrom({ rooms, types, before, after }: RequestOptions): ErasureScope {
  return {
    ...(rooms === undefined ? {} : { rooms }),
    ...(types === undefined ? {} : { types }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

/** Days from the request. @throws {InvalidArgumentError} for anything but 0 to 30 */
function parseDays(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) > PURGE_DAYS) throw new InvalidArgumentError(`Give days, from 0 to ${PURGE_DAYS}.`);
  return Number(text);
}

/** The end of the year 9997: later times have no deadlines that could be written as dates of four-digit years. */
const LAST_TIME = Date.UTC(9998, 0, 1) - 1;

/** A time in ms since 1970. @throws {InvalidArgumentError} for anything else */
export function parseTime(text: string): number {
  const time = Number(text);
  if (!/^\d+$/.test(text) || time > LAST_TIME) throw new InvalidArgumentError('Give ms since 1970, such as 1795500000000.');
  return time;
}

/** Adds a user ID to those that were given before. @throws {InvalidArgumentError} for anything else */
export function collectUser(text: string, before: readonly UserId[] = []): readonly UserId[] {
  return [...before, readUser(text)];
}

function readUser(text: string): UserId {
  if (!isUserId(text)) throw new InvalidArgumentError('Give a user ID, such as @alice:example.org.');
  return text;
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function collectList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((item) => item !== '')];
}
