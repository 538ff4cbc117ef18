import { InvalidArgumentError, Option, type Command } from 'commander';
import { roomVersion, UnsupportedRoomVersionError } from '../rules/room-versions.ts';
import { UsageError } from './errors.ts';
import { expandFolders } from './io/exported-folders.ts';

/** The FILES argument and the options of every command that reads events. */
export type FileOptions = { readonly roomVersion?: string; readonly strict?: boolean };

/** Adds FILES, `--room-version` and `--strict`, which mean the same everywhere. */
export function withFiles(command: Command): Command {
  return command
    .argument('[files...]', 'event files (NDJSON, plain or gzip) or exports (see the README), or - for standard input')
    .addOption(new Option('--room-version <version>', 'the version of rooms that do not say it themselves').argParser(readRoomVersion))
    .option('--strict', 'stop at the first line that cannot be used, and write no file');
}

/**
 * The inputs that a command was given, standard input if none; of a folder that Synapse exported, the files with events.
 * @throws {UsageError} when there are none and standard input is a terminal, or it is named twice
 */
export function inputsOf(files: readonly string[]): readonly string[] {
  if (files.length === 0 && process.stdin.isTTY) throw new UsageError('no events: name FILES, or - for standard input');
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('- stands twice: standard input can be read once');
  return files.length === 0 ? ['-'] : expandFolders(files);
}

/** Reads a room version. @throws {InvalidArgumentError} for one that has no table */
export function readRoomVersion(text: string): string {
  try {
    return roomVersion(text).id;
  } catch (error) {
    if (error instanceof UnsupportedRoomVersionError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
