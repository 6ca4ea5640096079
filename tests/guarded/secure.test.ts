import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import mongoose from 'mongoose';
import type { Outcome } from '../../contracts/generated/types.ts';
import { publicEntityKey } from '../../deploy/local/platform.ts';
import { createPublisher } from '../../publisher/publisher.ts';
import { createSmtpEmail } from '../../services/channels/email/smtp.ts';
import { sampleRequest } from '../../services/channels/provider.behaviour.ts';
import { entityUser, serviceUser } from '../../services/shared/kafka/access.ts';
import { ensureTopics, type Kafka } from '../../services/shared/kafka/connect.ts';
import { createKeyStore } from '../../services/shared/keys.ts';
import type { Host } from '../../services/shared/run.ts';
import { topics as topicNames } from '../../services/shared/topics.ts';
import { eventOf, eventually } from '../support/e2e/notices.ts';
import { type Person, person } from '../support/e2e/people.ts';
import { BERTH, BERTH_DATA, harbour as harbourPackage, writePackage } from '../support/entities/harbour.ts';
import { PREFIX, type SecureStage, startSecureStage } from '../support/guarded/secure-stage.ts';

const topics = topicNames(PREFIX);
const MAIL = { from: 'notices@notifyme.example', bounceDomain: 'bounces.notifyme.example' };
const harbour = entityUser(PREFIX, 'health');
let stage: SecureStage;
let hosts: Record<string, Host>;
let who: Person;

jest.setTimeout(120_000);

beforeAll(async () => {
  stage = await startSecureStage();
  const made = await stage.cli('admin', 'kafka-access', '--apply', '--json');
  expect([made.code, JSON.parse(made.out).applied]).toEqual([0, true]);
  hosts = await stage.start();
  const register = { ...stage, url: hosts.registry!.url, outbox: stage.providers.outbox, platform: stage };
  who = await person(register, { channels: ['email'] });
}, 600_000);
afterAll(() => stage?.stop(), 60_000);

type KafkaFault = { type?: string; name: string; cause?: KafkaFault; originalError?: KafkaFault };

/** The broker's own word, where kafkajs passes it on; else the name that kafkajs gives to it. */
const kafkaCode = ({ type, name, cause, originalError }: KafkaFault): string => {
  const deeper = cause ?? originalError;
  return type ?? (deeper ? kafkaCode(deeper) : name);
};

/** What the broker says to a message: "taken", or the name of its refusal. */
async function write(kafka: Kafka, topic: string): Promise<string> {
  const producer = kafka.producer({ retry: { retries: 0 }, allowAutoTopicCreation: false });
  try {
    await producer.connect();
    await producer.send({ topic, acks: -1, messages: [{ key: 'x', value: 'x' }] });
    return 'taken';
  } catch (error) {
    return kafkaCode(error as KafkaFault);
  } finally {
    await producer.disconnect().catch(() => {});
  }
}

/** Reads with a group of one's own until `enough`; the values, or the name of the refusal. */
async function read(kafka: Kafka, topic: string, groupId: string, enough = (_: string[]) => true): Promise<string[]> {
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, retry: { retries: 0 } });
  const seen: string[] = [];
  const end = Promise.withResolvers<string[]>();
  consumer.on(consumer.events.CRASH, ({ payload }) => end.resolve([kafkaCode(payload.error as KafkaFault)]));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(String(message.value));
        if (enough(seen)) end.resolve(seen);
      },
    });
    return await end.promise;
  } catch (error) {
    return [kafkaCode(error as KafkaFault)];
  } finally {
    await consumer.disconnect().catch(() => {});
  }
}

describe('services with users of their own, over TLS', () => {
  it('bring a notice from an entity to a person and its outcome back', async () => {
    const { key } = await createKeyStore(hosts.ingest!.runtime).createKey({ entity: 'health', kind: 'live' });
    const byHttp = createPublisher({ mode: 'http', url: hosts.ingest!.url, key });
    const publicKey = await publicEntityKey(stage.folder);
    const kafka = stage.client(harbour);
    const byKafka = createPublisher({
      ...{ mode: 'kafka', kafka, entity: 'health', publicKey, secret: randomBytes(32), prefix: PREFIX },
    });
    const events = [0, 1].map(() => eventOf('health-appointment-confirmed', who.subject));
    await byHttp.publish(events[0]!);
    await byKafka.publish(events[1]!);
    const group = `${PREFIX}.entity.health.own`;
    const told = await read(kafka, topics.outcomes('health'), group, ({ length }) => length === 2);
    const outcomes = told.map((text) => JSON.parse(text) as Outcome);
    expect(outcomes.map(({ eventId, status }) => `${eventId} ${status}`).toSorted()).toEqual(
      events.map(({ id }) => `${id} reached`).toSorted(),
    );
    expect(stage.providers.outbox.mail().filter(({ to }) => to.includes(who.email)).length).toBeGreaterThanOrEqual(2);
    await Promise.all([byHttp.stop(), byKafka.stop()]);
  });

  it('take in an entity that somebody registers who may make topics and rules, and nobody else', async () => {
    const register = [
      'entities',
      'register',
      writePackage(harbourPackage()),
      '--because',
      'agreed in writing',
      '--json',
    ];
    const refused = await stage.cli(serviceUser(PREFIX, 'console'), ...register);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('may not make topics') });
    const made = await stage.cli('admin', ...register);
    expect([made.code, JSON.parse(made.out)]).toEqual([0, expect.objectContaining({ access: 'made', state: 'test' })]);
    const { runtime, url } = hosts.ingest!;
    await eventually('the front door to know it', async () => runtime.catalogue.bySource('/harbour'));
    const { key } = await createKeyStore(runtime).createKey({ entity: 'harbour', kind: 'test' });
    const event = { specversion: '1.0', id: 'first', source: '/harbour', type: BERTH, data: BERTH_DATA };
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ ...event, subject: 'simulator:delivered' }),
    });
    expect(answer.status).toBe(202);
    const routed = { entity: 'harbour', status: { $ne: 'accepted' } };
    await eventually('the router to read it', () => runtime.ledger.notifications.findOne(routed as object).lean());
  });
});

describe('an entity at the broker', () => {
  it('writes its own events, and those of no other', async () => {
    const kafka = stage.impatient(harbour);
    for (const topic of [topics.events('sijilat'), topics.events('notifyme'), topics.outcomes('health')])
      expect([topic, await write(kafka, topic)]).toEqual([topic, 'TOPIC_AUTHORIZATION_FAILED']);
    for (const topic of [topics.deliveries('email', 'normal'), topics.receipts, topics.deadLetters])
      expect([topic, await write(kafka, topic)]).toEqual([topic, 'TOPIC_AUTHORIZATION_FAILED']);
  });

  it('reads neither deliveries, nor events, nor what others are told', async () => {
    const kafka = stage.impatient(harbour);
    const group = `${PREFIX}.entity.health.look`;
    const forbidden = [topics.deliveries('email', 'normal'), topics.events('health'), topics.outcomes('sijilat')];
    for (const topic of forbidden)
      expect([topic, await read(kafka, topic, group)]).toEqual([topic, ['TOPIC_AUTHORIZATION_FAILED']]);
  });

  it('cannot take the place of another reader', async () => {
    const kafka = stage.impatient(harbour);
    for (const group of [`${PREFIX}.feed`, `${PREFIX}.entity.sijilat.own`])
      expect(await read(kafka, topics.outcomes('health'), group)).toEqual(['KafkaJSGroupCoordinatorNotFound']);
  });
});

describe('a service at the broker', () => {
  it('does what its part needs, and no more', async () => {
    const ingest = stage.impatient(serviceUser(PREFIX, 'ingest'));
    expect(await write(ingest, topics.deliveries('email', 'urgent'))).toBe('TOPIC_AUTHORIZATION_FAILED');
    expect(await read(ingest, topics.events('health'), `${PREFIX}.router.health`)).toEqual([
      'KafkaJSGroupCoordinatorNotFound',
    ]);
    expect(await write(stage.impatient(serviceUser(PREFIX, 'webhooks')), topics.outcomes('health'))).toBe(
      'TOPIC_AUTHORIZATION_FAILED',
    );
  });

  it('makes neither topics nor rules', async () => {
    const ran = await stage.cli(serviceUser(PREFIX, 'router'), 'kafka-access', '--apply');
    expect([ran.code === 0, ran.out]).toEqual([false, '']);
    const plan = [{ topic: `${PREFIX}.events.newcomer`, partitions: 1 }];
    await expect(ensureTopics(stage.client(serviceUser(PREFIX, 'router')), plan)).rejects.toMatchObject({
      code: 'topics_forbidden',
      message: expect.stringContaining(`${PREFIX}.events.newcomer`),
    });
  });
});

describe('whoever is not known', () => {
  it.each([
    ['with a wrong password', { KAFKA_SASL_PASSWORD: 'guess' }, /SASL/],
    ['without a name', { KAFKA_SASL_USERNAME: '' }, /./],
    ['without TLS', { KAFKA_TLS: 'false' }, /./],
  ])('is not let in %s', async (_, more, refusal) => {
    const said = await write(stage.impatient(harbour, more), topics.events('health'));
    expect(said).not.toBe('taken');
    expect(said).toMatch(refusal);
  });
});

describe('a certificate by an authority that is not ours', () => {
  it('is refused at the broker', async () => {
    const said = await write(stage.impatient(harbour, { KAFKA_CA_FILE: stage.wrong.ca }), topics.events('health'));
    expect(said).not.toBe('taken');
  });

  it('is refused at the ledger, and so is a talk in the clear', async () => {
    const { mongodbUri } = stage.servers;
    const wrong = mongodbUri.replace(/tlsCAFile=.*/, `tlsCAFile=${encodeURIComponent(stage.wrong.ca)}`);
    for (const uri of [wrong, mongodbUri.replace(/\/\?.*/, '/')]) {
      const connecting = mongoose.createConnection(uri, { serverSelectionTimeoutMS: 1_500 }).asPromise();
      await expect(connecting).rejects.toMatchObject({ name: 'MongooseServerSelectionError' });
    }
  });

  it('is refused at the mail relay, and the message waits', async () => {
    const before = stage.providers.outbox.mail().length;
    const ways = { ...MAIL, url: `smtps://127.0.0.1:${stage.relay.port}` };
    const careful = createSmtpEmail({ ...ways, tls: { ca: [readFileSync(stage.wrong.ca, 'utf8')] } });
    const result = await careful.send(sampleRequest('email'));
    await careful.close();
    expect([result.kind, stage.providers.outbox.mail().length]).toEqual(['retry', before]);
  });
});
