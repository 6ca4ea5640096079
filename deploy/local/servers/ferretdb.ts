import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withAttempts } from './attempts.ts';
import { provisioned } from './cache.ts';
import { type Context, type Provisioning, runTool, type SecureServers, type Started } from './context.ts';
import { SetupError } from './errors.ts';
import { freePorts } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { findProgram, startProcess } from './processes.ts';
import { mongodbAnswers, waitUntilReady } from './ready.ts';
import { checkPermissions, provisionRoot, type Root } from './root.ts';

const version = '2.7.0';

/** A server that speaks the MongoDB wire protocol on 127.0.0.1: FerretDB on PostgreSQL with DocumentDB. */
export async function startLocalMongodb(context: Context): Promise<Started> {
  const { ferretdb, root } = await provisionMongodb(context);
  context.progress('mongodb: starting');
  const postgres = await withAttempts(() => startPostgres(context, root));
  try {
    const front = await withAttempts(() => startOnce(context, ferretdb, postgres.sockets));
    return {
      address: front.address,
      stop: async () => {
        await front.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** FerretDB's program and the root with PostgreSQL, fetched at the same time. Rejects when both have come to an end. */
export async function provisionMongodb(context: Provisioning): Promise<{ ferretdb: string; root: Root }> {
  checkPermissions(context.env);
  const [root, ferretdb] = await Promise.allSettled([provisionRoot(context), provisionFerretdb(context)]);
  if (root.status === 'rejected') throw root.reason;
  if (ferretdb.status === 'rejected') throw ferretdb.reason;
  return { ferretdb: ferretdb.value, root: root.value };
}

async function provisionFerretdb(context: Provisioning): Promise<string> {
  const folder = await provisioned({
    server: 'mongodb',
    name: `ferretdb-${version}`,
    ...context,
    build: async (part, logFile) => {
      const go = findProgram('go', context.env, ['/usr/local/go/bin']);
      if (!go) throw new SetupError('GO_MISSING', 'mongodb', 'The local database is built by Go, and no go was found.');
      context.progress(`mongodb: building FerretDB ${version} (about a minute)`);
      await runTool(context, 'mongodb', `FerretDB ${version}`, {
        command: go,
        args: ['install', `github.com/FerretDB/FerretDB/v2/cmd/ferretdb@v${version}`],
        logFile,
        env: { GOBIN: part },
      });
    },
  });
  return join(folder, 'ferretdb');
}

async function startOnce(context: Context, ferretdb: string, sockets: string): Promise<Started> {
  const { env, guardian, workDir, secure } = context;
  const [port] = (await freePorts(1)) as [number];
  const state = join(workDir, 'ferretdb');
  mkdirSync(state, { recursive: true });
  const storage = `postgres://postgres@/postgres?host=${encodeURIComponent(sockets)}&pool_max_conns=100`;
  const running = await startProcess({
    command: ferretdb,
    args: [
      ...(secure ? tls(`127.0.0.1:${port}`, secure) : [`--listen-addr=127.0.0.1:${port}`]),
      ...['--debug-addr=-', '--no-auth', '--log-level=WARN'],
      ...[`--postgresql-url=${storage}`, `--state-dir=${state}`, '--telemetry=disable'],
    ],
    env,
    logFile: join(workDir, `ferretdb-${port}.log`),
    guardian,
    // It keeps no data, and would wait for clients that stay connected.
    patience: 1_000,
  });
  const query = secure ? `/?tls=true&tlsCAFile=${encodeURIComponent(secure.certificate.ca)}` : '';
  const address = `mongodb://127.0.0.1:${port}${query}`;
  await waitUntilReady('mongodb', running, () => mongodbAnswers(address)).catch(async (error) => {
    await running.stop();
    throw error;
  });
  return { address, stop: running.stop };
}

/** Nobody who speaks in the clear is listened to. */
const tls = (address: string, { certificate: { cert, key } }: SecureServers): string[] => [
  '--listen-addr=',
  `--listen-tls=${address}`,
  `--listen-tls-cert-file=${cert}`,
  `--listen-tls-key-file=${key}`,
];
