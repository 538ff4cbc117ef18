import { visible } from '../text/visible.ts';
import { createLabels, type Labels } from './labels.ts';
import type { GraphEdge, GraphModel, GraphNode } from './model.ts';

type Attributes = { readonly [name: string]: string };

/**
 * A drawing as text for Graphviz, a line at a time. Nodes are known by numbers, so that no identifier can be taken for syntax.
 * @see https://graphviz.org/doc/info/lang.html
 */
export function* dotLines(model: GraphModel): Generator<string> {
  const labels = createLabels(model);
  yield 'digraph room {';
  yield `  graph${attributes({ rankdir: 'BT', label: `${visible(model.room_id)}, room version ${model.room_version}`, fontname: 'Helvetica', newrank: 'true' })};`;
  yield `  node${attributes({ fontname: 'Helvetica', fontsize: '10', style: 'filled', fillcolor: '#eeeeee' })};`;
  yield `  edge${attributes({ arrowsize: '0.6' })};`;
  for (const node of model.nodes) {
    yield `  ${node.id}${attributes(nodeAttributes(node, labels))};`;
    yield* missingStubs(node);
  }
  for (const edge of model.edges) yield `  ${edge.from} -> ${edge.to}${attributes(edgeAttributes(edge))};`;
  yield* circles(model);
  yield '}';
}

/** References that lead in a circle; Graphviz need not rank by them. */
function* circles({ loops, nodes }: GraphModel): Generator<string> {
  if (loops.length === 0) return;
  const ids = new Map(nodes.flatMap((node) => (node.kind === 'event' ? [[node.event_id, node.id] as const] : [])));
  for (const [eventId, parent] of loops) {
    const [from, to] = [ids.get(eventId), ids.get(parent)];
    if (from !== undefined && to !== undefined) yield `  ${from} -> ${to}${attributes({ style: 'dashed', constraint: 'false', label: 'circle', fontsize: '8' })};`;
  }
}

function nodeAttributes(node: GraphNode, labels: Labels): Attributes {
  const named = [`${labels.number(node)} ${labels.type(node)}`, labels.stateKey(node), labels.sender(node)].filter((text) => text !== '');
  const label = [...named, ...labels.notes(node).map(({ text }) => text)].join('\n');
  if (node.kind !== 'event') return { shape: 'box', style: 'rounded,dashed', label, tooltip: `events ${node.first} to ${node.last}` };
  const styles = [node.redacted ? 'solid' : 'filled', ...(node.verdict === 'soft-failed' ? ['dashed'] : []), ...(node.verdict === 'rejected' ? ['diagonals'] : [])];
  return {
    shape: shapeOf(node),
    style: styles.join(','),
    ...(node.verdict === 'rejected' ? { color: '#a3362a' } : {}),
    ...(node.hazard === undefined ? {} : { peripheries: '2', color: '#7d5700' }),
    ...(node.extremity ? { penwidth: '2' } : {}),
    label,
    tooltip: visible(node.event_id),
  };
}

function shapeOf({ is_state: isState, type }: Extract<GraphNode, { kind: 'event' }>): string {
  if (isState) return 'box';
  return type === 'm.room.redaction' ? 'diamond' : 'ellipse';
}

function missingStubs(node: GraphNode): readonly string[] {
  if (node.kind !== 'event') return [];
  return node.missing.flatMap((id, i) => [
    `  ${node.id}_missing${i}${attributes({ shape: 'plaintext', style: 'solid', label: `${visible(id)}\nnot there` })};`,
    `  ${node.id} -> ${node.id}_missing${i}${attributes({ style: 'dotted' })};`,
  ]);
}

function edgeAttributes({ kind, references }: GraphEdge): Attributes {
  if (kind === 'auth') return { style: 'dotted', color: '#5f5a6b', constraint: 'false' };
  return references > 1 ? { label: String(references), fontsize: '8' } : {};
}

function attributes(values: Attributes): string {
  return ` [${Object.entries(values).map(([name, value]) => `${name}=${quote(value)}`).join(', ')}]`;
}

/** A text that is visible, quoted. Graphviz reads escapes and, in labels, HTML entities: the backslash and the ampersand stand for themselves. */
function quote(text: string): string {
  const lines = text.split('\n').map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;'));
  return `"${lines.join('\\n')}"`;
}
