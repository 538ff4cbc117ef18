import { InvalidArgumentError, type Command } from 'commander';
import type { ErasureRequest, ErasureScope } from '../../erasure/request.ts';
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
  readonly keepLabels?: boolean;
};

/** Adds the flags of an erasure request to a command. */
export function withRequestOptions(command: Command): Command {
  return command
    .requiredOption('--subject <user>', 'whose events are erased; again for further IDs of the same person', collectUser)
    .option('--profile <name>', 'the policy', 'notice')
    .option('--requested-at <ms>', 'when the person asked (default: now)', parseTime)
    .option('--effective-at <ms>', 'from when on newcomers are served less (default: now)', parseTime)
    .option('--rooms <ids>', 'only these rooms, separated by commas', collectList)
    .option('--types <types>', 'only these event types, separated by commas', collectList)
    .option('--before <ms>', 'only events up to then', parseTime)
    .option('--after <ms>', 'only events after then', parseTime)
    .option('--keep-labels', 'leave the names, topics, avatars, aliases and pins of rooms');
}

/** The request that the flags ask for. */
export function requestFrom(options: RequestOptions, now: number): ErasureRequest {
  return {
    subjects: [...new Set(options.subject)],
    requestedAt: options.requestedAt ?? options.effectiveAt ?? now,
    effectiveAt: options.effectiveAt ?? options.requestedAt ?? now,
    profile: options.profile,
    scope: scopeFrom(options),
    ...(options.keepLabels === true ? { keepLabels: true } : {}),
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

/** The end of the year 9999: later times cannot be written as dates of four-digit years, and no deadline could follow them. */
const LAST_TIME = 253_402_300_799_999;

/** A time in ms since 1970. @throws {InvalidArgumentError} for anything else */
export function parseTime(text: string): number {
  const time = Number(text);
  if (!/^\d+$/.test(text) || time > LAST_TIME) throw new InvalidArgumentError('Give ms since 1970, such as 1795500000000.');
  return time;
}

function collectUser(text: string, before: readonly UserId[] = []): readonly UserId[] {
  if (!isUserId(text)) throw new InvalidArgumentError('Give a user ID, such as @alice:example.org.');
  return [...before, text];
}

function collectList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((item) => item !== '')];
}
