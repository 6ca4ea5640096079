import { describe, expect, it } from '@jest/globals';
import { startRouter } from '../../services/router/service.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import { eventually } from '../support/eventually.ts';
import { committed, readTopic } from '../support/kafka-topics.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { h, idOf, lane, lastOffset, next, outcomes, route, stored, useRouter } from './router/bench.ts';

useRouter();

describe('routing', () => {
  it('stores what was decided and puts ids only on the lanes', async () => {
    const event = h.event({ type: TYPES.steps });
    await route(await next(event));
    const id = idOf(event);
    const deliveries = await h.deliveries({ notificationId: id });
    expect(deliveries.map(({ channel, status, step }) => [channel, status, step]).toSorted()).toEqual([
      ['push', 'queued', 0],
      ['sms', 'deferred', 1],
    ]);
    const [push] = deliveries.filter(({ channel }) => channel === 'push');
    expect(lane('push').filter(({ notificationId }) => notificationId === id)).toEqual([
      { deliveryId: push?._id, notificationId: id },
    ]);
    expect(await stored(event)).toMatchObject({
      status: 'routed',
      outcomeAt: null,
      position: `${h.topics.events('office')}/0/${lastOffset()}`,
    });
  });

  it('tells the outcome at once of a notice that no channel is open to', async () => {
    const event = h.event({ type: TYPES.both, subject: 'cpr:900100028' });
    await route(await next(event));
    const id = idOf(event, 'cpr:900100028');
    expect(outcomes(id)).toMatchObject([{ status: 'not_reached', reason: 'no_subscriber', channels: [], revision: 0 }]);
    expect(await stored(event, 'cpr:900100028')).toMatchObject({ status: 'not_reached', outcomeTold: true });
  });

  it('tells the entity of an event of its own that it refuses, and puts it aside', async () => {
    const event = h.event({ data: {} });
    await route(await next(event));
    const told = h.told(h.topics.outcomes('office')).filter(({ eventId }) => eventId === event.id);
    expect(told).toMatchObject([{ status: 'rejected', reason: 'invalid_event' }]);
    expect(h.told(h.topics.deadLetters).at(-1)).toMatchObject({ reason: 'bad_data', offset: String(lastOffset()) });
  });

  it('takes up what ingest announced, with its time of acceptance, and not what was cancelled meanwhile', async () => {
    const [kept, cancelled] = [h.event(), h.event()];
    const announce = async (event: typeof kept, cancelledAt: Date | null) => {
      await route(await next(event));
      const change = {
        status: 'accepted',
        position: null,
        acceptedAt: at(-5),
        routedAt: null,
        decisions: [],
        cancelledAt,
      };
      await h.ledger.notifications.updateOne({ _id: idOf(event) }, { $set: change });
      await h.ledger.deliveries.deleteMany({ notificationId: idOf(event) });
    };
    await announce(kept, null);
    await announce(cancelled, NOON);
    await route(await next(kept), await next(cancelled));
    expect(await stored(kept)).toMatchObject({ status: 'routed', acceptedAt: at(-5) });
    expect(await h.deliveries({ notificationId: idOf(kept) })).toHaveLength(1);
    expect(await stored(cancelled)).toMatchObject({ status: 'cancelled', cancelledAt: NOON });
    expect(await h.deliveries({ notificationId: idOf(cancelled) })).toEqual([]);
    expect(outcomes(idOf(cancelled))).toMatchObject([{ status: 'cancelled', reason: 'cancelled' }]);
  });
});

describe('through Kafka', () => {
  it('C17 C22 each event once, poison aside, and the offsets move on', async () => {
    const topic = h.topics.events('office');
    const [good, twin] = [h.event({ id: '100' }), h.event({ id: '100', source: '/office/branch' })];
    const seal = h.deps.eventSealer.seal;
    const poison = [null, Buffer.from('not json'), Buffer.from(await seal({ ...h.event(), type: undefined }))];
    const events = [good, good, twin, good];
    const values = [...poison, ...(await Promise.all(events.map(async (event) => Buffer.from(await seal(event)))))];
    await h.producer.send([{ topic, messages: values.map((value) => ({ key: 'k', value })) }]);
    const started = Date.now();
    const router = await startRouter({ ...h.deps, schedulerRestMs: 50, releasePerSecond: 500 });
    try {
      await eventually(async () => expect(await h.deliveries({ notificationId: idOf(twin) })).toHaveLength(1));
      expect(Date.now() - started).toBeLessThan(15_000);
      await eventually(async () => expect(await committed(h.kafka, `${h.prefix}.router.office`, topic)).toEqual([7]));
      expect(await h.deliveries({ notificationId: idOf(good) })).toHaveLength(1);
      expect((await stored(good))?.duplicates).toBeGreaterThan(0);
    } finally {
      await router.stop();
    }
    const letters = (await readTopic(h.kafka, h.topics.deadLetters))
      .map(({ value }) => JSON.parse(String(value)))
      .filter((letter) => letter.topic === topic && Number(letter.offset) < 3 && poisonReasons.has(letter.reason));
    const opened = letters.map(
      ({ original }) => original && Buffer.from(h.sealer.open(original, 'dead-letter'), 'base64'),
    );
    expect(letters.map(({ offset, partition }) => [offset, partition])).toEqual([
      ['0', 0],
      ['1', 0],
      ['2', 0],
    ]);
    expect(letters.map(({ reason }) => reason)).toEqual(['empty', 'not_sealed', 'schema']);
    expect(opened).toEqual(poison);
  }, 60_000);
});

const poisonReasons = new Set(['empty', 'not_sealed', 'schema', 'not_json']);
