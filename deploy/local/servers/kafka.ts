import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withAttempts } from './attempts.ts';
import { provisioned } from './cache.ts';
import { type Context, type Provisioning, runTool, type SecureServers, type Started } from './context.ts';
import { SetupError } from './errors.ts';
import { type Guard, kafkaProperties } from './kafka-properties.ts';
import { freePorts } from './ports.ts';
import { type Command, findProgram, runToEnd, startProcess, tailOf } from './processes.ts';
import { kafkaAnswers, waitUntilReady } from './ready.ts';

const version = '4.4.0';

/** One Kafka process (KRaft, broker and controller in one) on 127.0.0.1, provisioned from Maven when it is not cached. */
export async function startLocalKafka(context: Context): Promise<Started> {
  const java = findJava(context.env);
  const jars = await provisionKafka(context);
  const data = join(context.dataDir ?? context.workDir, 'kafka');
  mkdirSync(data, { recursive: true });
  return withAttempts(() => startOnce(context, join(jars, '*'), java, data));
}

/** The folder with Kafka's jars. */
export async function provisionKafka(context: Provisioning): Promise<string> {
  const { env, guardian, progress } = context;
  return provisioned({
    server: 'kafka',
    name: `kafka-${version}`,
    env,
    guardian,
    progress,
    build: async (folder, logFile) => {
      const maven = findProgram('mvn', env);
      if (!maven) throw new SetupError('MAVEN_MISSING', 'kafka', 'Kafka is fetched by Maven, and no mvn was found.');
      progress(`kafka: downloading Kafka ${version} (54 MB, about 10 s)`);
      const pom = join(import.meta.dirname, 'kafka', 'pom.xml');
      const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`];
      await runTool(context, 'kafka', `Kafka ${version}`, {
        command: maven,
        args: ['--batch-mode', '--quiet', '--file', pom, ...goal],
        logFile,
      });
    },
  });
}

/** The path of a Java that is new enough. Throws SetupError JAVA_MISSING. */
export function findJava(env: NodeJS.ProcessEnv): string {
  const java = findProgram('java', env, env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin')] : []);
  if (!java) throw new SetupError('JAVA_MISSING', 'kafka', 'Kafka needs Java 17 or newer, and no java was found.');
  const banner = spawnSync(java, ['-version'], { encoding: 'utf8', env, timeout: 20_000 }).stderr ?? '';
  const major = Number(/version "(?:1\.)?(\d+)/.exec(banner)?.[1]);
  if (major >= 17) return java;
  const found = major ? `Java ${major}` : 'one that does not tell its version';
  throw new SetupError('JAVA_MISSING', 'kafka', `Kafka needs Java 17 or newer, and ${java} is ${found}.`);
}

async function startOnce(context: Context, classpath: string, java: string, data: string): Promise<Started> {
  const { env, guardian, workDir, durable, progress, secure } = context;
  const [broker, controller] = (await freePorts(2)) as [number, number];
  const settings = join(workDir, 'server.properties');
  const logFile = join(workDir, `kafka-${broker}.log`);
  // Written anew at each start: the ports may differ, the data does not mind.
  const guard = secure && guardFrom(secure, workDir);
  writeFileSync(settings, kafkaProperties({ broker, controller, data }, guard), { mode: 0o600 });
  const run = { command: java, env, guardian, logFile };
  if (!existsSync(join(data, 'meta.properties'))) await formatStorage(run, classpath, settings, secure);
  progress('kafka: starting');
  const logging = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'kafka', 'log4j2.xml')}`;
  const running = await startProcess({
    ...run,
    args: ['-Xms256m', '-Xmx512m', '-XX:+ExitOnOutOfMemoryError', logging, '-cp', classpath, 'kafka.Kafka', settings],
    // Throw-away data needs no orderly end, and the orderly one takes seconds.
    stopSignal: durable ? 'SIGTERM' : 'SIGKILL',
  });
  const address = `127.0.0.1:${broker}`;
  await waitUntilReady('kafka', running, () => kafkaAnswers(address, secure)).catch(async (error) => {
    await running.stop();
    throw error;
  });
  return { address, stop: running.stop };
}

/** Kafka wants key and certificate in one file. */
function guardFrom({ certificate, users }: SecureServers, workDir: string): Guard {
  const keyStore = join(workDir, 'kafka.pem');
  const parts = [certificate.key, certificate.cert].map((file) => readFileSync(file, 'utf8'));
  writeFileSync(keyStore, parts.join(''), { mode: 0o600 });
  return { keyStore, trustStore: certificate.ca, users };
}

async function formatStorage(
  run: Omit<Command, 'args'>,
  classpath: string,
  settings: string,
  secure: SecureServers | undefined,
) {
  // A cluster id is 16 bytes in URL-safe Base64 that may not begin with a dash.
  const clusterId = `A${randomBytes(16).toString('base64url').slice(1)}`;
  const users = Object.entries(secure?.users ?? {}).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const tool = ['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', settings, ...users];
  const code = await runToEnd({ ...run, args: ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', classpath, ...tool] });
  if (code !== 0)
    throw new SetupError('NOT_READY', 'kafka', 'Kafka could not prepare its data folder.', tailOf(run.logFile));
}
