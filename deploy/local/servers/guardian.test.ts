import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createGuardian } from './guardian.ts';
import { startProcess } from './processes.ts';

describe('what a process started', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guardian-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A parent that starts a stubborn server with a child of its own, and tells the two process numbers. */
  const parentScript = () => `
    import { createGuardian } from '${import.meta.dirname}/guardian.ts';
    import { startProcess } from '${import.meta.dirname}/processes.ts';
    const guardian = createGuardian();
    guardian.folder('${folder}/with a space');
    const script = "trap '' INT HUP; sleep 300 & echo $!; wait";
    const logFile = '${folder}/log';
    const running = await startProcess({ command: '/bin/sh', args: ['-c', script], env: {}, logFile, guardian });
    while (running.tail() === '') await new Promise((turn) => setTimeout(turn, 10));
    console.log(running.pid, running.tail());
    setInterval(() => {}, 1000);`;

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)('is gone after its parent got %s', async (signal) => {
    const kept = join(folder, 'with a space');
    writeFileSync(join(folder, 'parent.mjs'), parentScript());
    writeFileSync(kept, '');
    const parent = spawn(process.execPath, [join(folder, 'parent.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pids = line.toString().trim().split(/\s+/).map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    parent.kill(signal);
    await until(() => !pids.some(isAlive) && !existsSync(kept));
  });

  it('is gone after an uncaught error', async () => {
    writeFileSync(join(folder, 'parent.mjs'), `${parentScript()}\n setTimeout(() => { throw new Error('boom') }, 1);`);
    const parent = spawn(process.execPath, [join(folder, 'parent.mjs')], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pids = line.toString().trim().split(/\s+/).map(Number);
    await until(() => !pids.some(isAlive));
  });

  it('is killed when it does not heed the stop signal', async () => {
    const guardian = createGuardian();
    const script = "trap '' TERM; echo up; while :; do sleep 0.05; done";
    const logFile = join(folder, 'log');
    const env = process.env;
    const running = await startProcess({
      ...{ command: '/bin/sh', args: ['-c', script], env, logFile, guardian },
      patience: 100,
    });
    await until(() => running.tail() === 'up');
    await running.stop();
    guardian.release();
    expect(running.hasExited()).toBe(true);
    expect(await running.exited).toBeNull();
  });
});

/** A zombie whose parent has not collected it yet counts as gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && /^State:\s*Z/m.test(readFileSync(status, 'utf8'));
}

async function until(condition: () => boolean, deadline = 20_000): Promise<void> {
  const end = Date.now() + deadline;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await pause(20);
  }
}
