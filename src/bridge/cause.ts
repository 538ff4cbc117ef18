import * as v from 'valibot';
import type { Pdu } from '../event/pdu.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import { isUserId, type UserId } from '../identifiers/identifiers.ts';
import type { RedactsRules } from '../rules/types.ts';

/** Why a bridge has to delete: a person is to be forgotten, or single events were redacted. */
export type BridgeCause =
  | { readonly kind: 'notice'; readonly subjects: readonly UserId[] }
  | {
    readonly kind: 'redaction';
    readonly eventIds: readonly string[];
    /** The network on which the message was deleted first, when the bridge itself sent the redaction for that: nothing is sent back there. */
    readonly deletedOn?: string;
  };

const userId = v.custom<UserId>((value) => typeof value === 'string' && isUserId(value));
const notice = v.object({ user_id: userId });

/**
 * The cause that an erasure notice to an application service is: `POST /_matrix/app/v1/users/erase`. Who may send one is checked before.
 * `ghosts` are the person's user IDs on the bridge's side.
 * @throws {InvalidNoticeError} when the body names no user
 * @see https://github.com/matrix-org/matrix-spec-proposals/pull/2438
 * @example noticeCause({ user_id: '@alice:example.org' }) // { kind: 'notice', subjects: ['@alice:example.org'] }
 */
export function noticeCause(body: unknown, { ghosts = [] }: { readonly ghosts?: readonly UserId[] } = {}): BridgeCause {
  const result = v.safeParse(notice, body);
  if (!result.success) throw new InvalidNoticeError();
  return { kind: 'notice', subjects: [result.output.user_id, ...ghosts] };
}

/**
 * The cause that a redaction is, or `undefined` when the event redacts nothing. Whether it applies is asked before (`redactionVerdict`). `deletedOn` names the network when
 * the redaction only repeats what happened there.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#moving-the-redacts-property-of-mroomredaction-events-to-a-content-property
 * @example redactionCause({ type: 'm.room.redaction', content: { redacts: '$a' } }, roomVersion('11').redacts) // { kind: 'redaction', eventIds: ['$a'] }
 */
export function redactionCause(event: Pdu, rules: RedactsRules, { deletedOn }: { readonly deletedOn?: string } = {}): BridgeCause | undefined {
  const target = redactionTarget(event, rules);
  if (target === undefined) return undefined;
  return { kind: 'redaction', eventIds: target.eventIds, ...(deletedOn === undefined ? {} : { deletedOn }) };
}

/** An erasure notice names no user. */
export class InvalidNoticeError extends Error {
  override readonly name = 'InvalidNoticeError';

  constructor() {
    super('erasure notice: "user_id" is not a user ID; a notice is {"user_id": "@localpart:server"}');
  }
}
