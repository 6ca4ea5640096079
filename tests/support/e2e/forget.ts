import { Kafka, logLevel } from 'kafkajs';
import mongoose from 'mongoose';

/** Removes the topics with this prefix and the database of this name. */
export async function forget(name: string, { kafkaBrokers, mongodbUri }: { kafkaBrokers: string; mongodbUri: string }) {
  const admin = new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING }).admin();
  const database = mongoose.createConnection(mongodbUri, { dbName: name });
  try {
    await Promise.all([admin.connect(), database.asPromise()]);
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${name}.`));
    await Promise.all([topics.length > 0 && admin.deleteTopics({ topics }), database.dropDatabase()]);
  } finally {
    await Promise.all([admin.disconnect(), database.close()]);
  }
}
