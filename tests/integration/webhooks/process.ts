import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'services', 'webhooks', 'main.ts');

/** The webhooks service as a process of its own; resolves when it listens. */
export async function startProcess(env: Record<string, string>): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    let told = '';
    const late = setTimeout(() => reject(new Error(`it does not listen: ${told.slice(-500)}`)), 60_000);
    child.stderr?.on('data', (chunk) => {
      told += String(chunk);
      const listening = /"event":"listening","port":(\d+)/.exec(told);
      if (!listening) return;
      clearTimeout(late);
      resolve(Number(listening[1]));
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${told.slice(-500)}`)));
  });
  return { url: `http://127.0.0.1:${port}`, child };
}

/** Kills a process as a lost machine would, and waits until it is gone. */
export function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
