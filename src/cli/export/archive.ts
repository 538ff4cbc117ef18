import { createReadStream, createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/**
 * Packs a folder into a ZIP file, one file at a time. The same folder gives the same bytes: entries by name, all of the time `at` (ms since 1970), to the day, as the
 * format has no time zones.
 */
export async function packFolder(folder: string, to: string, at: number): Promise<void> {
  const zip = new ZipFile();
  const options = { mtime: noonOf(at), forceDosTimestamp: true, mode: 0o100600 };
  for (const path of await filesBelow(folder)) {
    zip.addReadStreamLazy(path, options, (give) => {
      give(null, createReadStream(join(folder, path)).on('error', (error) => zip.emit('error', error)));
    });
  }
  zip.end();
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    pipeline(zip.outputStream, createWriteStream(to, { mode: 0o600, flags: 'wx' })).then(resolve, reject);
  });
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).toSorted();
}

const FIRST_YEAR = 1980;
const LAST_YEAR = 2107;

/** Noon in local time, which is what the format's writer asks for, of the day in UTC; there is no noon that clocks pass over. */
function noonOf(at: number): Date {
  const date = new Date(at);
  const year = Math.min(LAST_YEAR, Math.max(FIRST_YEAR, date.getUTCFullYear()));
  return new Date(year, date.getUTCMonth(), date.getUTCDate(), 12);
}
