import type { ConsumerCheck } from '../shared/consumer-check.ts';
import { type Courtesy, createCourtesy } from '../shared/courtesy.ts';
import type { Consumer } from '../shared/kafka/consumer.ts';
import { startLoop } from '../shared/loop.ts';
import { startConsumers } from './consumers.ts';
import type { RouterOptions } from './deps.ts';
import { RELEASE_REST_MS, releaseOnce } from './release.ts';
import { scheduleOnce } from './scheduler.ts';
import { spreadPage } from './spread.ts';

export type RouterService = {
  stop(): Promise<void>;
  consumers: { name: string; consumer: Consumer }[];
  /** The consumers of entities that were registered while the process ran. */
  registered: ConsumerCheck[];
};

/** People of an audience at a time: fewer while entities have work, so that theirs comes between. */
const PAGE = { alone: 500, beside: 100 };

/**
 * Starts the router's scheduler, audience spreader and release of what was paused, and the consumers of each entity's
 * topic. The consumers come last: after a crash the broker gives the dead ones' places away only when their session is
 * over, and nothing that is due is to wait for that.
 */
export async function startRouter(options: RouterOptions): Promise<RouterService> {
  const { log, schedulerRestMs: restMs } = options;
  const courtesy = createCourtesy();
  const loop = (name: string, step: () => Promise<boolean>, rest = restMs) =>
    startLoop({ name, restMs: rest, step, log });
  const loops = [
    loop('scheduler', () => scheduleOnce(options)),
    loop('audiences', () => spreadPolitely(courtesy, options)),
    loop('release', () => releaseOnce(options), RELEASE_REST_MS),
  ];
  const stopLoops = () => Promise.all(loops.map((one) => one.stop()));
  try {
    const { routers, skimmers, stop } = await startConsumers(courtesy, options);
    return {
      consumers: [...routers.first, ...skimmers.first],
      registered: [routers.check('router.registered'), skimmers.check('router.registered.urgent')],
      async stop() {
        await Promise.all([stop(), stopLoops()]);
      },
    };
  } catch (error) {
    await stopLoops();
    throw error;
  }
}

async function spreadPolitely(courtesy: Courtesy, options: RouterOptions): Promise<boolean> {
  const began = performance.now();
  const some = await spreadPage(options, courtesy.othersWork('audiences') ? PAGE.beside : PAGE.alone);
  if (some) await courtesy.rest('audiences', performance.now() - began, 2);
  return some;
}
