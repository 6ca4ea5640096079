import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './notices.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export type Service = {
  name: string;
  /** What it listens to, as it says itself. */
  url: string;
  /** Its arguments as anybody on the machine sees them. */
  commandLine: string;
  /** Everything it has written so far. */
  output(): string;
  /** SIGTERM; resolves when it is gone. */
  stop(): Promise<{ name: string; code: number | null; seconds: number }>;
  /** For the end of a test that failed half-way. */
  kill(): void;
};

/** Starts `services/<args>` as an operator would, and waits until it is ready. It logs all it can. */
export function startService(args: string[], env: Record<string, string>): Promise<Service> {
  const [main, ...rest] = args;
  return startProgram(args.join(' '), [join(ROOT, 'services', main!, 'main.ts'), ...rest], env);
}

/** The same for any program that lives as a service does. */
export async function startProgram(name: string, args: string[], env: Record<string, string>): Promise<Service> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH!, ...env, LOG_LEVEL: 'debug' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const url = await eventually(`${name} to listen`, () => listening(child, name, output), 60_000);
  await eventually(`${name} to be ready`, async () => ((await fetch(`${url}/readyz`)).ok ? true : null), 60_000);
  const commandLine = argumentsOf(child.pid!);
  return {
    name,
    url,
    commandLine,
    output: () => output,
    stop: () => stop(child, name),
    kill: () => child.kill('SIGKILL'),
  };
}

function listening(child: ChildProcess, name: string, output: string): string | null {
  if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${output.slice(-2_000)}`);
  const port = /"event":"listening","port":(\d+)/.exec(output)?.[1];
  return port ? `http://127.0.0.1:${port}` : null;
}

/** By proc(5), or by ps where there is no such place. */
function argumentsOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  if (existsSync(file)) return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
}

async function stop(child: ChildProcess, name: string) {
  const began = Date.now();
  const gone = child.exitCode === null ? once(child, 'exit') : Promise.resolve();
  child.kill('SIGTERM');
  await gone;
  return { name, code: child.exitCode, seconds: (Date.now() - began) / 1000 };
}
