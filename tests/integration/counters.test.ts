import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliverBatch } from '../../services/channels/deliver.ts';
import { createOverview } from '../../services/console/overview/read.ts';
import { readWaiting } from '../../services/console/overview/waiting.ts';
import { applyReceipts } from '../../services/receipts/apply.ts';
import { routeBatch } from '../../services/router/route.ts';
import { readFlow, readProviders, sumOf, sweepCounters } from '../../services/shared/counters/read.ts';
import { type Counters, createCounters } from '../../services/shared/counters/record.ts';
import { NOON } from '../../services/shared/ledger/samples.ts';
import { silentLogger as log } from '../../services/shared/log.ts';
import { publishStandings, readStandings, withdrawStandings } from '../../services/shared/provider-health.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';

const MINUTE_MS = 60_000;
const KEY = { channel: 'sms', entity: 'office', lane: 'normal' } as const;
const DAYS_MS = 86_400_000;

let h: Harness;
let counters: Counters;
const newCounters = (ledger: Pick<Harness['ledger'], 'connection'> = h.ledger) =>
  createCounters({ ledger, clock: h.deps.clock, log });
const minuteOf = (at = NOON) => readFlow(h.ledger, { grain: 'minute', from: at });

beforeAll(async () => {
  h = await startHarness('counters');
}, 60_000);
afterAll(() => h?.stop());
beforeEach(async () => {
  h.setClock(0);
  counters = newCounters();
  await Promise.all(
    [h.ledger.connection.collection('counters'), h.ledger.deliveries, h.ledger.notifications].map((one) =>
      (one as { deleteMany(filter: object): Promise<unknown> }).deleteMany({}),
    ),
  );
});

describe('kept counters', () => {
  it('of several processes at once add up to what each has counted', async () => {
    const all = Array.from({ length: 6 }, () => newCounters());
    for (let round = 0; round < 5; round += 1) {
      for (const one of all) for (const lane of ['urgent', 'bulk'] as const) one.flow({ ...KEY, lane }, 'sent', 3);
      await Promise.all(all.map((one) => one.flush()));
    }
    await Promise.all(all.map((one) => one.stop()));
    for (const grain of ['minute', 'hour', 'day'] as const)
      expect(sumOf(await readFlow(h.ledger, { grain, from: new Date(NOON.getTime() - DAYS_MS) })).sent).toBe(180);
  });

  it('wait while the ledger is away, and are written once it is back', async () => {
    const real = h.ledger.connection;
    let away = true;
    const collection = (name: string) => {
      if (away) throw Object.assign(new Error('away'), { name: 'MongoNetworkError' });
      return real.collection(name);
    };
    const one = newCounters({ connection: { collection } as never });
    one.flow(KEY, 'failed', 2);
    await one.flush();
    one.flow(KEY, 'failed', 1);
    away = false;
    await one.stop();
    expect(sumOf(await minuteOf()).failed).toBe(3);
  });

  it('are narrowed by channel, entity and lane, notices counted with each channel', async () => {
    counters.flow({ ...KEY, channel: null }, 'accepted', 4);
    counters.flow(KEY, 'sent', 3);
    counters.flow({ ...KEY, channel: 'email' }, 'sent', 2);
    counters.flow({ ...KEY, entity: 'other' }, 'sent', 9);
    await counters.stop();
    const sum = sumOf(await readFlow(h.ledger, { grain: 'minute', from: NOON, channel: 'sms', entity: 'office' }));
    expect(sum).toMatchObject({ accepted: 4, sent: 3 });
  });

  it('of minutes go after two days and of hours after ninety; days stay', async () => {
    counters.flow(KEY, 'sent');
    counters.call({ channel: 'sms', provider: 'one' }, false);
    await counters.stop();
    expect(await sweepCounters(h.ledger, new Date(NOON.getTime() + 3 * DAYS_MS))).toBe(2);
    expect(await sweepCounters(h.ledger, new Date(NOON.getTime() + 91 * DAYS_MS))).toBe(1);
    expect(await readFlow(h.ledger, { grain: 'day', from: new Date(NOON.getTime() - DAYS_MS) })).toHaveLength(1);
  });
});

describe('the way of a notice', () => {
  let offset = 0;
  const route = async (...events: object[]) => {
    const messages = await Promise.all(events.map((event) => h.message(event, ++offset)));
    const deps = { ...h.deps, counters };
    await routeBatch(messages, 'office', deps);
    // Once more, as after a crash.
    await routeBatch(messages, 'office', deps);
    return h.deliveries();
  };
  const send = (deliveries: { _id: string; channel: string }[], channel: 'sms' | 'email') => {
    const ids = deliveries.filter((one) => one.channel === channel).map(({ _id }) => _id);
    const place = { topic: 'lane', partition: 0, key: null, headers: {}, at: NOON };
    const lane = [...ids, ...ids].map((deliveryId, n) => ({
      ...{ ...place, offset: String(n), value: Buffer.from(JSON.stringify({ deliveryId, notificationId: 'n' })) },
    }));
    return deliverBatch(lane, { ...h.channel(channel), counters });
  };

  it('is counted once at each of its places, and with the time that it took', async () => {
    await h.person();
    const made = await route(h.event({ type: TYPES.sms }), h.event({ type: TYPES.sms }));
    h.setClock(4);
    h.providers.sms.answerWith(({ deliveryId }) =>
      deliveryId === made[0]!._id
        ? { kind: 'refused', reason: 'provider_refused', code: 'x', contact: 'keep' }
        : { kind: 'accepted', providerRef: `ref-${deliveryId}`, code: null },
    );
    await send(made, 'sms');
    h.setClock(9);
    const [, second] = made;
    const at = new Date(NOON.getTime() + 9_000).toISOString();
    const receipt = { id: `r_${'a'.repeat(32)}`, provider: 'recording-sms', channel: 'sms', kind: 'delivered' };
    const value = Buffer.from(JSON.stringify({ ...receipt, deliveryId: second!._id, occurredAt: at, receivedAt: at }));
    const message = { topic: h.topics.receipts, partition: 0, offset: '0', key: null, headers: {}, at: NOON, value };
    for (let twice = 0; twice < 2; twice += 1) await applyReceipts([message], { ...h.deps, counters });
    await counters.stop();
    const sum = sumOf(await minuteOf());
    expect(sum).toMatchObject({ accepted: 2, sent: 1, delivered: 1, failed: 1 });
    // From acceptance to the provider having it were four seconds: between 3 and 5.
    expect(sum.handoff.flatMap((n, i) => (n > 0 ? [[i, n]] : []))).toEqual([[6, 1]]);
    const [provider] = await readProviders(h.ledger, NOON);
    expect(provider).toMatchObject({ channel: 'sms', provider: 'recording-sms', calls: 2, errors: 0 });
    expect(provider!.receipts.flatMap((n, i) => (n > 0 ? [[i, n]] : []))).toEqual([[6, 1]]);
  });

  it('is not timed where somebody asked it to wait, nor counted at all for a test', async () => {
    const [notBefore] = [new Date(NOON.getTime() + MINUTE_MS).toISOString()];
    await h.person();
    const made = await route(h.event({ type: TYPES.sms, notbefore: notBefore }));
    await h.ledger.deliveries.updateMany({}, { $set: { status: 'queued' } });
    h.setClock(61);
    await send(made, 'sms');
    await h.ledger.deliveries.updateMany({}, { $set: { status: 'queued', test: true, sentAt: null } });
    await send(made, 'sms');
    await counters.stop();
    const sum = sumOf(await minuteOf());
    expect([sum.sent, sum.handoff.reduce((all, n) => all + n, 0)]).toEqual([1, 0]);
  });
});

describe('the overview of a full ledger', () => {
  const DONE = 5_000;
  const WAIT = 40;

  async function fill(): Promise<void> {
    const documents = Array.from({ length: DONE + WAIT }, (_, i) => ({
      ...{ _id: `d_${i}`, channel: i % 2 ? 'sms' : 'email', entity: 'office', lane: 'normal', test: i === 0 },
      ...(i < WAIT ? { status: 'deferred', dueAt: NOON } : { status: 'delivered', dueAt: null }),
    }));
    await h.ledger.deliveries.collection.insertMany(documents as never);
  }

  it('looks at what waits and at nothing that is done, and at no more than it was told to', async () => {
    await fill();
    expect(await readWaiting(h.ledger)).toMatchObject({ n: WAIT - 1, all: true });
    const few = await readWaiting(h.ledger, 10);
    expect(few).toMatchObject({ n: 10, all: false });
    expect(few.rows.reduce((sum, { n }) => sum + n, 0)).toBeLessThanOrEqual(11);
    const plan = JSON.stringify(
      await h.ledger.deliveries.collection
        .aggregate([{ $match: { status: { $in: ['deferred', 'queued', 'sending'] } } }, { $limit: 11 }])
        .explain(),
    );
    expect(plan).toContain('due');
    expect(plan).not.toMatch(/COLLSCAN|Seq Scan/);
  });

  it('asks counters, standings and bounded looks only, once for many who ask', async () => {
    const asked: string[] = [];
    const open = new Set(['counters', 'provider_health']);
    const connection = {
      collection(name: string) {
        asked.push(name);
        if (!open.has(name)) throw new Error(`the overview must not read ${name}`);
        return h.ledger.connection.collection(name);
      },
    };
    const bounded = (name: 'deliveries' | 'deadLetters') => ({
      collection: {
        aggregate(stages: object[]) {
          asked.push(name);
          expect(stages.some((stage) => '$limit' in stage)).toBe(true);
          return h.ledger[name].collection.aggregate(stages);
        },
      },
    });
    const ledger = { connection, deliveries: bounded('deliveries'), deadLetters: bounded('deadLetters') } as never;
    counters.flow(KEY, 'sent', 12);
    await counters.stop();
    const overview = createOverview({ ...h.deps, ledger } as never);
    const views = Array.from({ length: 20 }, () =>
      Promise.all([overview.flow({ span: 'hour' }), overview.operations()]),
    );
    for (const [flow] of await Promise.all(views)) expect(flow.total.sent).toBe(12);
    expect(asked.toSorted()).toEqual(['counters', 'counters', 'deadLetters', 'deliveries', 'provider_health']);
  }, 30_000);

  it('hears from the workers how providers stand, until they leave or fall silent', async () => {
    const standing = { channel: 'sms', provider: 'one', share: 1, errors: 0.2, receiptMs: 900 } as const;
    await publishStandings(h.ledger, 'p1', [{ ...standing, breaker: 'open' }], NOON);
    await publishStandings(h.ledger, 'p1', [{ ...standing, breaker: 'half-open' }], NOON);
    await publishStandings(h.ledger, 'p2', [{ ...standing, breaker: 'closed' }], NOON);
    const states = async (seconds: number) =>
      (await readStandings(h.ledger, new Date(NOON.getTime() + seconds * 1000)))
        .map(({ breaker }) => breaker)
        .toSorted();
    expect(await states(5)).toEqual(['closed', 'half-open']);
    await withdrawStandings(h.ledger, 'p2');
    expect(await states(5)).toEqual(['half-open']);
    expect(await states(31)).toEqual([]);
  });
});
