import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import webPush from 'web-push';
import { CHANNELS } from '../../contracts/status.ts';
import { wireChannels } from '../../services/channels/wire.ts';
import { freshSigningKey } from '../../services/console/evidence/keys.ts';
import { wireConsole } from '../../services/console/wire.ts';
import { createSnsFetcher, type SnsFetcher } from '../../services/ingest/callbacks/index.ts';
import { wireIngestWith } from '../../services/ingest/wire.ts';
import { wireReceipts } from '../../services/receipts/wire.ts';
import { createLocalIssuer, type LocalIssuer } from '../../services/registry/local-issuer.ts';
import { wireRegistry } from '../../services/registry/wire.ts';
import { wireRouter } from '../../services/router/wire.ts';
import { loadOrCreateKeyRing } from '../../services/shared/crypto/keyring.ts';
import { type Host, host } from '../../services/shared/run.ts';
import { readSettings } from '../../services/shared/settings.ts';
import { wireWebhooks } from '../../services/webhooks/wire.ts';
import type { LocalIdentity } from './identity/index.ts';
import { laptopIdentity } from './identity/settings.ts';
import { type LocalProviders, startLocalProviders } from './providers/index.ts';
import { LAPTOP_APPLICATIONS } from './providers/sns/endpoints.ts';
import { readOrCreate } from './state.ts';

export type PlatformOptions = {
  kafkaBrokers: string;
  mongodbUri: string;
  /** Keys of this laptop's platform are kept here. */
  stateDir: string;
  /** Settings that differ from a laptop's; they win. */
  env?: Record<string, string | undefined>;
  /** Give the providers when they are started elsewhere. */
  providers?: LocalProviders;
  /** Gives the certificates of whoever signs as SNS here; SNS's own when left out. */
  snsFetcher?: SnsFetcher;
  onCrash?(error: Error): void;
};
export type Platform = {
  host: Host;
  providers: LocalProviders;
  issuer: LocalIssuer;
  /** The sign-in of the citizens' pages; null when another one is configured. */
  identity: LocalIdentity | null;
  stop(): Promise<void>;
};

export const FIREHOSE_KEY = 'local-firehose-key';

/**
 * The whole platform in this process, as a laptop has it: every service, local providers whose receipts come back, an
 * issuer in place of the national sign-in, and keys that are made on first use.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { stateDir, snsFetcher = createSnsFetcher(), onCrash = leave } = options;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const providers = options.providers ?? (await startLocalProviders({ firehoseAccessKey: FIREHOSE_KEY }));
  const issuer = await createLocalIssuer({
    privateJwk: await readOrCreate(join(stateDir, 'issuer.json'), newIssuerKey),
  });
  const { identity, env } = await laptopIdentity(options.env ?? {}, stateDir);
  const settings = readSettings({ ...(await laptopSettings(options, providers, issuer)), ...options.env, ...env });
  loadOrCreateKeyRing(settings.KEYRING_FILE);
  const starts = [
    wireIngestWith(snsFetcher),
    wireRegistry,
    wireRouter,
    wireChannels(CHANNELS),
    wireReceipts,
    wireWebhooks,
    wireConsole,
  ];
  const platform = await host('platform', starts, settings, onCrash);
  providers.setCallbacks({
    snsDeliveryStatusUrl: `http://127.0.0.1:${platform.port}/callbacks/sns-sms-status`,
    bounceSmtp: { host: '127.0.0.1', port: platform.ports.bounces! },
  });
  return {
    host: platform,
    providers,
    issuer,
    identity,
    async stop() {
      await platform.stop();
      await identity?.stop();
      if (!options.providers) await providers.stop();
    },
  };
}

/** The settings of a laptop's platform as environment variables, with the key files that they name. */
export async function laptopSettings(
  { kafkaBrokers, mongodbUri, stateDir }: Pick<PlatformOptions, 'kafkaBrokers' | 'mongodbUri' | 'stateDir'>,
  providers: LocalProviders,
  issuer: LocalIssuer,
) {
  await readOrCreate(join(stateDir, ENTITY_KEYS), newEntityKeys);
  await readOrCreate(join(stateDir, EVIDENCE_KEYS), async () => ({ keys: [await freshSigningKey()] }));
  const vapid = await readOrCreate(join(stateDir, 'vapid.json'), async () => webPush.generateVAPIDKeys());
  await readOrCreate(join(stateDir, 'issuer-jwks.json'), async () => issuer.jwks);
  return {
    KAFKA_BROKERS: kafkaBrokers,
    MONGODB_URI: mongodbUri,
    KEYRING_FILE: join(stateDir, 'keyring.json'),
    ENTITY_KEYS_FILE: join(stateDir, ENTITY_KEYS),
    EVIDENCE_KEYS_FILE: join(stateDir, EVIDENCE_KEYS),
    HOST: '127.0.0.1',
    PORT: '0',
    BOUNCE_PORT: '0',
    TOPIC_PARTITIONS: '3',
    SMTP_URL: providers.smtpUrl,
    SMTP_REQUIRE_TLS: 'false',
    SNS_ENDPOINT: providers.snsEndpoint,
    SNS_FCM_APPLICATION_ARN: LAPTOP_APPLICATIONS.fcm,
    SNS_APNS_APPLICATION_ARN: LAPTOP_APPLICATIONS.apns,
    FIREHOSE_ACCESS_KEY: FIREHOSE_KEY,
    VAPID_PUBLIC_KEY: vapid.publicKey,
    VAPID_PRIVATE_KEY: vapid.privateKey,
    PUSH_HOSTS: new URL(providers.pushOrigin).hostname,
    PUSH_ALLOW_PRIVATE: 'true',
    WEBHOOK_ALLOW_PRIVATE: 'true',
    IDENTITY_ISSUER: issuer.issuer,
    IDENTITY_AUDIENCE: issuer.audience,
    IDENTITY_JWKS: join(stateDir, 'issuer-jwks.json'),
    PERFORMANCE_PAGE: '/performance',
    TEST_OUTBOX_URL: `${providers.pagesUrl}/api/test-messages`,
    LOG_LEVEL: 'warn',
  };
}

const ENTITY_KEYS = 'entity-keys.json';
const EVIDENCE_KEYS = 'evidence-keys.json';

/** The key pair for events that entities seal themselves; they get the public half (RFC 7518, ECDH-ES on P-256). */
async function newEntityKeys(): Promise<{ keys: JWK[] }> {
  const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  return { keys: [{ ...(await exportJWK(privateKey)), kid: 'e1' }] };
}

/** What entities need to seal their own events. */
export async function publicEntityKey(stateDir: string): Promise<JWK> {
  const { keys } = await readOrCreate(join(stateDir, ENTITY_KEYS), newEntityKeys);
  const { d: _private, ...publicKey } = keys[0]!;
  return publicKey;
}

const newIssuerKey = async () => (await createLocalIssuer()).privateJwk;

function leave(error: Error): never {
  process.stderr.write(`notifyme: a consumer stopped for good (${error.name})\n`);
  process.exit(1);
}
