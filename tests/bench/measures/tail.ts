import type { Runtime } from '../../../services/shared/runtime.ts';
import { registerPeople } from '../../support/people.ts';
import { sealedEvents } from '../events.ts';
import { FEW_PEOPLE, runPipeline } from '../pipeline.ts';
import { withSink } from '../sinks.ts';
import { openStage } from '../stage.ts';
import type { Measure } from './measure.ts';

const TICK_MS = 20;
/** What is published while processes still compile their code says nothing about the days after. */
const WARM_SECONDS = 5;

/** From the moment an event is in Kafka to the relay's yes, with half as many events a second as the platform can do. */
export const tail: Measure = {
  ratios: ['tail'],
  inQuick: true,
  run: ({ quick, notices }) =>
    withSink('smtp', 0, async (smtp) => {
      const options = { sinks: { smtp }, connections: 5 };
      const { rate } = await runPipeline({ ...options, channels: ['email'], notices: quick ? 2_000 : notices });
      const times = await halfLoad(options, rate / 2, quick ? 10 : 20);
      const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
      return {
        values: { tail: at(0.99) / at(0.5) },
        told: `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms at ${Math.round(rate / 2)}/s`,
      };
    }),
};

async function halfLoad(
  options: Parameters<typeof openStage>[0],
  perSecond: number,
  seconds: number,
): Promise<number[]> {
  const stage = await openStage(options);
  try {
    await registerPeople(stage.runtime, FEW_PEOPLE, ['email']);
    const count = Math.floor(perSecond * (WARM_SECONDS + seconds));
    const messages = await sealedEvents(stage.runtime, 0, count, FEW_PEOPLE);
    await stage.startChannels(['email']);
    stage.startRouting();
    // The first one through says that everybody has begun.
    await stage.runtime.producer.send([
      { topic: stage.runtime.topics.events('ofoq'), messages: messages.splice(0, 1) },
    ]);
    await stage.handedOver(1);
    const counted = Date.now() + WARM_SECONDS * 1000;
    await publishSteadily(stage.runtime, messages, perSecond);
    await stage.handedOver(count);
    return await latencies(stage.runtime, counted);
  } finally {
    await stage.close();
  }
}

/** A little every 20 ms, and what a late tick missed with the next one. */
async function publishSteadily(
  { producer, topics }: Runtime,
  messages: Awaited<ReturnType<typeof sealedEvents>>,
  perSecond: number,
): Promise<void> {
  const startedAt = performance.now();
  const sending: Promise<void>[] = [];
  for (let sent = 0; sent < messages.length; ) {
    const due = Math.min(messages.length, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
    if (due > sent)
      sending.push(producer.send([{ topic: topics.events('ofoq'), messages: messages.slice(sent, due) }]));
    sent = due;
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(sending);
}

/** Milliseconds from event to hand-off of what was published from then on, sorted. */
async function latencies({ ledger }: Runtime, since: number): Promise<number[]> {
  const notices = await ledger.notifications
    .find({})
    .select({ acceptedAt: 1 })
    .lean<{ _id: string; acceptedAt: Date }[]>();
  const accepted = new Map(notices.map(({ _id, acceptedAt }) => [_id, acceptedAt.getTime()]));
  const deliveries = await ledger.deliveries
    .find({})
    .select({ notificationId: 1, sentAt: 1 })
    .lean<{ notificationId: string; sentAt: Date }[]>();
  return deliveries
    .filter(({ notificationId }) => accepted.get(notificationId)! >= since)
    .map(({ notificationId, sentAt }) => sentAt.getTime() - accepted.get(notificationId)!)
    .sort((a, b) => a - b);
}
