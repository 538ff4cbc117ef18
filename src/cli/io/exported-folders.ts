import { readdirSync, statSync, type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { countOf } from '../text/numbers.ts';
import { visible } from '../text/visible.ts';

const EVENTS_FILE = 'events';
const ROOM_OF_EVENTS = /\/rooms\/(![^]+)\/events$/;

/** The room whose events a file holds by its place: `rooms/<room ID>/events`, as Synapse's `export-data` writes it. */
export function exportedRoomOf(path: string): string | undefined {
  return ROOM_OF_EVENTS.exec(resolve(path).replaceAll('\\', '/'))?.[1];
}

/** The files with the state before the events of an exported room begin, or before a gap in them. */
export async function stateFilesOf(eventsPath: string): Promise<readonly string[]> {
  const folder = join(dirname(eventsPath), 'state');
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => join(folder, name));
}

/**
 * The paths, each folder that Synapse's `export-data` or our own `export` wrote replaced by the files with events in it. What is in such a folder and not read is said, once for each.
 * Other paths stay as they are: whoever opens them says what is wrong with them.
 */
export function expandFolders(paths: readonly string[], write: (text: string) => void = writeError): readonly string[] {
  return paths.flatMap((path) => {
    const entries = isFolder(path) ? filesBelow(path) : [];
    const events = entries.filter((file) => file.endsWith(`/${EVENTS_FILE}`) && exportedRoomOf(file) !== undefined);
    if (events.length === 0) return copiedIn(path, entries, write) ?? [path];
    write(`${visible(path)}: read as Synapse's export-data: ${countOf(events.length, 'room')}${notRead(path, entries)}\n`);
    return events;
  });
}

const COPIED_EVENTS = /\/rooms\/[^/]+\/events-\d+\.jsonl$/;

/** The files with events of a copy that `export` made, if the folder is one. */
function copiedIn(folder: string, files: readonly string[], write: (text: string) => void): readonly string[] | undefined {
  const events = files.filter((file) => COPIED_EVENTS.test(file));
  if (events.length === 0 || !files.some((file) => file.endsWith('/manifest.json'))) return undefined;
  write(`${visible(folder)}: read as a person's copy: ${countOf(events.length, 'file')} of events, in which there is nothing that others sent\n`);
  return events;
}

/** What an export has besides events. */
const OTHERS: readonly (readonly [what: string, test: RegExp])[] = [
  ['file about the account', /^user_data\/(?!account_data)/], ['file of account data', /^user_data\/account_data\//], ['description of media', /^media_ids\//],
  ['file about a room that was not entered', /^rooms\/.*\/(?:invite|knock)_state$/],
];

function notRead(folder: string, files: readonly string[]): string {
  const names = files.map((file) => file.slice(folder.replace(/\/+$/, '').length + 1));
  const counted = OTHERS.map(([what, test]) => [what, names.filter((name) => test.test(name)).length] as const).filter(([, count]) => count > 0);
  if (counted.length === 0) return '';
  return `; not read: ${counted.map(([what, count]) => countOf(count, what, what.replace(/^(file|description)/, '$1s'))).join(', ')}`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function filesBelow(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [`${folder.replace(/\/+$/, '')}/${entry.name}`]));
}

/** A folder that may not be read is empty here, and an error when it is opened. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function writeError(text: string): void {
  process.stderr.write(text);
}
