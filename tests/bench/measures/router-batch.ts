import { routeBatch } from '../../../services/router/route.ts';
import type { IncomingMessage } from '../../../services/shared/kafka/consumer.ts';
import { registerPeople } from '../../support/people.ts';
import { sealedEvents } from '../events.ts';
import { FEW_PEOPLE } from '../pipeline.ts';
import { openStage, type Stage } from '../stage.ts';
import type { Measure } from './measure.ts';

/** What the router takes at a time when it is alone. */
const BITE = 200;
const SINGLES = 400;
const WARM = 400;

/** The router's own story, given its events in bites as always, or one by one: then each has look-ups of its own. */
export const routerBatch: Measure = {
  ratios: ['router-batch'],
  inQuick: true,
  async run({ quick }) {
    const stage = await openStage({ sinks: {}, connections: 5 });
    try {
      await registerPeople(stage.runtime, quick ? 4_000 : FEW_PEOPLE, ['email']);
      const many = quick ? 2_000 : 6_000;
      const messages = await incoming(stage, WARM + many + SINGLES, quick ? 4_000 : FEW_PEOPLE);
      await rateOf(messages.slice(0, WARM), BITE, stage);
      const single = await rateOf(messages.slice(WARM, WARM + SINGLES), 1, stage);
      const batched = await rateOf(messages.slice(WARM + SINGLES), BITE, stage);
      return {
        values: { 'router-batch': batched / single },
        told: `${Math.round(batched)}/s in batches of ${BITE}, ${Math.round(single)}/s one by one`,
      };
    } finally {
      await stage.close();
    }
  },
};

async function rateOf(messages: IncomingMessage[], bite: number, { runtime }: Stage): Promise<number> {
  const startedAt = performance.now();
  for (let at = 0; at < messages.length; at += bite) await routeBatch(messages.slice(at, at + bite), 'ofoq', runtime);
  return messages.length / ((performance.now() - startedAt) / 1000);
}

async function incoming({ runtime }: Stage, many: number, people: number): Promise<IncomingMessage[]> {
  const topic = runtime.topics.events('ofoq');
  return (await sealedEvents(runtime, 0, many, people)).map(({ value, key }, n) => ({
    ...{ topic, partition: 0, offset: String(n), key: Buffer.from(key!), value: Buffer.from(value!) },
    ...{ headers: {}, at: new Date() },
  }));
}
