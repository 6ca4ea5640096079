import EXAMPLE from '../../contracts/examples/valid/ofoq-declaration-cleared.json' with { type: 'json' };
import type { OutgoingMessage } from '../../services/shared/kafka/producer.ts';
import type { Runtime } from '../../services/shared/runtime.ts';
import { invent } from '../../services/shared/subject/invented.ts';

const CHUNK = 500;

/** A prime: neighbours in Kafka are then no neighbours in the register, and nobody comes twice before all came once. */
const STRIDE = 7_919;

/** The n-th event, about somebody anywhere in a register of so many. */
export const eventFor = (n: number, people: number) => ({
  ...{ specversion: '1.0', id: `bench-${n}`, source: '/ofoq', type: EXAMPLE.type },
  ...{ subject: invent('cpr', (n * STRIDE) % people), time: new Date().toISOString(), data: EXAMPLE.data },
});

type Sealing = Pick<Runtime, 'eventSealer' | 'blind'>;

/** An event sealed as ingest would: a message for the topic of its entity. */
export async function sealedMessage<Event extends { subject: string }>({ eventSealer, blind }: Sealing, event: Event) {
  const headers = { 'content-type': 'application/jose' };
  return { key: blind.subscriberId(event.subject), value: await eventSealer.seal(event), headers };
}

/** So many of them, from the one with this number on. */
export const sealedEvents = (
  runtime: Sealing,
  from: number,
  many: number,
  people: number,
): Promise<OutgoingMessage[]> =>
  Promise.all(Array.from({ length: many }, (_, i) => sealedMessage(runtime, eventFor(from + i, people))));

/** Puts so many sealed events into Kafka, as fast as it goes. */
export async function publishEvents(runtime: Runtime, notices: number, people: number): Promise<void> {
  const topic = runtime.topics.events('ofoq');
  for (let at = 0; at < notices; at += CHUNK) {
    const messages = await sealedEvents(runtime, at, Math.min(CHUNK, notices - at), people);
    await runtime.producer.send([{ topic, messages }]);
  }
}
