import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIREHOSE_KEY, laptopSettings, publicEntityKey } from '../../../deploy/local/platform.ts';
import { type LocalProviders, startLocalProviders } from '../../../deploy/local/providers/index.ts';
import { freePorts } from '../../../deploy/local/servers/ports.ts';
import { createLocalIssuer, type LocalIssuer } from '../../../services/registry/local-issuer.ts';
import { loadOrCreateKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { connectLedger, type Ledger } from '../../../services/shared/ledger/index.ts';
import { SETTINGS, type SettingRow } from '../../../services/shared/settings-table.ts';
import { forget } from './forget.ts';
import { type Service, startService } from './process.ts';
import { freshName, QUICK, servers } from './stage.ts';

/** Every service of the platform in a process of its own. */
const SERVICES = [
  ['ingest'],
  ['registry'],
  ['router'],
  ['channels', 'sms'],
  ['channels', 'email', 'push'],
  ['receipts'],
];

export type Processes = {
  name: string;
  ledger: Ledger;
  providers: LocalProviders;
  issuer: LocalIssuer;
  publicKey: Awaited<ReturnType<typeof publicEntityKey>>;
  ingestUrl: string;
  registryUrl: string;
  /** Starts all six at once. */
  start(): Promise<void>;
  /** SIGTERM to all six at once; how each of them ended. */
  stop(): Promise<{ name: string; code: number | null; seconds: number }[]>;
  /** Arguments of every process that was started. */
  commandLines: string[];
  /** Every key, password and secret that the processes were given. */
  own(): string[];
  /** What every process has written so far, those that are gone too. */
  output(): string;
  clear(): Promise<void>;
};

/** Six processes on one broker and one ledger, with topics, database, keys and providers of their own. */
export async function prepareProcesses(): Promise<Processes> {
  const name = freshName();
  const stateDir = mkdtempSync(join(tmpdir(), `${name}-`));
  const { kafkaBrokers, mongodbUri } = servers();
  const providers = await startLocalProviders({ firehoseAccessKey: FIREHOSE_KEY });
  const issuer = await createLocalIssuer();
  const settings = await laptopSettings({ kafkaBrokers, mongodbUri, stateDir }, providers, issuer);
  loadOrCreateKeyRing(settings.KEYRING_FILE);
  const [port, bounces, registry] = await freePorts(3);
  // The providers answer from the process of the test: on a busy machine late, which would make outcomes unknown.
  const patient = { SMS_TIMEOUT_SECONDS: '30' };
  const own = { TOPIC_PREFIX: name, MONGODB_DB: name, BOUNCE_PORT: String(bounces) };
  const env = { ...settings, ...QUICK, ...patient, ...own };
  const ports: Record<string, string> = { ingest: String(port), registry: String(registry) };
  const started: Service[] = [];
  const commandLines: string[] = [];
  let running: Service[] = [];
  providers.setCallbacks({
    snsDeliveryStatusUrl: `http://127.0.0.1:${port}/callbacks/sns-sms-status`,
    bounceSmtp: { host: '127.0.0.1', port: bounces! },
  });
  const ledger = await connectLedger({ uri: mongodbUri, dbName: name });
  return {
    name,
    ledger,
    providers,
    issuer,
    publicKey: await publicEntityKey(stateDir),
    ingestUrl: `http://127.0.0.1:${port}`,
    registryUrl: `http://127.0.0.1:${registry}`,
    async start() {
      running = await Promise.all(SERVICES.map((args) => startService(args, { ...env, PORT: ports[args[0]!] ?? '0' })));
      started.push(...running);
      commandLines.push(...running.map((service) => service.commandLine));
    },
    async stop() {
      const stopping = running.map((service) => service.stop());
      running = [];
      return Promise.all(stopping);
    },
    commandLines,
    own: () => secretsIn(env),
    output: () => started.map((service) => service.output()).join('\n'),
    async clear() {
      for (const service of started) service.kill();
      await Promise.all([providers.stop(), ledger.close()]);
      await forget(name, servers());
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Values of the settings that are marked as secret, and what the key files hold. */
function secretsIn(env: Record<string, string>): string[] {
  const secret = Object.entries(SETTINGS as Record<string, SettingRow>).filter(([, row]) => row.secret);
  const { keys, blind, codes, unsubscribe } = JSON.parse(readFileSync(env.KEYRING_FILE!, 'utf8'));
  const entityKeys = JSON.parse(readFileSync(env.ENTITY_KEYS_FILE!, 'utf8')).keys.map(({ d }: { d: string }) => d);
  const set = secret.map(([name]) => env[name] ?? '').filter((value) => value !== '' && !value.includes('127.0.0.1'));
  return [...set, ...Object.values<string>(keys), blind, codes, unsubscribe, ...entityKeys];
}
