import { purgeDeadline } from '../deadlines.ts';
import { hazards } from '../hazards.ts';
import type { RightFacts } from './facts.ts';
import type { RectificationObstacle, RoomRectification } from './rectification.ts';
import { deadlinesOf, type RightsRequest } from './request.ts';
import type { RestrictionGround } from './restriction.ts';
import { countOf, day, NOT_STATED, type ReportSection } from './sections.ts';

const OBSTACLES: Readonly<Record<RectificationObstacle, string>> = {
  'state-unknown': 'Events are missing, so that nobody can tell what holds there now.',
  'changes-membership': 'The correction would change who is in the room, and so is none. If you have left, the old event can be redacted instead.',
  'nobody-may-send': 'The rules of the room allow the correction to no member. The old event can be redacted instead, where that harms nobody.',
};

/** What is corrected, and what the old leaves. */
export function rectificationSections({ rectifications }: RightFacts): readonly ReportSection[] {
  if (rectifications === undefined) return [{ id: 'corrected', heading: 'What is corrected', paragraphs: [NOT_STATED] }];
  const none = rectifications.length === 0 ? ['No room that was looked at holds this.'] : [];
  return [
    { id: 'corrected', heading: 'What is corrected', paragraphs: none, list: rectifications.map(correctionLine) },
    {
      id: 'old', heading: 'What the old leaves',
      paragraphs: [
        'A room forgets nothing by itself. The old events stay in its history with what they said; servers that have them keep them; and clients that are told of the correction are told what was there before it.',
        'So the old events are redacted as well, as far as that does not harm the room.',
      ],
      list: rectifications.flatMap(leftLines),
    },
  ];
}

function correctionLine({ room_id, type, state_key, senders, obstacle }: RoomRectification): string {
  const what = `${room_id}: ${type}${state_key === '' ? '' : ` of ${state_key}`}`;
  if (obstacle !== undefined) return `${what}. ${OBSTACLES[obstacle]}`;
  const [first, ...others] = senders;
  return `${what}: a new event takes its place. ${first} may send it${others.length === 0 ? '' : `, and ${countOf(others.length, 'other member')}`}.`;
}

function leftLines({ room_id, former, servers, copies }: RoomRectification): readonly string[] {
  const can = former.filter(({ afterwards }) => afterwards === 'redact').length;
  const kept = former.filter(({ afterwards }) => afterwards === 'hazard');
  const consequences = [...new Set(kept.map(({ hazard }) => hazard))].map((id) => hazards.find((one) => one.id === id)?.consequence ?? '');
  return [
    `${room_id}: ${countOf(former.length, 'earlier event')} on ${countOf(servers.length, 'server')}; ${can} can be redacted once the correction is there. Shown with what was before: ${countOf(copies.length, 'event')}.`,
    ...consequences.map((consequence) => `${room_id}: some cannot be redacted. ${consequence}`),
  ];
}

/** What an erasure does. */
export function erasureSection(request: RightsRequest, { erasure }: RightFacts): ReportSection {
  const by = day(Math.min(purgeDeadline(request.receivedAt), deadlinesOf(request).answer.endsAt), request.counting);
  const planned = erasure === undefined ? [] : [
    `${countOf(erasure.totals.redact, 'event')} lose all that is not needed to keep the rooms working.`,
    `${erasure.totals.hide} are no longer shown to anybody who had no access to them before.`,
    `${erasure.totals.purge} that only you could access are deleted.`,
    `${erasure.totals.keep} stay, because the rooms would break without them.`,
    ...(erasure.totals.held === 0 ? [] : [`${erasure.totals.held} are held for now, on grounds that you are told.`]),
  ];
  return {
    id: 'erasure', heading: 'What is erased', list: planned,
    paragraphs: [
      `What only you could access is gone by ${by}. People who could read your messages keep what they read; whoever comes later does not get them.`,
      ...(erasure === undefined ? ['The erasure has not been planned yet.'] : [`The plan is ${erasure.digest.slice(0, 12)}. A report of the erasure itself says what was done.`]),
    ],
  };
}

const RESTRICTION_GROUNDS: Readonly<Record<RestrictionGround, string>> = {
  'article-18-1-a': 'you say that the data are wrong, and we check it',
  'article-18-1-b': 'the processing is unlawful, and you want the data kept',
  'article-18-1-c': 'you need the data for legal claims, and we do not need them any more',
  'article-18-1-d': 'you have objected, and it is being decided whose interests weigh more',
};

/** What is restricted, until when. */
export function restrictionSection({ counting }: RightsRequest, { restriction }: RightFacts): ReportSection {
  if (restriction === undefined) return { id: 'restriction', heading: 'What is restricted', paragraphs: ['The restriction has not been set yet.'] };
  const { ground, from, reviewAt, lifted } = restriction;
  const end = lifted === undefined
    ? `By ${day(reviewAt, counting)} we look whether it is still needed. You are told before it is lifted.`
    : `You were told on ${day(lifted.toldAt, counting)} that it would be lifted, and it was on ${day(lifted.at, counting)}. Since then everything is shown as it was before.`;
  return {
    id: 'restriction', heading: 'What is restricted',
    paragraphs: [`From ${day(from, counting)} on your data are kept and not used, because ${RESTRICTION_GROUNDS[ground]}.`, end],
    list: lifted !== undefined ? [] : [
      'Your messages are shown to nobody but you.',
      'Your state events are shown without what a room does not need; what it needs stays, because other people rely on it.',
      'Nothing of it is erased meanwhile, not even by an erasure that is under way.',
      'Other servers have copies, and are told of the restriction. We cannot make them follow it.',
    ],
  };
}
