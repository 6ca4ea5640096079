// Loaded into every worker of the fleet before its own code: faults that come from inside a process. The workers know nothing of it.
import { createRequire } from 'node:module';

type Group = { prototype: { fetch(): Promise<unknown>; heartbeat(): Promise<unknown> } };

const require = createRequire(import.meta.url);
const { prototype } = require('kafkajs/src/consumer/consumerGroup') as Group;
const { KafkaJSNonRetriableError } = require('kafkajs') as typeof import('kafkajs');

setClock(Number(process.env.FAULT_CLOCK_MS ?? 0));

// What kafkajs never starts again by itself.
process.on('SIGUSR2', () => {
  prototype.fetch = () => Promise.reject(new KafkaJSNonRetriableError('planted'));
});

// Nothing fails and nothing is told: consumers just fetch no more, and the process lives.
process.on('SIGPWR', () => {
  prototype.fetch = () => new Promise(() => {});
  prototype.heartbeat = prototype.fetch;
});

/** All of this process's wall-clock time is off by so much. Timers and `performance.now()` are not. */
function setClock(offMs: number): void {
  if (offMs === 0) return;
  const Real = Date;
  const now = () => Real.now() + offMs;
  const Wrong: DateConstructor = new Proxy(Real, {
    apply: () => new Real(now()).toString(),
    construct: (_, args, target) => Reflect.construct(Real, args.length > 0 ? args : [now()], target),
    get: (_, name) => (name === 'now' ? now : Reflect.get(Real, name)),
  });
  Real.prototype.constructor = Wrong;
  globalThis.Date = Wrong;
}
