import type { SecureServers } from './context.ts';

type Place = { broker: number; controller: number; data: string };
/** Where the broker's own key and certificate lie (one PEM file), and who signed it. */
export type Guard = { keyStore: string; trustStore: string; users: SecureServers['users'] };

/**
 * The server.properties of a single Kafka process that is broker and controller, in KRaft mode, on 127.0.0.1.
 * With a `guard` it speaks TLS, knows its users by SCRAM-SHA-512 and lets them do what access rules allow; without, it
 * believes everybody.
 * @param place ports of the two listeners, and the folder of the log
 */
export function kafkaProperties(place: Place, guard?: Guard): string {
  const protocol = guard ? 'SASL_SSL' : 'PLAINTEXT';
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    // The static list, since it is read from here at each start; a dynamic quorum would keep the old port in the log.
    'controller.quorum.voters': `1@127.0.0.1:${place.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `${protocol}://127.0.0.1:${place.broker},CONTROLLER://127.0.0.1:${place.controller}`,
    'advertised.listeners': `${protocol}://127.0.0.1:${place.broker}`,
    'listener.security.protocol.map': `${protocol}:${protocol},CONTROLLER:PLAINTEXT`,
    'log.dirs': escaped(place.data),
    ...singleBroker,
    ...(guard && guarded(guard)),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule';

function guarded({ keyStore, trustStore, users }: Guard): Record<string, string> {
  return {
    'inter.broker.listener.name': 'SASL_SSL',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${SCRAM} required username="admin" password="${users.admin}";`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': escaped(keyStore),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': escaped(trustStore),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': 'false',
    // Without a name comes only this process itself, on the controller's listener.
    'super.users': 'User:admin;User:ANONYMOUS',
  };
}

/** What a single broker for development differs in, however it is started. Log retention is left at Kafka's default. */
export const singleBroker: Readonly<Record<string, string>> = {
  // A topic is created by the service that owns it, with its partitions; a misspelt name must fail.
  'auto.create.topics.enable': 'false',
  'group.initial.rebalance.delay.ms': '0',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  // Fifty each by default, which a laptop pays for at each start.
  'offsets.topic.num.partitions': '8',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.num.partitions': '4',
};

function escaped(path: string): string {
  return path.replaceAll('\\', '\\\\');
}
