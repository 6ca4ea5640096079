import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, LANES } from '../../contracts/status.ts';
import { loadOrCreateKeyRing } from '../../services/shared/crypto/keyring.ts';
import { openRuntime, type Runtime } from '../../services/shared/runtime.ts';
import { readSettings } from '../../services/shared/settings.ts';
import { startWorker, type Worker } from './processes.ts';
import { UNSEALED } from './unsealed.ts';

export type StageOptions = {
  sinks: { smtp?: number; sns?: number };
  /** Connections to each far side, as many as the bare client has. */
  connections: number;
  env?: Record<string, string>;
  /** Nothing is encrypted, by a wiring that only this measurement has. */
  unsealed?: boolean;
};
export type Stage = Awaited<ReturnType<typeof openStage>>;

const PATIENCE_MS = 600_000;
/** As docs/operating.md says that channel workers, router and receipts are started. */
const HEAP = { NODE_OPTIONS: '--max-semi-space-size=8 --max-old-space-size=128', MALLOC_ARENA_MAX: '2' };
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A database, topics, keys and processes of their own on the servers of the environment; nothing is left of them. */
export async function openStage({ sinks, connections, env: more, unsealed = false }: StageOptions) {
  const stateDir = mkdtempSync(join(tmpdir(), 'notifyme-bench-'));
  const name = `bench-${Date.now().toString(36)}`;
  const env = { ...environment(name, stateDir, connections, sinks), ...more };
  loadOrCreateKeyRing(env.KEYRING_FILE!);
  const opened = await openRuntime(readSettings(env), 'bench');
  const runtime: Runtime = unsealed ? { ...opened, ...UNSEALED } : opened;
  const workers = new Map<string, Worker>();
  const start = (as: string, service: string, args: string[] = [], extra = {}) =>
    workers.set(as, startWorker(...programOf(service, args, unsealed), { ...env, ...extra })).get(as)!;

  return {
    ...{ runtime, workers, start },

    /** Starts so many workers of these channels, and waits until each has its place in every lane. */
    async startChannels(channels: Channel[], many = 1): Promise<void> {
      for (let n = 0; n < many; n++) start(`${channels.join('+')} ${n + 1}`, 'channels', channels, HEAP);
      const groups = channels.flatMap((channel) => LANES.map((lane) => `${name}.channels.${channel}.${lane}`));
      await untilJoined(runtime, groups, many);
    },

    /** The router and the receipts: from now on what lies in Kafka goes out. */
    startRouting(): void {
      start('receipts', 'receipts', [], HEAP);
      start('router', 'router', [], HEAP);
    },

    /** Resolves once so many deliveries are handed over and stored, with how many they are by then. */
    async handedOver(wanted: number, channel?: Channel): Promise<number> {
      const began = Date.now();
      for (;;) {
        const count = await runtime.ledger.deliveries.countDocuments({
          status: { $in: ['sent', 'delivered'] },
          ...(channel && { channel }),
        });
        if (count >= wanted) return count;
        const ms = Date.now() - began;
        if (ms > PATIENCE_MS) throw new Error(`only ${count} of ${wanted} handed over in ${PATIENCE_MS / 1000} s`);
        // Asking costs the database something: seldom while the end is far, often when it is near.
        await rest(
          wanted === 1 || count === 0 ? 50 : Math.min(1_000, Math.max(50, ((wanted - count) / count) * ms * 0.3)),
        );
      }
    },

    async close(): Promise<void> {
      await Promise.all([...workers.values()].map((worker) => worker.stop()));
      await removeTopics(runtime, name);
      await runtime.ledger.connection.dropDatabase();
      await runtime.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

const programOf = (service: string, args: string[], unsealed: boolean): [string, string[]] =>
  unsealed ? ['tests/bench/unsealed-worker.ts', [service, ...args]] : [`services/${service}/main.ts`, args];

function environment(
  name: string,
  stateDir: string,
  connections: number,
  { smtp = 9, sns = 9 }: StageOptions['sinks'],
): Record<string, string> {
  return {
    KAFKA_BROKERS: process.env.KAFKA_BROKERS!,
    MONGODB_URI: process.env.MONGODB_URI!,
    MONGODB_DB: name,
    TOPIC_PREFIX: name,
    KEYRING_FILE: join(stateDir, 'keyring.json'),
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'warn',
    SMTP_URL: `smtp://127.0.0.1:${smtp}`,
    SMTP_REQUIRE_TLS: 'false',
    SNS_ENDPOINT: `http://127.0.0.1:${sns}`,
    // The lane of the notices has half of them.
    CONCURRENCY_EMAIL: String(connections * 2),
    CONCURRENCY_SMS: String(connections * 2),
  };
}

async function untilJoined({ kafka }: Runtime, groups: string[], members: number): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (const end = Date.now() + 60_000; ; await rest(100)) {
      const found = await admin.describeGroups(groups).catch(() => ({ groups: [] }));
      const joined = found.groups.filter((one) => one.state === 'Stable' && one.members.length === members);
      if (joined.length === groups.length) return;
      if (Date.now() > end) throw new Error(`the workers did not join ${groups.join(', ')} within a minute`);
    }
  } finally {
    await admin.disconnect();
  }
}

/** The servers may be somebody's own and go on. */
async function removeTopics({ kafka }: Runtime, name: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${name}.`));
    await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
