import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { takeLock } from './lock.ts';

describe('the lock file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is held by one at a time, and passes on when it is given back', async () => {
    const file = join(folder, 'lock');
    let inside = 0;
    let most = 0;
    const turn = async () => {
      const giveBack = await takeLock(file, { deadline: 20_000 });
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
      giveBack();
    };
    await Promise.all([turn(), turn(), turn()]);
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over from a process that has died', async () => {
    const file = join(folder, 'lock');
    const dead = spawnSync('/bin/sh', ['-c', 'exit 0']).pid;
    writeFileSync(file, String(dead));
    const giveBack = await takeLock(file, { deadline: 0 });
    giveBack();
    expect(existsSync(file)).toBe(false);
  });

  it('tells who holds it, once, and gives up at the deadline', async () => {
    const file = join(folder, 'lock');
    writeFileSync(file, String(process.ppid));
    const told: number[] = [];
    const waiting = takeLock(file, { deadline: 500, onWait: (holder) => told.push(holder) });
    await expect(waiting).rejects.toMatchObject({ code: 'LOCKED', holder: process.ppid, retryable: true });
    expect(told).toEqual([process.ppid]);
  });
});
