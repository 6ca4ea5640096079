import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BATCH, call, sampleEvent } from './ingest/client.ts';
import { type Stage, startStage } from './ingest/stage.ts';

describe('publishing events', () => {
  let stage: Stage;
  let key: string;
  let publish: (body: unknown, more?: object) => ReturnType<typeof call>;

  beforeAll(async () => {
    stage = await startStage();
    key = await stage.key();
    publish = (body, more = {}) => call(`${stage.url}/v1/events`, key, { body, ...more });
  }, 60_000);
  afterAll(() => stage?.stop());

  const producedOnce = async (id: unknown) => (await stage.events()).filter(({ event }) => event.id === id);

  it('accepts a structured event: stored sealed, and sealed in Kafka under the blind subject', async () => {
    const event = sampleEvent({ subject: 'cpr:900100001', data: { reference: 'SECRET-WORD' } });
    const { status, body } = await publish(event);
    expect([status, body.status]).toEqual([202, 'accepted']);
    const stored = await stage.ledger.notifications.findOne({ _id: body.id }).lean();
    expect(stored).toMatchObject({
      status: 'accepted',
      position: null,
      entity: 'sijilat',
      eventId: event.id,
      test: false,
    });
    expect(JSON.stringify(stored)).not.toMatch(/SECRET-WORD|900100001/);
    const [produced, ...more] = await producedOnce(event.id);
    expect(more).toEqual([]);
    expect(produced?.event).toEqual(event);
    expect(produced?.key).toBe(stage.blind.subscriberId('cpr:900100001'));
    expect(produced?.header('content-type')).toBe('application/jose');
    expect(produced?.header('test')).toBeUndefined();
    expect(produced?.header('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('accepts binary mode with percent-encoded headers (CloudEvents HTTP binding 3.1.3)', async () => {
    const { data, ...attributes } = sampleEvent({ correlationid: 'case%7' });
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]),
    );
    headers['ce-correlationid'] = 'c%61se%257';
    const { status } = await publish(data, { type: 'application/json; charset=utf-8', headers });
    expect(status).toBe(202);
    const [produced] = await producedOnce(attributes.id);
    expect(produced?.event).toEqual({ ...attributes, datacontenttype: 'application/json', data });
    headers['ce-correlationid'] = '%C0%A0';
    expect((await publish(data, { type: 'application/json', headers })).status).toBe(400);
  });

  it('carries the trace of the event, else that of the request, and marks test events', async () => {
    const trace = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
    const [own, none] = [sampleEvent({ traceparent: trace('a') }), sampleEvent()];
    const testKey = await stage.key('sijilat', 'test');
    for (const body of [own, none])
      await call(`${stage.url}/v1/events`, testKey, { body, headers: { traceparent: trace('b') } });
    const [first] = await producedOnce(own.id);
    const [second] = await producedOnce(none.id);
    expect([first?.header('traceparent'), second?.header('traceparent')]).toEqual([trace('a'), trace('b')]);
    expect(first?.header('test')).toBe('1');
  });

  it('C17 answers duplicates with the same id, also when they race, and produces one message', async () => {
    const event = sampleEvent();
    const answers = await Promise.all(Array.from({ length: 20 }, () => publish(event)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(19).fill(200), 202]);
    await stage.ledger.notifications.updateOne({ _id: answers[0]?.body.id }, { $set: { status: 'routed' } });
    const later = await publish(event);
    expect([later.status, later.body]).toEqual([200, { id: answers[0]?.body.id, status: 'duplicate' }]);
    const before = (await producedOnce(event.id)).length;
    await publish(event);
    expect((await producedOnce(event.id)).length).toBe(before);
  });

  it('C17 keeps the same id of two sources apart', async () => {
    const subject = 'company:31000';
    const one = await publish(sampleEvent({ id: '100', subject }));
    const two = await publish(sampleEvent({ id: '100', subject, source: '/sijilat/branch' }));
    expect([one.status, two.status]).toEqual([202, 202]);
    expect(one.body.id).not.toBe(two.body.id);
  });

  it('produces a duplicate again when the first may never have reached Kafka', async () => {
    const event = sampleEvent();
    await publish(event);
    expect((await publish(event)).status).toBe(200);
    expect(await producedOnce(event.id)).toHaveLength(2);
  });

  it('C32 answers each event of a batch, in order, and takes the good ones', async () => {
    const [good, bad, last] = [sampleEvent(), sampleEvent({ subject: 'cpr:1' }), sampleEvent()];
    const { status, body } = await publish([good, bad, last], { type: BATCH });
    expect(status).toBe(207);
    expect(body.items.map((item) => [item.index, item.status])).toEqual([
      [0, 'accepted'],
      [1, 'refused'],
      [2, 'accepted'],
    ]);
    expect(body.items[1]?.problem).toMatchObject({
      status: 422,
      code: 'bad_subject',
      errors: [{ pointer: '/subject' }],
    });
    const ids = (await stage.events()).map(({ event }) => event.id);
    expect([good, bad, last].map(({ id }) => ids.includes(id))).toEqual([true, false, true]);
  });

  it('C32 refuses an array as one event, takes an empty batch, and one message for a repeated event', async () => {
    expect((await publish([sampleEvent()])).status).toBe(422);
    const empty = await publish([], { type: BATCH });
    expect([empty.status, empty.body]).toEqual([200, { items: [] }]);
    const event = sampleEvent();
    const twice = await publish([event, event], { type: BATCH });
    expect([twice.status, twice.body.items.map((item) => item.status)]).toEqual([202, ['accepted', 'duplicate']]);
    expect(await producedOnce(event.id)).toHaveLength(1);
    expect((await publish({}, { type: BATCH })).status).toBe(400);
  });

  it('keeps the order of one recipient', async () => {
    const events = Array.from({ length: 60 }, (_, n) => sampleEvent({ subject: 'company:32000', sequence: String(n) }));
    await publish(events, { type: BATCH });
    const key = stage.blind.subscriberId('company:32000-1');
    const order = (await stage.events()).filter((read) => read.key === key).map(({ event }) => Number(event.sequence));
    expect(order).toEqual(events.map((_, n) => n));
  });

  it('counts events by answer', async () => {
    expect(await stage.metrics.registry.metrics()).toMatch(
      /ingest_events_total\{entity="sijilat",result="accepted"\} [1-9]/,
    );
  });
});
