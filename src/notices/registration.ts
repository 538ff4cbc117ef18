import * as v from 'valibot';
import { NamespacePatternError, namespacePattern } from '../erasure/view/namespace-pattern.ts';
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
const interest = { id: text, sender_localpart: text, namespaces: v.looseObject({ users: namespaces, rooms: namespaces, aliases: namespaces }) };
const interestSchema = v.looseObject(interest);
/** What can stand in a header. */
const token = v.pipe(v.string(), v.regex(/^[\x20-\x7e]+$/));
const serviceUrl = v.pipe(v.string(), v.regex(/^https?:\/\/(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#:@[\]]+)(?::\d{1,5})?(?:\/[^\s?#]*)?$/), v.check((value) => Number(/:(\d+)(?:\/|$)/.exec(value.slice('https://'.length))?.[1] ?? 0) < 65_536));
const contactSchema = v.looseObject({ ...interest, url: v.nullable(serviceUrl), as_token: text, hs_token: token });

/**
 * Reads a registration from the value that a YAML parser made of it. Keys that are not known are passed over, as homeservers do.
 * @throws {RegistrationError} when something is missing, wrong, or a namespace is no regular expression; the message names the key and no value
 * @see https://spec.matrix.org/v1.19/application-service-api/#registration
 * @example readNoticeRegistration({ id: 'irc' }) // throws RegistrationError
 */
export function readNoticeRegistration(value: unknown): NoticeRegistration {
  const { url, hs_token: hsToken, ...rest } = checked(contactSchema, value);
  return { ...interestIn(rest), url, hsToken };
}

/**
 * Reads of the same value only what concerns the application service: neither its address nor tokens have to be there, and none is looked at.
 * @throws {RegistrationError} as {@link readNoticeRegistration} does
 * @example readServiceRegistration({ id: 'irc', sender_localpart: 'bot', namespaces: { users: [{ regex: '@irc_.*' }] } }).users // ['@irc_.*']
 */
export function readServiceRegistration(value: unknown): ServiceRegistration {
  return interestIn(checked(interestSchema, value));
}

function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value);
  if (!result.success) throw new RegistrationError(v.getDotPath(result.issues[0]) ?? 'the whole', 'it is missing, empty or of the wrong kind');
  return result.output;
}

function interestIn({ id, sender_localpart: senderLocalpart, namespaces: all }: v.InferOutput<typeof interestSchema>): ServiceRegistration {
  return { id, senderLocalpart, users: patternsIn('users', all.users), rooms: patternsIn('rooms', all.rooms), aliases: patternsIn('aliases', all.aliases) };
}

/** Patterns stay as they are written; whoever asks with them translates them. */
function patternsIn(name: string, list: readonly { readonly regex: string }[] | null): readonly string[] {
  return (list ?? []).map(({ regex }, index) => {
    try {
      namespacePattern(regex);
    } catch (error) {
      if (!(error instanceof NamespacePatternError)) throw error;
      throw new RegistrationError(`namespaces.${name}.${index}.regex`, 'it is no regular expression that means the same in JavaScript');
    }
    return regex;
  });
}

/** A value is no registration. */
export class RegistrationError extends Error {
  override readonly name = 'RegistrationError';
  /** The key, as a dotted path. */
  readonly key: string;
  /** What is wrong with it. */
  readonly problem: string;

  constructor(key: string, problem: string) {
    super(`not the registration of an application service: "${key}": ${problem}`);
    this.key = key;
    this.problem = problem;
  }
}
