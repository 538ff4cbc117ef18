import * as v from 'valibot';
import { parse } from 'yaml';
import type { ServiceRegistration } from '../erasure/view/service.ts';
import { readNoticeRegistration, RegistrationError, type NoticeRegistration } from '../notices/registration.ts';
import { FileShapeError, readText } from './json-file.ts';

const NAMESPACE = v.optional(v.nullable(v.array(v.object({ regex: v.string() }))), []);
const REGISTRATION = v.object({
  id: v.string(),
  sender_localpart: v.string(),
  namespaces: v.object({ users: NAMESPACE, rooms: NAMESPACE, aliases: NAMESPACE }),
});

const WHAT = 'the registration of an application service';

/**
 * Reads the registration of an application service: the YAML that homeservers are given. Tokens in it are not looked at.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is no registration
 */
export async function readRegistration(path: string): Promise<ServiceRegistration> {
  const result = v.safeParse(REGISTRATION, parseYaml(path, await readText(path)));
  if (!result.success) throw new FileShapeError(path, WHAT, `"${v.getDotPath(result.issues[0]) ?? 'the whole'}" is not as it should be`);
  const { id, sender_localpart: senderLocalpart, namespaces: { users, rooms, aliases } } = result.output;
  return { id, senderLocalpart, users: patterns(users), rooms: patterns(rooms), aliases: patterns(aliases) };
}

/**
 * Reads the same file with what is needed to reach the application service: its URL and the homeserver's token.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is no registration; no value of it is repeated
 */
export async function readServiceContact(path: string): Promise<NoticeRegistration> {
  try {
    return readNoticeRegistration(parseYaml(path, await readText(path)));
  } catch (error) {
    if (error instanceof RegistrationError) throw new FileShapeError(path, WHAT, `"${error.key}" is not as it should be`);
    throw error;
  }
}

function patterns(namespace: readonly { readonly regex: string }[] | null): readonly string[] {
  return (namespace ?? []).map(({ regex }) => regex);
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Whatever the parser throws, for aliases that lead nowhere or multiply too.
    throw new FileShapeError(path, WHAT, 'it is not YAML');
  }
}
