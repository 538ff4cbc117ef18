import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MxcUri } from '../../identifiers/identifiers.ts';
import type { ExportPlace, FinishedFile, ScratchFiles } from '../../portability/place.ts';
import { asOutput, type Staging } from './staging.ts';

/** Copies an upload to a path; `undefined` where it is not to be had. */
export type CopyMedia = (uri: MxcUri, to: string) => Promise<FinishedFile | undefined>;

type Growing = { readonly hash: Hash; bytes: number };

const FOLDER = { recursive: true, mode: 0o700 } as const;
const FILE = { mode: 0o600 } as const;

/** A folder on a disk as the place of an export; `path` is what its user calls it. */
export function createFolderPlace({ folder, scratch }: Staging, path: string, copyMedia?: CopyMedia): ExportPlace {
  const growing = new Map<string, Growing>();
  const append = async (name: string, text: string): Promise<void> => {
    const known = growing.get(name);
    const file = known ?? { hash: createHash('sha256'), bytes: 0 };
    const bytes = Buffer.from(text, 'utf8');
    file.hash.update(bytes);
    file.bytes += bytes.length;
    await asOutput(path, async () => {
      if (known === undefined) await mkdir(dirname(join(folder, name)), FOLDER);
      await appendFile(join(folder, name), bytes, FILE);
    });
    growing.set(name, file);
  };
  const finish = (name: string): FinishedFile => {
    const { hash, bytes } = growing.get(name) ?? { hash: createHash('sha256'), bytes: 0 };
    growing.delete(name);
    return { bytes, sha256: hash.digest('hex') };
  };
  const addMedia = copyMedia === undefined ? {} : {
    addMedia: (uri: MxcUri, name: string) => asOutput(path, async () => {
      await mkdir(dirname(join(folder, name)), FOLDER);
      return copyMedia(uri, join(folder, name));
    }),
  };
  return { append, finish, ...addMedia, scratch: scratchFiles(scratch, path) };
}

function scratchFiles(folder: string, path: string): ScratchFiles {
  return {
    append: (name, text) => asOutput(path, () => appendFile(join(folder, name), text, FILE)),
    // Node decodes characters that lie across the edge of two pieces.
    read: (name) => createReadStream(join(folder, name), { encoding: 'utf8', highWaterMark: 256 * 1024 }),
    remove: (name) => rm(join(folder, name), { force: true }),
  };
}
