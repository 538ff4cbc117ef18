import type { RoomAction, RoomScript } from './script.ts';

/**
 * A script from which nothing can be taken without losing what it shows: no action, no part of one. Deterministic, for tests and documents
 * whose examples should stay the same.
 * @example smallestScript({ actions: [{ do: 'say', by: 'bob' }, { do: 'say', by: 'alice' }] }, ({ actions }) => actions.some((action) => action.by === 'alice')) // { actions: [{ do: 'say', by: 'alice' }] }
 */
export function smallestScript(script: RoomScript, shows: (script: RoomScript) => boolean): RoomScript {
  let smallest = script;
  for (let smaller: RoomScript | undefined = script; smaller !== undefined; smaller = simplerScripts(smallest).find(shows)) smallest = smaller;
  return smallest;
}

/** Every script with one thing less; large cuts first. */
function simplerScripts({ closed, creators, actions }: RoomScript): readonly RoomScript[] {
  const settings = { ...(closed === undefined ? {} : { closed }), ...(creators === undefined ? {} : { creators }) };
  const halves = actions.length > 7 ? [actions.slice(0, Math.ceil(actions.length / 2)), actions.slice(Math.floor(actions.length / 2))] : [];
  return [
    ...halves.map((half) => ({ ...settings, actions: half })),
    ...(closed === undefined ? [] : [{ ...(creators === undefined ? {} : { creators }), actions }]),
    ...(creators === undefined ? [] : [{ ...(closed === undefined ? {} : { closed }), actions }]),
    ...actions.map((_, index) => ({ ...settings, actions: actions.toSpliced(index, 1) })),
    ...actions.flatMap((action, index) => simplerActions(action).map((simpler) => ({ ...settings, actions: actions.with(index, simpler) }))),
  ];
}

function simplerActions(action: RoomAction): readonly RoomAction[] {
  const simpler: RoomAction[] = [];
  if (action.do === 'split' || action.do === 'heal') return simpler;
  const { anyway, skew, ...plain } = action;
  if (anyway !== undefined) simpler.push({ ...plain, ...(skew === undefined ? {} : { skew }) });
  if (skew !== undefined) simpler.push({ ...plain, ...(anyway === undefined ? {} : { anyway }) });
  if (action.do === 'levels') {
    if (action.set.length > 1) action.set.forEach((_, index) => simpler.push({ ...action, set: action.set.toSpliced(index, 1) }));
    action.set.forEach(({ form, ...change }, index) => form !== undefined && simpler.push({ ...action, set: action.set.with(index, change) }));
  }
  if (action.do === 'redact' && action.back > 0) simpler.push({ ...action, back: 0 }, { ...action, back: action.back - 1 });
  return [...simpler, ...withoutOptions(action), ...(action.do === 'say' ? [] : [{ do: 'say', by: action.by } as const])];
}

function withoutOptions(action: RoomAction): readonly RoomAction[] {
  if (action.do === 'join' && action.vouched !== undefined) {
    const { vouched: _, ...simpler } = action;
    return [simpler];
  }
  if (action.do === 'offer' && action.keys !== undefined) {
    const { keys: _, ...simpler } = action;
    return [simpler];
  }
  if (action.do !== 'redeem') return [];
  const { forged, signedBy, ...simpler } = action;
  return forged === undefined && signedBy === undefined ? [] : [simpler];
}
