import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DrawnEvent } from '../../../src/cli/graph/facts.ts';
import type { GraphModel, GraphNode } from '../../../src/cli/graph/model.ts';
import { anyRoom, braidedRoom, event, largeRoom, layout, line, start } from './rooms.ts';

const rooms = fc.oneof(anyRoom, braidedRoom);
const options = fc.record({ all: fc.boolean(), auth: fc.boolean() });

/** A law of the drawing of any room, folded or not. */
function expectOfAnyRoom(law: (model: GraphModel, events: readonly DrawnEvent[]) => void): void {
  fc.assert(fc.property(rooms, options, (events, chosen) => law(layout(events, chosen), events)));
}

const eventsOf = (node: GraphNode): readonly string[] => (node.kind === 'event' ? [node.event_id] : node.event_ids);
const ofKind = (model: GraphModel, kind: GraphNode['kind']): readonly GraphNode[] => model.nodes.filter((node) => node.kind === kind);
const typesOf = (model: GraphModel): readonly string[] => model.nodes.map((node) => (node.kind === 'event' ? node.event_id : `${node.kind} ${node.events}`));

test('the rooms that the laws are tried on have all there is', () => {
  const models = fc.sample(rooms, { numRuns: 300, seed: 1 }).map((events) => layout(events));
  const kinds = models.flatMap(({ nodes }) => nodes.map(({ kind }) => kind));
  for (const kind of ['event', 'run', 'braid'] as const) expect(kinds.filter((one) => one === kind).length).toBeGreaterThan(20);
  expect(models.filter(({ loops }) => loops.length > 0).length).toBeGreaterThan(20);
  expect(Math.max(...models.map(({ lanes }) => lanes))).toBeGreaterThan(5);
});

describe('of any room', () => {
  test('every event is in one node, and the counts add up', () => {
    expectOfAnyRoom((model, events) => {
      expect(model.nodes.flatMap(eventsOf).toSorted()).toEqual(events.map(({ event_id: id }) => id).toSorted());
      const folded = model.nodes.flatMap((node) => (node.kind === 'event' ? [] : [node]));
      expect(model.totals.events).toBe(events.length);
      expect(folded.reduce((sum, node) => sum + node.events, 0)).toBe(model.totals.folded);
      for (const node of folded) {
        expect(node.event_ids).toHaveLength(node.events);
        expect(node.types.reduce((sum, [, count]) => sum + count, 0)).toBe(node.events);
      }
      expect(model.senders.reduce((sum, sender) => sum + sender.events, 0)).toBe(events.length);
    });
  });

  test('every reference to a parent is drawn, folded, missing or in a loop', () => {
    expectOfAnyRoom((model, events) => {
      const references = events.reduce((sum, { pdu }) => sum + new Set(pdu.prev_events?.map(String)).size, 0);
      const drawn = model.edges.filter(({ kind }) => kind === 'prev').reduce((sum, edge) => sum + edge.references, 0);
      const inner = model.nodes.reduce((sum, node) => sum + (node.kind === 'event' ? node.missing.length : node.inner_edges), 0);
      expect(drawn + inner + model.loops.length).toBe(references);
    });
  });

  test('edges go from later rows to earlier ones', () => {
    expectOfAnyRoom(({ nodes, edges }) => {
      const rowOf = new Map(nodes.map(({ id, row }) => [id, row]));
      expect(nodes.map(({ row }) => row)).toEqual(nodes.map((_, row) => row));
      const wrong = edges.filter(({ from, to, kind }) => kind === 'prev' && (rowOf.get(from) ?? 0) <= (rowOf.get(to) ?? Infinity));
      expect(wrong).toEqual([]);
    });
  });

  test('no line runs through a node, and no two lines share a lane', () => {
    expectOfAnyRoom(({ nodes, strands, lanes }) => {
      for (const { lane, top, bottom } of strands) {
        expect(lane).toBeLessThan(lanes);
        expect(nodes.slice(top + 1, bottom).some((node) => node.lane === lane)).toBe(false);
      }
      const sorted = [...strands].sort((one, other) => one.lane - other.lane || one.top - other.top || one.bottom - other.bottom);
      const shared = sorted.filter((strand, i) => sorted[i - 1]?.lane === strand.lane && strand.top < (sorted[i - 1]?.bottom ?? 0));
      expect(shared).toEqual([]);
    });
  });

  test('who follows the lines from an event comes to its parents, and nowhere else', () => {
    expectOfAnyRoom((model) => {
      const parents = new Map(model.nodes.map(({ id }) => [id, new Set<string>()]));
      for (const { from, to, kind } of model.edges) if (kind === 'prev') parents.get(from)?.add(to);
      for (const node of model.nodes) expect(followLines(node, model)).toEqual(parents.get(node.id));
    });
  });

  test('every line begins at a node or where another one leads into it, and ends at a node or leads on', () => {
    expectOfAnyRoom(({ nodes, strands, bends }) => {
      const places = new Set(nodes.map(({ row, lane }) => `${row} ${lane}`));
      const [begun, led] = [new Set(bends.map(({ row, to }) => `${row - 1} ${to}`)), new Set(bends.map(({ row, from }) => `${row} ${from}`))];
      const loose = strands.filter(({ lane, top, bottom }) => {
        const begins = places.has(`${bottom} ${lane}`) || begun.has(`${bottom} ${lane}`);
        return !begins || !(places.has(`${top} ${lane}`) || led.has(`${top} ${lane}`));
      });
      expect(loose).toEqual([]);
    });
  });

  test('a folded line is one: each event follows the one before alone, and only the last is followed from outside', () => {
    expectOfAnyRoom((model, events) => {
      for (const run of model.nodes.flatMap((node) => (node.kind === 'run' ? [node.event_ids] : []))) {
        const last = run.at(-1);
        const links = events.flatMap(({ event_id: id, pdu }) => (pdu.prev_events ?? []).map((parent) => [id, String(parent)] as const));
        const within = new Set(run);
        expect(new Set(links.filter(([id, parent]) => parent !== last && within.has(parent) && !within.has(id)))).toEqual(new Set());
        const inner = links.filter(([id]) => within.has(id) && id !== run[0]).map(([id, parent]) => `${parent} ${id}`);
        expect(new Set(inner)).toEqual(new Set(run.slice(1).map((id, i) => `${run[i]} ${id}`)));
      }
    });
  });

  test('nothing out of the ordinary is folded', () => {
    expectOfAnyRoom((model, events) => {
      const records = new Map(events.map((one) => [one.event_id, one]));
      const ends = new Set(layout(events, { all: true }).nodes.flatMap((node) => (node.kind === 'event' && (node.extremity || node.redacted || node.hazard !== undefined) ? [node.event_id] : [])));
      for (const id of model.nodes.flatMap((node) => (node.kind === 'event' ? [] : node.event_ids))) {
        const { pdu, rejected, soft_failed: softFailed } = records.get(id) ?? {};
        expect([rejected, softFailed, ends.has(id), pdu?.type === 'm.room.redaction']).toEqual([undefined, undefined, false, false]);
        expect(pdu?.state_key === undefined || pdu.type === 'm.room.member').toBe(true);
      }
    });
  });

  test('the same events give the same drawing, and no input is changed', () => {
    fc.assert(fc.property(rooms, options, (events, chosen) => {
      const before = JSON.stringify(events);
      expect(layout(events, chosen)).toEqual(layout(structuredClone(events), chosen));
      expect(JSON.stringify(events)).toBe(before);
    }));
  });

  test('with --all every event has a row of its own', () => {
    fc.assert(fc.property(rooms, (events) => {
      expect(layout(events, { all: true }).nodes.filter(({ kind }) => kind === 'event')).toHaveLength(events.length);
    }));
  });
});

/** The nodes that the lines from a node lead to, as an eye would follow them. */
function followLines(origin: GraphNode, { nodes, strands, bends }: GraphModel): ReadonlySet<string> {
  const reached = new Set<string>();
  const seen = new Set<string>();
  const pending = [{ row: origin.row, lane: origin.lane }];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const { row, lane } = at;
    if (seen.has(`${row} ${lane}`)) continue;
    seen.add(`${row} ${lane}`);
    const here = nodes[row];
    if (here !== undefined && here !== origin && here.lane === lane) {
      reached.add(here.id);
      continue;
    }
    if (strands.some((strand) => strand.lane === lane && strand.top < row && strand.bottom >= row)) pending.push({ row: row - 1, lane });
    for (const bend of bends) if (bend.row === row && bend.from === lane) pending.push({ row: row - 1, lane: bend.to });
  }
  return reached;
}

describe('what is folded', () => {
  test('a line of messages, but not its last', () => {
    const model = layout([...start, ...line('$levels', 'm', 38)]);
    expect(typesOf(model)).toEqual(['$create', '$alice', '$levels', 'run 37', '$m37']);
    expect(model.nodes[3]).toMatchObject({ first: 4, last: 40, types: [['m.room.message', 37]], inner_edges: 36, lane: 0 });
  });

  test('a line of three is left as it is', () => {
    expect(ofKind(layout([...start, ...line('$levels', 'm', 4)]), 'run')).toEqual([]);
  });

  test('the sides of a fork each for itself, in lanes side by side', () => {
    const model = layout([...start, ...line('$levels', 'a', 20), ...line('$levels', 'b', 20), event('$end', ['$a19', '$b19'])]);
    expect(typesOf(model)).toEqual(['$create', '$alice', '$levels', 'run 20', 'run 20', '$end']);
    expect(model.nodes.map(({ lane }) => lane).slice(2)).toEqual([0, 1, 0, 0]);
    expect([model.lanes, model.totals.forks, model.totals.merges]).toEqual([2, 1, 1]);
  });

  test('many small forks become a braid, a single one does not', () => {
    const braid = Array.from({ length: 20 }, (_, i) => [event(`$l${i}`, [i === 0 ? '$levels' : `$j${i - 1}`]), event(`$r${i}`, [i === 0 ? '$levels' : `$j${i - 1}`]), event(`$j${i}`, [`$l${i}`, `$r${i}`])]).flat();
    const model = layout([...start, ...braid, event('$end', ['$j19'])]);
    expect(typesOf(model)).toEqual(['$create', '$alice', '$levels', 'braid 60', '$end']);
    expect(model.nodes[3]).toMatchObject({ merges: 20, forks: 19, inner_edges: 78 });
    expect(ofKind(layout([...start, ...braid.slice(0, 3), event('$end', ['$j0'])]), 'braid')).toEqual([]);
  });

  test('what only the server says of events in a circle', () => {
    const model = layout([...start, event('$a', ['$levels', '$c'], 'm.room.message', { rejected: 'spam' }), event('$b', ['$a'], 'm.room.message', { soft_failed: true }), event('$c', ['$b']), event('$d', ['$c'])]);
    expect(model.nodes.slice(3)).toMatchObject([{ verdict: 'rejected', rule: 'recorded' }, { verdict: 'soft-failed' }, { verdict: 'unknown', rule: 'cycle' }, { verdict: 'unknown' }]);
  });

  test('a fan of plain events that one of them merges', () => {
    const fan = Array.from({ length: 1000 }, (_, i) => event(`$c${i}`, ['$levels']));
    const model = layout([...start, ...fan, event('$dummy', fan.map(({ event_id: id }) => id)), event('$end', ['$dummy'])]);
    expect(typesOf(model)).toEqual(['$create', '$alice', '$levels', 'braid 1001', '$end']);
    expect(model.lanes).toBe(1);
  });

  test('the shape of a large room: a readable number of rows', () => {
    const model = layout(largeRoom(5000));
    expect(model.totals.events).toBe(5000);
    expect(model.nodes.length).toBeLessThan(700);
    expect(ofKind(model, 'braid').length).toBeGreaterThan(0);
  });
});

describe('what is marked', () => {
  const model = layout([
    ...start,
    event('$text', ['$levels']),
    event('$redaction', ['$text'], 'm.room.redaction', { redacts: '$text' }),
    event('$bad', ['$redaction'], 'm.room.message', { rejected: 'spam' }),
    event('$soft', ['$redaction'], 'm.room.message', { soft_failed: true }),
    event('$stranger', ['$redaction'], 'm.room.message', { sender: '@eve:e.example' }),
    event('$gap', ['$redaction', '$gone']),
    event('$copy', ['$redaction'], 'm.room.message', { stripped: true }),
    event('$early', ['$redaction'], 'm.room.redaction', { redacts: '$later' }),
  ]);
  const node = (id: string): GraphNode | undefined => model.nodes.find((one) => one.kind === 'event' && one.event_id === id);

  test.each([
    ['$levels', { is_state: true, state_key: '', verdict: 'authorized', hazard: 'power-levels', redacted: false, extremity: false }],
    ['$text', { is_state: false, redacted: true, redacted_by: ['$redaction'] }],
    ['$redaction', { redacts: [{ event_id: '$text', outcome: 'applies' }] }],
    ['$bad', { verdict: 'rejected', rule: 'recorded', extremity: false }],
    ['$soft', { verdict: 'soft-failed', extremity: false }],
    ['$stranger', { verdict: 'rejected' }],
    ['$gap', { missing: ['$gone'], verdict: 'unknown' }],
    ['$copy', { redacted: true, redacted_by: [], extremity: true }],
    ['$early', { redacts: [{ event_id: '$later', outcome: 'held' }] }],
  ])('%s', (id, facts) => {
    expect(node(id)).toMatchObject(facts);
  });

  test('in all', () => {
    expect(model.totals).toMatchObject({ redacted: 2, redactions: 2, rejected: 2, soft_failed: 1, state: 3, forks: 1, extremities: 3 });
    expect(model.missing_parents).toEqual(['$gone']);
  });

  test('no content is in it', () => {
    expect(JSON.stringify(layout(largeRoom(600), { auth: true }))).not.toContain('quite-private');
  });

  test('edges to what allows an event, on request', () => {
    const kinds = (auth: boolean): ReadonlySet<string> => new Set(layout(start, { auth }).edges.map(({ kind }) => kind));
    expect([...kinds(false)]).toEqual(['prev']);
    expect([...kinds(true)]).toEqual(['prev', 'auth']);
  });
});

test('a merge of a thousand parents, and a thousand children of one event', () => {
  const children = Array.from({ length: 1000 }, (_, i) => event(`$c${i}`, ['$levels']));
  const wide = layout([...start, ...children, event('$end', children.map(({ event_id: id }) => id))]);
  expect(wide.lanes).toBe(1000);
  expect(layout([...start, ...children]).lanes).toBe(2);
});
