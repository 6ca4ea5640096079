import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from './context.ts';
import { SetupError } from './errors.ts';
import { type Command, runToEnd, startProcess, tailOf } from './processes.ts';
import { waitUntilReady } from './ready.ts';
import type { Root } from './root.ts';

const programs = '/usr/lib/postgresql/18/bin';
const dataInside = '/notifyme/data';
const socketsInside = '/notifyme/sockets';

/**
 * PostgreSQL with the DocumentDB extension, reached by a Unix socket only (no port, no password; the folder is the guard).
 * Returns the folder of that socket.
 */
export async function startPostgres(context: Context, root: Root): Promise<{ sockets: string; stop(): Promise<void> }> {
  const { env, guardian, workDir, dataDir, durable } = context;
  const data = ownFolder(join(dataDir ?? workDir, 'postgresql-18'), root);
  const sockets = ownFolder(join(workDir, 'sockets'), root);
  const logFile = join(workDir, 'postgres.log');
  const inside = (program: string, args: string[]): Command => ({
    command: 'unshare',
    args: [...namespace, ...entry(root, data, sockets), `${programs}/${program}`, ...args],
    env: { ...env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    logFile,
    guardian,
  });
  if (!existsSync(join(data, 'PG_VERSION'))) await createCluster(inside, logFile, durable);
  const running = await startProcess({
    ...inside('postgres', ['-D', dataInside, ...postgresSettings({ durable })]),
    // "Fast" and "immediate" shutdown in PostgreSQL's words.
    stopSignal: durable ? 'SIGINT' : 'SIGQUIT',
  });
  try {
    await waitUntilReady('mongodb', running, async () => prepareExtension(inside, join(workDir, 'psql.log')));
    return { sockets, stop: running.stop };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** The settings of the local PostgreSQL, as arguments of its command line. */
export function postgresSettings({ durable }: { durable: boolean }): string[] {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketsInside,
    max_connections: '150',
    shared_preload_libraries: 'pg_cron,pg_documentdb_core,pg_documentdb',
    'cron.database_name': 'postgres',
    // Both would connect to localhost over TCP, where nobody listens.
    'cron.use_background_workers': 'on',
    'documentdb.localhost_connection_string': `host=${socketsInside}`,
    // Two jobs run every two seconds, and each would leave a row and two log lines.
    'cron.log_run': 'off',
    'cron.log_statement': 'off',
    // For data that is thrown away after a test: nothing has to reach the disk, and a crash of the machine may lose it.
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const namespace = ['--mount', '--ipc', '--propagation', 'private'];

function entry(root: Root, data: string, sockets: string): string[] {
  const script = join(import.meta.dirname, 'enter-root.sh');
  return ['/bin/sh', script, root.folder, data, sockets, `${root.user.uid}:${root.user.gid}`];
}

async function createCluster(inside: (p: string, a: string[]) => Command, logFile: string, durable: boolean) {
  const options = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'];
  const code = await runToEnd(inside('initdb', ['-D', dataInside, ...options, ...(durable ? [] : ['--no-sync'])]));
  if (code === 0) return;
  throw new SetupError('NOT_READY', 'mongodb', 'PostgreSQL could not create its data folder.', tailOf(logFile));
}

/** Succeeds once the server answers. The update matters to kept data when the cached packages are newer than it. */
async function prepareExtension(inside: (p: string, a: string[]) => Command, logFile: string): Promise<void> {
  const statements = ['create extension if not exists documentdb cascade', 'alter extension documentdb update'];
  const connection = ['--host', socketsInside, '--username', 'postgres', '--no-psqlrc', '--set', 'ON_ERROR_STOP=1'];
  const commands = statements.flatMap((statement) => ['--command', statement]);
  const code = await runToEnd({ ...inside('psql', [...connection, ...commands, 'postgres']), logFile });
  if (code !== 0) throw new Error(tailOf(logFile, 1));
}

function ownFolder(path: string, root: Root): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chownSync(path, root.user.uid, root.user.gid);
  return path;
}
