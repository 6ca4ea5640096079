import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { provisioned } from './cache.ts';
import { type Provisioning, runTool } from './context.ts';
import { SetupError } from './errors.ts';
import { findProgram } from './processes.ts';

export type Root = {
  folder: string;
  /** PostgreSQL's own user in that root: it refuses to run as root. */
  user: { uid: number; gid: number };
};

/**
 * A small Debian root file system with PostgreSQL 18 and DocumentDB in the cache folder. Call checkPermissions first.
 */
export async function provisionRoot(context: Provisioning): Promise<Root> {
  const folder = await provisioned({
    server: 'mongodb',
    name: 'postgresql-18-documentdb-forky',
    ...context,
    build: async (part, logFile) => {
      const mmdebstrap = await findMmdebstrap(context, logFile);
      context.progress('mongodb: downloading PostgreSQL 18 with DocumentDB (635 MB unpacked, about 45 s)');
      await runTool(context, 'mongodb', 'PostgreSQL 18 with DocumentDB', {
        command: 'unshare',
        args: ['--mount', '--propagation', 'private', mmdebstrap, ...mmdebstrapOptions, part],
        logFile,
      });
      for (const point of ['data', 'sockets']) mkdirSync(join(part, 'notifyme', point), { recursive: true });
    },
  });
  return { folder, user: postgresUser(folder) };
}

const mmdebstrapOptions = [
  '--mode=root',
  '--variant=apt',
  // The suite's release file may be past its date.
  '--aptopt=Acquire::Check-Valid-Until "false"',
  '--aptopt=APT::Install-Recommends "false"',
  '--include=postgresql-18-documentdb',
  'forky',
];

/**
 * Throws SetupError unless this is root on Linux: mmdebstrap unpacks packages with their owners, and a mount namespace
 * shows the data folder inside the root.
 */
export function checkPermissions(env: NodeJS.ProcessEnv): void {
  if (process.platform !== 'linux')
    throw new SetupError(
      'LINUX_NEEDED',
      'mongodb',
      `The local database runs on Linux only, and this is ${process.platform}.`,
    );
  if (process.getuid?.() !== 0)
    throw new SetupError(
      'ROOT_NEEDED',
      'mongodb',
      'The local database is set up by mmdebstrap, which needs root here.',
    );
  const trial = spawnSync('unshare', ['--mount', '--ipc', '--propagation', 'private', 'true'], {
    env,
    encoding: 'utf8',
  });
  if (trial.status === 0) return;
  const why = trial.stderr?.trim() || trial.error?.message || 'it gave no reason';
  throw new SetupError(
    'ROOT_NEEDED',
    'mongodb',
    `The local database needs a mount namespace, and unshare refused: ${why}.`,
  );
}

/** mmdebstrap, installed by apt-get when it is missing: we are root, and it is one small package. */
async function findMmdebstrap(context: Provisioning, logFile: string): Promise<string> {
  const found = findProgram('mmdebstrap', context.env);
  if (found) return found;
  const apt = findProgram('apt-get', context.env);
  const sentence = 'The local database is set up by mmdebstrap, which was not found';
  if (!apt)
    throw new SetupError('MMDEBSTRAP_MISSING', 'mongodb', `${sentence}, and there is no apt-get to install it.`);
  context.progress('mongodb: installing mmdebstrap (about 5 s)');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--no-install-recommends', 'mmdebstrap'];
  await runTool(context, 'mongodb', 'The list of Debian packages', { command: apt, args: ['update'], logFile, env });
  await runTool(context, 'mongodb', 'mmdebstrap', { command: apt, args: install, logFile, env });
  const installed = findProgram('mmdebstrap', context.env, ['/usr/bin']);
  if (!installed) throw new SetupError('MMDEBSTRAP_MISSING', 'mongodb', `${sentence} after it was installed.`);
  return installed;
}

function postgresUser(root: string): Root['user'] {
  const users = readFileSync(join(root, 'etc', 'passwd'), 'utf8');
  const [, , uid, gid] = /^postgres:.*$/m.exec(users)?.[0].split(':') ?? [];
  if (!uid || !gid)
    throw new SetupError('NOT_READY', 'mongodb', `${root} has no PostgreSQL in it; remove that folder.`);
  return { uid: Number(uid), gid: Number(gid) };
}
