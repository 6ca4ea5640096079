import { type ConsumerCheck, consumerCheck } from '../consumer-check.ts';
import type { Consumer } from '../kafka/consumer.ts';
import type { Logger } from '../log.ts';
import { startLoop } from '../loop.ts';

type Named = { name: string; consumer: Consumer };
export type FollowOptions = {
  /** Those that need a consumer of their own, as they are now. */
  entities(): string[];
  start(entity: string): Promise<Named>;
  log: Logger;
  restMs?: number;
};
export type Followed = {
  /** The consumers of the entities that were known at the start. */
  first: Named[];
  /** For readiness: those that were registered while the process ran. */
  check(name: string): ConsumerCheck;
  stop(): Promise<void>;
};

/**
 * Starts a consumer for each entity, and for those that are registered later, without a restart. Rejects, with all
 * stopped again, when one of the first cannot start; a later one is tried again until it can.
 */
export async function followEntities({ entities, start, log, restMs = 1_000 }: FollowOptions): Promise<Followed> {
  const begun = new Map<string, Named>();
  const first = await Promise.allSettled(entities().map((entity) => begin(entity)));
  const stopAll = async () => void (await Promise.all([...begun.values()].map(({ consumer }) => consumer.stop())));
  const failed = first.find((one) => one.status === 'rejected');
  if (failed) {
    await stopAll();
    throw failed.reason;
  }
  const known = [...begun.values()];
  const loop = startLoop({
    name: 'entities',
    restMs,
    log,
    async step() {
      for (const entity of entities()) {
        if (begun.has(entity)) continue;
        await begin(entity);
        log.info({ event: 'entity_followed', entity, detail: begun.get(entity)!.name });
      }
      return false;
    },
  });
  return {
    first: known,
    check: (name) => checkOfAll(name, () => [...begun.values()].filter((one) => !known.includes(one))),
    async stop() {
      await loop.stop();
      await stopAll();
    },
  };

  async function begin(entity: string): Promise<void> {
    begun.set(entity, await start(entity));
  }
}

function checkOfAll(name: string, consumers: () => Named[]): ConsumerCheck {
  const checks = () => consumers().map((one) => consumerCheck(one.name, one.consumer));
  return {
    name,
    async check() {
      for (const one of checks()) {
        const fault = await one.check();
        if (fault !== null) return `${one.name}: ${fault}`;
      }
      return null;
    },
    stuck: () =>
      checks()
        .find((one) => one.stuck() !== null)
        ?.stuck() ?? null,
  };
}
