import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { Kafka as KafkaClient, logLevel } from 'kafkajs';
import { main } from '../../../bin/program.ts';
import { laptopSettings } from '../../../deploy/local/platform.ts';
import { startLocalProviders } from '../../../deploy/local/providers/index.ts';
import { startServers } from '../../../deploy/local/servers/index.ts';
import { wireChannels } from '../../../services/channels/wire.ts';
import { wireIngest } from '../../../services/ingest/wire.ts';
import { wireReceipts } from '../../../services/receipts/wire.ts';
import { createLocalIssuer } from '../../../services/registry/local-issuer.ts';
import { wireRegistry } from '../../../services/registry/wire.ts';
import { wireRouter } from '../../../services/router/wire.ts';
import { loadCatalogue } from '../../../services/shared/catalogue.ts';
import { loadOrCreateKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { accessRules, type ServiceName, serviceUser } from '../../../services/shared/kafka/access.ts';
import { connectKafka, type Kafka, kafkaSecurity } from '../../../services/shared/kafka/connect.ts';
import { silentLogger as log } from '../../../services/shared/log.ts';
import { type Host, host, type Start } from '../../../services/shared/run.ts';
import { readSettings } from '../../../services/shared/settings.ts';
import { wireWebhooks } from '../../../services/webhooks/wire.ts';
import { QUICK } from '../e2e/stage.ts';
import { type Certificate, makeAuthority } from './authority.ts';

export const PREFIX = 'guarded';
const WIRES: Record<Exclude<ServiceName, 'console'>, Start> = {
  ingest: wireIngest,
  registry: wireRegistry,
  router: wireRouter,
  channels: wireChannels(['email']),
  receipts: wireReceipts,
  webhooks: wireWebhooks,
};

export type SecureStage = Awaited<ReturnType<typeof startSecureStage>>;

/** Servers and a relay that speak TLS alone, a broker that knows its users, and nothing that runs on them yet. */
export async function startSecureStage() {
  const folder = mkdtempSync(join(tmpdir(), 'nm-secure-'));
  const certificate = await makeAuthority(folder, 'trusted');
  const wrong = await makeAuthority(folder, 'stranger');
  const rules = accessRules(PREFIX, loadCatalogue());
  const users = Object.fromEntries(['admin', ...rules.map(({ user }) => user)].map((user) => [user, secret()]));
  const servers = await startServers({
    secure: { certificate, users: users as { admin: string } },
    env: { ...process.env, NOTIFYME_SERVERS: '' },
    progress: () => {},
  });
  const providers = await startLocalProviders();
  const issuer = await createLocalIssuer();
  const relay = await startTlsRelay(certificate, Number(new URL(providers.smtpUrl).port));
  const env: Record<string, string> = {
    ...(await laptopSettings({ ...servers, stateDir: folder }, providers, issuer)),
    ...QUICK,
    ...{ TOPIC_PREFIX: PREFIX, MONGODB_DB: PREFIX, KAFKA_TLS: 'true', KAFKA_CA_FILE: certificate.ca },
    ...{ SMTP_URL: `smtps://127.0.0.1:${relay.port}`, SMTP_CA_FILE: certificate.ca, SMTP_REQUIRE_TLS: 'true' },
  };
  loadOrCreateKeyRing(env.KEYRING_FILE!);
  const hosts: Host[] = [];
  const as = (user: string) => ({ ...env, KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD: users[user] ?? '' });
  return {
    ...{ servers, providers, issuer, wrong, relay, folder, as },
    /** A client with a user's name and password, as services have it. */
    client(user: string): Kafka {
      const settings = readSettings(as(user));
      return connectKafka({ brokers: settings.KAFKA_BROKERS, clientId: user, log, ...kafkaSecurity(settings) });
    },
    /** The same with other settings, for what will be refused: it does not try again. */
    impatient(user: string, more: Record<string, string> = {}): Kafka {
      const { KAFKA_BROKERS: brokers, ...settings } = readSettings({ ...as(user), ...more });
      const once = { connectionTimeout: 2_000, requestTimeout: 5_000, retry: { retries: 0 } };
      return new KafkaClient({
        brokers,
        clientId: user,
        logLevel: logLevel.NOTHING,
        ...once,
        ...kafkaSecurity(settings as never),
      });
    },
    async cli(user: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
      const ran = { code: 0, out: '', err: '' };
      const out = (text: string) => {
        ran.out += text;
      };
      const err = (text: string) => {
        ran.err += text;
      };
      const paint = (_: string, text: string) => text;
      ran.code = await main(args, { out, err, watched: false, paint, clock: () => new Date(), env: as(user) } as never);
      return ran;
    },
    /** Starts every service with its own user. */
    async start(): Promise<Record<keyof typeof WIRES, Host>> {
      const crash = (error: Error) => {
        throw error;
      };
      const started = await Promise.all(
        Object.entries(WIRES).map(async ([name, wire]) => {
          const one = await host(name, [wire], readSettings(as(serviceUser(PREFIX, name as ServiceName))), crash);
          hosts.push(one);
          return [name, one] as const;
        }),
      );
      return Object.fromEntries(started) as Record<keyof typeof WIRES, Host>;
    },
    async stop() {
      await Promise.all(hosts.map((one) => one.stop()));
      await Promise.all([providers.stop(), relay.stop(), servers.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const secret = (): string => randomBytes(16).toString('hex');

/** TLS in front of the local mail relay. */
async function startTlsRelay({ cert, key }: Certificate, to: number): Promise<{ port: number; stop(): Promise<void> }> {
  const server: Server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (client) => {
    const far = connect(to, '127.0.0.1');
    client.pipe(far).pipe(client);
    for (const one of [client, far]) one.on('error', () => [client, far].map((socket) => socket.destroy()));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { port, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}
