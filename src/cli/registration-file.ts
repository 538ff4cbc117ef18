import { parse } from 'yaml';
import type { ServiceRegistration } from '../erasure/view/service.ts';
import { readNoticeRegistration, readServiceRegistration, RegistrationError, type NoticeRegistration } from '../notices/registration.ts';
import { FileShapeError, readText } from './json-file.ts';

const WHAT = 'the registration of an application service';

/**
 * Reads the registration of an application service: the YAML that homeservers are given. Tokens in it are not looked at.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is no registration; no value of it is repeated
 */
export function readRegistration(path: string): Promise<ServiceRegistration> {
  return read(path, readServiceRegistration);
}

/**
 * Reads the same file with what is needed to reach the application service: its URL and the homeserver's token.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is no registration; no value of it is repeated
 */
export function readServiceContact(path: string): Promise<NoticeRegistration> {
  return read(path, readNoticeRegistration);
}

async function read<T>(path: string, readValue: (value: unknown) => T): Promise<T> {
  try {
    return readValue(parseYaml(path, await readText(path)));
  } catch (error) {
    if (error instanceof RegistrationError) throw new FileShapeError(path, WHAT, `"${error.key}": ${error.problem}`);
    throw error;
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Whatever the parser throws, for aliases that lead nowhere or multiply too.
    throw new FileShapeError(path, WHAT, 'it is not YAML');
  }
}
