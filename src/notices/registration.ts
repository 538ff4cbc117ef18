import * as v from 'valibot';
import type { ServiceRegistration } from '../erasure/view/service.ts';

/**
 * The registration of an application service, with what is needed to reach it. `hsToken` is a secret: with it anybody could speak for the homeserver.
 * @see https://spec.matrix.org/v1.19/application-service-api/#registration
 */
export type NoticeRegistration = ServiceRegistration & {
  /** Where it takes in requests; `null` if it takes none. */
  readonly url: string | null;
  readonly hsToken: string;
};

const namespaces = v.optional(v.nullable(v.array(v.looseObject({ regex: v.string() }))), []);
const text = v.pipe(v.string(), v.minLength(1));
const schema = v.looseObject({
  id: text,
  url: v.nullable(v.pipe(v.string(), v.regex(/^https?:\/\/[^\s]+$/))),
  as_token: text,
  hs_token: text,
  sender_localpart: text,
  namespaces: v.looseObject({ users: namespaces, rooms: namespaces, aliases: namespaces }),
});

/**
 * Reads a registration from the value that a YAML parser made of it. Keys that are not known are passed over, as homeservers do.
 * @throws {RegistrationError} when something is missing, wrong, or a namespace is no regular expression; the message names the key and no value
 * @see https://spec.matrix.org/v1.19/application-service-api/#registration
 * @example readNoticeRegistration({ id: 'irc' }) // throws RegistrationError
 */
export function readNoticeRegistration(value: unknown): NoticeRegistration {
  const result = v.safeParse(schema, value);
  if (!result.success) throw new RegistrationError(v.getDotPath(result.issues[0]) ?? 'the whole', 'it is missing, empty or of the wrong kind');
  const { id, url, hs_token: hsToken, sender_localpart: senderLocalpart, namespaces: all } = result.output;
  const [users, rooms, aliases] = [patternsIn('users', all.users), patternsIn('rooms', all.rooms), patternsIn('aliases', all.aliases)];
  return { id, url, hsToken, senderLocalpart, users, rooms, aliases };
}

function patternsIn(name: string, list: readonly { readonly regex: string }[] | null): readonly string[] {
  return (list ?? []).map(({ regex }, index) => {
    const pattern = inJavaScript(regex);
    if (!compiles(pattern)) throw new RegistrationError(`namespaces.${name}.${index}.regex`, 'it is no regular expression that JavaScript understands');
    return pattern;
  });
}

const ESCAPE = /\\([\s\S])/g;
const NEEDLESS = /[^A-Za-z0-9^$\\.*+?()[\]{}|/-]/;

/** Registrations are written for Python, where any character may have a backslash before it; JavaScript allows that only where it is needed. */
function inJavaScript(regex: string): string {
  return regex.replaceAll(ESCAPE, (escape, character: string) => {
    if (character === '-') return '\\x2d';
    return NEEDLESS.test(character) ? character : escape;
  });
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})`, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** A value is no registration. */
export class RegistrationError extends Error {
  override readonly name = 'RegistrationError';
  /** The key, as a dotted path. */
  readonly key: string;

  constructor(key: string, problem: string) {
    super(`not the registration of an application service: "${key}": ${problem}`);
    this.key = key;
  }
}
