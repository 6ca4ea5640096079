// A router with a planted fault: it says that a batch is done, so that its offset is committed, and does it a moment later.
import { routeBatch } from '../../../services/router/route.ts';
import { scheduleOnce } from '../../../services/router/scheduler.ts';
import { startConsumer } from '../../../services/shared/kafka/consumer.ts';
import { startLoop } from '../../../services/shared/loop.ts';
import { runService, type Start } from '../../../services/shared/run.ts';

const LATE_MS = 4_000;

const start: Start = async (context) => {
  const { kafka, log, topics, catalogue, prefix, onCrash, settings, timing } = context;
  const entityOf = new Map(catalogue.entities.map(({ entity }) => [topics.events(entity), entity]));
  const consumer = await startConsumer({
    ...{ kafka, log, onCrash, groupId: `${prefix}.router`, topics: [...entityOf.keys()] },
    sessionTimeoutMs: timing.sessionTimeoutMs,
    async handle(messages) {
      setTimeout(() => void routeBatch(messages, entityOf.get(messages[0]!.topic)!, context).catch(() => {}), LATE_MS);
    },
  });
  const step = () => scheduleOnce(context);
  const loop = startLoop({ name: 'scheduler', restMs: settings.SCHEDULER_REST_MS, step, log });
  return {
    stop: async () => void (await Promise.all([consumer.stop(), loop.stop()])),
  };
};

await runService('router', start);
