import { describe, expect, test } from 'vitest';
import type { ViewedRoom } from '../../../src/erasure/view/room-facts.ts';
import { viewRoom } from '../../../src/erasure/view/view-room.ts';
import { surfaces, type Viewer } from '../../../src/erasure/view/viewer.ts';
import type { RoomGraph, RoomState } from '../../../src/room/graph.ts';
import { ALICE, BOB, buildRoom, CAROL } from '../build-room.ts';
import { erasureAt, opened } from './open.ts';

/** A room in which the topic changes so often, with so many messages after each change. */
function roomWith(changes: number, messages: number): ViewedRoom {
  const room = buildRoom();
  room.join(BOB);
  for (let change = 0; change < changes; change++) {
    room.state(BOB, 'm.room.topic', '', { topic: `${change}` });
    for (let message = 0; message < messages; message++) room.text(message % 2 === 0 ? ALICE : BOB, `${change} ${message}`);
  }
  room.join(CAROL);
  return opened(room.stored());
}

/** A graph whose states count how often something is looked up in them. */
function counting(graph: RoomGraph): { readonly graph: RoomGraph; readonly lookUps: () => number } {
  let lookUps = 0;
  const counted = (state: RoomState): RoomState => (state.state === 'unknown' ? state : {
    ...state,
    get: (type, key) => {
      lookUps += 1;
      return state.get(type, key);
    },
    map: () => {
      lookUps += 1;
      return state.map();
    },
  });
  return {
    graph: { ...graph, stateBefore: (id) => counted(graph.stateBefore(id)), stateAfter: (id) => counted(graph.stateAfter(id)), currentState: () => counted(graph.currentState()) },
    lookUps: () => lookUps,
  };
}

function lookUpsFor(viewer: Viewer, room: ViewedRoom, surface: (typeof surfaces)[number]): number {
  const { graph, lookUps } = counting(room.graph);
  const decisions = viewRoom({ ...room, graph }, viewer, { erasure: erasureAt(5000), surface, pastStates: true });
  expect(decisions).toEqual(viewRoom(room, viewer, { erasure: erasureAt(5000), surface, pastStates: true }));
  return lookUps();
}

const viewers: readonly Viewer[] = [{ kind: 'user', id: BOB }, { kind: 'user', id: CAROL }, { kind: 'anonymous' }, { kind: 'server', id: 'b.example' }, { kind: 'admin' }];

describe.each(surfaces)('on the surface %s', (surface) => {
  test.each(viewers)('the state is looked up once for each change of it, however many events there are, for $kind $id', (viewer) => {
    const few = lookUpsFor(viewer, roomWith(20, 1), surface);
    expect(few).toBeGreaterThan(0);
    expect(lookUpsFor(viewer, roomWith(20, 10), surface)).toBe(few);
    // Twenty changes more cost the visibility and a membership each, twice where the past is read as well.
    const more = lookUpsFor(viewer, roomWith(40, 1), surface) - few;
    expect(more).toBeGreaterThanOrEqual(20);
    expect(more).toBeLessThanOrEqual(20 * 2 * 2);
  });
});
