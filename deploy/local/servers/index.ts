import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startKafkaContainer, startMongodbContainer } from './containers.ts';
import type { Context, SecureServers, Started } from './context.ts';
import { engineAnswers } from './engine.ts';
import { SetupError } from './errors.ts';
import { startLocalMongodb } from './ferretdb.ts';
import { createGuardian } from './guardian.ts';
import { startLocalKafka } from './kafka.ts';
import { addressIn, type Way, waysFor } from './ways.ts';

export type { SecureServers } from './context.ts';
export { type SetupCode, SetupError } from './errors.ts';
export { localServersFault } from './local-fault.ts';
export { startMoto } from './moto.ts';
export type { Way } from './ways.ts';

export type Servers = {
  /** "127.0.0.1:port"; empty when Kafka was not needed. */
  kafkaBrokers: string;
  /** "mongodb://127.0.0.1:port", without a database's name; empty when it was not needed. */
  mongodbUri: string;
  how: { kafka: Way | 'none'; mongodb: Way | 'none' };
  /** Stops what was started here. A server of the environment goes on. May be called twice. */
  stop(): Promise<void>;
};

export type StartOptions = {
  /** Keeps the data here over restarts. Default: a temporary folder that is removed at stop. */
  dataDir?: string;
  /** Takes one short line a step. Default: standard error. */
  progress?: (line: string) => void;
  /** Default: the environment of this process. */
  env?: NodeJS.ProcessEnv;
  need?: { kafka?: boolean; mongodb?: boolean };
  /** Whether acknowledged data survives a crash of the machine. Default: only with `dataDir`. */
  durable?: boolean;
  /** TLS for both, and users with rights of their own for Kafka. Started here as local processes, whatever else is there. */
  secure?: SecureServers;
};

type Had = Started & { how: Way | 'none' };
type Name = 'kafka' | 'mongodb';

const starters: Record<Name, Record<Exclude<Way, 'environment'>, (context: Context) => Promise<Started>>> = {
  kafka: { docker: startKafkaContainer, local: startLocalKafka },
  mongodb: { docker: startMongodbContainer, local: startLocalMongodb },
};

/**
 * Finds or starts Kafka and a MongoDB server, both at once: addresses in the environment, else containers, else local
 * processes from packages. When this process ends, in whatever way, what was started here ends too.
 * Throws SetupError (what is missing, and the ways on); nothing is left running then.
 */
export async function startServers(options: StartOptions = {}): Promise<Servers> {
  const names = (['kafka', 'mongodb'] as const).filter((name) => options.need?.[name] ?? true);
  const env = options.env ?? process.env;
  const engine = names.some((name) => !addressIn(env, name) || env.NOTIFYME_SERVERS) && (await engineAnswers(env));
  const context = createContext(options, env);
  const started = await Promise.allSettled(names.map((name) => have(name, context, engine)));
  const had = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = once(async () => {
    await Promise.all(had.map((server) => server.stop()));
    rmSync(context.workDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    context.guardian.release();
  });
  const failures = started.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length > 0) {
    await stop();
    throw failures[0];
  }
  const of = (name: Name): Had => had[names.indexOf(name)] ?? { address: '', how: 'none', stop: async () => {} };
  return {
    kafkaBrokers: of('kafka').address,
    mongodbUri: of('mongodb').address,
    how: { kafka: of('kafka').how, mongodb: of('mongodb').how },
    stop,
  };
}

/** Tries the ways in their order; only the last one's failure counts, the others are told and passed over. */
async function have(name: Name, context: Context, engine: boolean): Promise<Had> {
  const ways: Way[] = context.secure ? ['local'] : waysFor(name, context.env, engine);
  for (const [index, how] of ways.entries()) {
    if (how === 'environment') return { how, address: addressIn(context.env, name)!, stop: async () => {} };
    try {
      return { how, ...(await starters[name][how](context)) };
    } catch (error) {
      if (index === ways.length - 1 || !(error instanceof SetupError)) throw error;
      context.progress(`${error.message.split('\n')[0]} Trying ${ways[index + 1]} instead.`);
    }
  }
  throw new Error(`no way to have ${name}`);
}

function createContext(options: StartOptions, env: NodeJS.ProcessEnv): Context {
  const guardian = createGuardian();
  // A Unix socket's path has at most 107 bytes.
  const base = tmpdir().length > 60 ? '/tmp' : tmpdir();
  const workDir = mkdtempSync(join(base, 'notifyme-'));
  guardian.folder(workDir);
  const dataDir = options.dataDir && resolve(options.dataDir);
  if (dataDir) mkdirSync(dataDir, { recursive: true });
  return {
    env,
    guardian,
    workDir,
    dataDir,
    durable: options.durable ?? dataDir !== undefined,
    secure: options.secure,
    progress: options.progress ?? ((line) => process.stderr.write(`servers: ${line}\n`)),
  };
}

function once(act: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= act();
    return result;
  };
}
