import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createGuardian } from '../../deploy/local/servers/guardian.ts';
import { startServers } from '../../deploy/local/servers/index.ts';
import { kafkaAnswers, mongodbAnswers } from '../../deploy/local/servers/ready.ts';
import { prepareBrokers } from './brokers.ts';
import { fillDisk, onSharedDisk, ontoOwnDisk, type Place } from './disk.ts';

export type FaultyServers = Awaited<ReturnType<typeof startFaultyServers>>;
/** How many brokers, and whether the database has a disk of its own that can be filled. */
export type ServersWanted = { brokers: 1 | 3; ownDisk: boolean };
type Part = { pid: number; command: string[]; env: NodeJS.ProcessEnv; child: ChildProcess | null };
type Wanted = { downMs: number; kill: boolean; answers: () => Promise<unknown> };

const DATABASE = ['/ferretdb', '/bin/postgres'] as const;
const DEADLINE_MS = 180_000;

/** Kafka and a database of their own that keep their data, and can be killed with -9 and started again on it. */
export async function startFaultyServers({ brokers: count, ownDisk }: ServersWanted) {
  const dataDir = mkdtempSync(join(tmpdir(), 'nm-faults-'));
  const guardian = createGuardian();
  guardian.folder(dataDir);
  const env = { ...process.env, KAFKA_BROKERS: '', MONGODB_URI: '', NOTIFYME_SERVERS: 'local' };
  const options = { dataDir, durable: true, env, progress: () => {} };
  const [servers, brokers] = await Promise.all([
    startServers({ ...options, need: { kafka: false } }),
    prepareBrokers(count, { ...options, guardian, workDir: dataDir }),
  ]);
  const { mongodbUri } = servers;
  const addresses = brokers.map(({ address }) => address);
  const brokerParts = brokers.map(({ command }): Part => ({ pid: 0, command, env, child: null }));
  const [ferretdb, postgres] = DATABASE.map(childLike) as [Part, Part];
  const place = placeOf(postgres, dataDir, ferretdb);

  const start = (part: Part) => {
    const [command, ...args] = part.command;
    part.child = spawn(command!, args, { env: part.env, cwd: '/', detached: true, stdio: 'ignore' });
    part.pid = part.child.pid!;
    guardian.process(part.pid, 'SIGKILL');
    part.child.once('exit', () => guardian.ended(part.pid));
  };

  /** Kills with -9 if it is to, waits, starts again what has ended on the same data, and resolves when it answers. */
  async function bounce(parts: Part[], { kill: killFirst, downMs, answers }: Wanted): Promise<void> {
    if (killFirst) for (const { pid } of parts) kill(pid);
    await pause(downMs);
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      for (const part of parts) if (!isAlive(part.pid)) start(part);
      const fault = await answers().then(
        () => null,
        (error: Error) => error,
      );
      if (fault === null) return;
      if (Date.now() > deadline) throw new Error(`${parts[0]!.command[0]} did not come back: ${fault.message}`);
      await pause(300);
    }
  }

  const database = { kill: true, answers: () => mongodbAnswers(mongodbUri) };
  const allBrokers = { kill: true, answers: () => Promise.all(addresses.map((address) => kafkaAnswers(address))) };
  if (ownDisk) {
    process.kill(postgres.pid, 'SIGINT');
    while (isAlive(postgres.pid)) await pause(50);
    postgres.command = ontoOwnDisk(SCRIPT, place, postgres.command);
  } else postgres.command = onSharedDisk(SCRIPT, place, postgres.command);
  await Promise.all([
    bounce(brokerParts, { ...allBrokers, downMs: 0, kill: false }),
    ownDisk && bounce([ferretdb, postgres], { ...database, downMs: 0, kill: false }),
  ]);

  return {
    ...{ kafkaBrokers: addresses.join(','), mongodbUri },
    bounceBroker: (downMs: number) => bounce(brokerParts, { ...allBrokers, downMs }),
    /** One of three; which one, the number says. */
    bounceOne: (number: number, downMs: number) => bounce([brokerParts[number]!], { ...allBrokers, downMs }),
    bounceDatabase: (downMs: number) => bounce([ferretdb, postgres], { ...database, downMs }),
    /** Leaves the database no room for so long. It may end of that, and is then started again. */
    async fillDisk(fullMs: number) {
      const empty = fillDisk(postgres.pid);
      await pause(fullMs);
      empty();
      await bounce([ferretdb, postgres], { ...database, kill: false, downMs: 0 });
    },
    async stop() {
      for (const { child, pid } of [...brokerParts, ferretdb, postgres]) if (child) kill(pid);
      await servers.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      guardian.release();
    },
  };
}

const SCRIPT = join(import.meta.dirname, '..', '..', 'deploy', 'local', 'servers', 'enter-root.sh');

/** A child of this process whose command line holds the words, as proc(5) shows it, to be started again in the same way. */
function childLike(words: string): Part {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]!.split(' ');
      if (Number(fields[1]) !== process.pid) continue;
      const command = split(readFileSync(`/proc/${entry}/cmdline`, 'utf8'));
      if (!command.some((part) => part.endsWith(words))) continue;
      const pairs = split(readFileSync(`/proc/${entry}/environ`, 'utf8')).map((pair) =>
        pair.split(/=(.*)/s).slice(0, 2),
      );
      return { pid: Number(entry), command, env: Object.fromEntries(pairs), child: null };
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`no child process of ours runs ${words}`);
}

const split = (text: string) => text.split('\0').filter((part) => part !== '');

/** PostgreSQL's command line does not tell how its root was entered, which is where it is, and as whom. */
function placeOf({ pid }: Part, dataDir: string, ferretdb: Part): Place {
  const url = ferretdb.command.find((argument) => argument.startsWith('--postgresql-url='))!;
  const sockets = decodeURIComponent(/host=([^&]+)/.exec(url)![1]!);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const id = (name: string) => new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)![1];
  return {
    ...{ root: readlinkSync(`/proc/${pid}/root`), data: join(dataDir, 'postgresql-18'), sockets },
    user: `${id('Uid')}:${id('Gid')}`,
  };
}

function kill(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
