import { createColors } from 'picocolors';
import type { Seen } from '../../erasure/profiles.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import type { ViewedRoom } from '../../erasure/view/room-facts.ts';
import type { Surface, ViewDecision, Viewer, ViewReason } from '../../erasure/view/viewer.ts';
import { countOf, formatCount, formatTime, inWords } from './numbers.ts';
import type { TextOptions } from './plan-text.ts';
import { columnsOf, shorten, visible, wrap } from './visible.ts';

/** A room and how a viewer is served its events, in their order. */
export type DecidedRoom = { readonly room: ViewedRoom; readonly decisions: readonly ViewDecision[] };

/** What was asked. */
export type ViewQuestion = { readonly request: ErasureRequest; readonly viewer: Viewer; readonly surface: Surface };

/** The sentence of each reason. */
export const viewReasons: Readonly<Record<ViewReason, string>> = Object.freeze({
  'not-own': 'somebody else\'s event',
  'own-view': 'the viewer is the subject',
  'out-of-scope': 'the request does not cover it',
  'hazard': 'redacting it would change the room',
  'room-label': 'a label of the room, and labels stay',
  'applied-redaction': 'a redaction, which keeps its effect',
  'had-access': 'the viewer had access before the erasure',
  'new-viewer': 'the viewer came after the erasure, or could only have peeked',
  'server-had-access': 'a user of the server had access before the erasure',
  'other-server': 'no user of the server had access before the erasure',
  'service-there': 'the application service had a user in the room',
  'other-service': 'the application service had no user in the room',
  'administrator': 'it is stored like that',
  'history-visibility': 'the room\'s history visibility, erasure or not',
  'history-unknown': 'events are missing, so that its visibility cannot be told',
  'not-state': 'it is no state, and only state is read',
  'not-in-state': 'it is in no state that the viewer reads',
  'withheld-redaction': 'a redaction that applies to nothing',
  'rejected': 'the server rejected it',
  'beyond-paging': 'paging through the history does not come to it',
  'outside-history': 'it is outside the room\'s history',
  'already-redacted': 'it had been redacted already',
  'joined-at-event': 'the viewer was joined when it was sent',
  'not-joined-at-event': 'the viewer was not joined when it was sent',
  'sender-erased': 'servers are served nothing of an erased user in full',
  'not-filtered': 'this API does not look at erasures',
  'overwritten': 'the server overwrote the membership events of the subject',
  'never-served': 'events of its type are not served',
});

const SEEN: readonly Seen[] = ['full', 'redacted', 'hidden'];
const HEADINGS: readonly string[] = ['Full', 'Redacted', 'Hidden'];
const ROOMS_SHOWN = 50;
const WIDEST_ROOM = 60;

type Tally = { readonly [seen in Seen]: number };

/** What a viewer is served, for people at a terminal: the subject's events room by room, and why. */
export function renderViewText(rooms: readonly DecidedRoom[], question: ViewQuestion, { color = false, width = 80 }: TextOptions = {}): string {
  const { bold, dim } = createColors(color);
  const { request, surface, viewer } = question;
  const own = rooms.map((decided) => ({ roomId: decided.room.roomId, decisions: ownDecisions(decided, request.subjects) })).filter(({ decisions }) => decisions.length > 0);
  const decisions = own.flatMap((room) => room.decisions);
  const events = rooms.reduce((sum, room) => sum + room.decisions.length, 0);
  const title = `What ${viewerName(viewer)} is served of ${inWords(request.subjects.map(visible))}`;
  const header = `By ${surface}, profile ${visible(request.profile)}, in effect from ${formatTime(request.effectiveAt)}. ${countOf(events, 'event')} read in ${countOf(rooms.length, 'room')}.`;
  const blocks = [
    [bold(wrap(title, width, '  ')), wrap(header, width, '  ')],
    ...(own.length === 0 ? [] : [table(own, dim), [bold('Why'), ...why(decisions)]]),
    [summaryLine(tallyOf(decisions))],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

type OwnRoom = { readonly roomId: string; readonly decisions: readonly ViewDecision[] };

function ownDecisions({ room, decisions }: DecidedRoom, subjects: readonly string[]): readonly ViewDecision[] {
  return decisions.filter((_, index) => subjects.includes(room.events[index]?.pdu.sender ?? ''));
}

function viewerName(viewer: Viewer): string {
  switch (viewer.kind) {
    case 'user':
      return visible(viewer.id);
    case 'server':
      return `server ${visible(viewer.id)}`;
    case 'applicationService':
      return `application service ${visible(viewer.id)}`;
    case 'guest':
      return 'a guest';
    case 'anonymous':
      return 'somebody without an account';
    case 'admin':
      return 'an administrator';
    default:
      return viewer satisfies never;
  }
}

function tallyOf(decisions: readonly ViewDecision[]): Tally {
  const count = (seen: Seen): number => decisions.filter((decision) => decision.seen === seen).length;
  return { full: count('full'), redacted: count('redacted'), hidden: count('hidden') };
}

function table(rooms: readonly OwnRoom[], dim: (text: string) => string): readonly string[] {
  const [shown, rest] = [rooms.slice(0, ROOMS_SHOWN), rooms.slice(ROOMS_SHOWN)];
  const rows = [
    ...shown.map(({ roomId, decisions }) => rowOf(shorten(visible(roomId), WIDEST_ROOM), decisions)),
    ...(rest.length === 0 ? [] : [rowOf(`${formatCount(rest.length)} more rooms`, rest.flatMap(({ decisions }) => decisions))]),
    rowOf('Total', rooms.flatMap(({ decisions }) => decisions)),
  ];
  const head = ['Room', ...HEADINGS];
  const widths = head.map((heading, column) => Math.max(...[heading, ...rows.map((row) => row[column] ?? '')].map(columnsOf)));
  const line = (row: readonly string[]): string => row.map((cell, column) => padded(cell, widths[column] ?? 0, column === 0)).join('  ');
  return [dim(line(head)), ...rows.map(line)];
}

function rowOf(name: string, decisions: readonly ViewDecision[]): readonly string[] {
  const tally = tallyOf(decisions);
  return [name, ...SEEN.map((seen) => formatCount(tally[seen]))];
}

function padded(cell: string, width: number, left: boolean): string {
  const space = ' '.repeat(Math.max(0, width - columnsOf(cell)));
  return left ? cell + space : space + cell;
}

function why(decisions: readonly ViewDecision[]): readonly string[] {
  const counts = new Map<string, { readonly decision: ViewDecision; events: number }>();
  for (const decision of decisions) {
    const key = `${decision.seen} ${decision.reason}`;
    const found = counts.get(key) ?? { decision, events: 0 };
    found.events += 1;
    counts.set(key, found);
  }
  const most = [...counts.values()].toSorted((one, other) => other.events - one.events);
  const digits = Math.max(0, ...most.map(({ events }) => formatCount(events).length));
  return most.map(({ decision: { seen, reason }, events }) => `${formatCount(events).padStart(digits)} ${seen.padEnd(8)}  ${viewReasons[reason]}`);
}

function summaryLine({ full, redacted, hidden }: Tally): string {
  return `View: ${formatCount(full)} in full, ${formatCount(redacted)} redacted, ${formatCount(hidden)} hidden. Nothing changed.`;
}
