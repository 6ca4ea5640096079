/** Runs work with the same key one after the other, in the order it was given; all else runs at once. */
export type InOrder = <T>(key: string | null, work: () => Promise<T>) => Promise<T>;

/** A fresh order: keys that it has not seen wait for nobody. Work that fails does not hold up what follows it. */
export function createInOrder(): InOrder {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    if (key === null) return work();
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, mine);
    return mine;
  };
}
