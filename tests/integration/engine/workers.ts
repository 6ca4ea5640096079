import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { openRuntime } from '../../../services/shared/runtime.ts';
import { readSettings } from '../../../services/shared/settings.ts';

/** The settings of service processes with topics and a database of their own, and the same runtime in this process. */
export async function startStageForWorkers(name: string, more: Record<string, string> = {}) {
  const { KAFKA_BROKERS, MONGODB_URI } = process.env;
  if (!KAFKA_BROKERS || !MONGODB_URI) throw new Error('KAFKA_BROKERS and MONGODB_URI are not set');
  const stateDir = mkdtempSync(join(tmpdir(), `${name}-`));
  const run = `${name}-${randomBytes(4).toString('hex')}`;
  const env: Record<string, string> = {
    ...{ KAFKA_BROKERS, MONGODB_URI, MONGODB_DB: run, TOPIC_PREFIX: run, TOPIC_PARTITIONS: '1' },
    ...{ KEYRING_FILE: join(stateDir, 'keyring.json'), HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' },
    // The place of a killed worker is free soon: 6 s is the least that the broker takes.
    ...{ SMTP_REQUIRE_TLS: 'false', KAFKA_SESSION_SECONDS: '8', ...more },
  };
  loadOrCreateKeyRing(env.KEYRING_FILE!);
  const runtime = await openRuntime(readSettings(env), name);
  return {
    env,
    runtime,
    async stop() {
      await runtime.ledger.connection.dropDatabase();
      await runtime.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Looks again and again until `look` gives something, at most for so long. */
export async function until<T>(what: string, look: () => Promise<T | null | false>, ms = 30_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
