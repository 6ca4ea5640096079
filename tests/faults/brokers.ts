import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../deploy/local/servers/context.ts';
import { findJava, provisionKafka } from '../../deploy/local/servers/kafka.ts';
import { kafkaProperties } from '../../deploy/local/servers/kafka-properties.ts';
import { freePorts } from '../../deploy/local/servers/ports.ts';
import { runToEnd } from '../../deploy/local/servers/processes.ts';

export type Broker = { address: string; command: string[] };

/**
 * Prepares so many brokers of one cluster, each broker and controller in one, and tells how each is started. With three,
 * every topic has three copies, and two have to hold a message before it is acknowledged.
 */
export async function prepareBrokers(count: number, context: Context & { dataDir: string }): Promise<Broker[]> {
  const java = findJava(context.env);
  const classpath = join(await provisionKafka(context), '*');
  const ports = await freePorts(2 * count);
  const voters = Array.from({ length: count }, (_, n) => `${n + 1}@127.0.0.1:${ports[2 * n + 1]}`).join(',');
  const clusterId = `A${randomBytes(16).toString('base64url').slice(1)}`;
  return Promise.all(
    Array.from({ length: count }, async (_, n): Promise<Broker> => {
      const place = { broker: ports[2 * n]!, controller: ports[2 * n + 1]!, data: join(context.dataDir, `kafka-${n}`) };
      mkdirSync(place.data, { recursive: true });
      const file = join(context.dataDir, `kafka-${n}.properties`);
      // Of a property that is named twice the last counts.
      writeFileSync(file, kafkaProperties(place) + replicated(n + 1, count, voters));
      const tool = ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', file];
      const logFile = join(context.dataDir, `kafka-${n}.format.log`);
      const code = await runToEnd({
        ...{ command: java, args: ['-Xmx256m', '-XX:TieredStopAtLevel=1', ...tool], logFile },
        ...{ env: context.env, guardian: context.guardian },
      });
      if (code !== 0) throw new Error(`broker ${n + 1} could not prepare its data folder, see ${logFile}`);
      const heap = ['-Xms128m', '-Xmx512m', '-XX:+ExitOnOutOfMemoryError'];
      return { address: `127.0.0.1:${place.broker}`, command: [java, ...heap, '-cp', classpath, 'kafka.Kafka', file] };
    }),
  );
}

function replicated(id: number, count: number, voters: string): string {
  const isr = count > 1 ? '2' : '1';
  const settings = {
    'node.id': String(id),
    'controller.quorum.voters': voters,
    'default.replication.factor': String(count),
    'min.insync.replicas': isr,
    'offsets.topic.replication.factor': String(count),
    'transaction.state.log.replication.factor': String(count),
    'transaction.state.log.min.isr': isr,
    'share.coordinator.state.topic.replication.factor': String(count),
    'share.coordinator.state.topic.min.isr': isr,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
