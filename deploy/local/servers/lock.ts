import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export type LockOptions = {
  /** Called once, with the process number of the holder, when somebody else holds the lock. */
  onWait?: (holder: number) => void;
  /** Milliseconds to wait for the other process. */
  deadline: number;
};

/** The lock file is held by a process that lives and did not let go in time. */
export class LockedError extends Error {
  readonly code = 'LOCKED';
  readonly retryable = true;
  readonly holder: number;

  constructor(file: string, holder: number) {
    super(`process ${holder} holds ${file}`);
    this.holder = holder;
  }
}

/**
 * Takes a lock file that holds our process number and returns the verb that gives it back. Waits while another living
 * process holds it; a lock whose process has died is taken over. Throws LockedError at the deadline.
 */
export async function takeLock(file: string, options: LockOptions): Promise<() => void> {
  const end = Date.now() + options.deadline;
  let told = false;
  while (!createWhole(file)) {
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) breakLock(file, holder);
    else if (Date.now() > end) throw new LockedError(file, holder ?? 0);
    else {
      if (holder !== undefined && !told) options.onWait?.(holder);
      told ||= holder !== undefined;
      await pause(200);
    }
  }
  return () => rmSync(file, { force: true });
}

/** Links a finished file into place, so that nobody ever reads a lock without its number. */
function createWhole(file: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** Moves a dead lock aside. When another process was quicker and the moved one is alive, it is put back. */
function breakLock(file: string, dead: number): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== dead) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
