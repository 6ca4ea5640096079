import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Path of a Chromium: CHROMIUM from the environment, one that is installed, or Debian's, installed now when we may.
 * Throws with what to do.
 */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const found = [env.CHROMIUM ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
  if (found) return found;
  if (process.getuid?.() === 0 && hasApt()) {
    process.stderr.write('tests: installing Chromium (once, about a minute)\n');
    const run = (...args: string[]) =>
      spawnSync('apt-get', args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      }).status === 0;
    run('update', '-qq');
    if (
      run('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-core', 'fonts-dejavu-core') &&
      existsSync(PLACES[0]!)
    )
      return PLACES[0]!;
  }
  throw new Error(
    'The browser tests need Chromium. Install it (Debian: apt-get install chromium), or name one in CHROMIUM, or leave them out: npm test -- unit contract integration e2e.',
  );
}

const hasApt = (): boolean => spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
