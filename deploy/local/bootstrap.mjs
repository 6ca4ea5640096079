// Runs a TypeScript entry point on the project's own Node 24, installing the packages first when they are missing or stale.
// Plain JavaScript on purpose: it is the only file that must run on whatever Node the machine has.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const stamp = join(root, 'node_modules', '.notifyme-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

installWhenStale();
run(process.argv.slice(2));

function installWhenStale() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('notifyme: installing npm packages (once, about a minute)\n');
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) {
    process.stderr.write(
      'notifyme: npm ci failed. Check that the npm registry is reachable, then run the command again.\n',
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

function run([entry, ...args]) {
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), [join(root, entry), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` },
  });
  // The terminal signals the whole group; a supervisor signals only us. The child stops its own servers either way.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
