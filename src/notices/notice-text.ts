import type { ErasurePlan } from '../erasure/plan.ts';
import type { ErasureScope } from '../erasure/request.ts';
import type { Recipient, RecipientReason } from './recipient.ts';
import { checkTemplate, fillTemplate, plainText, type TemplateValues } from './template.ts';

/** Who writes: the server's name or that of the organisation, and where to answer. */
export type NoticeSender = { readonly operator: string; readonly contact: string };

/** How the texts are written; without templates, as {@link noticeTemplates} has them. */
export type NoticeTextOptions = NoticeSender & { readonly template?: string };

/** A template of a text, and the placeholders that it may have. */
export type NoticeTemplate = { readonly text: string; readonly placeholders: readonly string[] };

const TO_RECIPIENT = `To whoever runs {{recipient}}

We are {{operator}}. On {{requested}} a person asked us to erase their personal data, and from {{effective}} on we act on it
(Article 17 of the General Data Protection Regulation, GDPR). Copies of data about this person went from us to you. Article 19
of the GDPR asks us to tell everybody to whom such data went, and this is that notice.

  Accounts of the person: {{accounts}}
  You hold copies since:  {{since}}
  How they came to you:   {{reasons}}
  Rooms:                  {{rooms}}
  What is to be erased:   {{scope}}

Please erase what you hold of this: messages and files that the person sent, the names and pictures that they gave
themselves, and copies in caches, search indexes and archives. Bans, memberships and power levels need not go: in
redacted form they keep the rooms working and hold no text of the person. If the law obliges you to keep something, please see to it
that nobody new is shown it.

Please tell us at {{contact}} what you have done, or why you cannot. Please do not write to the person about it.
`;

const TO_SUBJECT = `You asked us to erase your personal data on {{requested}}. This letter says to whom copies of your data had gone, as Article 19 of
the General Data Protection Regulation lets you know.

{{recipients}}

We tell each of them that can be told. They are responsible themselves for what they do with their copies, and we cannot make
them obey. People who read your messages while they had access keep what they read.

Ask us anything about this at {{contact}}. We are {{operator}}.
`;

/** The texts for people, in plain English. An operator can use others with the same placeholders, or some of them. */
export const noticeTemplates: { readonly recipient: NoticeTemplate; readonly subject: NoticeTemplate } = Object.freeze({
  recipient: Object.freeze({
    text: TO_RECIPIENT,
    placeholders: Object.freeze(['recipient', 'operator', 'contact', 'requested', 'effective', 'accounts', 'since', 'reasons', 'rooms', 'scope', 'case']),
  }),
  subject: Object.freeze({
    text: TO_SUBJECT,
    placeholders: Object.freeze(['operator', 'contact', 'requested', 'effective', 'accounts', 'recipients', 'scope', 'case']),
  }),
});

/**
 * Makes sure that an operator's own template can be filled, before anybody is written to with it.
 * @throws {TemplateError} when it has a placeholder that does not exist, or braces that do not match
 * @example checkNoticeTemplate('Dear {{recpient}}', 'recipient') // throws TemplateError
 */
export function checkNoticeTemplate(template: string, kind: keyof typeof noticeTemplates): void {
  checkTemplate(template, noticeTemplates[kind].placeholders);
}

/**
 * The notice to the person who runs a recipient, for those that have no endpoint. It names accounts and rooms, and no content.
 * @throws {TemplateError} when the template has a placeholder that does not exist
 * @see https://eur-lex.europa.eu/eli/reg/2016/679/oj
 * @example recipientNoticeText(planErasure([], { subjects: ['@alice:a.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), { kind: 'server', id: 'b.org', channel: 'federation', reasons: [], rooms: [] }, { operator: 'a.org', contact: 'dpo@a.org' }).split('\n')[0] // 'To whoever runs b.org'
 */
export function recipientNoticeText(plan: ErasurePlan, recipient: Recipient, options: NoticeTextOptions): string {
  return fillTemplate(options.template ?? noticeTemplates.recipient.text, {
    ...sharedValues(plan, options),
    recipient: plainText(recipient.id),
    since: dayOf(recipient.since),
    reasons: recipient.reasons.map((reason) => reasonTexts[reason]).join('; '),
    rooms: listed(recipient.rooms.map((room) => room.room_id)),
  });
}

/**
 * The answer to a person who wants to know who has their data.
 * @throws {TemplateError} when the template has a placeholder that does not exist
 * @see https://eur-lex.europa.eu/eli/reg/2016/679/oj
 * @example subjectNoticeText(planErasure([], { subjects: ['@alice:a.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), [], { operator: 'a.org', contact: 'dpo@a.org', template: '{{recipients}}' }) // 'Nobody that we know of.'
 */
export function subjectNoticeText(plan: ErasurePlan, recipients: readonly Recipient[], options: NoticeTextOptions): string {
  const lines = recipients.map(({ kind, id, since, reasons }) =>
    `  - ${kindTexts[kind]}${kind === 'public' ? '' : ` ${plainText(id)}`}, since ${dayOf(since)}: ${reasons.map((reason) => reasonTexts[reason]).join('; ')}`);
  return fillTemplate(options.template ?? noticeTemplates.subject.text, {
    ...sharedValues(plan, options),
    recipients: lines.length === 0 ? 'Nobody that we know of.' : lines.join('\n'),
  });
}

function sharedValues({ request, digest }: ErasurePlan, { operator, contact }: NoticeSender): TemplateValues {
  return {
    operator: plainText(operator), contact: plainText(contact), requested: dayOf(request.requestedAt), effective: dayOf(request.effectiveAt),
    accounts: listed(request.subjects), scope: scopeText(request.scope), case: digest.slice(0, 12),
  };
}

function scopeText({ rooms, types, before, after }: ErasureScope): string {
  const limits = [
    ...(rooms === undefined ? [] : [`in the rooms ${listed(rooms)}`]),
    ...(types === undefined ? [] : [`of the types ${listed(types)}`]),
    ...(after === undefined ? [] : [`after ${dayOf(after)}`]),
    ...(before === undefined ? [] : [`up to ${dayOf(before)}`]),
  ];
  return limits.length === 0 ? 'everything of the accounts' : `only what the accounts sent ${limits.join(', ')}`;
}

function dayOf(at: number | undefined): string {
  return at === undefined || Number.isNaN(new Date(at).valueOf()) ? 'a time that is not known' : new Date(at).toISOString().slice(0, 10);
}

const MOST = 20;

function listed(ids: readonly string[]): string {
  if (ids.length === 0) return 'none that is known';
  const more = ids.length > MOST ? [`and ${ids.length - MOST} more`] : [];
  return [...ids.slice(0, MOST).map(plainText), ...more].join(', ');
}

const kindTexts: Readonly<Record<Recipient['kind'], string>> = {
  server: 'the server', 'application-service': 'the application service', 'identity-server': 'the identity server', bot: 'the bot', widget: 'the widget of',
  public: 'the public',
};

const reasonTexts: Readonly<Record<RecipientReason, string>> = {
  'joined-at-event': 'was in a room when something was sent there',
  'service-room': 'looks after a room',
  'policy-server': 'checks what is sent in a room',
  'widget-in-room': 'is shown in a room',
  fetched: 'asked for a message or a file',
  'joined-later': 'joined a room later and could read back',
  'state-at-join': 'joined a room later and was sent its state',
  invited: 'was sent a part of a room\'s state with an invite',
  'third-party-binding': 'was told of an address',
  'world-readable': 'a room was open to everybody',
  'possibly-joined': 'was in a room, we do not know when',
};
