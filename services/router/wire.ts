import { consumerCheck, type Start } from '../shared/run.ts';
import { startRouter } from './service.ts';

/** The router in a process: its consumer, scheduler and audience spreader. */
export const wireRouter: Start = async (context) => {
  const { SCHEDULER_REST_MS, RELEASE_PER_SECOND, DIGEST_FROM } = context.settings;
  const { stop, consumers, registered } = await startRouter({
    ...context,
    schedulerRestMs: SCHEDULER_REST_MS,
    releasePerSecond: RELEASE_PER_SECOND,
    digestFrom: DIGEST_FROM,
  });
  return { stop, checks: [...consumers.map(({ name, consumer }) => consumerCheck(name, consumer)), ...registered] };
};
