import { countOf, formatCount, inWords } from '../text/numbers.ts';
import { columnsOf, shorten, visible } from '../text/visible.ts';
import type { EventNode, GraphModel, GraphNode, RedactsNote, SegmentNode } from './model.ts';

/** What is out of the ordinary about an event: a word for the eye, and the text. */
export type Note = { readonly kind: NoteKind; readonly text: string };

/** The kinds of notes, each of which has a mark or a colour of its own. */
export type NoteKind = 'rejected' | 'soft-failed' | 'redacted' | 'redacts' | 'hazard' | 'latest' | 'missing' | 'unknown' | 'folded';

/** What a row says, for people. */
export type Labels = {
  /** The number of the event, or those of the first and the last of several. */
  readonly number: (node: GraphNode) => string;
  readonly type: (node: GraphNode) => string;
  readonly stateKey: (node: GraphNode) => string;
  readonly sender: (node: GraphNode) => string;
  readonly notes: (node: GraphNode) => readonly Note[];
  /** All of it in full, in lines. */
  readonly full: (node: GraphNode) => readonly string[];
};

const SENDER_COLUMNS = 18;
const TYPES_NAMED = 2;

/** Makes text safe for where it goes. */
export type Show = (text: string) => string;

/** For text that `html` escapes. */
export const asIs: Show = (text) => text;

/** Labels for the nodes of a drawing, with everything escaped that could act or hide, unless that is done later. */
export function createLabels(model: GraphModel, show: Show = visible): Labels {
  const placeOf = places(model);
  const names = senderNames(model).map(show);
  const circles = circlesOf(model);
  const notes = (node: GraphNode): readonly Note[] =>
    (node.kind === 'event' ? [...eventNotes(node, placeOf), ...(circles.get(node.event_id) ?? []).map((id) => circleNote(id, placeOf))] : segmentNotes(node, show));
  const user = (node: EventNode): string => show(model.senders[node.sender]?.user_id ?? '');
  return {
    number: (node) => (node.kind === 'event' ? String(node.number) : `${node.first}–${node.last}`),
    type: (node) => (node.kind === 'event' ? show(node.type) : `${countOf(node.events, 'event')}${node.kind === 'braid' ? `, ${countOf(node.merges, 'merge')}` : ''}`),
    stateKey: (node) => (node.kind === 'event' ? show(node.state_key ?? '') : ''),
    sender: (node) => (node.kind === 'event' ? names[node.sender] ?? '' : countOf(node.senders, 'sender')),
    notes,
    full: (node) => node.kind === 'event'
      ? [
        `${node.number}. ${show(node.type)}${node.state_key === undefined ? '' : `, state key "${show(node.state_key)}"`}`,
        show(node.event_id), user(node), ...notes(node).map(({ text }) => text),
      ]
      : [
        `${countOf(node.events, 'event')}, ${node.first} to ${node.last}, of ${countOf(node.senders, 'sender')}`,
        ...node.types.map(([type, count]) => `${show(type)} ${formatCount(count)}`),
        ...(node.kind === 'braid' ? [`${countOf(node.forks, 'fork')}, ${countOf(node.merges, 'merge')}`] : []),
      ],
  };
}

/** Where an event is to be found in the drawing, in words. */
function places({ nodes }: GraphModel): (eventId: string) => string {
  const found = new Map<string, string>();
  for (const node of nodes) {
    if (node.kind === 'event') found.set(node.event_id, String(node.number));
    else for (const id of node.event_ids) found.set(id, `one of ${node.first}–${node.last}`);
  }
  return (eventId) => found.get(eventId) ?? 'an event that is not there';
}

/** Of events that are part of a circle, the parents to which no line can lead. */
function circlesOf({ loops }: GraphModel): ReadonlyMap<string, readonly string[]> {
  const circles = new Map<string, string[]>();
  for (const [eventId, parent] of loops) {
    const parents = circles.get(eventId);
    if (parents === undefined) circles.set(eventId, [parent]);
    else parents.push(parent);
  }
  return circles;
}

function circleNote(parent: string, placeOf: (eventId: string) => string): Note {
  return { kind: 'missing', text: `follows ${placeOf(parent)}, in a circle` };
}

/** Of each sender the localpart, with the server name where two would look alike. */
function senderNames({ senders }: GraphModel): readonly string[] {
  const local = senders.map(({ user_id: id }) => id.split(':')[0] ?? '');
  const counts = new Map<string, number>();
  for (const name of local) counts.set(name, (counts.get(name) ?? 0) + 1);
  return local.map((name, i) => fit((counts.get(name) ?? 0) > 1 ? senders[i]?.user_id ?? '' : name, SENDER_COLUMNS));
}

function eventNotes(node: EventNode, placeOf: (eventId: string) => string): readonly Note[] {
  const by = node.redacted_by.length === 0 ? '' : ` by ${inWords(node.redacted_by.map(placeOf))}`;
  const all: readonly (Note | false)[] = [
    node.verdict === 'rejected' && { kind: 'rejected', text: node.rule === 'recorded' ? 'rejected by the server' : `rejected: ${node.rule ?? ''}` },
    node.verdict === 'soft-failed' && { kind: 'soft-failed', text: 'soft-failed' },
    node.redacted && { kind: 'redacted', text: `redacted${by}` },
    ...(node.redacts ?? []).map((note): Note => ({ kind: 'redacts', text: redactsText(note, placeOf) })),
    node.redacts?.length === 0 && { kind: 'redacts', text: 'names nothing' },
    node.hazard !== undefined && { kind: 'hazard', text: `hazard: ${node.hazard}` },
    node.extremity && { kind: 'latest', text: 'forward extremity' },
    node.outlier && { kind: 'missing', text: 'outlier' },
    node.missing.length > 0 && { kind: 'missing', text: `${countOf(node.missing.length, 'parent')} not there` },
    // After a gap in the history that is so of every event, and said of the whole.
    node.verdict === 'unknown' && node.rule !== 'incomplete-ancestry' && { kind: 'unknown', text: `not judged${node.rule === undefined ? '' : `: ${node.rule}`}` },
  ];
  return all.filter((note) => note !== false);
}

function redactsText({ event_id: id, outcome, rule }: RedactsNote, placeOf: (eventId: string) => string): string {
  if (outcome === 'applies') return `redacts ${placeOf(id)}`;
  return outcome === 'held' ? `waits to redact ${placeOf(id)}` : `does not redact ${placeOf(id)}: ${rule ?? ''}`;
}

function segmentNotes({ types }: SegmentNode, show: Show): readonly Note[] {
  const more = types.length - TYPES_NAMED;
  const named = types.slice(0, TYPES_NAMED).map(([type, count]) => `${show(fit(type, 24))}${types.length > 1 ? ` ${formatCount(count)}` : ''}`);
  const text = `${named.join(', ')}${more > 0 ? ` and ${countOf(more, 'more type')}` : ''}`;
  return [{ kind: 'folded', text }];
}

/** How many columns of a fixed-width font the longest of some texts takes, at most a limit. */
export function widest(texts: readonly string[], limit: number): number {
  return Math.min(limit, texts.reduce((most, text) => Math.max(most, columnsOf(visible(text))), 0));
}

/** A text cut so that it takes no more columns than a width once it is visible. */
export function fit(text: string, width: number): string {
  let cut = shorten(text, width);
  for (let columns = width - 1; columns > 0 && columnsOf(visible(cut)) > width; columns--) cut = shorten(text, columns);
  return cut;
}
