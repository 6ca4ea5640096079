import type { Ledger } from '../../services/shared/ledger/index.ts';

type Operation = 'insertMany' | 'updateOne' | 'updateMany' | 'bulkWrite';
type Models = 'deliveries' | 'notifications' | 'receipts' | 'audiences';

/** The same ledger, but one kind of write of one collection goes through `around`, which runs it when it likes. */
export function intercept<T extends { ledger: Ledger }>(
  deps: T,
  model: Models,
  operation: Operation,
  around: (run: () => Promise<unknown>) => Promise<unknown>,
): T {
  const real = deps.ledger[model];
  const collection = new Proxy(real.collection, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const run = async (args: unknown[]) => Reflect.apply(value, target, args);
      return (...args: unknown[]) => (name === operation ? around(() => run(args)) : run(args));
    },
  });
  const wrapped = new Proxy(real, {
    get: (target, name) => (name === 'collection' ? collection : Reflect.get(target, name)),
  });
  return { ...deps, ledger: { ...deps.ledger, [model]: wrapped } };
}

/** A fault for `intercept`: the first write is done, but its answer is lost with the connection. */
export function lostAnswer() {
  let lost = false;
  return async (run: () => Promise<unknown>): Promise<unknown> => {
    const result = await run();
    if (lost) return result;
    lost = true;
    throw Object.assign(new Error(), { name: 'MongoNetworkError' });
  };
}
