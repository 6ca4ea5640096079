import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { eventually } from '../../../deploy/local/demo/eventually.ts';
import { createEntities, type Entities } from '../../../deploy/local/demo/publish.ts';
import {
  FIREHOSE_KEY,
  type Platform,
  type PlatformOptions,
  publicEntityKey,
  startPlatform,
} from '../../../deploy/local/platform.ts';
import { type LocalProviders, startLocalProviders } from '../../../deploy/local/providers/index.ts';
import type { Runtime } from '../../../services/shared/runtime.ts';
import { forget } from './forget.ts';

/** One platform of a test file: everything is in it, and nobody else has its topics and database. */
export type Stage = {
  platform: Platform;
  runtime: Runtime;
  providers: LocalProviders;
  outbox: LocalProviders['outbox'];
  entities: Entities;
  url: string;
  /** Consumers that died for good. */
  crashes: Error[];
};

/** Short waits, so that an outcome is there as soon as the last delivery has its word. */
export const QUICK = {
  SCHEDULER_REST_MS: '100',
  SETTLE_REST_MS: '100',
  SETTLE_SMS_SECONDS: '2',
  SETTLE_EMAIL_SECONDS: '2',
  TOPIC_PARTITIONS: '1',
  LOG_LEVEL: 'error',
  // No citizens' pages here, so no sign-in for them.
  OIDC_ISSUER: '',
};

/** Addresses of the servers that `tests/run.ts` started. Throws when there are none. */
export function servers(): { kafkaBrokers: string; mongodbUri: string } {
  const { KAFKA_BROKERS: kafkaBrokers, MONGODB_URI: mongodbUri } = process.env;
  if (!kafkaBrokers || !mongodbUri) throw new Error('KAFKA_BROKERS and MONGODB_URI are not set: npm run test:e2e');
  return { kafkaBrokers, mongodbUri };
}

/** A name that no other run has, for topics and the database. */
export const freshName = (): string => `e2e-${randomBytes(4).toString('hex')}`;

export type StageOptions = Partial<PlatformOptions> & {
  /** Puts something between the platform and its providers; gives the settings that lead there. */
  around?(providers: LocalProviders): Promise<Record<string, string>>;
};

/** Starts one platform before the tests of a file and leaves nothing of it behind. */
export function useStage({ around, ...options }: StageOptions = {}): Stage {
  jest.setTimeout(30_000);
  const stage = { crashes: [] } as unknown as Stage;
  const name = freshName();
  const stateDir = mkdtempSync(join(tmpdir(), `${name}-`));

  beforeAll(async () => {
    const providers = await startLocalProviders({ firehoseAccessKey: FIREHOSE_KEY });
    Object.assign(stage, { providers, outbox: providers.outbox });
    const env = { TOPIC_PREFIX: name, MONGODB_DB: name, ...QUICK, ...options.env, ...(await around?.(providers)) };
    const onCrash = (error: Error) => stage.crashes.push(error);
    const platform = await startPlatform({ ...servers(), stateDir, onCrash, providers, ...options, env });
    const entities = createEntities(platform, await publicEntityKey(stateDir));
    const { host } = platform;
    Object.assign(stage, { platform, entities, runtime: host.runtime, url: host.url });
    await eventually('readiness', async () => ((await fetch(`${host.url}/readyz`)).ok ? true : null));
  }, 60_000);

  afterAll(async () => {
    await stage.entities?.stop();
    await stage.providers?.stop();
    await stage.platform?.stop();
    await forget(name, servers());
    rmSync(stateDir, { recursive: true, force: true });
  }, 60_000);

  return stage;
}
