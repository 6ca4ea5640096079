import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cacheFolder, provisioned } from './cache.ts';

const guardian = { process() {}, ended() {}, folder() {}, container() {}, release() {} };

describe('the cache folder', () => {
  it.each([
    [{ NOTIFYME_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/home/c' }, '/a'],
    [{ XDG_CACHE_HOME: '/b', HOME: '/home/c' }, '/b/notifyme'],
    [{ HOME: '/home/c' }, '/home/c/.cache/notifyme'],
  ])('is chosen from %j', (env, folder) => {
    expect(cacheFolder(env)).toBe(folder);
  });
});

describe('what is provisioned', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'cache-test-'));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  const have = (build: (folder: string) => Promise<void>) =>
    provisioned({
      server: 'kafka',
      name: 'thing-1.0',
      env: { NOTIFYME_CACHE: cache },
      guardian,
      progress: () => {},
      build,
    });

  it('is built once, also when two ask at the same time', async () => {
    let built = 0;
    const build = async (folder: string) => {
      built += 1;
      writeFileSync(join(folder, 'whole'), '');
    };
    const folders = await Promise.all([have(build), have(build)]);
    expect(built).toBe(1);
    expect(folders).toEqual([join(cache, 'thing-1.0'), join(cache, 'thing-1.0')]);
    expect(existsSync(join(cache, 'thing-1.0', 'whole'))).toBe(true);
  });

  it('is not there when its building failed, and is built again the next time', async () => {
    const fail = async (folder: string) => {
      writeFileSync(join(folder, 'half'), '');
      throw new Error('no network');
    };
    await expect(have(fail)).rejects.toThrow('no network');
    expect(readdirSync(cache)).toEqual([]);
    const folder = await have(async () => {});
    expect(readdirSync(folder)).toEqual([]);
  });

  it('removes the half of a process that died while it built', async () => {
    mkdirSync(join(cache, 'thing-1.0.part-1'));
    await have(async () => {});
    expect(readdirSync(cache)).toEqual(['thing-1.0']);
  });
});
