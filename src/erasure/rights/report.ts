import type { UserId } from '../../identifiers/identifiers.ts';
import type { Deadline } from '../legal-deadlines.ts';
import { answerSections } from './answers.ts';
import { requestStatus, type RequestStatus } from './due.ts';
import type { RightFacts } from './facts.ts';
import { planRight, type RightPlan } from './plan-right.ts';
import { refusalGrounds, refusalRemedies } from './refusal-grounds.ts';
import { deadlinesOf, dueOf, type ExtensionReason, type RightsRequest } from './request.ts';
import { articleOf, rightOf, type RightKind } from './rights.ts';
import { day, type ReportSection } from './sections.ts';

/** The answer to a request, as a value: to the person, in plain English. It holds identifiers, counts and dates, and no content of events. */
export type RightReport = {
  readonly format: 'matrix-erasure/right-report';
  readonly formatVersion: 1;
  readonly id: string;
  readonly kind: RightKind;
  readonly title: string;
  readonly article: string;
  readonly subjects: readonly UserId[];
  /** When it was received (ms since 1970, UTC). */
  readonly receivedAt: number;
  readonly status: RequestStatus;
  readonly due: Deadline;
  readonly plan: RightPlan;
  /** What the person is told. */
  readonly sections: readonly ReportSection[];
};

/**
 * The answer to a request as it stands at a time (ms since 1970, UTC). A refusal has its ground, the reason and the remedies; an extension its reason.
 * @see https://eur-lex.europa.eu/eli/reg/2016/679/oj
 * @example reportRight(openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: 0 }), {}, 0).sections[0].heading // 'Your request'
 */
export function reportRight(request: RightsRequest, facts: RightFacts, now: number): RightReport {
  const { title, article, kind } = rightOf(request.kind);
  const isAnswered = request.ended?.outcome !== 'refused' && request.ended?.outcome !== 'withdrawn';
  return {
    format: 'matrix-erasure/right-report', formatVersion: 1, id: request.id, kind, title, article,
    subjects: request.subjects, receivedAt: request.receivedAt, status: requestStatus(request, now), due: dueOf(request), plan: planRight(request, facts),
    sections: [
      requestSection(request), ...extensionSection(request), ...refusalSection(request),
      ...(isAnswered ? answerSections(request, facts) : []),
      ...contactSection(facts), remedySection(facts),
    ],
  };
}

const OUTCOMES: Readonly<Record<Exclude<RequestStatus, 'open' | 'extended' | 'overdue'>, string>> = {
  refused: 'We refuse it, for the reason below.',
  granted: 'We have done what you asked for.',
  'granted-in-part': 'We have done a part of what you asked for; the rest we refuse, for the reason below.',
  withdrawn: 'You have taken it back.',
};

function requestSection(request: RightsRequest): ReportSection {
  const right = rightOf(request.kind);
  const { received } = deadlinesOf(request);
  const { ended } = request;
  const asked = `We received it on ${received}. It is about ${request.subjects.join(', ')}, and is filed as ${request.id}.`;
  const state = ended === undefined ? `We have to answer by ${dueOf(request).day}.` : `${OUTCOMES[ended.outcome]} That was on ${day(ended.at, request.counting)}.`;
  const note = ended?.outcome === 'granted' || ended?.outcome === 'withdrawn' ? textOf(ended.explanation) : [];
  return { id: 'request', heading: 'Your request', paragraphs: [`Right: ${right.title.toLowerCase()} (${articleOf(right)} of the GDPR). ${right.promise}`, asked, state, ...note] };
}

function textOf(explanation: string | undefined): readonly string[] {
  return explanation === undefined ? [] : [explanation];
}

const EXTENSIONS: Readonly<Record<ExtensionReason, string>> = {
  complexity: 'the request is complex',
  'number-of-requests': 'there are many requests',
};

function extensionSection(request: RightsRequest): readonly ReportSection[] {
  const { extended } = request;
  if (extended === undefined) return [];
  const why = `The answer takes longer than a month, because ${EXTENSIONS[extended.reason]}. You were told so on ${day(extended.at, request.counting)}; it comes by ${dueOf(request).day}.`;
  return [{ id: 'extension', heading: 'Why it takes longer', paragraphs: [why, ...textOf(extended.explanation)] }];
}

function refusalSection({ ended }: RightsRequest): readonly ReportSection[] {
  if (ended?.outcome !== 'refused' && ended?.outcome !== 'granted-in-part') return [];
  const ground = refusalGrounds.find(({ id }) => id === ended.ground);
  const says = ground === undefined ? [] : [`${ground.says} (${articleOf(ground)} of the GDPR)`];
  return [{ id: 'refusal', heading: ended.outcome === 'refused' ? 'Why we refuse' : 'What we refuse, and why', paragraphs: [...says, ended.explanation] }];
}

function contactSection({ controller }: RightFacts): readonly ReportSection[] {
  if (controller === undefined) return [];
  const { name, contact, officer, representative } = controller;
  return [{
    id: 'contact', heading: 'Who we are', paragraphs: [name],
    list: [`Write to: ${contact}`, ...(officer === undefined ? [] : [`Data protection officer: ${officer}`]), ...(representative === undefined ? [] : [`Representative in the Union: ${representative}`])],
  }];
}

function remedySection({ controller }: RightFacts): ReportSection {
  const authority = controller?.authority === undefined ? [] : [`The supervisory authority for us is ${controller.authority}.`];
  return {
    id: 'remedies', heading: 'If you do not agree', paragraphs: authority,
    list: refusalRemedies.map(({ article, says }) => `${says} (Article ${article})`),
  };
}
