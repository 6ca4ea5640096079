import type { Producer } from '../../services/shared/kafka/producer.ts';
import type { Ledger } from '../../services/shared/ledger/index.ts';

/** The process "dies" here: what was done is done, what comes after never happens. */
export class Crash extends Error {
  readonly code = 'crash';
}

const WRITES = new Set(['insertMany', 'updateOne', 'updateMany', 'bulkWrite']);

/**
 * The same ledger and producer, but after the `n`th write or produce the process dies: that one is done, its caller
 * never hears of it, and nothing after it is done either. `steps()` says how many there were.
 */
export function crashAfter<T extends { ledger: Ledger; producer: Producer }>(deps: T, n = Number.POSITIVE_INFINITY) {
  let steps = 0;
  const step = async <R>(work: () => Promise<R>): Promise<R> => {
    if (steps >= n) throw new Crash('dead already');
    steps += 1;
    const result = await work();
    if (steps >= n) throw new Crash(`died after step ${n}`);
    return result;
  };
  const collection = (real: object): object =>
    new Proxy(real, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const call = (...args: unknown[]) => Reflect.apply(value, target, args);
        return WRITES.has(String(name)) ? (...args: unknown[]) => step(async () => call(...args)) : call;
      },
    });
  const model = (real: object): object =>
    new Proxy(real, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (name === 'collection') return collection(value);
        if (typeof value !== 'function') return value;
        const call = (...args: unknown[]) => Reflect.apply(value, target, args);
        if (name !== 'findOneAndUpdate') return call;
        return (...args: unknown[]) => ({
          lean: () => step(async () => (call(...args) as { lean(): unknown }).lean()),
        });
      },
    });
  const ledger = new Proxy(deps.ledger, {
    get(target, name) {
      const value = Reflect.get(target, name);
      return typeof value === 'function' && 'collection' in value ? model(value) : value;
    },
  });
  const producer: Producer = { ...deps.producer, send: (batch) => step(() => deps.producer.send(batch)) };
  return { deps: { ...deps, ledger, producer }, steps: () => steps };
}
