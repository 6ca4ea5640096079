import { type ServerName, SetupError } from './errors.ts';
import type { Guardian } from './guardian.ts';
import { runToEnd, tailOf } from './processes.ts';

/** Servers that ask who is there and let nobody listen in. Local processes only. */
export type SecureServers = {
  /** PEM files: the servers' certificate for 127.0.0.1, its key, and the authority that signed it. */
  certificate: { cert: string; key: string; ca: string };
  /** Kafka's users with their passwords (letters and digits), known by SCRAM-SHA-512; `admin` may do everything. */
  users: { admin: string } & Record<string, string>;
};

/** What every way of starting a server is given. */
export type Context = {
  env: NodeJS.ProcessEnv;
  progress: (line: string) => void;
  guardian: Guardian;
  /** For sockets, settings, logs and throw-away data; removed at the end. Its path is short: sockets live in it. */
  workDir: string;
  /** Where data is kept over restarts, or undefined for data that goes with the work folder. */
  dataDir: string | undefined;
  /** Whether acknowledged data must survive a crash of the machine. */
  durable: boolean;
  secure?: SecureServers | undefined;
};

/** What it takes to fetch something into the cache folder. */
export type Provisioning = Pick<Context, 'env' | 'guardian' | 'progress'>;

export type Started = { address: string; stop(): Promise<void> };

/** Runs a package client; a failure is a SetupError DOWNLOAD_FAILED with the last lines that it printed. */
export async function runTool(
  context: Pick<Context, 'env' | 'guardian'>,
  server: ServerName,
  what: string,
  tool: { command: string; args: string[]; logFile: string; env?: NodeJS.ProcessEnv },
): Promise<void> {
  const code = await runToEnd({
    ...tool,
    env: { ...context.env, ...tool.env },
    guardian: context.guardian,
    stopSignal: 'SIGKILL',
  });
  if (code === 0) return;
  const sentence = `${what} could not be fetched; is the package registry within reach?`;
  throw new SetupError('DOWNLOAD_FAILED', server, sentence, tailOf(tool.logFile));
}
