/** Work on the same thing, one after another. */
export type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Lets each work wait for the one before it with the same key; others go on beside it. What nobody waits for is forgotten. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const turn = (async () => {
      await before?.catch(() => undefined);
      return work();
    })();
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
