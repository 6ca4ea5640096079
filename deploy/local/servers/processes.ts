import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, openSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Guardian } from './guardian.ts';

export type Running = {
  pid: number;
  /** Settles when the process has ended, with its exit code (null after a signal). */
  exited: Promise<number | null>;
  hasExited(): boolean;
  /** The last lines that it wrote. */
  tail(): string;
  /** Sends the stop signal, waits, and kills the process group if it has not ended by then. */
  stop(): Promise<void>;
};

export type Command = {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  guardian: Guardian;
  cwd?: string;
  /** How the process is asked to end, by stop() and by the guardian. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** Milliseconds that stop() waits before it kills. Default 15,000. */
  patience?: number;
};

/**
 * Starts a process in a group of its own, its output in `logFile` (begun anew), under the eyes of the guardian.
 * Throws what spawn throws (ENOENT, EACCES) when the program cannot be run.
 */
export async function startProcess(options: Command): Promise<Running> {
  const log = openSync(options.logFile, 'w');
  const signal = options.stopSignal ?? 'SIGTERM';
  const child = spawn(options.command, options.args, {
    cwd: options.cwd ?? '/',
    env: options.env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (child.pid !== undefined) options.guardian.process(child.pid, signal);
  let ended = false;
  const exited = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => {
      ended = true;
      options.guardian.ended(child.pid!);
      resolve(code);
    }),
  );
  await once(child, 'spawn');
  // The guardian, not our event loop, is what the process hangs on.
  child.unref();
  return {
    pid: child.pid!,
    exited,
    hasExited: () => ended,
    tail: () => tailOf(options.logFile),
    stop: () => (ended ? Promise.resolve() : stopGroup(child.pid!, signal, options.patience ?? 15_000, exited)),
  };
}

/** Runs a program to its end and returns its exit code; the output is in `logFile`. */
export async function runToEnd(options: Command): Promise<number | null> {
  const running = await startProcess(options);
  const keepAlive = setInterval(() => {}, 60_000);
  try {
    return await running.exited;
  } finally {
    clearInterval(keepAlive);
  }
}

/** The path of a program on the PATH of `env` or in `more` folders, or undefined. */
export function findProgram(name: string, env: NodeJS.ProcessEnv, more: string[] = []): string | undefined {
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...more];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** The last lines of a log file, for an error message. */
export function tailOf(file: string, lines = 15): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

async function stopGroup(pid: number, signal: NodeJS.Signals, patience: number, exited: Promise<unknown>) {
  kill(pid, signal);
  const timer = setTimeout(() => kill(-pid, 'SIGKILL'), patience);
  await exited;
  clearTimeout(timer);
}

function kill(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the look and the signal: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
