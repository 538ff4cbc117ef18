import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

const MAX_LINKS = 40;

/**
 * Where a path leads: through links, also through a link to what is not there yet, so that links stay and two names of one place are told to be that.
 * @throws an error with the code `ELOOP` when links lead in a circle
 */
export async function finalPlace(path: string, links: number = 0): Promise<string> {
  if (links > MAX_LINKS) throw Object.assign(new Error('links lead in a circle'), { code: 'ELOOP' });
  const place = await inRealFolder(path);
  return (await isLink(place)) ? finalPlace(resolve(dirname(place), await readlink(place)), links + 1) : place;
}

async function inRealFolder(path: string): Promise<string> {
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}
