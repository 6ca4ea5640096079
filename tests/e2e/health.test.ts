import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wireRouter } from '../../services/router/wire.ts';
import { loadOrCreateKeyRing } from '../../services/shared/crypto/keyring.ts';
import { startConsumer } from '../../services/shared/kafka/consumer.ts';
import { consumerCheck, type Host, host, type Start } from '../../services/shared/run.ts';
import { readSettings } from '../../services/shared/settings.ts';
import { ask, type Json } from '../support/e2e/ask.ts';
import { forget } from '../support/e2e/forget.ts';
import { eventually } from '../support/e2e/notices.ts';
import { freshName, servers } from '../support/e2e/stage.ts';
import { tapWire, type WireTap } from '../support/e2e/wire-tap.ts';

const name = freshName();
const stateDir = mkdtempSync(join(tmpdir(), `${name}-`));
const KEYRING_FILE = join(stateDir, 'keyring.json');
const stuck = Promise.withResolvers<void>();
let ledger: WireTap;
let hosted: Host;

/** A consumer whose first batch does not end before `stuck` resolves. */
const wireStuck: Start = async ({ kafka, log, topics, prefix, onCrash }) => {
  const groupId = `${prefix}.stuck`;
  const handle = () => stuck.promise;
  const consumer = await startConsumer({ kafka, log, groupId, topics: [topics.events('health')], handle, onCrash });
  return { checks: [consumerCheck('stuck', consumer, 2_500)], stop: () => consumer.stop() };
};

beforeAll(async () => {
  const { kafkaBrokers, mongodbUri } = servers();
  const { hostname, port } = new URL(mongodbUri);
  ledger = await tapWire({ host: hostname, port: Number(port) });
  loadOrCreateKeyRing(KEYRING_FILE);
  const settings = readSettings({
    ...{ KAFKA_BROKERS: kafkaBrokers, TOPIC_PREFIX: name, TOPIC_PARTITIONS: '1' },
    ...{ MONGODB_URI: `mongodb://127.0.0.1:${ledger.port}/?directConnection=true`, MONGODB_DB: name },
    ...{ KEYRING_FILE, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error' },
  });
  hosted = await host('test', [wireRouter, wireStuck], settings, () => {});
}, 60_000);

afterAll(async () => {
  stuck.resolve();
  await hosted?.stop();
  await ledger?.stop();
  await forget(name, servers());
  rmSync(stateDir, { recursive: true, force: true });
}, 60_000);

const livez = async () => (await ask(hosted.url, 'GET', '/livez')).status;
/** The checks of /readyz once it answers with this status. */
const readyz = (wanted: number): Promise<Json> =>
  eventually(`/readyz to answer ${wanted}`, async () => {
    const { status, body } = await ask(hosted.url, 'GET', '/readyz');
    return status === wanted ? body.checks : null;
  });

describe('a process', () => {
  it('that lost its ledger is alive and not ready, until it is back', async () => {
    expect(await readyz(200)).toMatchObject({ ledger: 'ok', 'router.health': 'ok', stuck: 'ok' });
    ledger.cut();
    expect((await readyz(503)).ledger).not.toBe('ok');
    expect(await livez()).toBe(200);
    ledger.mend();
    expect((await readyz(200)).ledger).toBe('ok');
  }, 60_000);

  it('with a consumer that is stuck in a batch is alive and not ready, until it goes on', async () => {
    const { producer, topics } = hosted.runtime;
    await producer.send([{ topic: topics.events('health'), messages: [{ key: null, value: 'anything' }] }]);
    expect((await readyz(503)).stuck).toBe('stuck in a batch');
    expect(await livez()).toBe(200);
    stuck.resolve();
    expect((await readyz(200)).stuck).toBe('ok');
  }, 60_000);
});

describe('a start with bad settings', () => {
  const start = (env: Record<string, string>) => {
    const main = join(import.meta.dirname, '..', '..', 'services', 'router', 'main.ts');
    const { status, stderr } = spawnSync(process.execPath, [main], { env, encoding: 'utf8', timeout: 20_000 });
    return { status, named: [...stderr.matchAll(/^ {2}- ([A-Z_]+)/gm)].map(([, setting]) => setting), stderr };
  };

  it('ends with EX_CONFIG and lists everything that is missing', () => {
    const { status, named } = start({});
    expect([status, named]).toEqual([78, ['MONGODB_URI', 'KAFKA_BROKERS', 'KEYRING_FILE']]);
  });

  it('lists what is wrong beside what is missing, and no secret', () => {
    const { status, named, stderr } = start({
      MONGODB_URI: 'http://user:hidden@example.com',
      PORT: 'x',
      LOG_LEVEL: '?',
    });
    expect([status, named]).toEqual([78, ['MONGODB_URI', 'KAFKA_BROKERS', 'KEYRING_FILE', 'PORT', 'LOG_LEVEL']]);
    expect(stderr).not.toContain('hidden');
  });
});
