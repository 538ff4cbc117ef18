/** Gives the value of a key, made at the first time. */
export type Cache<V> = (key: string, make: () => V) => V;

/** A cache that forgets what it was given first when it is full. */
export function createCache<V>(capacity: number): Cache<V> {
  const entries = new Map<string, V>();
  return (key, make) => {
    const known = entries.get(key);
    if (known !== undefined || entries.has(key)) return known as V;
    const value = make();
    const [oldest] = entries.size < capacity ? [] : entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
    entries.set(key, value);
    return value;
  };
}
