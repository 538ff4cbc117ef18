import { digestOf } from '../erasure/digest.ts';
import type { ErasurePlan } from '../erasure/plan.ts';
import { serverNameOf, type ServerName, type UserId } from '../identifiers/identifiers.ts';
import { noticePaths, type NoticePaths } from './endpoints.ts';
import type { ErasureNoticeBody } from './notice-body.ts';
import { recipientNoticeText, type NoticeTextOptions } from './notice-text.ts';
import type { Recipient, RecipientKind } from './recipient.ts';

/** An address of a subject that an identity server was told of. */
export type ThirdPartyBinding = { readonly server: ServerName; readonly mxid: UserId; readonly medium: 'email' | 'msisdn'; readonly address: string };

/** The body with which an identity server is asked to forget an address. @see https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv23pidunbind */
export type UnbindBody = { readonly mxid: UserId; readonly threepid: { readonly medium: string; readonly address: string } };

/** Whom a notice goes to. */
export type NoticeAddress = {
  /** The same for the same plan, recipient and subject, so that a delivery can be continued. */
  readonly id: string;
  readonly kind: RecipientKind;
  /** A server name, the ID of an application service, a user ID, or a widget's host. */
  readonly destination: string;
};

/** A notice to one recipient, to be sent: a value, nothing happens by it. */
export type ErasureNotice =
  | NoticeAddress & {
    readonly channel: 'federation' | 'application-service';
    readonly method: 'POST';
    readonly paths: NoticePaths;
    readonly body: ErasureNoticeBody;
  }
  | NoticeAddress & {
    readonly channel: 'identity-server';
    readonly method: 'POST';
    readonly paths: { readonly stable: '/_matrix/identity/v2/3pid/unbind' };
    readonly body: UnbindBody;
  }
  /** To be read by whoever runs the recipient; the contact is in the server's support file, or known otherwise. */
  | NoticeAddress & { readonly channel: 'person'; readonly body: string };

/** What notices are built with. */
export type NoticesOptions = NoticeTextOptions & {
  /** This server, which alone can speak for its users. */
  readonly server: ServerName;
  readonly bindings?: readonly ThirdPartyBinding[];
};

/**
 * The notices of a plan, one for each recipient and subject. An endpoint can only be told to erase a whole user of this server: a plan that covers a part
 * of their events, and one of somebody else's user, is for people to read. Nobody can tell the public: there is no notice to it.
 * @throws {TemplateError} when the template has a placeholder that does not exist
 * @see https://github.com/matrix-org/matrix-spec-proposals/pull/2438
 * @example buildErasureNotices(planErasure([], { subjects: ['@alice:a.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), [{ kind: 'server', id: 'b.org', channel: 'federation', reasons: [], rooms: [] }], { server: 'a.org', operator: 'a.org', contact: 'dpo@a.org' })[0].paths.stable // '/_matrix/federation/v1/user/erase'
 */
export function buildErasureNotices(plan: ErasurePlan, recipients: readonly Recipient[], options: NoticesOptions): readonly ErasureNotice[] {
  return recipients.flatMap((recipient) => noticesTo(recipient, plan, options));
}

function noticesTo(recipient: Recipient, plan: ErasurePlan, options: NoticesOptions): readonly ErasureNotice[] {
  const { subjects, scope } = plan.request;
  const isWhole = Object.values(scope).every((limit) => limit === undefined);
  switch (recipient.channel) {
    case 'federation':
      return byEndpoint(recipient, subjects.filter((subject) => isWhole && serverNameOf(subject) === options.server), { plan, options });
    case 'application-service':
      return byEndpoint(recipient, isWhole ? subjects : [], { plan, options });
    case 'identity-server':
      return unbinds(recipient, { plan, options });
    case 'person':
      return [toPerson(recipient, plan, options)];
    case 'none':
      return [];
    default:
      return recipient.channel satisfies never;
  }
}

type Context = { readonly plan: ErasurePlan; readonly options: NoticesOptions };

/** Whoever can be told of some of the subjects only is told of all of them by letter. */
function byEndpoint(recipient: Recipient, subjects: readonly UserId[], { plan, options }: Context): readonly ErasureNotice[] {
  const channel = recipient.channel === 'application-service' ? 'application-service' : 'federation';
  const paths = noticePaths[channel === 'federation' ? 'server' : 'application-service'];
  const notices = subjects.map((subject): ErasureNotice =>
    ({ ...addressed(recipient, plan, subject), channel, method: 'POST', paths, body: { user_id: subject } }));
  return subjects.length === plan.request.subjects.length ? notices : [...notices, toPerson(recipient, plan, options)];
}

function unbinds(recipient: Recipient, { plan, options }: Context): readonly ErasureNotice[] {
  const known = (options.bindings ?? []).filter(({ server, mxid }) => server === recipient.id && plan.request.subjects.includes(mxid));
  if (known.length === 0) return [toPerson(recipient, plan, options)];
  return known.map(({ mxid, medium, address }): ErasureNotice => ({
    ...addressed(recipient, plan, `${mxid} ${medium} ${address}`), channel: 'identity-server', method: 'POST',
    paths: { stable: '/_matrix/identity/v2/3pid/unbind' }, body: { mxid, threepid: { medium, address } },
  }));
}

function toPerson(recipient: Recipient, plan: ErasurePlan, options: NoticesOptions): ErasureNotice {
  return { ...addressed(recipient, plan, 'person'), channel: 'person', body: recipientNoticeText(plan, recipient, options) };
}

function addressed({ kind, id }: Recipient, { digest }: ErasurePlan, about: string): NoticeAddress {
  return { id: digestOf([digest, kind, id, about]), kind, destination: id };
}
