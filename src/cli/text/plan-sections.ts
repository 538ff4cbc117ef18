import { countHolds, countKeptFiles, countRemedies, elsewhere, type RemedyCount } from '../../erasure/plan-facts.ts';
import type { ErasurePlan } from '../../erasure/plan.ts';
import { countOf, formatCount, formatTime, inWords } from './numbers.ts';
import { holdGroundWords, mediaReasons, obstacles, steps } from './sentences.ts';
import { redactionsSentence } from './sends-text.ts';
import { shorten, visible } from './visible.ts';

const LISTED = 5;
const ID_WIDTH = 60;

/** The steps that have something to do, in order, and what is sent in them. */
export function stepLines(plan: ErasurePlan): readonly string[] {
  const done = plan.steps.filter(({ count }) => count > 0);
  return done.map(({ step, count, due }, index) => {
    const sent = step === 'redact' ? redactionsSentence(plan) : '';
    return `${index + 1}. ${steps[step].sentence}: ${countOf(count, steps[step].unit)}${sent}${due === undefined ? '' : `, by ${formatTime(due)}`}.`;
  });
}

/** The holds, what they rest on and when somebody has to look at them again. */
export function holdLines(plan: ErasurePlan): readonly string[] {
  return countHolds(plan).map(({ hold, events, rooms }) =>
    `- ${visible(hold.id)}, ${holdGroundWords[hold.ground]} (${visible(hold.basis)}): ${countOf(events, 'event')} in ${countOf(rooms, 'room')}. Review by ${formatTime(hold.reviewAt)}.`);
}

/** What others send first. */
export function remedyLines(plan: ErasurePlan): readonly string[] {
  const groups = countRemedies(plan);
  if (groups.length === 0) return [];
  const named = plan.request.remedySender !== undefined;
  const how = named ? 'apply --remedies writes these events, ready to be signed.' : 'Name who could send them with --remedy-sender.';
  return [...groups.map((group) => `- ${remedySentence(group)}`), how];
}

function remedySentence({ like: { type, sender, obstacle }, count, rooms }: RemedyCount): string {
  const what = `${countOf(count, 'event')} of type ${visible(type)} in ${countOf(rooms, 'room')}`;
  if (sender === undefined) return `${what}.`;
  return `${what}, from ${shorten(visible(sender), ID_WIDTH)}${obstacle === undefined ? '' : `, who ${obstacles[obstacle]}`}.`;
}

/** What happens to the person's files. */
export function mediaLines(plan: ErasurePlan): readonly string[] {
  const { basis, purge, kept, unknown, due } = plan.media;
  if (purge.length + kept.length + unknown.length === 0) return [];
  const reasons = countKeptFiles(plan).map(([reason, files]) => `${mediaReasons[reason].label} ${formatCount(files)}`);
  return [
    ...(purge.length === 0 ? [] : [`- ${countOf(purge.length, 'file')} to purge by ${formatTime(due)}: only redacted or purged events refer to them, or none.`]),
    ...(kept.length === 0 ? [] : [`- ${countOf(kept.length, 'file')} kept, because an event that stays refers to them: ${inWords(reasons)}.`]),
    ...(unknown.length === 0 ? [] : [`- ${countOf(unknown.length, 'file')} unknown: encrypted events may refer to them.`]),
    ...(basis === 'listed' ? [] : ["Counted are files on the person's server that their events refer to; --uploads gives all that they uploaded."]),
  ];
}

/** Where else copies may be that nothing here reaches. */
export function elsewhereLines(plan: ErasurePlan): readonly string[] {
  const { bridges, predecessors } = elsewhere(plan);
  return [
    ...(bridges.length === 0 ? [] : [`- Bridges to other networks: ${listed(bridges)}.`]),
    ...(predecessors.length === 0 ? [] : [`- Rooms that were replaced and are not in the input: ${listed(predecessors)}.`]),
  ];
}

function listed(ids: readonly string[]): string {
  const more = ids.length > LISTED ? [`${formatCount(ids.length - LISTED)} more`] : [];
  return inWords([...ids.slice(0, LISTED).map((id) => shorten(visible(id), ID_WIDTH)), ...more]);
}
