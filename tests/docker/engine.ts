import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { provisionMongodb } from '../../deploy/local/servers/ferretdb.ts';
import { createGuardian } from '../../deploy/local/servers/guardian.ts';
import { provisionKafka } from '../../deploy/local/servers/kafka.ts';
import { findProgram, startProcess } from '../../deploy/local/servers/processes.ts';

export type Engine = { dockerHost: string; docker(...args: string[]): string; stop(): Promise<void> };

/** A Docker engine of our own, with its data in a temporary folder. Needs root and Debian's docker.io. */
export async function startEngine(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-test-'));
  const dockerHost = `unix://${join(folder, 'docker.sock')}`;
  const guardian = createGuardian();
  guardian.folder(folder);
  const places = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '-p', join(folder, 'pid')];
  const command = findProgram('dockerd', process.env, ['/usr/sbin']);
  if (!command) throw new Error('dockerd was not found; on Debian: apt-get install docker.io');
  const args = [...places, '-H', dockerHost];
  const logFile = join(folder, 'log');
  const daemon = await startProcess({ command, args, env: process.env, logFile, guardian });
  const docker = (...words: string[]) => {
    const run = spawnSync('/usr/bin/docker', words, {
      env: { ...process.env, DOCKER_HOST: dockerHost },
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`docker ${words[0]}: ${run.stderr}`);
    return run.stdout.trim();
  };
  await engineIsUp(docker, daemon.tail);
  return {
    dockerHost,
    docker,
    stop: async () => {
      await daemon.stop();
      rmSync(folder, { recursive: true, force: true });
      guardian.release();
    },
  };
}

/** Imports an image made of what local servers are made of, since a test must not depend on a registry of images. */
export async function importImage(engine: Engine, name: string): Promise<void> {
  const guardian = createGuardian();
  const context = { env: process.env, guardian, progress: () => {} };
  const [jars, { ferretdb, root }] = await Promise.all([provisionKafka(context), provisionMongodb(context)]);
  guardian.release();
  const java = dirname(dirname(realpathSync(findProgram('java', process.env)!)));
  const extra = mkdtempSync(join(tmpdir(), 'image-test-'));
  mkdirSync(join(extra, 'opt'));
  cpSync(jars, join(extra, 'opt', 'kafka'), { recursive: true });
  copyFileSync(ferretdb, join(extra, 'opt', 'ferretdb'));
  copyFileSync(join(import.meta.dirname, 'entry.sh'), join(extra, 'opt', 'entry.sh'));
  // Debian's Java has links into /etc, hence a copy without links.
  spawnSync('cp', ['-rL', java, join(extra, 'opt', 'java')], { stdio: 'ignore' });
  const added = ['kafka', 'java', 'ferretdb', 'entry.sh'].map((entry) => `./opt/${entry}`);
  const tar = ['tar', '-c', '-C', root.folder, '.', '-C', extra, ...added];
  const changes = ['--change', 'CMD ["/bin/sh", "/opt/entry.sh"]', '--change', 'ENV JAVA_HOME=/opt/java'];
  const script = `${tar.map(quoted).join(' ')} | docker import ${changes.map(quoted).join(' ')} - ${quoted(name)}`;
  const run = spawnSync('/bin/sh', ['-c', script], {
    env: { ...process.env, PATH: `/usr/bin:${process.env.PATH}`, DOCKER_HOST: engine.dockerHost },
    encoding: 'utf8',
  });
  rmSync(extra, { recursive: true });
  if (run.status !== 0) throw new Error(run.stderr);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

async function engineIsUp(docker: Engine['docker'], tail: () => string): Promise<void> {
  const end = Date.now() + 30_000;
  for (;;) {
    try {
      docker('info');
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`the engine did not come up: ${tail()}`, { cause: error });
      await pause(200);
    }
  }
}
