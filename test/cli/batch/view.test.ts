import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/json/parse-json.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { asObject } from '../../crypto/vectors.ts';
import { lines, runCli } from '../run.ts';

const BASE: JsonObject = {
  op: 'view', profile: 'notice', roomVersion: '11', event: { type: 'm.room.message', sender: '@alice:a.org', content: { body: 'x' } },
  subjects: ['@alice:a.org'], effectiveAt: 1000, receivedTs: 500, historyVisibility: 'shared', viewer: { kind: 'user', id: '@bob:a.org' },
  membershipAtEvent: 'join', joinedUntilErasure: true, joinedAfterErasure: true, everInRoom: true, serverHadAccess: true, isCurrentState: false,
  surface: 'messages',
};

async function replies(changes: readonly JsonObject[]): Promise<readonly JsonObject[]> {
  const stdin = changes.map((change) => `${JSON.stringify({ ...BASE, ...change })}\n`).join('');
  const { stdout } = await runCli(['batch'], { stdin });
  return lines(stdout).map((line) => asObject(parseJson(line)));
}

describe('batch view', () => {
  test('says how an event is served, and why', async () => {
    const topic = { type: 'm.room.topic', state_key: '', sender: '@alice:a.org', content: { topic: 'x' } };
    const newcomer = { membershipAtEvent: null, joinedUntilErasure: false };
    const cases: readonly (readonly [JsonObject, string, string])[] = [
      [{}, 'full', 'had-access'],
      [newcomer, 'hidden', 'new-viewer'],
      [{ event: topic }, 'redacted', 'had-access'],
      [{ ...newcomer, profile: 'spec' }, 'redacted', 'new-viewer'],
      [{ ...newcomer, profile: 'synapse', surface: 'state', event: topic }, 'full', 'not-filtered'],
      [{ profile: 'strict' }, 'redacted', 'had-access'],
      [{ viewer: { kind: 'anonymous' }, ...newcomer, joinedAfterErasure: false, everInRoom: false }, 'hidden', 'history-visibility'],
      [{ viewer: { kind: 'server', id: 'b.org' } }, 'redacted', 'server-had-access'],
      [{ viewer: { kind: 'applicationService', id: 'irc' }, profile: 'spec' }, 'full', 'service-there'],
      [{ viewer: { kind: 'admin' } }, 'full', 'administrator'],
      [{ viewer: { kind: 'user', id: '@alice:a.org' }, profile: 'strict' }, 'full', 'own-view'],
      [{ receivedTs: 1001 }, 'hidden', 'new-viewer'],
      [{ historyVisibility: null, ...newcomer, joinedAfterErasure: false }, 'hidden', 'new-viewer'],
    ];
    expect(await replies(cases.map(([change]) => change))).toEqual(cases.map(([, ok, reason]) => ({ ok, reason })));
  });

  test('says what is wrong with a request', async () => {
    const cases: readonly (readonly [JsonObject, RegExp])[] = [
      [{ profile: 'nope' }, /UnknownProfileError/], [{ roomVersion: '99' }, /UnsupportedRoomVersionError/], [{ subjects: [1] }, /"subjects" must be/],
      [{ effectiveAt: 'now' }, /"effectiveAt" must be/], [{ membershipAtEvent: 'friend' }, /"membershipAtEvent" must be/],
      [{ surface: 'push' }, /"surface" must be/], [{ viewer: { kind: 'cat' } }, /"viewer" must be/], [{ viewer: { kind: 'user' } }, /"id" must be/],
      [{ event: { type: 1, content: {} } }, /"event" must be/], [{ joinedAfterErasure: 1 }, /"joinedAfterErasure" must be/],
    ];
    const answers = await replies(cases.map(([change]) => change));
    answers.forEach((answer, index) => expect(answer['err']).toMatch(cases[index]?.[1] ?? /never/));
    expect(answers).toHaveLength(cases.length);
  });
});
