import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import pLimit from 'p-limit';
import { FIREHOSE_KEY, laptopSettings, publicEntityKey } from '../../../deploy/local/platform.ts';
import { startLocalProviders } from '../../../deploy/local/providers/index.ts';
import { startServers } from '../../../deploy/local/servers/index.ts';
import { freePorts } from '../../../deploy/local/servers/ports.ts';
import { createPublisher, type Publisher } from '../../../publisher/publisher.ts';
import { createLocalIssuer } from '../../../services/registry/local-issuer.ts';
import { loadOrCreateKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { connectKafka } from '../../../services/shared/kafka/connect.ts';
import { createKeyStore } from '../../../services/shared/keys.ts';
import { connectLedger } from '../../../services/shared/ledger/index.ts';
import { silentLogger as log } from '../../../services/shared/log.ts';
import { eventually } from '../e2e/notices.ts';
import { startProgram } from '../e2e/process.ts';
import { QUICK } from '../e2e/stage.ts';
import { startCollector } from './collector.ts';

export const NAME = 'canary';

export type CanaryRun = Awaited<ReturnType<typeof prepareRun>>;

/** Servers whose data folder can be read as bytes, and a platform in a process of its own whose every word is kept. */
export async function prepareRun() {
  const folder = mkdtempSync(join(tmpdir(), 'nm-canary-'));
  const dataDir = join(folder, 'data');
  const env = { ...process.env, NOTIFYME_SERVERS: 'local', KAFKA_BROKERS: '', MONGODB_URI: '' };
  const [servers, providers, issuer, traces, endpoint] = await Promise.all([
    // Durable, so that all of it is in the files when they are stopped.
    startServers({ dataDir, durable: true, env, progress: () => {} }),
    startLocalProviders({ firehoseAccessKey: FIREHOSE_KEY, timing: { fullMs: 500 } }),
    createLocalIssuer(),
    startCollector(),
    startCollector(),
  ]);
  const settings = await laptopSettings({ ...servers, stateDir: folder }, providers, issuer);
  loadOrCreateKeyRing(settings.KEYRING_FILE);
  const [port, bounces] = await freePorts(2);
  const own = { TOPIC_PREFIX: NAME, MONGODB_DB: NAME, PORT: String(port), BOUNCE_PORT: String(bounces) };
  const service = await startProgram('all', [join(import.meta.dirname, 'all-services.ts')], {
    ...{ ...settings, ...QUICK, ...own, OTLP_ENDPOINT: traces.url },
  });
  providers.setCallbacks({
    snsDeliveryStatusUrl: `${service.url}/callbacks/sns-sms-status`,
    bounceSmtp: { host: '127.0.0.1', port: bounces! },
  });
  const ledger = await connectLedger({ uri: servers.mongodbUri, dbName: NAME });
  const kafka = connectKafka({ brokers: [servers.kafkaBrokers], clientId: 'canary', log });
  const publishers = new Map<string, Promise<Publisher>>();
  const keyOf = async (entity: string) => (await createKeyStore({ ledger }).createKey({ entity, kind: 'live' })).key;
  const publicKey = await publicEntityKey(folder);
  const make = async (entity: string, way: 'http' | 'kafka') =>
    way === 'http'
      ? createPublisher({ mode: 'http', url: service.url, key: await keyOf(entity) })
      : createPublisher({ mode: 'kafka', kafka, entity, publicKey, secret: randomBytes(32), prefix: NAME });
  return {
    ...{ service, servers, providers, issuer, ledger, kafka, traces, endpoint, dataDir, keyOf },
    register: { url: service.url, providers, outbox: providers.outbox, platform: { issuer } },
    limit: pLimit(16),
    /** Keys to seal with: the platform's, and one that it does not have. */
    ...{ publicKey, strangersKey: await strangersKey() },
    publisher(entity: string, way: 'http' | 'kafka'): Promise<Publisher> {
      const known = publishers.get(`${entity} ${way}`) ?? make(entity, way);
      publishers.set(`${entity} ${way}`, known);
      return known;
    },
    /** Another current key in the ring of the running platform; resolves when it seals with that. */
    async changeKey() {
      const { current, keys, ...rest } = JSON.parse(readFileSync(settings.KEYRING_FILE, 'utf8'));
      const both = { ...keys, k2: randomBytes(32).toString('base64') };
      writeFileSync(settings.KEYRING_FILE, JSON.stringify({ ...rest, keys: both, current: 'k2' }));
      await eventually('the new key', () => (service.output().includes('current is k2') ? true : null));
    },
    /** Stops the platform, then the servers in their orderly way, so that their files are complete. */
    async end() {
      for (const publisher of publishers.values()) await (await publisher).stop();
      await service.stop();
      await ledger.close();
      await Promise.all([servers.stop(), providers.stop(), traces.stop(), endpoint.stop()]);
    },
    async clear() {
      service.kill();
      await servers.stop();
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function strangersKey() {
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  return { ...(await exportJWK(publicKey)), kid: 'stranger' };
}
