import { erasureSection, rectificationSections, restrictionSection } from './answer-acts.ts';
import { accessSection, copySection, heldSection, interestsSection, otherRights, recipientsSection, transfersSection } from './answer-held.ts';
import { decisionsSection, goesOnSection, portabilitySection, stopsSection, toolsSection } from './answer-processing.ts';
import type { RightFacts } from './facts.ts';
import type { RightsRequest } from './request.ts';
import type { RightKind } from './rights.ts';
import type { ReportSection } from './sections.ts';

type Answer = (request: RightsRequest, facts: RightFacts) => readonly ReportSection[];

/** What each answer says, beside the request, the contact and the remedies. */
export function answerSections(request: RightsRequest, facts: RightFacts): readonly ReportSection[] {
  return ANSWERS[request.kind](request, facts);
}

const ANSWERS: Readonly<Record<RightKind, Answer>> = {
  informed: (_, facts) => [heldSection(facts), ...interestsSection(facts), recipientsSection(facts), transfersSection(facts), decisionsSection(facts), otherRights('informed')],
  access: (request, facts) => [accessSection(request, facts), heldSection(facts), recipientsSection(facts), copySection(), otherRights('access')],
  rectification: (_, facts) => [...rectificationSections(facts), recipientsSection(facts)],
  erasure: (request, facts) => [erasureSection(request, facts), recipientsSection(facts)],
  restriction: (request, facts) => [restrictionSection(request, facts), recipientsSection(facts)],
  portability: (_, facts) => [portabilitySection(facts), copySection()],
  objection: (_, facts) => [stopsSection(facts), goesOnSection(facts)],
  'automated-decisions': (_, facts) => [decisionsSection(facts), toolsSection(facts)],
};
