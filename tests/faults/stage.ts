import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../../deploy/local/servers/ports.ts';
import { loadOrCreateKeyRing } from '../../services/shared/crypto/keyring.ts';
import { createKeyStore } from '../../services/shared/keys.ts';
import { sampleContact, sampleSubscriber } from '../../services/shared/ledger/samples.ts';
import { openRuntime, type Runtime } from '../../services/shared/runtime.ts';
import { readSettings } from '../../services/shared/settings.ts';
import { invent } from '../../services/shared/subject/invented.ts';
import { createFleet, type Post } from './fleet.ts';
import { addressesOf } from './ledgers.ts';
import { type FaultyServers, type ServersWanted, startFaultyServers } from './servers.ts';
import type { Behaviour } from './sink.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const PEOPLE = 200;
export type Stage = Awaited<ReturnType<typeof startStage>>;

/** Files that run in place of a service's own: planted faults. */
export type Stead = Partial<Record<'router' | 'channels', string>>;

type StageOptions = { stead?: Stead; keep?: boolean } & Partial<ServersWanted>;

/** Servers, sinks, people and the running fleet. `keep` leaves ledgers and logs where they are. */
export async function startStage({ stead = {}, keep = false, brokers = 1, ownDisk = false }: StageOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'nm-faults-run-'));
  const files = { email: join(folder, 'mail.ledger'), sms: join(folder, 'texts.ledger') };
  const servers = await startFaultyServers({ brokers, ownDisk });
  const sinks = { email: startSink('smtp', files.email), sms: startSink('sns', files.sms) };
  const [mail, texts] = await Promise.all([portOf(sinks.email), portOf(sinks.sms)]);
  const ports = await freePorts(7);
  const env = environment(servers, folder, mail, texts);
  loadOrCreateKeyRing(env.KEYRING_FILE);
  const runtime = await openRuntime(readSettings(env), 'faults');
  await register(runtime);
  const { key } = await createKeyStore({ ledger: runtime.ledger }).createKey({ entity: 'ofoq', kind: 'live' });
  mkdirSync(join(folder, 'logs'));
  const fleet = createFleet(join(folder, 'logs'));
  const posts = postsOf(env, ports, stead);
  for (const post of posts) fleet.start(post);
  await Promise.all(ports.map(untilReady));
  return {
    ...{ folder, files, servers, env, runtime, fleet, posts, key, url: `http://127.0.0.1:${ports[0]}` },
    behave: (channel: 'email' | 'sms', behaviour: Behaviour) => void sinks[channel].send(behaviour),
    async stop() {
      await fleet.stop();
      for (const sink of Object.values(sinks)) sink.kill('SIGKILL');
      await Promise.race([runtime.close(), new Promise((resolve) => setTimeout(resolve, 5_000))]);
      await servers.stop();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function environment({ kafkaBrokers, mongodbUri }: FaultyServers, folder: string, mail: number, texts: number) {
  return {
    ...{ KAFKA_BROKERS: kafkaBrokers, MONGODB_URI: mongodbUri, MONGODB_DB: 'faults', TOPIC_PREFIX: 'faults' },
    ...{ TOPIC_PARTITIONS: '3', KEYRING_FILE: join(folder, 'keyring.json'), HOST: '127.0.0.1', PORT: '0' },
    ...{ BOUNCE_PORT: '0', LOG_LEVEL: 'warn', SMTP_URL: `smtp://127.0.0.1:${mail}`, SMTP_REQUIRE_TLS: 'false' },
    ...{ SNS_ENDPOINT: `http://127.0.0.1:${texts}`, SETTLE_SMS_SECONDS: '1', SETTLE_EMAIL_SECONDS: '1' },
    // What takes minutes in a country takes seconds here, in the same proportions.
    ...{ LEASE_SECONDS: '15', QUEUE_PATIENCE_SECONDS: '15', UNKNOWN_GRACE_SECONDS: '3', UNTOLD_AFTER_SECONDS: '6' },
    ...{ KAFKA_SESSION_SECONDS: '6', SCHEDULER_REST_MS: '250', SETTLE_REST_MS: '250' },
  };
}

/** Two of what shares its work, so that there is somebody to take over. */
function postsOf(env: NodeJS.ProcessEnv, ports: number[], { router, channels }: Stead): Post[] {
  let next = 0;
  const of = (name: string, file: string, args: string[] = []): Post => ({
    ...{ name, file, args, env: { ...env, PORT: String(ports[next++]) } },
  });
  const routerFile = router ?? 'services/router/main.ts';
  const channelsFile = channels ?? 'services/channels/main.ts';
  return [
    of('ingest', 'services/ingest/main.ts'),
    of('router-1', routerFile),
    of('router-2', routerFile),
    of('receipts', 'services/receipts/main.ts'),
    of('email-1', channelsFile, ['email']),
    of('email-2', channelsFile, ['email']),
    of('sms', channelsFile, ['sms']),
  ];
}

/** Patience with seven processes that start at once on a busy machine; it is nothing that is measured. */
const READY_MS = 180_000;

/** Faults begin when everybody works. */
async function untilReady(port: number): Promise<void> {
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await pause(200)) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    if (answer?.ok) return;
  }
  throw new Error(`nobody was ready on port ${port} in time`);
}

async function register({ ledger, blind, sealer }: Runtime): Promise<void> {
  const people = Array.from({ length: PEOPLE }, (_, n) => {
    const subject = invent('cpr', n);
    const _id = blind.subscriberId(subject);
    const contacts = Object.entries(addressesOf(n)).map(([channel, address]) =>
      sampleContact({
        ...{ id: blind.contactId(_id, channel as 'sms', address), channel: channel as 'sms', confirmedAt: new Date() },
        kind: channel === 'email' ? 'email' : 'mobile',
        address: sealer.seal(address, 'address'),
      }),
    );
    return sampleSubscriber({ _id, subject: sealer.seal(subject, 'subject'), language: 'en', contacts });
  });
  await ledger.subscribers.collection.insertMany(people as never[], { ordered: false });
}

function startSink(kind: string, ledger: string): ChildProcess {
  const args = ['--disable-warning=ExperimentalWarning', join(ROOT, 'tests', 'faults', 'sink.ts'), kind, ledger];
  return spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  const [line] = (await once(stdout!.setEncoding('utf8'), 'data')) as [string];
  return Number(/port (\d+)/.exec(line)![1]);
}
