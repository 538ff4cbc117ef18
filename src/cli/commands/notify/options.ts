import { InvalidArgumentError } from 'commander';
import { isServerName, isUserId, type ServerName, type UserId } from '../../../identifiers/identifiers.ts';
import type { DeliveryLedger } from '../../notices/delivery-ledger.ts';
import { DeliveryLedgerError } from '../../notices/ledger-error.ts';
import { UsageError } from '../../errors.ts';

/** Reads a server name. @throws {InvalidArgumentError} for anything else */
export function readServer(text: string): ServerName {
  if (!isServerName(text)) throw new InvalidArgumentError('Give a server name, such as example.org.');
  return text;
}

/** Reads user IDs, one after another. @throws {InvalidArgumentError} for anything else */
export function collectUsers(text: string, before: readonly UserId[] = []): readonly UserId[] {
  if (!isUserId(text)) throw new InvalidArgumentError('Give a user ID, such as @bot:example.org.');
  return [...before, text];
}

/** Reads server names, one after another. @throws {InvalidArgumentError} for anything else */
export function collectServers(text: string, before: readonly ServerName[] = []): readonly ServerName[] {
  return [...before, readServer(text)];
}

/** Takes texts, one after another. */
export function collectTexts(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Reads a number of ms, one at least. @throws {InvalidArgumentError} for anything else */
export function readDuration(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new InvalidArgumentError('Give ms, such as 60000.');
  return Number(text);
}

/** Reads a user ID. @throws {InvalidArgumentError} for anything else */
export function readUserOption(text: string): UserId {
  if (!isUserId(text)) throw new InvalidArgumentError('Give a user ID, such as @bob:example.org.');
  return text;
}

/** Reads a rate above 0. @throws {InvalidArgumentError} for anything else */
export function readRate(text: string): number {
  const rate = Number(text);
  if (!/^\d{1,6}(?:\.\d{1,6})?$/.test(text) || rate <= 0) throw new InvalidArgumentError('Give a number above 0, such as 0.2.');
  return rate;
}

/** Reads a whole number, 1 at least. @throws {InvalidArgumentError} for anything else */
export function readWhole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 1 at least.');
  return Number(text);
}

/** Opens a ledger for some work, and closes it after. @throws {UsageError} when there is none; {DeliveryLedgerError} when it cannot be used */
export async function withLedger<T>(path: string, create: boolean, work: (ledger: DeliveryLedger) => Promise<T>): Promise<T> {
  const ledger = await opened(path, create);
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}

/** SQLite is loaded when it is needed, and not by every command. */
async function opened(path: string, create: boolean): Promise<DeliveryLedger> {
  const { openDeliveryLedger } = await import('../../notices/delivery-ledger.ts');
  try {
    return openDeliveryLedger(path, { create });
  } catch (error) {
    if (error instanceof DeliveryLedgerError && error.reason === 'missing') throw new UsageError(error.message);
    throw error;
  }
}
