import { listDeadLetters } from '../../../services/console/dead-letters.ts';
import type { StoredDeadLetter } from '../../../services/shared/ledger/types.ts';
import { eventually } from './notices.ts';
import type { Stage } from './stage.ts';

/** What an operator with the broker's own tools can do and see. */
export function createConsole(stage: Stage) {
  return {
    /** Puts raw values into partition 0 of a topic, in order. */
    async produce(topic: string, values: (Buffer | null)[]): Promise<void> {
      const producer = stage.runtime.kafka.producer();
      await producer.connect();
      await producer.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) });
      await producer.disconnect();
    },

    /** The dead letters of a topic in the order of their offsets, once there are so many. */
    of: (topic: string, wanted: number): Promise<StoredDeadLetter[]> =>
      eventually(`${wanted} dead letters`, async () => {
        const found = await listDeadLetters(stage.runtime, { topic });
        return found.length >= wanted ? found.toSorted((a, b) => Number(a.offset) - Number(b.offset)) : null;
      }),

    /** The bytes that a dead letter keeps. */
    original: ({ original }: StoredDeadLetter): Buffer | null =>
      original === null ? null : Buffer.from(stage.runtime.sealer.open(original, 'dead-letter'), 'base64'),

    /** The members of a consumer group: a consumer that started again has another id. */
    async members(group: string): Promise<string[]> {
      const admin = stage.runtime.kafka.admin();
      await admin.connect();
      const { groups } = await admin.describeGroups([`${stage.runtime.prefix}.${group}`]);
      await admin.disconnect();
      return groups.flatMap(({ members }) => members.map(({ memberId }) => memberId)).sort();
    },
  };
}
