import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const TICKS_PER_SECOND = 100; // CLK_TCK on Linux

export type Worker = {
  pid: number;
  /** CPU seconds so far, user and system (proc(5), stat fields 14 and 15). */
  cpu(): number;
  /** Resident memory in MB. */
  memory(): number;
  /** Resolves with the first line of stdout that begins with the word. */
  line(word: string): Promise<string>;
  stop(): Promise<void>;
};

/** Starts a TypeScript file as a process of its own. */
export function startWorker(file: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Worker {
  const child = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = watch(child);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid!,
    cpu: () => cpuSeconds(child.pid!),
    memory: () => residentMb(child.pid!),
    line: (word) => lines.wait(word),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function watch(child: ChildProcess) {
  const seen: string[] = [];
  const waiting: { word: string; resolve(line: string): void; reject(error: Error): void }[] = [];
  let rest = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    for (const line of parts) {
      seen.push(line);
      for (const one of waiting.filter(({ word }) => line.startsWith(word))) one.resolve(line);
    }
  });
  let gone: Error | null = null;
  child.once('close', (code) => {
    gone = new Error(`a process of the measurement ended early (${code})`);
    for (const { reject } of waiting) reject(gone);
  });
  return {
    wait(word: string): Promise<string> {
      const found = seen.find((line) => line.startsWith(word));
      if (found) return Promise.resolve(found);
      if (gone) return Promise.reject(gone);
      return new Promise((resolve, reject) => waiting.push({ word, resolve, reject }));
    },
  };
}

/** CPU seconds of a process so far, user and system; throws when there is none. */
export function cpuSeconds(pid: number): number {
  // The command name in parentheses may hold spaces; fields are counted after it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
