import type { RedactionExplanation, RedactionReason } from '../../event/explain.ts';
import type { Colours } from '../colours.ts';
import { columnsOf, shorten, visible } from './visible.ts';

/** Why a key stays or goes, in a sentence. */
export const redactionReasons: Readonly<Record<RedactionReason, string>> = {
  'protected-event-key': 'Events of this room version keep this key.',
  'protected-content-key': 'Events of this type keep this part of their content.',
  'protected-content-of-type': 'Events of this type keep all their content.',
  'protected-relation': 'The relation to another event is kept.',
  'event-key-not-protected': 'It is no key that events of this room version keep.',
  'unsigned-is-not-part-of-the-event': 'A server added it; it is no part of the event proper.',
  'content-of-type-not-protected': 'Events of this type keep no content.',
  'content-key-not-protected': 'Events of this type keep other parts of their content, not this one.',
  'not-an-object': 'It should be an object, and is none: nothing of it is kept.',
};

/** An event and what its redaction does to each key. */
export type ExplainedEvent = {
  readonly source: string;
  readonly line: number;
  readonly type: string;
  readonly roomVersion: string;
  readonly eventId?: string;
  readonly spec: string;
  readonly keys: readonly RedactionExplanation[];
};

const WIDEST_PATH = 44;

/** One event as a table: what stays and what goes, and why. */
export function explanationText(event: ExplainedEvent, { bold, dim, red, green }: Colours): string {
  const paths = event.keys.map(({ path }) => shorten(visible(path), WIDEST_PATH));
  const width = Math.max(0, ...paths.map(columnsOf));
  const rows = event.keys.map(({ kept, reason }, index) => {
    const path = paths[index] ?? '';
    const word = kept ? green('kept') : red('goes');
    return `  ${word}  ${path}${' '.repeat(width - columnsOf(path))}  ${dim(redactionReasons[reason])}`;
  });
  return [heading(event, bold), ...rows, `  ${dim(event.spec)}`, '', ''].join('\n');
}

function heading({ source, line, type, roomVersion, eventId }: ExplainedEvent, bold: Colours['bold']): string {
  const parts = [`${source}:${line}`, type, ...(eventId === undefined ? [] : [eventId]), `room version ${roomVersion}`];
  return bold(parts.map(visible).join('  '));
}
