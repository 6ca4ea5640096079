import { Kafka, logLevel } from 'kafkajs';
import type { Ledger } from '../../../services/shared/ledger/index.ts';

export type Record = { topic: string; key: Buffer | null; value: Buffer | null; headers: string };

/** Every document of every collection, as the bytes that the server gives (BSON). */
export async function rawDocuments({ connection }: Ledger): Promise<{ collection: string; bytes: Buffer }[]> {
  const collections = await connection.db!.collections();
  const found = await Promise.all(
    collections.map(async (collection) => {
      const documents = (await collection.find({}, { raw: true }).toArray()) as unknown as Uint8Array[];
      return documents.map((bytes) => ({ collection: collection.collectionName, bytes: Buffer.from(bytes) }));
    }),
  );
  return found.flat();
}

/** Every record of every topic with the prefix, read from its beginning to its end at the moment of asking. */
export async function rawRecords(brokers: string, prefix: string): Promise<Record[]> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: `${prefix}.dump` });
  await Promise.all([admin.connect(), consumer.connect()]);
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
  const ends = await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)));
  let missing = ends.flat().reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const records: Record[] = [];
  const all = Promise.withResolvers<void>();
  if (missing === 0) all.resolve();
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, message: { key, value, headers } }) => {
      records.push({ topic, key, value, headers: JSON.stringify(headers, (_, one) => textOf(one)) });
      missing -= 1;
      if (missing === 0) all.resolve();
    },
  });
  await all.promise;
  await Promise.all([consumer.disconnect(), admin.disconnect()]);
  return records;
}

const textOf = (value: unknown): unknown =>
  (value as { type?: string })?.type === 'Buffer' ? Buffer.from((value as { data: number[] }).data).toString() : value;
