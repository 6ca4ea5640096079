// What ingest is compared with: the least that takes an event over HTTP and puts it into Kafka before it answers.
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const [brokers = '', topic = ''] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(','), clientId: 'bare', logLevel: logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
// Every partition is tried first: a topic that was made a moment ago may not be led yet, and waiting for that is no part of a rate.
await producer.send({
  topic,
  acks: -1,
  messages: Array.from({ length: 64 }, (_, n) => ({ key: `first-${n}`, value: '{}' })),
});

const app = express();
app.disable('x-powered-by');
app.use(express.json({ type: 'application/cloudevents+json' }));
app.post('/v1/events', async (req, res) => {
  const { id, subject } = req.body as { id: string; subject: string };
  await producer.send({ topic, acks: -1, messages: [{ key: subject, value: JSON.stringify(req.body) }] });
  res.status(202).json({ id, status: 'accepted' });
});
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
