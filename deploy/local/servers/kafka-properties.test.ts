import { describe, expect, it } from '@jest/globals';
import { kafkaEnvironment } from './containers.ts';
import { kafkaProperties } from './kafka-properties.ts';

describe('the settings of the single Kafka', () => {
  const lines = kafkaProperties({ broker: 19092, controller: 19093, data: '/data/kafka' }).split('\n');

  it('listens on the loopback address only', () => {
    expect(lines).toContain('listeners=PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093');
    expect(lines).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:19092');
    expect(lines).toContain('controller.quorum.voters=1@127.0.0.1:19093');
  });

  it('creates no topic by itself and lets a group start at once', () => {
    expect(lines).toContain('auto.create.topics.enable=false');
    expect(lines).toContain('group.initial.rebalance.delay.ms=0');
  });

  it('lets nobody in without a name and TLS when it is to be guarded', () => {
    const guard = { keyStore: '/k.pem', trustStore: '/ca.pem', users: { admin: 'x1' } };
    const guarded = kafkaProperties({ broker: 19092, controller: 19093, data: '/data/kafka' }, guard).split('\n');
    expect(guarded).toContain('listeners=SASL_SSL://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093');
    expect(guarded).toContain('sasl.enabled.mechanisms=SCRAM-SHA-512');
    expect(guarded).toContain('allow.everyone.if.no.acl.found=false');
  });

  it('gives a container the same rules, in the names that its image reads', () => {
    const environment = kafkaEnvironment('127.0.0.1:19092');
    expect(environment).toMatchObject({
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://127.0.0.1:19092,BROKER://localhost:9093',
    });
  });
});
