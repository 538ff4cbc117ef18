import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InputFileError } from '../io/inputs.ts';
import type { MxcUri } from '../../identifiers/identifiers.ts';
import type { CopyMedia } from './folder-place.ts';

/**
 * Finds uploads in a folder: as `SERVER/MEDIA-ID`, as Synapse stores its own (`local_content/AA/BB/…`) and those of others
 * (`remote_content/SERVER/AA/BB/…`). What a link leads out of the folder is not taken.
 * @throws {InputFileError} when there is no such folder
 */
export async function openMediaFolder(folder: string): Promise<CopyMedia> {
  const root = await realRoot(folder);
  return async (uri, to) => {
    for (const candidate of candidates(uri)) {
      const from = await fileWithin(root, candidate);
      if (from !== undefined) return copy(from, to);
    }
    return undefined;
  };
}

async function realRoot(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
  } catch {
    throw new InputFileError(folder, 'ENOENT');
  }
  throw new NotAFolderError(folder);
}

/** A server name and a media ID have no `/`, and a server name no `..` by itself: these paths stay below the folder. */
function candidates(uri: MxcUri): readonly string[] {
  const [server = '', mediaId = ''] = uri.slice('mxc://'.length).split('/');
  if (/^\.+$/.test(server)) return [];
  const spread = mediaId.length > 4 ? join(mediaId.slice(0, 2), mediaId.slice(2, 4), mediaId.slice(4)) : undefined;
  return [join(server, mediaId), ...(spread === undefined ? [] : [join('local_content', spread), join('remote_content', server, spread)])];
}

async function fileWithin(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(join(root, path));
    return real.startsWith(`${root}${sep}`) && (await stat(real)).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

async function copy(from: string, to: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(from), counted, createWriteStream(to, { mode: 0o600 }));
  return { bytes, sha256: hash.digest('hex') };
}

/** A file is given where a folder of uploads is wanted. */
export class NotAFolderError extends Error {
  override readonly name = 'NotAFolderError';

  constructor(path: string) {
    super(`${path}: is no folder; name the folder of uploads`);
  }
}
