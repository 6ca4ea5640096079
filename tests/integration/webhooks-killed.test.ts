import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadOrCreateKeyRing } from '../../services/shared/crypto/keyring.ts';
import { connectKafka } from '../../services/shared/kafka/connect.ts';
import { createProducer } from '../../services/shared/kafka/producer.ts';
import { createKeyStore } from '../../services/shared/keys.ts';
import { connectLedger } from '../../services/shared/ledger/index.ts';
import { silentLogger as log } from '../../services/shared/log.ts';
import { topics } from '../../services/shared/topics.ts';
import { startEndpoint, until } from './webhooks/endpoint.ts';
import { kill, startProcess } from './webhooks/process.ts';
import { noticeOf, outcomeOf } from './webhooks/stage.ts';

const name = `webhooks-${randomBytes(5).toString('hex')}`;
const folder = mkdtempSync(join(tmpdir(), 'notifyme-'));
const children: ChildProcess[] = [];
afterAll(async () => {
  await Promise.all(children.map(kill));
  rmSync(folder, { recursive: true, force: true });
});

describe('a webhooks process that dies between sending and storing', () => {
  it('is followed by another that sends the same message again with the same id', async () => {
    const env = {
      ...{ MONGODB_DB: name, TOPIC_PREFIX: name, TOPIC_PARTITIONS: '1', KEYRING_FILE: join(folder, 'keys.json') },
      ...{
        WEBHOOK_ALLOW_PRIVATE: 'true',
        WEBHOOK_TIMEOUT_SECONDS: '1',
        WEBHOOK_REST_MS: '50',
        KAFKA_SESSION_SECONDS: '8',
      },
    };
    loadOrCreateKeyRing(env.KEYRING_FILE);
    const ledger = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName: name });
    const producer = await createProducer(
      connectKafka({ brokers: [process.env.KAFKA_BROKERS ?? ''], clientId: name, log }),
    );
    const first = await startProcess(env);
    children.push(first.child);
    const endpoint = await startEndpoint(async (_taken, count) => {
      if (count > 1) return 200;
      await kill(first.child);
      return null;
    });
    try {
      const { key } = await createKeyStore({ ledger }).createKey({ entity: 'sijilat', kind: 'live' });
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const request = { method: 'POST', headers, body: JSON.stringify({ url: endpoint.url }) };
      expect((await fetch(`${first.url}/v1/webhooks`, request)).status).toBe(201);
      await producer.send([
        { topic: topics(name).outcomes('sijilat'), messages: [outcomeOf('sijilat', 'killed-0', 0)] },
      ]);
      await until(() => endpoint.taken.length === 1, 30_000);
      const second = await startProcess(env);
      children.push(second.child);
      await until(() => endpoint.taken.length === 2, 30_000);
      expect(endpoint.taken.map(({ id }) => id)).toEqual(Array(2).fill(`${noticeOf('killed-0')}_0`));
      expect(endpoint.taken[0]!.body).toEqual(endpoint.taken[1]!.body);
      await until(async () => (await ledger.webhooks.findOne({}).lean())?.position === 0);
    } finally {
      await endpoint.stop();
      await producer.stop();
      await ledger.connection.dropDatabase();
      await ledger.close();
    }
  }, 120_000);
});
