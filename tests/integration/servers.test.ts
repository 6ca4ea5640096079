import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { startServers } from '../../deploy/local/servers/index.ts';
import { kafkaAnswers, mongodbAnswers } from '../../deploy/local/servers/ready.ts';

const { KAFKA_BROKERS = '', MONGODB_URI = '' } = process.env;

describe('servers whose addresses are in the environment', () => {
  it('are used as they are, and go on after stop', async () => {
    const servers = await startServers({ env: { KAFKA_BROKERS, MONGODB_URI } });
    expect(servers).toMatchObject({
      kafkaBrokers: KAFKA_BROKERS,
      mongodbUri: MONGODB_URI,
      how: { kafka: 'environment', mongodb: 'environment' },
    });
    await servers.stop();
    await kafkaAnswers(KAFKA_BROKERS);
    await mongodbAnswers(MONGODB_URI);
  }, 20_000);

  it('refuse a second document with the same unique key by code 11000', async () => {
    const connection = await mongoose.createConnection(MONGODB_URI, { dbName: `servers-${randomUUID()}` }).asPromise();
    try {
      const people = connection.db!.collection<{ _id: number; key: string }>('people');
      await people.createIndex({ key: 1 }, { unique: true });
      await people.insertOne({ _id: 1, key: 'a' });
      await expect(people.insertOne({ _id: 2, key: 'a' })).rejects.toMatchObject({ code: 11000 });
      const bulk = [3, 1, 4].map((id) => ({ insertOne: { document: { _id: id, key: `key of ${id}` } } }));
      await expect(people.bulkWrite(bulk, { ordered: false })).rejects.toMatchObject({
        code: 11000,
        result: expect.objectContaining({ insertedCount: 2 }),
      });
    } finally {
      await connection.dropDatabase();
      await connection.close();
    }
  }, 30_000);
});

describe('a Kafka that was started here', () => {
  let folder: string;
  let parent: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'servers-test-'));
  });
  afterEach(() => {
    parent?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is gone, with its data, after its parent was killed', async () => {
    const { KAFKA_BROKERS: _, MONGODB_URI: __, ...rest } = process.env;
    const command = join(import.meta.dirname, '../../deploy/local/servers/run.ts');
    parent = spawn(process.execPath, [command, '--only', 'kafka'], {
      env: { ...rest, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [host = '', port = ''] = (await addressFrom(parent)).split(':');
    expect(await accepts(host, Number(port))).toBe(true);
    parent.kill('SIGKILL');
    await until(async () => !(await accepts(host, Number(port))) && readdirSync(folder).length === 0);
  }, 55_000);
});

async function addressFrom(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const [, address] = /^KAFKA_BROKERS=(.+)$/.exec(line) ?? [];
    if (address) return address;
  }
  throw new Error('it ended and printed no address');
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function until(condition: () => Promise<boolean>, deadline = 25_000): Promise<void> {
  const end = Date.now() + deadline;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await pause(50);
  }
}
