import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startChannel } from '../../services/channels/service.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { startRouter } from '../../services/router/service.ts';
import { at, sampleDelivery, TIMING } from '../../services/shared/ledger/samples.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { pipelineCatalogue, TYPES } from '../support/pipeline-catalogue.ts';
import { until } from './engine/workers.ts';

const [FLOOD, PEOPLE, OTHERS] = [5_000, 100, 20];
/** In order, all of the flood would have gone before. */
const MOST = FLOOD * 0.8;
const subjectOf = (n: number) => `cpr:90010${String(n % PEOPLE).padStart(4, '0')}`;
const CODE = TYPES.code.replace('office', 'clinic');
const MAIL = TYPES.mail.replace('office', 'clinic');
let h: Harness;

beforeAll(async () => {
  h = await startHarness('fairness', { catalogue: pipelineCatalogue('clinic') });
  for (let n = 0; n < PEOPLE; n++) await h.person({ subject: subjectOf(n) });
}, 60_000);
afterAll(() => h?.stop());

async function publish(entity: string, events: Record<string, unknown>[]): Promise<void> {
  const messages = await Promise.all(
    events.map(async (event) => ({ key: null, value: await h.deps.eventSealer.seal(event) })),
  );
  // The broker takes a megabyte at a time.
  for (let at = 0; at < messages.length; at += 2_000)
    await h.deps.producer.send([{ topic: h.topics.events(entity), messages: messages.slice(at, at + 2_000) }]);
}

/** The router and the workers of mail and texts in this process; returns what stops them. */
async function startWorkers() {
  const options = { ...h.deps, concurrency: 100, timing: TIMING };
  const parts = await Promise.all([
    startRouter({ ...options, schedulerRestMs: 500, releasePerSecond: 100 }),
    startChannel({ ...h.channel('email'), ...options }),
    startChannel({ ...h.channel('sms'), ...options }),
  ]);
  const consumers = parts.flatMap((part) => part.consumers);
  await until('all to join', async () => consumers.every(({ consumer }) => consumer.progress().joined));
  return () => Promise.all(parts.map((part) => part.stop()));
}

describe('a flood of one entity', () => {
  let stop: () => Promise<unknown>;
  const called = (entity: string) =>
    [...h.providers.email.calls, ...h.providers.sms.calls].filter((call) => call.entity === entity);

  beforeAll(async () => {
    stop = await startWorkers();
    const flood = Array.from({ length: FLOOD }, (_, n) => h.event({ type: TYPES.campaign, subject: subjectOf(n) }));
    await publish('office', [...flood, h.event({ type: TYPES.code, subject: subjectOf(1) })]);
  }, 60_000);
  afterAll(() => stop?.(), 60_000);

  it('is overtaken by a code of its own that was published last', async () => {
    await until('the code', async () => h.providers.sms.calls.some(({ entity }) => entity === 'office'), 60_000);
    expect(await h.ledger.notifications.countDocuments({ entity: 'office' })).toBeLessThan(MOST);
  }, 90_000);

  it('is overtaken by the notices and codes of another, though it came first', async () => {
    await until('the flood to flow', async () => called('office').length > 1, 60_000);
    const others = Array.from({ length: OTHERS }, (_, n) =>
      h.event({ type: n % 2 ? CODE : MAIL, source: '/clinic', subject: subjectOf(n) }),
    );
    await publish('clinic', others);
    await until('all of the other entity', async () => called('clinic').length === OTHERS, 60_000);
    expect(called('office').length).toBeLessThan(MOST);
  }, 150_000);
});

describe('what is urgent', () => {
  it('leaves the scheduler before what is due since longer', async () => {
    await h.ledger.deliveries.deleteMany({});
    const due = (n: number, lane: 'bulk' | 'urgent') =>
      sampleDelivery({
        ...{ _id: `d_${n.toString(16).padStart(32, '0')}`, status: 'deferred', reason: 'provider_unavailable', lane },
        ...{ dueAt: lane === 'urgent' ? at(0) : at(-60), entity: 'office' },
      });
    const backlog = Array.from({ length: 2_400 }, (_, n) => due(n, 'bulk'));
    await h.ledger.deliveries.collection.insertMany([...backlog, due(2_400, 'urgent')] as never);
    await scheduleOnce(h.deps);
    expect(h.told(h.topics.deliveries('sms', 'urgent')).map(({ deliveryId }) => deliveryId)).toContain(
      due(2_400, 'urgent')._id,
    );
    expect(await h.deliveries({ status: 'deferred' })).toHaveLength(400);
  });
});
