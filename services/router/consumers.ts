import type { EntityCatalogue } from '../../contracts/generated/types.ts';
import type { Courtesy } from '../shared/courtesy.ts';
import { followEntities } from '../shared/entities/follow.ts';
import { type ConsumerOptions, startConsumer } from '../shared/kafka/consumer.ts';
import { mixesLanes, routerGroup, urgentGroup } from '../shared/kafka/groups.ts';
import type { RouterOptions } from './deps.ts';
import { createProgress, type Progress } from './progress.ts';
import { routeBatch } from './route.ts';
import { farAhead, skimBatch } from './skim.ts';

/** Events at a time: fewer while other entities have work, so that theirs comes between. */
const BITE = { alone: 200, beside: 40 };
/** Looking costs a tenth of routing. */
const GLANCE = { alone: 500, beside: 100 };

type EntityOptions = RouterOptions & { courtesy: Courtesy; progress: Progress };

/** For each entity a consumer that routes, and one that goes ahead where urgent events may stand behind others. */
export async function startConsumers(courtesy: Courtesy, options: RouterOptions) {
  const { catalogue, kafka, log } = options;
  const progress = await createProgress(kafka);
  const follow = (which: (entity: EntityCatalogue) => boolean, start: typeof startEntity) =>
    followEntities({
      entities: () => catalogue.entities.filter(which).map(({ entity }) => entity),
      start: (entity) => start(entity, { ...options, courtesy, progress }),
      log,
    });
  const begun = await Promise.allSettled([follow(() => true, startEntity), follow(mixesLanes, startSkimmer)]);
  const stop = async () => {
    await Promise.all(begun.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    await progress.stop();
  };
  const [routers, skimmers] = begun;
  if (routers.status === 'fulfilled' && skimmers.status === 'fulfilled')
    return { routers: routers.value, skimmers: skimmers.value, stop };
  await stop();
  throw begun.find((one) => one.status === 'rejected')!.reason;
}

/**
 * A consumer and a group of its own: kafkajs fetches again only when everything that it fetched before is done, so with
 * one consumer for all topics the flood of one entity would hold up every other.
 */
async function startEntity(entity: string, options: EntityOptions) {
  const { prefix, courtesy } = options;
  const consumer = await startConsumer({
    ...commonOf(entity, BITE, options),
    groupId: routerGroup(prefix, entity),
    async handle(messages) {
      courtesy.worked(entity);
      const began = performance.now();
      await routeBatch(messages, entity, options);
      if (messages.length >= BITE.beside) await courtesy.rest(entity, performance.now() - began, 1);
    },
  });
  return { name: `router.${entity}`, consumer };
}

/** Reads the same topic in a group of its own, ahead of the router where that is behind (docs/adr/0012). */
async function startSkimmer(entity: string, options: EntityOptions) {
  const { prefix, courtesy, progress } = options;
  const routedUpTo = progress.routedUpTo(routerGroup(prefix, entity));
  const consumer = await startConsumer({
    ...commonOf(entity, GLANCE, options),
    groupId: urgentGroup(prefix, entity),
    async handle(messages) {
      const waiting = await farAhead(messages, routedUpTo);
      const began = performance.now();
      await skimBatch(waiting, entity, options);
      if (waiting.length >= GLANCE.beside) await courtesy.rest(entity, performance.now() - began, 1);
    },
  });
  return { name: `router.${entity}.urgent`, consumer };
}

function commonOf(
  entity: string,
  most: { alone: number; beside: number },
  { kafka, log, topics, timing, onCrash, courtesy }: EntityOptions,
): Omit<ConsumerOptions, 'groupId' | 'handle'> {
  return {
    ...{ kafka, log, onCrash, topics: [topics.events(entity)], partitionsAtOnce: 1 },
    maxBatch: () => (courtesy.othersWork(entity) ? most.beside : most.alone),
    sessionTimeoutMs: timing.sessionTimeoutMs,
  };
}
