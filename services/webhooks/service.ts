import type { Router } from 'express';
import type { Catalogue } from '../shared/catalogue.ts';
import type { ConsumerCheck } from '../shared/consumer-check.ts';
import { followEntities } from '../shared/entities/follow.ts';
import type { Kafka } from '../shared/kafka/connect.ts';
import { type Consumer, startConsumer } from '../shared/kafka/consumer.ts';
import { startLoop } from '../shared/loop.ts';
import type { Timing } from '../shared/timing.ts';
import type { Topics } from '../shared/topics.ts';
import { createWebhooksApi } from './api.ts';
import { claimDue, serve } from './serve.ts';
import { type TellDeps, tellSuspended } from './tell.ts';
import { wakeWebhooks } from './wake.ts';

export type WebhooksOptions = TellDeps & {
  kafka: Kafka;
  catalogue: Pick<Catalogue, 'isDeployed'>;
  topics: Topics;
  prefix: string;
  /** Endpoints served at a time. */
  concurrency: number;
  restMs: number;
  timing: Pick<Timing, 'sessionTimeoutMs'>;
  onCrash(error: Error): void;
};
export type WebhooksService = {
  router: Router;
  consumer: Consumer;
  /** What wakes the endpoints of registered entities. */
  registered: ConsumerCheck;
  stop(): Promise<void>;
};

/** Starts the API, the consumer that wakes endpoints, and the loops that serve them and tell of suspended ones. */
export async function startWebhooks(options: WebhooksOptions): Promise<WebhooksService> {
  const { kafka, log, topics, catalogue, prefix, onCrash, timing } = options;
  // Registered entities have one of their own: all members of a group must read the same topics (kafkajs).
  const known = catalogue.entities.map(({ entity }) => entity).filter((entity) => catalogue.isDeployed(entity));
  const entityOf = new Map(known.map((entity) => [topics.outcomes(entity), entity]));
  const wake = (name: string, names: string[], entityIn: (topic: string) => string) =>
    startConsumer({
      ...{ kafka, log, onCrash, groupId: `${prefix}.${name}`, topics: names },
      sessionTimeoutMs: timing.sessionTimeoutMs,
      handle: (messages) => wakeWebhooks(messages, entityIn(messages[0]!.topic), options),
    });
  const consumer = await wake('webhooks', [...entityOf.keys()], (topic) => entityOf.get(topic)!);
  const registered = await followEntities({
    entities: () => catalogue.entities.map(({ entity }) => entity).filter((entity) => !catalogue.isDeployed(entity)),
    async start(entity) {
      const name = `webhooks.${entity}`;
      return { name, consumer: await wake(name, [topics.outcomes(entity)], () => entity) };
    },
    log,
  });
  const serving = startServing(options);
  const { restMs } = options;
  const telling = startLoop({ name: 'webhook-mail', restMs, log, step: () => tellSuspended(options) });
  return {
    router: createWebhooksApi(options),
    consumer,
    registered: registered.check('webhooks.registered'),
    async stop() {
      await Promise.all([consumer.stop(), registered.stop(), serving.stop(), telling.stop()]);
      await options.sender.close();
      options.mailer?.close();
    },
  };
}

/** Serves up to `concurrency` endpoints at a time, each on its own: a slow one keeps one place and delays no other. */
function startServing(options: WebhooksOptions) {
  const { log, concurrency, restMs } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const loop = startLoop({
    name: 'webhooks',
    restMs,
    log,
    async step() {
      const free = concurrency - running.size;
      const claimed = free > 0 ? await claimDue(options, free) : [];
      for (const webhook of claimed) {
        const served = serve(webhook, options, stopping.signal)
          .catch((error) =>
            log.error({ event: 'webhook_failed', entity: webhook.entity, code: String(error?.code ?? error?.name) }),
          )
          .finally(() => running.delete(served));
        running.add(served);
      }
      return false;
    },
  });
  return {
    async stop() {
      stopping.abort();
      await loop.stop();
      await Promise.all(running);
    },
  };
}
