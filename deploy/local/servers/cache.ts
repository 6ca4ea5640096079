import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ServerName } from './errors.ts';
import { SetupError } from './errors.ts';
import type { Guardian } from './guardian.ts';
import { LockedError, takeLock } from './lock.ts';

export type Provision = {
  server: ServerName;
  /** The folder's name in the cache, with the version in it: another version is another folder. */
  name: string;
  env: NodeJS.ProcessEnv;
  guardian: Guardian;
  progress: (line: string) => void;
  /** Fills `folder`, which exists and is empty. `logFile` is for what the tools print. */
  build: (folder: string, logFile: string) => Promise<void>;
};

/** The folder of this user that all checkouts share: NOTIFYME_CACHE, else the XDG cache folder, else ~/.cache. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.NOTIFYME_CACHE) return env.NOTIFYME_CACHE;
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'notifyme');
}

/**
 * The path of a cached folder, built first when it is missing. It is built under another name and renamed when complete,
 * so a half of one is never used; a lock file keeps two processes from building the same one.
 * Throws what `build` throws, and SetupError CACHE_LOCKED when another process is at it for more than 15 minutes.
 */
export async function provisioned(options: Provision): Promise<string> {
  const cache = cacheFolder(options.env);
  const folder = join(cache, options.name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const giveBack = await lockOf(options, `${folder}.lock`);
  try {
    if (existsSync(folder)) return folder;
    for (const entry of readdirSync(cache))
      if (entry.startsWith(`${options.name}.part`)) rmSync(join(cache, entry), { recursive: true, force: true });
    const part = `${folder}.part-${process.pid}`;
    options.guardian.folder(part);
    mkdirSync(part);
    try {
      await options.build(part, `${folder}.log`);
      renameSync(part, folder);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
    return folder;
  } finally {
    giveBack();
  }
}

function lockOf({ server, progress }: Provision, file: string): Promise<() => void> {
  return takeLock(file, {
    deadline: 15 * 60_000,
    onWait: (holder) => progress(`${server}: process ${holder} is already preparing it, waiting`),
  }).catch((error: unknown) => {
    if (!(error instanceof LockedError)) throw error;
    const sentence = `Process ${error.holder} has been preparing ${server} for 15 minutes (lock file ${file}).`;
    throw new SetupError('CACHE_LOCKED', server, sentence);
  });
}
