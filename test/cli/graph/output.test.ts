import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dotLines } from '../../../src/cli/graph/dot.ts';
import { jsonPieces } from '../../../src/cli/graph/json.ts';
import type { GraphModel } from '../../../src/cli/graph/model.ts';
import { renderGraphPage } from '../../../src/cli/graph/page.ts';
import { graphTextLines } from '../../../src/cli/graph/text.ts';
import { TABLE_ROWS } from '../../../src/cli/graph/tables.ts';
import { columnsOf } from '../../../src/cli/text/visible.ts';
import { anyRoom, event, largeRoom, layout, line, start } from './rooms.ts';

const forked = layout([
  ...start,
  ...line('$levels', 'm', 5),
  event('$left', ['$m4'], 'm.room.topic', { state_key: '' }),
  event('$right', ['$m4']),
  event('$text', ['$left', '$right']),
  event('$redaction', ['$text'], 'm.room.redaction', { redacts: '$text' }),
  event('$bad', ['$redaction'], 'm.room.message', { rejected: 'spam' }),
  event('$soft', ['$redaction'], 'm.room.message', { soft_failed: true }),
  event('$last', ['$redaction', '$gone']),
]);

const writeDot = (model: GraphModel): string => [...dotLines(model), ''].join('\n');
const renderGraphText = (...args: Parameters<typeof graphTextLines>): string => [...graphTextLines(...args), ''].join('\n');

// A type whose markup, entities, quotes and controls would act if they were not escaped.
const hostile = layout([
  ...start,
  event('$"x\\', ['$levels'], '</title><script>alert(1)</script>', { state_key: '"]; n1 -> n2; [x="\\' }),
  event('$\u202e<b>', ['$"x\\'], '__proto__', { sender: "@'\"<i>\u001b[31m:b.example" }),
]);

describe('DOT', () => {
  /** The statements of a text that keeps to the part of the grammar that is used here; throws where it does not. */
  const statements = (dot: string): readonly string[] => {
    const lines = dot.trimEnd().split('\n');
    expect([lines[0], lines.at(-1)]).toEqual(['digraph room {', '}']);
    const text = String.raw`"(?:[^"\\\n\p{Cc}\u202a-\u202e]|\\[\\"n])*"`;
    const statement = new RegExp(String.raw`^ {2}(?:n\d+(?:_missing\d+)?(?: -> n\d+(?:_missing\d+)?)?|graph|node|edge) \[(?:[a-z]+=${text}(?:, )?)*\];$`, 'u');
    return lines.slice(1, -1).map((one) => {
      expect(one).toMatch(statement);
      return one;
    });
  };

  test('has a node for each row, and the edges', () => {
    const found = statements(writeDot(forked));
    expect(found.filter((one) => /^ {2}n\d+ \[/.test(one))).toHaveLength(forked.nodes.length);
    expect(found.filter((one) => /^ {2}n\d+ -> n\d+ \[/.test(one))).toHaveLength(forked.edges.length);
    expect(found.find((one) => one.startsWith('  n10 '))).toContain('shape="ellipse"');
    expect(found.filter((one) => one.includes('diagonals'))).toHaveLength(1);
    expect(found.some((one) => one.includes('label="$gone\\nnot there"'))).toBe(true);
    expect(found.some((one) => one.includes('5 events') && one.includes('dashed'))).toBe(true);
  });

  test('quotes whatever comes', () => {
    statements(writeDot(hostile));
    fc.assert(fc.property(anyRoom, fc.boolean(), (events, auth) => void statements(writeDot(layout(events, { auth })))), { numRuns: 50 });
  });

  test('a name that looks like syntax stays a name', () => {
    expect(writeDot(hostile)).toContain(String.raw`\"]; n1 -> n2; [x=\"\\\\`);
  });
});

describe('the page', () => {
  test('escapes whatever comes', () => {
    const page = renderGraphPage(hostile);
    expect(page).not.toMatch(/<script|<b>|<i>|\p{Cf}|(?!\n)\p{Cc}/u);
    expect(page).toContain('&lt;/title&gt;&lt;script&gt;');
    expect(page).toContain('\\u202e');
  });

  test('marks by shape, with a legend of what occurs', () => {
    const page = renderGraphPage(forked);
    for (const text of ['State event', 'Redaction', 'Hollow: redacted', 'Crossed out: rejected', 'Dashed ring: soft-failed', 'Hazard: redacting', 'Dashed stub', 'Several events in a line']) expect(page).toContain(text);
    for (const look of ['class="state"', 'class="message hollow"', 'class="redaction"', 'class="cross"', 'class="ring"', 'class="hazard"', 'class="stub"']) expect(page).toContain(look);
    expect(page).not.toContain('A stretch with many small forks');
    expect(renderGraphPage(layout(start))).not.toContain('Crossed out');
  });

  test('holds no content, no script and no address', () => {
    const page = renderGraphPage(layout(largeRoom(800)));
    expect(page).not.toContain('quite-private');
    expect(page).not.toMatch(/<script|https?:|url\((?!#)/);
  });

  test('is the same every time', () => {
    expect(renderGraphPage(layout(largeRoom(500)))).toBe(renderGraphPage(layout(largeRoom(500))));
  });

  test('keeps to its budget of rows, and says so', () => {
    const page = renderGraphPage(layout(largeRoom(5000), { all: true }));
    expect(page.split('<tr><td>').length).toBeLessThan(TABLE_ROWS + 100);
    expect(page).toMatch(/The first [\d,]+ of [\d,]+ shown/);
  });

  test('of a room without events', () => {
    expect(renderGraphPage(layout([]))).toContain('No events.');
  });
});

describe('for a terminal', () => {
  test('lanes, forks and merges', () => {
    const lines = renderGraphText(forked, { width: 100 }).split('\n').map((one) => one.slice(0, 38).trimEnd());
    expect(lines.slice(0, 17)).toEqual([
      '■      1  m.room.create',
      '■      2  m.room.member @alice:a.examp',
      '■      3  m.room.power_levels',
      '⋮    4–8  5 events',
      '├─╮',
      '│ ■    9  m.room.topic',
      '● │   10  m.room.message',
      '├─╯',
      '○     11  m.room.message',
      '◆     12  m.room.redaction',
      '├─╮',
      '│ ✕   13  m.room.message',
      '├─╮',
      '│ ◌   14  m.room.message',
      '●     15  m.room.message',
      '',
      '!graph:a.example, room version 10: 15',
    ]);
  });

  test('fits the width, whatever comes', () => {
    fc.assert(fc.property(anyRoom, fc.integer({ min: 90, max: 160 }), (events, width) => {
      const model = layout(events);
      fc.pre(model.lanes < 12);
      const text = renderGraphText(model, { width });
      expect(text).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u);
      for (const one of text.split('\n').slice(0, -3)) expect(columnsOf(one)).toBeLessThanOrEqual(width);
    }), { numRuns: 50 });
  });

  test('coloured only when asked', () => {
    expect(renderGraphText(forked)).not.toContain('\u001b');
    expect(renderGraphText(forked, { color: true })).toContain('\u001b[');
  });
});

test('JSON in pieces is the JSON of the whole', () => {
  fc.assert(fc.property(anyRoom, fc.boolean(), (events, auth) => {
    const model = layout(events, { auth });
    expect([...jsonPieces(model)].join('')).toBe(`${JSON.stringify(model)}\n`);
  }), { numRuns: 50 });
});

describe('a circle of references', () => {
  const circle = layout([...start, event('$a', ['$levels', '$c']), event('$b', ['$a']), event('$c', ['$b']), ...line('$c', 'm', 6)]);

  test('is told of where it would close', () => {
    expect(circle.loops).toEqual([['$a', '$c']]);
    expect(renderGraphText(circle)).toMatch(/ 4 {2}m\.room\.message .*follows 6, in a circle/);
    expect(renderGraphPage(circle)).toContain('follows 6, in a circle');
    expect(renderGraphPage(circle)).toContain('what they rest on leads in a circle.');
    expect(writeDot(circle)).toMatch(/^ {2}n4 -> n6 \[style="dashed", constraint="false"/m);
  });

  test('what hangs on it is folded, but not its ends', () => {
    expect(circle.nodes.map((node) => (node.kind === 'event' ? node.event_id : `${node.kind} ${node.events}`)).slice(3)).toEqual(['$a', '$b', '$c', 'run 6']);
  });
});
