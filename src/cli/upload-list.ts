import { isMxcUri, type MxcUri } from '../identifiers/identifiers.ts';
import { FileShapeError, readText } from './json-file.ts';

/**
 * A list of files, an mxc URI a line; empty lines are passed over.
 * @throws {InputFileError} when it cannot be read
 * @throws {FileShapeError} when a line is something else
 */
export async function readUploads(path: string): Promise<readonly MxcUri[]> {
  const lines = (await readText(path)).split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const text = line.trim();
    if (text === '') return [];
    if (!isMxcUri(text)) throw new FileShapeError(path, 'a list of mxc URIs', `line ${index + 1} is none`);
    return [text];
  });
}
