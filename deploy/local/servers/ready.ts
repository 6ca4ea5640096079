import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import mongoose from 'mongoose';
import type { SecureServers } from './context.ts';
import { type ServerName, SetupError } from './errors.ts';

export type Watched = { hasExited(): boolean; tail(): string };

/**
 * Repeats `check` until it resolves. Rejects with a SetupError that carries the server's last lines as soon as the
 * process has ended, or when `deadline` milliseconds are over: PORT_TAKEN or DATA_IN_USE when its log says so, else
 * NOT_READY.
 */
export async function waitUntilReady(
  server: ServerName,
  process: Watched,
  check: () => Promise<unknown>,
  deadline = 90_000,
): Promise<void> {
  const end = Date.now() + deadline;
  for (;;) {
    const failure = await check().then(
      () => undefined,
      (error: unknown) => error ?? new Error('no answer'),
    );
    if (failure === undefined && !process.hasExited()) return;
    if (process.hasExited()) throw endedEarly(server, process.tail());
    if (Date.now() > end) throw tooLate(server, process.tail(), failure, deadline);
    await pause(100);
  }
}

/** A metadata and a group coordinator round trip: after them topics can be created and groups joined. */
export async function kafkaAnswers(brokers: string, secure?: SecureServers): Promise<void> {
  const client = new Kafka({
    clientId: 'notifyme-ready',
    brokers: brokers.split(','),
    ...(secure && asAdmin(secure)),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    const { brokers: live } = await admin.describeCluster();
    if (live.length === 0) throw new Error('no broker has registered yet');
    // Rejects while the coordinator is loading.
    await admin.describeGroups(['notifyme-ready']);
  } finally {
    await admin.disconnect();
  }
}

const asAdmin = ({ certificate, users }: SecureServers): Pick<KafkaConfig, 'ssl' | 'sasl'> => ({
  ssl: { ca: [readFileSync(certificate.ca, 'utf8')] },
  sasl: { mechanism: 'scram-sha-512', username: 'admin', password: users.admin },
});

/** A ping, and a query that has to reach the storage behind it. */
export async function mongodbAnswers(uri: string): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 1_000, connectTimeoutMS: 1_000 });
  try {
    await client.db('admin').command({ ping: 1 });
    await client.db('admin').collection('notifyme_ready').findOne({});
  } finally {
    await client.close();
  }
}

function endedEarly(server: ServerName, log: string): SetupError {
  if (/address already in use|BindException/i.test(log))
    return new SetupError('PORT_TAKEN', server, `Another process took the port that ${server} was to listen on.`, log);
  if (/lock file .* already exists|Failed to acquire lock/i.test(log))
    return new SetupError('DATA_IN_USE', server, `The data folder of ${server} is in use by another process.`, log);
  return new SetupError('NOT_READY', server, `The local ${server} server ended while it started.`, log);
}

function tooLate(server: ServerName, log: string, failure: unknown, deadline: number): SetupError {
  const reason = failure instanceof Error ? failure.message : String(failure);
  const sentence = `The local ${server} server did not answer within ${deadline / 1000} seconds (${reason}).`;
  return new SetupError('NOT_READY', server, sentence, log);
}
