import { describe, expect, test } from 'vitest';
import { eventId } from '../../../src/crypto/event-hashes.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';
import { lines, runCli } from '../run.ts';

const MARKER = 'quite-private';
const member = { type: 'm.room.member', state_key: '@a:s', content: { membership: 'join', displayname: MARKER, 'a.b': 1 }, unsigned: { age: 1 } };
const stdin = `${JSON.stringify(member)}\nnonsense\n${JSON.stringify({ pdu: { type: '\u001b[2J', content: {} }, room_version: '11', event_id: '$given' })}\n`;

describe('explain', () => {
  test('says for people what stays and goes, event by event', async () => {
    const { code, stdout, stderr } = await runCli(['explain', '--room-version', '12'], { stdin });
    expect(code).toBe(1);
    expect(stdout).toBe(`standard input:1  m.room.member  ${eventId(member, roomVersion('12'))}  room version 12
  kept  type                 Events of this room version keep this key.
  kept  state_key            Events of this room version keep this key.
  kept  content.membership   Events of this type keep this part of their content.
  goes  content.displayname  Events of this type keep other parts of their content, not this one.
  goes  content.a\\\\.b        Events of this type keep other parts of their content, not this one.
  goes  unsigned             A server added it; it is no part of the event proper.
  https://spec.matrix.org/v1.19/rooms/v11/#redactions

standard input:3  \\u001b[2J  $given  room version 11
  kept  type     Events of this room version keep this key.
  kept  content  Events of this room version keep this key.
  https://spec.matrix.org/v1.19/rooms/v11/#redactions

`);
    expect(lines(stderr)).toEqual([expect.stringMatching(/^standard input:2: .*\(JsonSyntaxError\)$/), '1 line could not be used']);
    expect(stdout + stderr).not.toContain(MARKER);
  });

  test('prints one JSON document with --json', async () => {
    const { code, stdout } = await runCli(['explain', '--room-version', '12', '--json'], { stdin });
    const document: readonly { readonly keys: readonly { readonly path: string; readonly kept: boolean }[] }[] = JSON.parse(stdout);
    const spec = 'https://spec.matrix.org/v1.19/rooms/v11/#redactions';
    expect(code).toBe(1);
    expect(document.map(({ keys }) => keys.filter(({ kept }) => !kept).map(({ path }) => path))).toEqual([['content.displayname', 'content.a\\.b', 'unsigned'], []]);
    expect(document[1]).toEqual({
      source: 'standard input', line: 3, type: '\u001b[2J', room_version: '11', event_id: '$given',
      keys: [{ path: 'type', kept: true, reason: 'protected-event-key', spec }, { path: 'content', kept: true, reason: 'protected-event-key', spec }],
    });
  });

  test('prints an empty list of an empty input', async () => {
    expect(await runCli(['explain', '--json'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  test('explains an event whose ID cannot be told', async () => {
    const { code, stdout } = await runCli(['explain', '--room-version', '1'], { stdin: '{"type":"x","content":{"a":1}}' });
    expect([code, lines(stdout)[0]]).toEqual([0, 'standard input:1  x  room version 1']);
  });

  test('stops at the first bad line with --strict', async () => {
    const { code, stderr } = await runCli(['explain', '--strict'], { stdin: `nonsense\n${stdin}` });
    expect([code, lines(stderr)]).toEqual([1, [expect.stringMatching(/^matrix-erasure: standard input:1: .*; stopped there$/)]]);
  });
});
