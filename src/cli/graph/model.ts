import type { RedactionRule } from '../../room/redaction-verdict.ts';

/** A room's event graph as it is drawn: rows from the oldest event down to the newest, lanes for what runs side by side. */
export type GraphModel = {
  readonly room_id: string;
  readonly room_version: string;
  readonly totals: GraphTotals;
  /** Who sent the events, by the number that nodes name. */
  readonly senders: readonly GraphSender[];
  /** One for each row, in the order of the rows. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** How the `prev` edges run. */
  readonly strands: readonly Strand[];
  readonly bends: readonly Bend[];
  readonly lanes: number;
  /** Parents that events name and that are not among the events. */
  readonly missing_parents: readonly string[];
  /** References that lead in a circle, and so have no place in the drawing: event and parent. */
  readonly loops: readonly (readonly [eventId: string, parent: string])[];
};

/** How many events are what. */
export type GraphTotals = {
  readonly events: number;
  /** Events that are drawn together with others. */
  readonly folded: number;
  readonly state: number;
  readonly redactions: number;
  readonly redacted: number;
  readonly rejected: number;
  readonly soft_failed: number;
  readonly unknown: number;
  readonly hazards: number;
  /** Events that more than one event follows. */
  readonly forks: number;
  /** Events that follow more than one. */
  readonly merges: number;
  readonly extremities: number;
};

/** A sender and how many of the events are theirs; an event without one counts for the empty text. */
export type GraphSender = { readonly user_id: string; readonly events: number };

type Placed = {
  /** `n` and the number of the event, or of the first of several. */
  readonly id: string;
  readonly row: number;
  readonly lane: number;
};

/** An event on a row of its own. */
export type EventNode = Placed & EventFacts & { readonly kind: 'event' };

/** What the drawing says of an event. None of it is content. */
export type EventFacts = {
  /** The place of the event in the room, from 1. */
  readonly number: number;
  readonly event_id: string;
  readonly type: string;
  readonly state_key?: string;
  /** A number in the list of senders. */
  readonly sender: number;
  readonly is_state: boolean;
  readonly verdict: 'authorized' | 'soft-failed' | 'rejected' | 'unknown';
  /** Why it was rejected, or why that cannot be told. */
  readonly rule?: string;
  readonly redacted: boolean;
  /** The redactions that apply; none, though the event is redacted, where they are not among the events. */
  readonly redacted_by: readonly string[];
  /** What a redaction names, and what comes of it. */
  readonly redacts?: readonly RedactsNote[];
  /** The hazard that redacting the event would be. */
  readonly hazard?: string;
  /** Whether the next event would name it as a parent. */
  readonly extremity: boolean;
  /** Whether the server holds it outside the graph. */
  readonly outlier: boolean;
  /** Parents that are not among the events. */
  readonly missing: readonly string[];
};

/** An event that a redaction names, and whether it applies. */
export type RedactsNote = {
  readonly event_id: string;
  readonly outcome: 'applies' | 'held' | 'ignored';
  readonly rule?: RedactionRule | 'rejected';
};

/** Several unremarkable events on one row: a line without forks, or a braid of many small ones. */
export type SegmentNode = Placed & {
  readonly kind: 'run' | 'braid';
  /** The numbers of the first event and of the last; of a braid, others may lie between. */
  readonly first: number;
  readonly last: number;
  readonly events: number;
  readonly event_ids: readonly string[];
  readonly types: readonly (readonly [type: string, events: number])[];
  readonly is_state: boolean;
  readonly senders: number;
  readonly forks: number;
  readonly merges: number;
  /** References between two of its own events. */
  readonly inner_edges: number;
};

/** A row of the drawing. */
export type GraphNode = EventNode | SegmentNode;

/** A line from a node to an earlier one that it follows (`prev`), or that allows it (`auth`). */
export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  readonly kind: 'prev' | 'auth';
  /** How many references between their events it stands for. */
  readonly references: number;
};

/** A vertical line that leads up to the node at its top. */
export type Strand = { readonly lane: number; readonly top: number; readonly bottom: number };

/** A line from a lane at a row to another lane at the row above. `in` leads into the lane of the row's node, `out` away from the node. */
export type Bend = { readonly row: number; readonly from: number; readonly to: number; readonly way: 'in' | 'out' };
