import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { GenericContainer, StartedTestContainer } from 'testcontainers';
import type { Context, Started } from './context.ts';
import { type ServerName, SetupError } from './errors.ts';
import { singleBroker } from './kafka-properties.ts';
import { freePorts } from './ports.ts';
import { kafkaAnswers, mongodbAnswers, waitUntilReady } from './ready.ts';

type Container = { started: StartedTestContainer; tail: () => string };

/** Kafka in a container. Its advertised listener names the port of the host, which is therefore chosen beforehand. */
export async function startKafkaContainer(context: Context): Promise<Started> {
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  const host = (await getContainerRuntimeClient()).info.containerRuntime.host;
  const [port] = (await freePorts(1)) as [number];
  const container = new GenericContainer(context.env.NOTIFYME_KAFKA_IMAGE || 'apache/kafka:4.4.0')
    .withEnvironment(kafkaEnvironment(`${host}:${port}`))
    .withExposedPorts({ container: 9092, host: port });
  const running = await startContainer(context, 'kafka', keepData(context, container, 'kafka', '/var/lib/kafka/data'));
  const address = `${host}:${port}`;
  return whenReady('kafka', running, address, () => kafkaAnswers(address));
}

/** MongoDB in a container. */
export async function startMongodbContainer(context: Context): Promise<Started> {
  const { GenericContainer } = await import('testcontainers');
  const container = new GenericContainer(context.env.NOTIFYME_MONGODB_IMAGE || 'mongo:8').withExposedPorts(27017);
  const running = await startContainer(context, 'mongodb', keepData(context, container, 'mongodb', '/data/db'));
  const address = `mongodb://${running.started.getHost()}:${running.started.getMappedPort(27017)}`;
  return whenReady('mongodb', running, address, () => mongodbAnswers(address));
}

/** The image's environment: KAFKA_ and the setting's name in capitals, dots as underscores. */
export function kafkaEnvironment(advertised: string): Record<string, string> {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': '1@localhost:9094',
    'controller.listener.names': 'CONTROLLER',
    // The broker reaches itself inside the container, where the host's port does not exist.
    listeners: 'PLAINTEXT://:9092,BROKER://localhost:9093,CONTROLLER://localhost:9094',
    'advertised.listeners': `PLAINTEXT://${advertised},BROKER://localhost:9093`,
    'inter.broker.listener.name': 'BROKER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': '/var/lib/kafka/data',
    ...singleBroker,
  };
  const named = Object.entries(settings).map(([name, value]) => [
    `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
    value,
  ]);
  return { ...Object.fromEntries(named), KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m' };
}

/** A data folder becomes a volume named after it: the engine may run elsewhere, and its users own other numbers. */
function keepData(context: Context, container: GenericContainer, name: string, target: string): GenericContainer {
  if (!context.dataDir) return container;
  const key = createHash('sha256').update(context.dataDir).digest('hex').slice(0, 12);
  return container.withBindMounts([{ source: `notifyme-${name}-${key}`, target }]);
}

async function startContainer(context: Context, server: ServerName, container: GenericContainer): Promise<Container> {
  context.progress(`${server}: starting a container (the first time the image is fetched)`);
  let log = '';
  const tail = () => log.trimEnd().split('\n').slice(-15).join('\n');
  const listen = (stream: Readable) =>
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk).slice(-8_000);
    });
  try {
    const started = await container.withLogConsumer(listen).withStartupTimeout(120_000).start();
    context.guardian.container(started.getId());
    return { started, tail };
  } catch (error) {
    const sentence = `The Docker engine did not start ${server}: ${(error as Error).message}.`;
    throw new SetupError('CONTAINER_FAILED', server, sentence, tail());
  }
}

async function whenReady(
  server: ServerName,
  { started, tail }: Container,
  address: string,
  check: () => Promise<void>,
): Promise<Started> {
  // Volumes with a name outlive the container; throw-away data goes with it.
  const stop = async () => void (await started.stop({ timeout: 10_000, removeVolumes: true }));
  try {
    await waitUntilReady(server, { hasExited: () => false, tail }, check);
    return { address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
