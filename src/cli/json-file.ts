import * as v from 'valibot';
import { parseJson } from '../json/parse-json.ts';
import { openFile } from './io/inputs.ts';

/**
 * Reads a JSON file of a known shape. A key that the shape does not have is an error: what is not understood must not be passed over.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is not JSON, or not of that shape
 */
export async function readJsonFile<T>(path: string, schema: v.GenericSchema<unknown, T>, what: string): Promise<T> {
  const result = v.safeParse(schema, parse(path, await readText(path), what));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new FileShapeError(path, what, `"${v.getDotPath(issue) ?? 'the whole'}" is not as it should be`);
}

/** The text of a file. @throws {InputFileError} when it cannot be read */
export async function readText(path: string): Promise<string> {
  const file = await openFile(path);
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function parse(path: string, text: string, what: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw new FileShapeError(path, what, 'it is not JSON');
  }
}

/** A file does not hold what it was given for. */
export class FileShapeError extends Error {
  override readonly name = 'FileShapeError';
  readonly path: string;

  constructor(path: string, what: string, problem: string) {
    super(`${path} is not ${what} (${problem})`);
    this.path = path;
  }
}
