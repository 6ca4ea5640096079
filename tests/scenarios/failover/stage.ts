import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Person } from '../../../deploy/local/demo/people.ts';
import { createEntities, type Entities } from '../../../deploy/local/demo/publish.ts';
import { register } from '../../../deploy/local/demo/register.ts';
import { FIREHOSE_KEY, type Platform, publicEntityKey, startPlatform } from '../../../deploy/local/platform.ts';
import { type LocalProviders, startLocalProviders } from '../../../deploy/local/providers/index.ts';
import { startServers } from '../../../deploy/local/servers/index.ts';
import { freePorts } from '../../../deploy/local/servers/ports.ts';
import { invent } from '../../../services/shared/subject/invented.ts';

export const GATEWAY_KEY = 'local-gateway-key';
const PEOPLE = 24;

export type Stage = {
  platform: Platform;
  providers: LocalProviders;
  entities: Entities;
  people: Person[];
  stop(): Promise<void>;
};

/** Settings with which the platform has two SMS providers and two mail relays, all of them local. */
export async function twoOfEach(providers: LocalProviders): Promise<Record<string, string>> {
  const [port] = await freePorts(1);
  return {
    // The gateway is told where to report, so the port must be known beforehand.
    ...{ PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
    ...{ SMS_GATEWAY_URL: providers.smsGatewayUrl, SMS_GATEWAY_KEY: GATEWAY_KEY },
    SMTP_URL_2: providers.smtpUrl2,
  };
}

/** Real servers, the whole platform with two providers a channel, and registered people with a mobile and a mailbox. */
export async function setStage(): Promise<Stage> {
  const stateDir = mkdtempSync(join(tmpdir(), 'notifyme-failover-'));
  const stops: (() => Promise<unknown> | unknown)[] = [() => rmSync(stateDir, { recursive: true, force: true })];
  const stop = async () => {
    for (const one of stops.splice(0)) await one();
  };
  try {
    const servers = await startServers();
    stops.unshift(servers.stop);
    const providers = await startLocalProviders({ firehoseAccessKey: FIREHOSE_KEY, gatewayKey: GATEWAY_KEY });
    const run = `failover-${Date.now().toString(36)}`;
    const env = { TOPIC_PREFIX: run, MONGODB_DB: run, SCHEDULER_REST_MS: '200', ...(await twoOfEach(providers)) };
    const platform = await startPlatform({ ...servers, stateDir, providers, env });
    stops.unshift(platform.stop);
    // First of all: what still reports must find the platform there.
    stops.unshift(providers.stop);
    const people = Array.from({ length: PEOPLE }, (_, n) => personOf(n));
    for (const group of chunks(people, 8)) await Promise.all(group.map((person) => register(person, platform)));
    const entities = createEntities(platform, await publicEntityKey(stateDir));
    stops.unshift(entities.stop);
    return { platform, providers, entities, people, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Invented; no number ends in 93 to 99, which fail on purpose. */
const personOf = (n: number): Person => ({
  ...{ name: `Person ${n}`, subject: invent('cpr', 100 + n), language: n % 2 === 0 ? 'ar' : 'en' },
  ...{ mobile: `+973360013${String(10 + n)}`, email: `person.${n}@example.com` },
});

const chunks = <T>(items: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
