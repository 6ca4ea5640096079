// A router with a planted fault: in the first process its first batch never ends. The one that replaces it is whole.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wireRouter } from '../../../services/router/wire.ts';
import { startConsumer } from '../../../services/shared/kafka/consumer.ts';
import { consumerCheck, runService, type Start } from '../../../services/shared/run.ts';

const mark = join(process.env.KEYRING_FILE!, '..', 'stuck.mark');

const start: Start = async (context) => {
  if (existsSync(mark)) return wireRouter(context);
  const { kafka, log, topics, catalogue, prefix, onCrash, timing } = context;
  const consumer = await startConsumer({
    ...{ kafka, log, onCrash, groupId: `${prefix}.router`, sessionTimeoutMs: timing.sessionTimeoutMs },
    topics: catalogue.entities.map(({ entity }) => topics.events(entity)),
    handle() {
      if (!existsSync(mark)) writeFileSync(mark, String(Date.now()));
      return new Promise(() => {});
    },
  });
  return { checks: [consumerCheck('router', consumer)], stop: () => consumer.stop() };
};

await runService('router', start);
