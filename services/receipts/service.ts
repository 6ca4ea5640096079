import type { Catalogue } from '../shared/catalogue.ts';
import type { ConsumerCheck } from '../shared/consumer-check.ts';
import { followEntities } from '../shared/entities/follow.ts';
import { keepOutcomes } from '../shared/feed.ts';
import type { Kafka } from '../shared/kafka/connect.ts';
import { type Consumer, type IncomingMessage, startConsumer } from '../shared/kafka/consumer.ts';
import type { Logger } from '../shared/log.ts';
import { startLoop } from '../shared/loop.ts';
import type { Timing } from '../shared/timing.ts';
import { applyReceipts } from './apply.ts';
import type { ReceiptDeps } from './deps.ts';
import { keepDeadLetters } from './projections.ts';
import { settleOnce } from './settle.ts';
import { lookAgain } from './unmatched.ts';
import { tellUntold } from './untold.ts';

export type ReceiptsOptions = ReceiptDeps & {
  kafka: Kafka;
  log: Logger;
  catalogue: Catalogue;
  prefix: string;
  settleRestMs: number;
  timing: Pick<Timing, 'sessionTimeoutMs' | 'untoldAfterMs'>;
  onCrash(error: Error): void;
};
export type ReceiptsService = {
  stop(): Promise<void>;
  consumers: { name: string; consumer: Consumer }[];
  /** The feeds of entities that were registered while the platform ran. */
  registered: ConsumerCheck;
};

/**
 * Starts what turns evidence into status and outcome: three sweeps and the consumers. The sweeps come first: after a
 * crash a consumer waits until the broker gives the dead one's place away, and nothing that is due is to wait for that.
 */
export async function startReceipts(options: ReceiptsOptions): Promise<ReceiptsService> {
  const { kafka, log, topics, catalogue, prefix, ledger, onCrash, settleRestMs, timing } = options;
  const { sessionTimeoutMs, untoldAfterMs } = timing;
  // Registered entities have a feed of their own: all members of a group must read the same topics (kafkajs).
  const known = catalogue.entities.map(({ entity }) => entity).filter(catalogue.isDeployed);
  const entityOf = new Map(known.map((entity) => [topics.outcomes(entity), entity]));
  const consume = (name: string, names: string[], handle: Parameters<typeof startConsumer>[0]['handle']) =>
    startConsumer({ kafka, log, groupId: `${prefix}.${name}`, topics: names, handle, onCrash, sessionTimeoutMs });
  const loop = (name: string, restMs: number, step: () => Promise<boolean>) => startLoop({ name, restMs, step, log });
  const loops = [
    loop('settle', settleRestMs, () => settleOnce(options)),
    loop('untold', untoldAfterMs / 2, () => tellUntold(options)),
    loop('unmatched', 1_000, () => lookAgain(options)),
  ];
  const [receipts, feed, deadLetters, feeds] = await Promise.all([
    consume('receipts', [topics.receipts], (messages) => applyReceipts(messages, options)),
    consume('feed', [...entityOf.keys()], (messages) =>
      keepOutcomes(messages, entityOf.get(messages[0]!.topic)!, ledger),
    ),
    consume('dead-letters', [topics.deadLetters], (messages) => keepDeadLetters(messages, ledger)),
    followEntities({
      entities: () => catalogue.entities.map(({ entity }) => entity).filter((entity) => !catalogue.isDeployed(entity)),
      async start(entity) {
        const name = `feed.${entity}`;
        const keep = (messages: IncomingMessage[]) => keepOutcomes(messages, entity, ledger);
        return { name, consumer: await consume(name, [topics.outcomes(entity)], keep) };
      },
      log,
    }),
  ]).catch(async (error) => {
    await Promise.all(loops.map((one) => one.stop()));
    throw error;
  });
  const shared = Object.entries({ receipts, feed, deadLetters }).map(([name, consumer]) => ({ name, consumer }));
  return {
    consumers: [...shared, ...feeds.first],
    registered: feeds.check('feed.registered'),
    async stop() {
      await Promise.all([...shared.map(({ consumer }) => consumer), ...loops, feeds].map((part) => part.stop()));
    },
  };
}
