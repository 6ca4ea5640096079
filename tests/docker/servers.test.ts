import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import mongoose from 'mongoose';
import { type Servers, startServers } from '../../deploy/local/servers/index.ts';
import { type Engine, importImage, startEngine } from './engine.ts';

const image = 'notifyme-servers:test';

describe('servers in containers', () => {
  let engine: Engine;
  let dataDir: string;
  let servers: Servers | undefined;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'docker-data-'));
    engine = await startEngine();
    await importImage(engine, image);
    // testcontainers reads these from the process, not from what it is given.
    Object.assign(process.env, { DOCKER_HOST: engine.dockerHost, TESTCONTAINERS_RYUK_DISABLED: 'true' });
    const { KAFKA_BROKERS: _, MONGODB_URI: __, ...rest } = process.env;
    env = { ...rest, NOTIFYME_SERVERS: 'docker', NOTIFYME_KAFKA_IMAGE: image, NOTIFYME_MONGODB_IMAGE: image };
  }, 180_000);
  afterEach(async () => {
    await servers?.stop();
    servers = undefined;
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    rmSync(dataDir, { recursive: true });
  }, 60_000);

  it('are reached from the host, keep the data of a data folder, and are removed at stop', async () => {
    servers = await startServers({ env, dataDir, progress: () => {} });
    expect(servers.how).toEqual({ kafka: 'docker', mongodb: 'docker' });
    await write(servers);
    await servers.stop();
    expect(engine.docker('ps', '--all', '--quiet')).toBe('');
    servers = await startServers({ env, dataDir, progress: () => {} });
    expect(await read(servers)).toEqual({ message: 'one', documents: 1 });
  }, 240_000);

  it('are removed after their parent was killed', async () => {
    const command = join(import.meta.dirname, '../../deploy/local/servers/run.ts');
    const parent = spawn(process.execPath, [command, '--only', 'mongodb'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    expect(engine.docker('ps', '--quiet')).not.toBe('');
    parent.kill('SIGKILL');
    const end = Date.now() + 30_000;
    while (engine.docker('ps', '--all', '--quiet') !== '' && Date.now() < end) await pause(200);
    expect(engine.docker('ps', '--all', '--quiet')).toBe('');
  }, 120_000);
});

const kafkaOf = (servers: Servers) => new Kafka({ brokers: [servers.kafkaBrokers], logLevel: logLevel.NOTHING });

/** In a transaction, since the broker then has to reach itself inside the container. */
async function write(servers: Servers): Promise<void> {
  const kafka = kafkaOf(servers);
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'kept' }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ transactionalId: 'docker-test', maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: 'kept', messages: [{ value: 'one' }] });
  await transaction.commit();
  await producer.disconnect();
  await withDocuments(servers, (documents) => documents.insertOne({ n: 1 }));
}

/** The first message that a consumer group reads, and the number of documents. */
async function read(servers: Servers): Promise<{ message: string; documents: number }> {
  const consumer = kafkaOf(servers).consumer({ groupId: 'docker-test' });
  await consumer.connect();
  await consumer.subscribe({ topic: 'kept', fromBeginning: true });
  const message = await new Promise<string>((resolve, reject) => {
    consumer.run({ eachMessage: async (read) => resolve(String(read.message.value)) }).catch(reject);
  });
  await consumer.disconnect();
  const documents = await withDocuments(servers, (collection) => collection.countDocuments());
  return { message, documents };
}

async function withDocuments<T>(
  servers: Servers,
  act: (documents: mongoose.mongo.Collection) => Promise<T>,
): Promise<T> {
  const client = new mongoose.mongo.MongoClient(servers.mongodbUri);
  try {
    return await act(client.db('docker-test').collection('kept'));
  } finally {
    await client.close();
  }
}
