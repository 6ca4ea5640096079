import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type Guardian = {
  /** End this process group when we die: `signal` to its leader, then KILL to the group. */
  process(pid: number, signal: NodeJS.Signals): void;
  /** The process group ended, so its number may belong to somebody else soon. */
  ended(pid: number): void;
  /** Remove this folder when we die. */
  folder(path: string): void;
  /** Remove this container when we die. */
  container(id: string): void;
  /** Everything was stopped in order: the guardian ends and does nothing. */
  release(): void;
};

/**
 * Starts the guardian: a tiny shell process in a session of its own that ends what we started when we die, however we
 * die. It is the only thing that can do so after kill -9, and therefore does it after signals and crashes too: a
 * library that installs signal handlers would take the servers away from a program that is still draining.
 */
export function createGuardian(): Guardian {
  const child = spawn('/bin/sh', [join(import.meta.dirname, 'guardian.sh')], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', (error) => process.emitWarning(`servers may outlive this process: ${error.message}`));
  // Once released it has gone, and a late line has nobody to read it.
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  const say = (line: string) => void child.stdin.write(`${line}\n`);
  return {
    process: (pid, signal) => say(`process ${pid} ${signal.replace('SIG', '')}`),
    ended: (pid) => say(`ended ${pid}`),
    folder: (path) => say(`folder ${path}`),
    container: (id) => say(`container ${id}`),
    release: () => child.stdin.end('release\n'),
  };
}
