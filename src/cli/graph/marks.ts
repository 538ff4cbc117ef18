import { html, type Html } from '../page/html.ts';
import type { EventNode, GraphNode } from './model.ts';

const CROSS: Html = html`<path class="cross" d="M-8-8 8 8M-8 8 8-8"/><path class="crossed" d="M-8-8 8 8M-8 8 8-8"/>`;

/** How a node is marked: told apart by shape and pattern first, by colour besides. The middle is at 0, 0. */
export function mark(node: GraphNode): Html {
  if (node.kind !== 'event') return segmentMark(node.kind, node.is_state);
  const shape = shapeOf(node);
  return html`${node.missing.length > 0 ? html`<path class="stub" d="M4-2.500 13-8"/>` : undefined}${
    node.verdict === 'soft-failed' ? html`<circle class="ring" r="8.5"/>` : undefined}${
    shapeMark(shape, node.redacted)}${
    node.verdict === 'rejected' ? CROSS : undefined}${
    node.extremity ? html`<path class="end" d="M-6 9.5H6"/>` : undefined}`;
}

/** The shape of a kind of event. */
export type Shape = 'state' | 'message' | 'redaction';

/** The kind of an event, as far as shapes go. */
export function shapeOf({ is_state: isState, redacts }: Pick<EventNode, 'is_state' | 'redacts'>): Shape {
  if (isState) return 'state';
  return redacts === undefined ? 'message' : 'redaction';
}

/** The shape of an event: filled, or hollow where it is redacted. */
export function shapeMark(shape: Shape, hollow: boolean): Html {
  const look = hollow ? `${shape} hollow` : shape;
  switch (shape) {
    case 'state': return html`<path class="${look}" d="M-5-5H5V5H-5Z"/>`;
    case 'redaction': return html`<path class="${look}" d="M0-7 7 0 0 7-7 0Z"/>`;
    case 'message': return html`<circle class="${look}" r="4.75"/>`;
    default: return shape satisfies never;
  }
}

/** Several events on one row: dots in a frame for a line, strands that cross for a braid. */
export function segmentMark(kind: 'run' | 'braid', isState: boolean): Html {
  if (kind === 'braid') return html`<rect class="frame" x="-7" y="-9" width="14" height="18" rx="4"/><path class="braid" d="M-3.5-7C-3.5-2 3.5-2 3.5 2.500S-1 6 -3.5 7M3.5-7C3.5-2-3.5-2-3.5 2.500S1 6 3.5 7"/>`;
  return html`<rect class="frame" x="-6" y="-9" width="12" height="18" rx="${isState ? 0 : 6}"/><path class="dots" d="M0-5v.01M0 0v.01M0 5v.01"/>`;
}

/** A triangle with an exclamation mark. */
export const hazardMark: Html = html`<path class="hazard" d="M0-6.5 7 5.500H-7Z"/><path class="bang" d="M0-2.500V1.500M0 3.500v.01"/>`;
