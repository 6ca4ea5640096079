import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provisioned } from './cache.ts';
import { type Context, type Provisioning, runTool } from './context.ts';
import { SetupError } from './errors.ts';
import { createGuardian } from './guardian.ts';
import { freePorts } from './ports.ts';
import { findProgram, startProcess } from './processes.ts';
import { waitUntilReady } from './ready.ts';

const version = '5.2.5';

/**
 * Starts moto, a stand-in for Amazon SNS that answers the AWS SDK (any region, any credentials), or finds one in
 * NOTIFYME_MOTO_ENDPOINT. What was sent is under `/moto-api/data.json`. Throws SetupError.
 * @returns `endpoint` such as "http://127.0.0.1:port"
 */
export async function startMoto(
  options: { env?: NodeJS.ProcessEnv; progress?: (line: string) => void } = {},
): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const env = options.env ?? process.env;
  if (env.NOTIFYME_MOTO_ENDPOINT) return { endpoint: env.NOTIFYME_MOTO_ENDPOINT, stop: async () => {} };
  const progress = options.progress ?? ((line: string) => process.stderr.write(`servers: ${line}\n`));
  const guardian = createGuardian();
  const workDir = mkdtempSync(join(tmpdir(), 'notifyme-moto-'));
  guardian.folder(workDir);
  const clean = () => {
    rmSync(workDir, { recursive: true, force: true });
    guardian.release();
  };
  try {
    const python = await provisionMoto({ env, progress, guardian });
    const running = await startOnce(python, { env, guardian, workDir });
    return { endpoint: running.endpoint, stop: () => running.stop().then(clean) };
  } catch (error) {
    clean();
    throw error;
  }
}

/** The Python of a virtual environment that has moto. */
export async function provisionMoto(context: Provisioning): Promise<string> {
  const folder = await provisioned({
    server: 'moto',
    name: `moto-${version}`,
    ...context,
    build: async (part, logFile) => {
      const python = findProgram('python3', context.env);
      if (!python) throw new SetupError('PYTHON_MISSING', 'moto', 'moto needs Python, and no python3 was found.');
      context.progress(`moto: installing moto ${version} (about 15 s)`);
      const venv = { command: python, args: ['-m', 'venv', part], logFile };
      await runTool(context, 'moto', 'A virtual environment for Python', venv);
      const command = join(part, 'bin', 'python');
      const args = ['-m', 'pip', 'install', '--quiet', `moto[server]==${version}`];
      await runTool(context, 'moto', `moto ${version}`, { command, args, logFile });
    },
  });
  return join(folder, 'bin', 'python');
}

async function startOnce(python: string, context: Pick<Context, 'env' | 'guardian' | 'workDir'>) {
  const { env, guardian, workDir } = context;
  const [port] = (await freePorts(1)) as [number];
  const running = await startProcess({
    command: python,
    // By module: the scripts beside it name the folder that it was built in.
    args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    env,
    logFile: join(workDir, 'moto.log'),
    guardian,
    stopSignal: 'SIGKILL',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await waitUntilReady('moto', running, () => answers(endpoint)).catch(async (error) => {
    await running.stop();
    throw error;
  });
  return { endpoint, stop: running.stop };
}

async function answers(endpoint: string): Promise<void> {
  const response = await fetch(`${endpoint}/moto-api/data.json`, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`moto answered ${response.status}`);
}
