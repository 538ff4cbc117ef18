import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { SETTINGS } from './settings.ts';
import { people, servers, type LevelChange, type Person, type RoomAction, type Sending, type Setting } from './script.ts';

/** A value in one case of so many, nothing in the others; it shrinks to nothing. */
export function sometimes<T>(value: Arbitrary<T>, oneIn: number): Arbitrary<T | undefined> {
  return fc.oneof({ withCrossShrink: true }, { arbitrary: fc.constant(undefined), weight: oneIn - 1 }, { arbitrary: value, weight: 1 });
}

/** Now and then an action is left out: so that, when rooms shrink, every one can be. */
export function withGaps(scene: Scene): Scene {
  const kept = fc.oneof({ withCrossShrink: true }, { arbitrary: fc.constant(false), weight: 1 }, { arbitrary: fc.constant(true), weight: 24 });
  return fc.tuple(scene, fc.array(kept, { minLength: LONGEST_SCENE, maxLength: LONGEST_SCENE })).map(([actions, mask]) => actions.filter((_, index) => mask[index]));
}

const LONGEST_SCENE = 9;

const everybodyJoins: readonly RoomAction[] = people.slice(1).map((by) => ({ do: 'join', by }));
const open: readonly RoomAction[] = [{ do: 'join-rule', by: 'alice', to: 'public' }];
const moderated: readonly RoomAction[] = [{ do: 'levels', by: 'alice', set: [{ table: 'users', key: 'bob', to: 50 }, { table: 'users', key: 'carol', to: 50 }] }];

/** Most things need somebody to do them: rooms that begin with a few members get further. The first is the smallest. */
export const OPENINGS: readonly (readonly RoomAction[])[] = [[], open, [...open, ...everybodyJoins], [...moderated, ...open, ...everybodyJoins], [...moderated, ...open, ...everybodyJoins.slice(0, 2)]];

/** Actions that follow each other. */
export type Scene = Arbitrary<readonly RoomAction[]>;

/** Actions that belong together, most of them of one. */
export function anyScene(): Scene {
  return fc.oneof(
    { arbitrary: sent(deed()), weight: 12 },
    { arbitrary: addressInvite(), weight: 2 },
    { arbitrary: vouchedJoin(), weight: 2 },
    { arbitrary: twoModerators(), weight: 2 },
    { arbitrary: knocking(), weight: 1 },
    { arbitrary: parting(), weight: 1 },
    { arbitrary: fork(), weight: 3 },
  );
}

const anyone: Arbitrary<Person> = fc.constantFrom(...people);
const token: Arbitrary<string> = fc.constantFrom('red', 'blue');

/** A deed as it is sent: now and then against the rules, or by a server whose clock is wrong. */
function sent(deeds: Arbitrary<Sending>): Scene {
  const anyway = sometimes(fc.constant(true as const), 5);
  const skew = sometimes(fc.integer({ min: -20, max: 20 }), 5);
  return fc.tuple(deeds, anyway, skew).map(([one, against, wrong]) => [{ ...one, ...(against === undefined ? {} : { anyway: against }), ...(wrong === undefined ? {} : { skew: wrong }) }]);
}

function deed(): Arbitrary<Sending> {
  const about = fc.record({ do: fc.constantFrom('invite', 'kick', 'ban'), by: anyone, whom: anyone } as const);
  return fc.oneof(
    { arbitrary: fc.record({ do: fc.constant('join'), by: anyone } as const), weight: 4 },
    { arbitrary: fc.record({ do: fc.constantFrom('leave', 'knock', 'say'), by: anyone } as const), weight: 3 },
    { arbitrary: about, weight: 5 },
    { arbitrary: fc.record({ do: fc.constant('levels'), by: anyone, set: fc.array(levelChange(), { minLength: 1, maxLength: 3 }) } as const), weight: 5 },
    { arbitrary: fc.record({ do: fc.constant('join-rule'), by: anyone, to: fc.constantFrom(...JOIN_RULES) } as const), weight: 2 },
    { arbitrary: fc.record({ do: fc.constant('history'), by: anyone, to: fc.constantFrom('shared', 'invited', 'joined', 'world_readable') } as const), weight: 1 },
    { arbitrary: fc.record({ do: fc.constant('set'), by: anyone, what: fc.constantFrom(...settings) } as const), weight: 4 },
    { arbitrary: fc.record({ do: fc.constant('redact'), by: anyone, back: fc.nat(12) } as const), weight: 2 },
    { arbitrary: redeeming(), weight: 1 },
  );
}

const JOIN_RULES = ['public', 'invite', 'knock', 'restricted', 'knock_restricted', 'private'] as const;
// The keys of a record that has all settings and no others.
const settings = Object.keys(SETTINGS) as readonly Setting[];
const NAMED = ['invite', 'ban', 'kick', 'redact', 'users_default', 'events_default', 'state_default'] as const;
const LEVELS = [0, 25, 49, 50, 51, 75, 100, -1] as const;

function levelChange(): Arbitrary<LevelChange> {
  const key = fc.oneof(
    fc.constantFrom(...NAMED).map((name) => ({ key: name })),
    fc.constant({ key: 'invite' }),
    anyone.map((person) => ({ table: 'users' as const, key: person })),
    fc.constantFrom('m.room.name', 'm.room.redaction', 'm.room.power_levels', 'example.custom').map((type) => ({ table: 'events' as const, key: type })),
    fc.constant({ table: 'notifications' as const, key: 'room' }),
  );
  const to = fc.oneof({ arbitrary: fc.constantFrom(...LEVELS), weight: 9 }, { arbitrary: fc.constant(null), weight: 1 });
  const form = sometimes(fc.constantFrom('text' as const, 'float' as const), 6);
  return fc.tuple(key, to, form).map(([name, level, written]) => ({ ...name, to: level, ...(written === undefined ? {} : { form: written }) }));
}

function redeeming(): Arbitrary<Sending & { readonly do: 'redeem' }> {
  const forged = sometimes(fc.constant(true as const), 5);
  const signedBy = sometimes(fc.constant('target' as const), 5);
  return fc.tuple(anyone, anyone, token, forged, signedBy).map(([by, whom, name, isForged, signer]) => ({
    do: 'redeem', by, whom, token: name, ...(isForged === undefined ? {} : { forged: isForged }), ...(signer === undefined ? {} : { signedBy: signer }),
  }));
}

/** Somebody invites an address, its owner is found, and perhaps joins. */
function addressInvite(): Scene {
  const keys = fc.constantFrom(undefined, 'one' as const, 'list' as const);
  return fc.tuple(redeeming(), keys, fc.nat(3)).map(([redeem, form, length]) => {
    const offer: RoomAction = { do: 'offer', by: redeem.by, token: redeem.token, ...(form === undefined ? {} : { keys: form }) };
    const leave: RoomAction = { do: 'leave', by: redeem.by };
    const join: RoomAction = { do: 'join', by: redeem.whom };
    const scenes: readonly (readonly RoomAction[])[] = [[offer], [offer, redeem], [offer, redeem, join], [offer, leave, { ...redeem, anyway: true }, join]];
    return scenes[length] ?? [offer];
  });
}

/** A room becomes restricted, and somebody is let in. */
function vouchedJoin(): Scene {
  return fc.tuple(anyone, anyone, fc.constantFrom('restricted', 'knock_restricted')).map(([by, vouched, to]) => [
    { do: 'join-rule', by: 'alice', to }, { do: 'join', by, vouched },
  ]);
}

/** Somebody knocks, and perhaps is let in. */
function knocking(): Scene {
  return fc.tuple(anyone, fc.constantFrom('knock', 'knock_restricted'), fc.nat(2)).map(([by, to, length]) => {
    const actions: readonly RoomAction[] = [{ do: 'join-rule', by: 'alice', to }, { do: 'knock', by }, { do: 'invite', by: 'alice', whom: by }, { do: 'join', by }];
    return actions.slice(0, 2 + length);
  });
}

/** Alice gives Bob some power and limits something; Bob then does what he may, or more. */
function twoModerators(): Scene {
  const limit = fc.tuple(levelChange(), fc.constantFrom(50, 100)).map(([change, power]): RoomAction =>
    ({ do: 'levels', by: 'alice', set: [{ table: 'users', key: 'bob', to: power }, change] }));
  const others = anyone.map((whom): Sending => ({ do: 'invite', by: 'bob', whom }));
  const change = fc.array(levelChange(), { minLength: 1, maxLength: 2 }).map((set): Sending => ({ do: 'levels', by: 'bob', set }));
  return fc.tuple(limit, sent(fc.oneof(others, change))).map(([first, then]) => [first, ...then]);
}

/** A server is cut off, both sides go on, and they meet again: somebody says something that has all extremities as its parents. */
function fork(): Scene {
  const cut = fc.constantFrom(...servers);
  const apart = fc.array(sent(deed()), { minLength: 2, maxLength: 6 });
  return fc.tuple(cut, apart, anyone).map(([server, deeds, by]) => [
    { do: 'split', server }, ...deeds.flat(), { do: 'heal', server }, { do: 'say', by },
  ]);
}

function parting(): Scene {
  const server = fc.constantFrom(...servers);
  return fc.oneof(
    server.map((name): readonly RoomAction[] => [{ do: 'split', server: name }]),
    server.map((name): readonly RoomAction[] => [{ do: 'heal', server: name }]),
  );
}
