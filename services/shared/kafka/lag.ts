import type { Kafka } from 'kafkajs';

export type GroupTopics = { groupId: string; topics: string[] };
export type TopicLag = { topic: string; partitions: number; lag: number };
export type GroupLag = { groupId: string; state: string; members: number; lag: number; topics: TopicLag[] };

/**
 * How far consumer groups are behind: messages between what a group has committed and the end of each topic. A group
 * that never committed is behind by everything that is still kept. Reads only. A topic that is not there counts as empty
 * with 0 partitions.
 */
export async function readLag(kafka: Kafka, groups: GroupTopics[]): Promise<GroupLag[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const wanted = [...new Set(groups.flatMap(({ topics }) => topics))].filter((topic) => existing.has(topic));
    const ends = new Map(
      await Promise.all(wanted.map(async (name) => [name, await admin.fetchTopicOffsets(name)] as const)),
    );
    const { groups: described } = await admin.describeGroups(groups.map(({ groupId }) => groupId));
    const byId = new Map(described.map((group) => [group.groupId, group]));
    return await Promise.all(
      groups.map(async ({ groupId, topics }) => {
        const present = topics.filter((topic) => existing.has(topic));
        const committed = present.length === 0 ? [] : await admin.fetchOffsets({ groupId, topics: present });
        const perTopic = topics.map((topic) =>
          lagOf(topic, ends.get(topic) ?? [], committed.find((one) => one.topic === topic)?.partitions ?? []),
        );
        const group = byId.get(groupId);
        return {
          groupId,
          state: group?.state ?? 'Unknown',
          members: group?.members.length ?? 0,
          lag: perTopic.reduce((sum, { lag }) => sum + lag, 0),
          topics: perTopic,
        };
      }),
    );
  } finally {
    await admin.disconnect();
  }
}

/** Partitions by topic, for topics that exist. */
export async function readTopics(kafka: Kafka): Promise<Map<string, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata();
    return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  } finally {
    await admin.disconnect();
  }
}

type End = { partition: number; high: string; low: string };
type Committed = { partition: number; offset: string };

/** Offsets are 64-bit: compared as bigint. -1 means that nothing was ever committed. */
export function lagOf(topic: string, ends: End[], committed: Committed[]): TopicLag {
  const at = new Map(committed.map(({ partition, offset }) => [partition, BigInt(offset)]));
  const behind = ends.map(({ partition, high, low }) => {
    const offset = at.get(partition) ?? -1n;
    const from = offset < BigInt(low) ? BigInt(low) : offset;
    return BigInt(high) > from ? Number(BigInt(high) - from) : 0;
  });
  return { topic, partitions: ends.length, lag: behind.reduce((sum, one) => sum + one, 0) };
}
