import { expect, it } from 'vitest';
import { roomVersionIds } from '../../src/rules/room-versions.ts';
import { openRoom } from '../../src/room/graph.ts';
import { BOB, ALICE, buildRoom } from './build-room.ts';
import { erase } from './erase.ts';
it.each(roomVersionIds)('works %s', (version) => {
  const room = buildRoom({ version });
  room.join(BOB); room.text(ALICE, 'hi'); room.text(BOB, 'x'); room.state(ALICE, 'm.room.name', '', { name: 'SECRET' });
  const g = openRoom(room.stored().map(({ event }) => ({ event_id: event.eventId, pdu: event.pdu })));
  expect(g.order.map((id) => g.verdict(id)?.verdict).filter((v) => v !== 'authorized')).toEqual([]);
  const { verification } = erase(room.stored());
  expect(verification.checks.filter((c) => c.status !== 'passed')).toMatchObject([{ check: 'signatures' }]);
});
