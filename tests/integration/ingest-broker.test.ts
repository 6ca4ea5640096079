import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Servers, startServers } from '../../deploy/local/servers/index.ts';
import { BATCH, call, sampleEvent } from './ingest/client.ts';
import { type Stage, startStage } from './ingest/stage.ts';

describe('when the broker is away', () => {
  let own: Servers;
  let stage: Stage;
  let key: string;

  beforeAll(async () => {
    // A broker of its own, to be stopped; the database is the shared one.
    const { KAFKA_BROKERS: _, ...env } = process.env;
    own = await startServers({ need: { kafka: true, mongodb: false }, env, progress: () => {} });
    stage = await startStage({ brokers: own.kafkaBrokers, over: { sendTimeoutMs: 1_500 } });
    key = await stage.key();
  }, 180_000);
  afterAll(async () => {
    await stage?.stop();
    await own?.stop();
  });

  const publish = (body: unknown, more = {}) => call(`${stage.url}/v1/events`, key, { body, ...more });

  it('answers 503 in time, says that it may be sent again, and acknowledges nothing', async () => {
    const before = await publish(sampleEvent());
    expect(before.status).toBe(202);
    await own.stop();
    const [event, one, two] = [sampleEvent(), sampleEvent(), sampleEvent()];
    const start = Date.now();
    const answers = await Promise.all([publish(event), publish(event), publish([one, two], { type: BATCH })]);
    expect(Date.now() - start).toBeLessThan(10_000);
    for (const { status, headers, body } of answers) {
      expect([status, body.code, body.retryable]).toEqual([503, 'unavailable', true]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const left = await stage.ledger.notifications.find().select({ _id: 1 }).lean();
    expect(left.map(({ _id }) => _id)).toEqual([before.body.id]);
    // Events of an unknown fate stay answerable: the same event again is judged anew, not taken for a duplicate.
    expect((await publish(event)).status).toBe(503);
  }, 30_000);
});
