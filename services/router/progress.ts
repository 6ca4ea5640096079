import type { Kafka } from '../shared/kafka/connect.ts';
import type { RoutedUpTo } from './skim.ts';

export type Progress = { routedUpTo(groupId: string): RoutedUpTo; stop(): Promise<void> };

/** Asks the broker how far consumer groups have come; 0 for a partition of which a group has committed nothing. */
export async function createProgress(kafka: Kafka): Promise<Progress> {
  const admin = kafka.admin();
  await admin.connect();
  return {
    routedUpTo: (groupId) => async (topic, partition) => {
      const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const offset = BigInt(found?.partitions.find((one) => one.partition === partition)?.offset ?? 0);
      return offset > 0n ? offset : 0n;
    },
    stop: () => admin.disconnect(),
  };
}
